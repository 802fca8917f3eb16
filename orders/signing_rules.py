"""When an agency wants its CATR's word on an order, who gives it, and whether it still holds."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Category, Offer
from orders.models import Approval, Deputy, Order, OrderLine, SigningRule, State
from orders.reading.order import ShownLines
from orders.workflow.order import Action
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, Appointment
from stmm.audit.models import Entry
from stmm.look.templatetags.look import money

Role = Appointment.Role
Needs = SigningRule.Needs

CATR = frozenset({Role.CATR})
ATR = frozenset({Role.ATR})
DEPUTY = "ATR, deputy of the CATR"
TO_DO = {
    State.DRAFT: "Hand it over: the CATR, or a deputy, approves it or signs it.",
    State.REVIEW: "It waits for the CATR, or a deputy, to approve it or to sign it.",
}

# Of a line, what is approved: all that people fill in
_APPROVED = (
    "order_type", "service_id", "quantity", "requested_date", "billing_account", "acts_on_id",
    "description", "comment",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contents:
    """An order's lines, and what they cost on a day: quantity x charge, without the fee."""

    lines: tuple[OrderLine, ...]
    mrc_total: Decimal
    nrc_total: Decimal


def priced(lines: Iterable[OrderLine], offers: Mapping[int, Offer]) -> Contents:
    """Lines at the charges of `offers`, by service; what has no charge counts as nothing."""
    lines = tuple(lines)
    found = [(offers.get(line.service_id), line.quantity) for line in lines]
    mrc = sum(((offer and offer.mrc) or Decimal(0)) * quantity for offer, quantity in found)
    nrc = sum(((offer and offer.nrc) or Decimal(0)) * quantity for offer, quantity in found)
    return Contents(lines, Decimal(mrc), Decimal(nrc))


def contents_of(shown: ShownLines) -> Contents:
    """As a page shows them: at today's charges, or as they were signed."""
    return Contents(tuple(each.line for each in shown.lines), shown.mrc_total, shown.nrc_total)


def digest(lines: Iterable[OrderLine], *, sent_back: int) -> str:
    """Of the lines as people filled them in; sending back makes another one of the same lines."""
    filled = [[getattr(line, name) for name in _APPROVED] for line in lines]
    text = json.dumps([sent_back, filled], separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(order: Order, lines: Iterable[OrderLine]) -> str:
    """The digest of the order now; one query."""
    sent_back = Entry.objects.about(order).filter(action=Action.SEND_BACK).count()
    return digest(lines, sent_back=sent_back)


def holds(approval: Approval, contents: Contents, now: str) -> bool:
    """Whether it is of these very lines (`now` is their digest), at no smaller an amount."""
    return (
        approval.digest == now
        and contents.mrc_total <= approval.mrc_total
        and contents.nrc_total <= approval.nrc_total
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """An approval, and whether it holds for the order as it stands."""

    approval: Approval
    in_force: bool


def judged(order: Order, contents: Contents) -> list[Judged]:
    """Every approval of the order, the oldest first; void ones stay. Two queries at the most."""
    # Nobody can have approved what is not stored yet
    approvals = list(order.approvals.select_related("user")) if order.pk else []
    if not approvals:
        return []
    now = digest_of(order, contents.lines)
    return [Judged(each, holds(each, contents, now)) for each in approvals]


def rule_of(agency: Agency) -> SigningRule | None:
    """None for an agency that never said anything, and for a body that has no CATR."""
    return SigningRule.objects.filter(agency=agency).first() if agency.is_state else None


def why_catr(order: Order, contents: Contents) -> str:
    """Which rule of the agency wants the CATR's word on this order; empty if none does."""
    rule = rule_of(order.agency)
    if rule is None or rule.needs_catr == Needs.NEVER:
        return ""
    name = order.agency.name
    if rule.needs_catr == Needs.ALWAYS:
        return f"{name} wants its CATR’s approval of every order."
    reasons = " and ".join((*_amounts_above(rule, contents), *_categories_named(rule, contents)))
    return f"{name} wants its CATR’s approval of this order: {reasons}." if reasons else ""


def _amounts_above(rule: SigningRule, contents: Contents) -> Iterable[str]:
    if rule.monthly_above is not None and contents.mrc_total > rule.monthly_above:
        yield (
            f"its monthly total of {money(contents.mrc_total)} is above {money(rule.monthly_above)}"
        )
    if rule.once_above is not None and contents.nrc_total > rule.once_above:
        yield (
            f"its one-time total of {money(contents.nrc_total)} is above {money(rule.once_above)}"
        )


def _categories_named(rule: SigningRule, contents: Contents) -> Iterable[str]:
    used = {line.service.category_id for line in contents.lines}
    named: list[Category] = [each for each in rule.categories.all() if each.pk in used]
    if named:
        yield f"it has services of category {', '.join(each.code for each in named)}"


def speaks_for_catr(access: Access, agency: Agency) -> str:
    """As what this person gives the CATR's word on the day: CATR or deputy; empty if they don't."""
    if not agency.is_state:
        return ""
    if access.appointment_at(agency, CATR):
        return Role.CATR.label
    # The deputy is an ATR, on that day too
    if (atr := access.appointment_at(agency, ATR)) is None:
        return ""
    stands_in = Deputy.objects.in_effect(access.on).filter(agency=agency, user=atr.user)
    return DEPUTY if stands_in.exists() else ""


def word_missing(order: Order, contents: Contents) -> str:
    """Why nobody but the CATR or a deputy can sign it as it stands; empty if any ATR can."""
    why = why_catr(order, contents)
    if not why or any(each.in_force for each in judged(order, contents)):
        return ""
    return f"{why} {TO_DO[State(order.state)]}"


@dataclass(frozen=True, slots=True)
class Word:
    """What a page shows of it to one person: what was approved, as what they speak, what lacks."""

    approvals: tuple[Judged, ...]
    speaks_as: str
    missing: str

    @property
    def is_given(self) -> bool:
        return any(each.in_force for each in self.approvals)


def word_on(order: Order, contents: Contents, access: Access) -> Word:
    """What the agency's rule means for an open order and this person on the day of `access`."""
    if not order.agency.is_state:
        return Word((), "", "")
    speaks_as = speaks_for_catr(access, order.agency)
    return Word(
        approvals=tuple(judged(order, contents)),
        speaks_as=speaks_as,
        missing="" if speaks_as else word_missing(order, contents),
    )
