"""ATOs with the two years of what each lists, as rows of a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch

from orders.models import AtoPaper, AuthorizationToOrder
from orders.models.ato import AuthorizationToOrderQuerySet
from orders.reading.windows import Window, windows_of
from stmm.agencies.access import Access

AT_ONCE = 500  # ATOs
COLUMNS = (
    "Agency",
    "Contractor",
    "Contract",
    "Papers",
    "Listed",
    "Listed by",
    "Approved by the State",
    "First free day",
    "Exclusive to CALNET",
    "ATO ends",
)


def rows(
    atos: AuthorizationToOrderQuerySet, access: Access, *, on: date
) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each entry of each list; one for an ATO that lists nothing yet.

    A few ATOs at a time, each time in as many queries. The last column is its first day without.
    """
    shown = Prefetch("papers", AtoPaper.objects.shown_to(access), "shown_papers")
    named = atos.select_related("agency", "contract__contractor").prefetch_related(shown)
    found: list[AuthorizationToOrder] = []
    for ato in named.iterator(chunk_size=AT_ONCE):
        found.append(ato)
        if len(found) == AT_ONCE:
            yield from _rows_of(found, on)
            found = []
    yield from _rows_of(found, on)


def _rows_of(atos: Sequence[AuthorizationToOrder], on: date) -> Iterator[tuple[Any, ...]]:
    windows = windows_of(atos, on=on)
    for ato in atos:
        papers = ", ".join(f"{each.name}: {each.get_state_display()}" for each in _papers(ato))
        named = (ato.agency.name, ato.contract.contractor.name, ato.contract.number, papers)
        for listed in [_listed(each, on) for each in windows[ato.pk]] or [("",) * 5]:
            yield (*named, *listed, ato.ended_on or "")


def _papers(ato: AuthorizationToOrder) -> Iterable[AtoPaper]:
    """Those that were read with it."""
    return getattr(ato, "shown_papers", ())


def _listed(window: Window, on: date) -> tuple[Any, ...]:
    exclusive = "yes" if window.is_running(on) else "no"
    return (window.item, window.listed_by, window.starts_on, window.until or "", exclusive)
