"""From dated rows to stretches of days on which nothing of a service changes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from stmm.policy.facts import Designation

FOREVER = date.max


@dataclass(frozen=True, slots=True)
class OfferRow:
    """What an offer says that the search shows or finds."""

    pk: int
    effective_from: date
    withdrawn: bool
    description: str
    restrictions: str
    mrc: Decimal | None


@dataclass(frozen=True, slots=True)
class FlagRow:
    effective_from: date
    value: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """[starts_on, until), with the one offer and the one designation that hold on all of it."""

    starts_on: date
    until: date
    offer: OfferRow
    designation: str


Row = TypeVar("Row", OfferRow, FlagRow)


def stretches(offers: Sequence[OfferRow], flags: Sequence[Sequence[FlagRow]]) -> Iterator[Stretch]:
    """Those on which the service is offered, in order.

    `flags` are the designations of the service, of its category, of its contract: the first of
    them that has a row in effect says the word. Rows come as they take effect, of one day the
    last one counting (LATEST_FIRST turned round).
    """
    days = sorted(
        {offer.effective_from for offer in offers}
        | {flag.effective_from for rows in flags for flag in rows}
    )
    open_since: tuple[date, OfferRow, str] | None = None
    for day in days:
        offer = _in_effect(offers, day)
        flag = next(filter(None, (_in_effect(rows, day) for rows in flags)), None)
        word = flag.value if flag else Designation.UNDETERMINED.value
        if open_since is not None:
            if open_since[1:] == (offer, word):
                continue
            yield Stretch(open_since[0], day, *open_since[1:])
        offered = offer is not None and not offer.withdrawn
        open_since = (day, offer, word) if offer and offered else None
    if open_since is not None:
        yield Stretch(open_since[0], FOREVER, *open_since[1:])


def _in_effect(rows: Iterable[Row], day: date) -> Row | None:
    found = None
    for row in rows:
        if row.effective_from > day:
            break
        found = row
    return found
