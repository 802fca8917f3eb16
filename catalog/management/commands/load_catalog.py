from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.matrix.refusal import MatrixRefused
from catalog.models import Contract
from catalog.services.loading import Loaded, MatrixHasProblems, load_catalog


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a day; write it as 2026-01-31.") from None


def _lines(count: int) -> str:
    return f"{count:,} {'line' if count == 1 else 'lines'}"


class Command(BaseCommand):
    help = "Load a price and services matrix (csv, xlsx) into a contract. All or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--contract", required=True, help="contract number or alias")
        parser.add_argument("--contractor", help="needed where several hold that number")
        parser.add_argument(
            "--effective", required=True, type=_day, help="first day, as 2026-01-31"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} can’t be read: {error.strerror}.") from error
        contract = self._contract(options["contract"], options["contractor"])
        try:
            loaded = load_catalog(
                contract=contract,
                file_name=file.name,
                content=content,
                effective_from=options["effective"],
                actor=None,
                at=timezone.now(),
            )
        except MatrixRefused as refusal:
            raise CommandError(f"{refusal} Nothing was loaded.") from refusal
        except MatrixHasProblems as refusal:
            for problem in refusal.problems:
                self.stderr.write(str(problem))
            raise CommandError(str(refusal)) from refusal
        self._tell(loaded)

    def _contract(self, number: str, contractor: str | None) -> Contract:
        found = Contract.objects.called(number).select_related("contractor")
        if contractor:
            found = found.filter(contractor__name=contractor)
        contracts = list(found)
        if not contracts:
            raise CommandError(f"No contract is called {number}.")
        if len(contracts) > 1:
            names = ", ".join(contract.contractor.name for contract in contracts)
            raise CommandError(f"{number} is held by {names}: say which with --contractor.")
        return contracts[0]

    def _tell(self, loaded: Loaded) -> None:
        self.stdout.write(
            f"{loaded.edition}: {_lines(loaded.edition.lines)};"
            f" {loaded.added} added, {loaded.changed} changed,"
            f" {loaded.withdrawn} withdrawn, {loaded.unchanged} unchanged."
        )
        if loaded.repeats:
            self.stdout.write(f"Repeated and read once: {_lines(loaded.repeats)}.")
        if loaded.ignored_columns:
            self.stdout.write(f"Columns not used: {', '.join(loaded.ignored_columns)}.")
