"""What a rule may look at: one purchase, by one buyer, of one service, on one Pacific day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from stmm.policy.dates import ato_window


class Buyer(StrEnum):
    """The buyer's standing on the day, set by the Department; NON_STATE has none."""

    NON_EXEMPT = "non_exempt"
    EXEMPT = "exempt"
    UNDETERMINED = "undetermined"
    NON_STATE = "non_state"


class Action(StrEnum):
    """LEAVE is to migrate, transfer or terminate a CALNET service (PO-4.2)."""

    BUY = "buy"
    LEAVE = "leave"


class Source(StrEnum):
    CALNET = "calnet"
    OTHER = "other"


class Designation(StrEnum):
    """Of the service under its contract on the day; today's papers say Required, Discretionary."""

    MANDATORY = "mandatory"
    NON_MANDATORY = "non_mandatory"
    UNDETERMINED = "undetermined"


class ExemptionState(StrEnum):
    NONE = "none"
    PENDING = "pending"
    DENIED = "denied"
    APPROVED = "approved"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Ato:
    """The initial ATO, or the amendment, that first listed the service (PO-4.1).

    ``approved_on`` is the day of the State's approval, None until then.
    """

    approved_on: date | None
    lists_service: bool

    @property
    def window(self) -> tuple[date, date] | None:
        """``[approval, first free day)`` for a listed service; None if none was ever started."""
        if self.approved_on is None or not self.lists_service:
            return None
        return ato_window(self.approved_on)

    def as_json(self) -> dict[str, Any]:
        return {"approved_on": _day_out(self.approved_on), "lists_service": self.lists_service}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(_day_in(stored["approved_on"]), stored["lists_service"])


@dataclass(frozen=True, slots=True)
class Exemption:
    """The Deputy Director's answer for this agency, project and service (PR-2).

    In term on ``[starts_on, until)``. Not to be mixed up with an exempt agency.
    ValueError if an approved one lacks a term.
    """

    state: ExemptionState
    starts_on: date | None = None
    until: date | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        if self.state is not ExemptionState.APPROVED:
            return
        if self.starts_on is None or self.until is None or self.starts_on >= self.until:
            raise ValueError("An approved exemption starts on a day and ends on a later one.")

    def covers(self, on: date) -> bool:
        """Approved, and in term on that day."""
        return (
            self.state is ExemptionState.APPROVED
            and self.starts_on is not None
            and self.until is not None
            and self.starts_on <= on < self.until
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.state.value,
            "starts_on": _day_out(self.starts_on),
            "until": _day_out(self.until),
            "reference": self.reference,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            ExemptionState(stored["state"]),
            _day_in(stored["starts_on"]),
            _day_in(stored["until"]),
            stored["reference"],
        )


NO_EXEMPTION = Exemption(ExemptionState.NONE)


@dataclass(frozen=True, slots=True)
class Purchase:
    """The facts of one decision. ``on`` is a day in Pacific time.

    To leave CALNET has the source OTHER, also when the service simply ends.
    ValueError if the facts contradict each other, TypeError if ``on`` is a moment.
    """

    on: date
    buyer: Buyer
    source: Source
    designation: Designation
    action: Action = Action.BUY
    ato: Ato | None = None
    exemption: Exemption = NO_EXEMPTION

    def __post_init__(self) -> None:
        # A datetime passes for a date with the type checker, but carries no Pacific day.
        if isinstance(self.on, datetime):
            raise TypeError("A purchase is decided for a day, not for a moment.")
        if self.action is Action.BUY:
            return
        if self.buyer is not Buyer.NON_STATE:
            raise ValueError("Only a non-state agency leaves CALNET under Policy, paragraph 4.")
        if self.source is Source.CALNET:
            raise ValueError("A service that leaves CALNET does not come from CALNET.")

    @property
    def is_exempted(self) -> bool:
        """An approved exemption is in term on the day."""
        return self.exemption.covers(self.on)

    @property
    def window(self) -> tuple[date, date] | None:
        """The service's two years on CALNET, past, running or to come, if an ATO started them."""
        return self.ato.window if self.ato else None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types, days as ISO 8601; what a determination stores."""
        return {
            "on": self.on.isoformat(),
            "buyer": self.buyer.value,
            "source": self.source.value,
            "designation": self.designation.value,
            "action": self.action.value,
            "ato": self.ato.as_json() if self.ato else None,
            "exemption": self.exemption.as_json(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The same facts again; KeyError or ValueError if ``stored`` is not from ``as_json``."""
        return cls(
            on=date.fromisoformat(stored["on"]),
            buyer=Buyer(stored["buyer"]),
            source=Source(stored["source"]),
            designation=Designation(stored["designation"]),
            action=Action(stored["action"]),
            ato=Ato.from_json(stored["ato"]) if stored["ato"] else None,
            exemption=Exemption.from_json(stored["exemption"]),
        )


def _day_out(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day_in(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
