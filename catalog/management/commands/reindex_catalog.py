from typing import Any

from django.core.management.base import BaseCommand

from catalog.search.index import reindex_all


class Command(BaseCommand):
    help = "Make the catalogue's search anew from its rows, in one transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{reindex_all():,} listings are in the search.")
