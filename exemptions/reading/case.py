"""A request as its page shows it: what was sent, or the draft as it stands; and who has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from exemptions.asked import ASKED, Asked
from exemptions.models import Attachment, ExemptionRequest, RequestedItem, RequestState
from stmm.policy.dates import in_words, last_day

State = RequestState


@dataclass(frozen=True, slots=True)
class ShownCost:
    """A CALNET service that does the same, and its charges a unit, US dollars."""

    key: int
    name: str
    seller: str
    monthly: Decimal | None
    once: Decimal | None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """Charges are US dollars a unit; `…_total` of all units together."""

    position: int
    service_key: int | None
    name: str
    facts: str
    sites: str
    quantity: int
    proposed_monthly: Decimal | None
    proposed_once: Decimal | None
    calnet_monthly: Decimal | None
    calnet_once: Decimal | None
    equivalents: tuple[ShownCost, ...]

    @property
    def proposed_monthly_total(self) -> Decimal | None:
        return _times(self.proposed_monthly, self.quantity)

    @property
    def proposed_once_total(self) -> Decimal | None:
        return _times(self.proposed_once, self.quantity)

    @property
    def calnet_monthly_total(self) -> Decimal | None:
        return _times(self.calnet_monthly, self.quantity)

    @property
    def calnet_once_total(self) -> Decimal | None:
        return _times(self.calnet_once, self.quantity)


@dataclass(frozen=True, slots=True)
class ShownFile:
    key: int
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """All that a request says; `wanted` is its period in words, "" where a day is missing."""

    answers: tuple[tuple[Asked, str], ...]
    items: tuple[ShownItem, ...]
    files: tuple[ShownFile, ...]
    wanted: str
    delegation: str
    extends: str
    origin: str

    @property
    def proposed_monthly_total(self) -> Decimal | None:
        return _total(item.proposed_monthly_total for item in self.items)

    @property
    def proposed_once_total(self) -> Decimal | None:
        return _total(item.proposed_once_total for item in self.items)

    @property
    def calnet_monthly_total(self) -> Decimal | None:
        return _total(item.calnet_monthly_total for item in self.items)

    @property
    def calnet_once_total(self) -> Decimal | None:
        return _total(item.calnet_once_total for item in self.items)


def _times(charge: Decimal | None, quantity: int) -> Decimal | None:
    return None if charge is None else charge * quantity


def _total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Of the charges that are known; None where none is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def items_of(request: ExemptionRequest) -> QuerySet[RequestedItem]:
    """In their order, with their services. One query."""
    return request.items.select_related("service__contract__contractor")


def attachments_of(request: ExemptionRequest) -> QuerySet[Attachment]:
    """Those that are still with it, without their bytes. One query."""
    standing = request.attachments.filter(removed_at__isnull=True)
    return standing.select_related("document").defer("document__content")


def shown_request(content: Mapping[str, Any]) -> ShownRequest:
    """What the content of a version, or of a draft, says."""
    return ShownRequest(
        answers=tuple((asked, content[asked.field]) for asked in ASKED),
        items=tuple(_item(item) for item in content["items"]),
        files=tuple(
            ShownFile(each["key"], each["file"], each["size"], each["sha256"])
            for each in content["attachments"]
        ),
        wanted=_wanted(content),
        delegation=_delegation(content),
        extends=content["extends"],
        origin=content["origin"],
    )


def _wanted(content: Mapping[str, Any]) -> str:
    first, until = content["wanted_from"], content["wanted_until"]
    if not first or not until:
        return ""
    last = last_day(date.fromisoformat(until))
    return f"{in_words(date.fromisoformat(first))} to {in_words(last)}"


def _delegation(content: Mapping[str, Any]) -> str:
    if recorded := content["delegation"]:
        return f"{recorded['reference']}, as the Department recorded it: {recorded['scope']}"
    if reference := content["delegation_reference"]:
        return f"{reference}, as the agency gives it; the Department has not recorded it here"
    return "Asked for with this request" if content["asks_for_delegation"] else ""


def _item(item: Mapping[str, Any]) -> ShownItem:
    service = item["service"]
    facts = (
        f"Product ID {service['product_id']}, {service['contractor']}, {service['contract']}"
        if service
        else "Described in words; not in the catalog"
    )
    return ShownItem(
        position=item["position"],
        service_key=service["key"] if service else None,
        name=service["name"] if service else item["described"],
        facts=facts,
        sites=item["sites"],
        quantity=item["quantity"],
        proposed_monthly=_amount(item["proposed_monthly"]),
        proposed_once=_amount(item["proposed_once"]),
        calnet_monthly=_amount(item["calnet_monthly"]),
        calnet_once=_amount(item["calnet_once"]),
        equivalents=tuple(
            ShownCost(
                each["key"],
                each["name"],
                f"{each['contractor']}, {each['contract']}",
                _amount(each["monthly"]),
                _amount(each["once"]),
            )
            for each in item["equivalents"]
        ),
    )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def who_has_it(request: ExemptionRequest) -> str:
    """Whose turn it is, in words; "" once it is closed."""
    state = RequestState(request.state)
    if state in {State.DRAFT, State.QUESTION_OUT}:
        return request.agency.name
    if state in {State.SENT, State.IN_REVIEW}:
        return f"{request.analyst.name}, STND" if request.analyst else "STND, to be assigned"
    if state is State.RECOMMENDED:
        return "The Deputy Director of STND"
    return ""
