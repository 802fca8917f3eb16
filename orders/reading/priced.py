"""Lines that order services, as pages show them: each with its decision and its charges."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, Self, TypeVar

from catalog.models import Offer
from orders.models import LocalLine, OrderLine
from orders.models.priced import PricedLine
from stmm.policy.decision import Decision

Line = TypeVar("Line", bound=PricedLine)
Stored = TypeVar("Stored")
Row = TypeVar("Row", bound="PricedRow[Any, Any]")


def offers_for(
    lines: Iterable[OrderLine | LocalLine], *, on: date, known_at: datetime | None = None
) -> dict[int, Offer]:
    """The offers in effect on the Pacific day `on`, by service key, in one query."""
    offers = Offer.objects.filter(service__in=[line.service_id for line in lines])
    in_effect = offers.in_effect(on, known_at=known_at).select_related("edition")
    return {offer.service_id: offer for offer in in_effect}


@dataclass(frozen=True, slots=True)
class PricedRow(Generic[Line, Stored]):
    """One line with its decision and charges: stored ones once sent, today's before."""

    line: Line
    decision: Decision | Stored
    mrc: Decimal | None
    nrc: Decimal | None
    usage_rate: str
    is_sample: bool

    @classmethod
    def as_stored(cls, line: Line, decision: Stored) -> Self:
        """With the charges that were copied into the line."""
        is_sample = line.price_basis == "sample"
        return cls(line, decision, line.mrc, line.nrc, line.usage_rate, is_sample)

    @classmethod
    def as_offered(cls, line: Line, decision: Decision, offer: Offer | None) -> Self:
        """With the charges of an offer; None of what is not offered."""
        if offer is None:
            return cls(line, decision, None, None, "", is_sample=False)
        return cls(line, decision, offer.mrc, offer.nrc, offer.usage_rate, offer.is_sample)

    @property
    def mrc_total(self) -> Decimal | None:
        return None if self.mrc is None else self.mrc * self.line.quantity

    @property
    def nrc_total(self) -> Decimal | None:
        return None if self.nrc is None else self.nrc * self.line.quantity


@dataclass(frozen=True, slots=True)
class PricedRows(Generic[Row]):
    """The lines, and what they cost together."""

    lines: tuple[Row, ...]

    @property
    def mrc_total(self) -> Decimal:
        return sum((shown.mrc_total or Decimal(0) for shown in self.lines), Decimal(0))

    @property
    def nrc_total(self) -> Decimal:
        return sum((shown.nrc_total or Decimal(0) for shown in self.lines), Decimal(0))

    @property
    def has_samples(self) -> bool:
        return any(shown.is_sample for shown in self.lines)
