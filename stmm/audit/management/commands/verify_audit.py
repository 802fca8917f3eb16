from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stmm.audit.services import verify


def _head(text: str) -> tuple[int, str]:
    sequence, _, digest = text.partition(":")
    return int(sequence), digest


class Command(BaseCommand):
    help = "Check the audit chain; names each changed, removed or inserted entry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            type=_head,
            metavar="SEQUENCE:HASH",
            help="a head printed by an earlier run and kept elsewhere; shows a tail cut off",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify(head=options["head"])
        for fault in result.faults:
            self.stderr.write(str(fault))
        if result.faults:
            raise CommandError(
                f"{result.checked} entries read, {len(result.faults)} faults: "
                "the record was altered."
            )
        self.stdout.write(f"{result.checked} entries, whole. Head {result.checked}:{result.head}")
