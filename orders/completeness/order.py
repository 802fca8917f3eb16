"""What a STD. 20 needs before it can go out (form section by section; domain.md rules 2, 12-14)."""

from collections.abc import Iterable, Mapping
from datetime import date

from catalog.models import Contract, Offer
from catalog.orderability import not_a_buyer
from orders.completeness.ato import ON_STD20, ato_problems
from orders.completeness.disconnecting import notice_problems
from orders.compliance.grounds import Footing, Grounds
from orders.models import Attachment, LineProgress, Order, OrderLine, State
from orders.models.states import LINE_UNDER_WAY, WITH_CONTRACTOR
from stmm.agencies.models import Agency, Standing
from stmm.policy.citations import in_brief
from stmm.policy.decision import Decision
from stmm.policy.findings import Outcome
from stmm.refusals import Problem

Type = OrderLine.Type

_NEEDED = (
    ("contact_name", "Give a contact name (section 4)."),
    ("contact_phone", "Give a phone number of the contact (section 4)."),
    ("contact_email", "Give an email address of the contact (section 4)."),
    ("billing_address", "Give the billing address (section 4)."),
)


def problems_of(
    order: Order, lines: Iterable[OrderLine], grounds: Grounds, *, on: date
) -> list[Problem]:
    """Everything that keeps the form from going out on the Pacific day `on`.

    `grounds` are those of that day. Order and lines need not be stored.
    """
    lines = list(lines)
    ordered = {str(line): line.service for line in lines}
    of_ato = ato_problems(order, ordered, on=on, places=ON_STD20)
    return [
        *_footing_problems(order.agency, order.contract, grounds.footing, on),
        *of_ato,
        *notice_problems(order, lines),
        *_amendment_problems(order, lines),
        *_header_problems(order),
        *_line_problems(order, lines, grounds.offers),
        *_address_problems(order, lines),
        *_refused_lines(lines, grounds.decisions, but=Outcome.ATO_REQUIRED if of_ato else None),
    ]


def gaps_in(order: Order) -> list[Problem]:
    """What is still to be filled in of a stored order, whatever the chapter says of its lines."""
    lines = list(order.lines.all())
    return [*_header_problems(order), *_no_lines(lines), *_address_problems(order, lines)]


def may_not_order(agency: Agency, footing: Footing) -> str:
    """Why this body can't order at all; empty if it can (domain.md, rule 2)."""
    if agency.is_state and footing.standing == Standing.Value.NOT_ORDERING:
        return f"{agency} is a budget item, not an entity that orders. Choose the agency itself."
    return ""


def _footing_problems(
    agency: Agency, contract: Contract, footing: Footing, on: date
) -> Iterable[Problem]:
    if problem := may_not_order(agency, footing):
        yield Problem(problem, "contractor")
    if not footing.in_term:
        yield Problem(
            f"Contract {contract.number} is not in term today. Start an order under one that is.",
            "contractor",
        )
    if reason := not_a_buyer(contract, agency, on=on):
        yield Problem(reason, "contractor")


def _amendment_problems(order: Order, lines: list[OrderLine]) -> Iterable[Problem]:
    """An amendment replaces what the contractor still has to do, and nothing that is done."""
    former = order.supersedes
    if former is None:
        return
    if former.state not in WITH_CONTRACTOR:
        now = State(former.state).label.lower()
        yield Problem(
            f"{former} can’t be amended any more: it is “{now}” now. Abandon this amendment.",
            "review",
        )
        return
    progress = LineProgress.objects.filter(line__order=former).exclude(state__in=LINE_UNDER_WAY)
    done = {each.line.creation_key: each for each in progress.select_related("line")}
    for line in lines:
        if each := done.get(line.creation_key):
            now = each.get_state_display().lower()
            yield Problem(
                f"{line}: {each.line} of {former} is “{now}” by now. Take this line off.", "lines"
            )


def _header_problems(order: Order) -> Iterable[Problem]:
    if not order.request_types:
        yield Problem("Tick at least one request type (section 3).", "contractor")
    if order.is_equipment and not _has_std65(order):
        yield Problem("An equipment request needs a STD. 65: attach it.", "where")
    for field, message in _NEEDED:
        if not getattr(order, field).strip():
            yield Problem(message, "contacts")


def _has_std65(order: Order) -> bool:
    """An order that is not stored yet has no attachment."""
    is_stored = order.pk is not None
    return is_stored and order.attachments.filter(kind=Attachment.Kind.STD65).exists()


def _no_lines(lines: list[OrderLine]) -> Iterable[Problem]:
    if not lines:
        yield Problem("Add at least one service (section 7).", "lines")


def _line_problems(
    order: Order, lines: list[OrderLine], offers: Mapping[int, Offer]
) -> Iterable[Problem]:
    yield from _no_lines(lines)
    for line in lines:
        if not _may_be_ordered(line, order, offers.get(line.service_id)):
            yield Problem(
                f"{line}: {line.service.name} is not offered under {order.contract.number} today.",
                "lines",
            )
        if line.order_type != Type.ADD and not line.billing_account:
            yield Problem(
                f"{line}: {line.get_order_type_display()} needs the existing billing account"
                " number.",
                "lines",
            )


def _may_be_ordered(line: OrderLine, order: Order, offer: Offer | None) -> bool:
    """Under this contract, and offered; what is withdrawn can still be disconnected."""
    is_offered = offer is not None and not offer.withdrawn
    is_of_contract = line.service.contract_id == order.contract_id
    return is_of_contract and (is_offered or line.order_type == Type.DISCONNECT)


def _address_problems(order: Order, lines: list[OrderLine]) -> Iterable[Problem]:
    types = {line.order_type for line in lines}
    if types & {Type.ADD, Type.MOVE} and not order.requested_address.strip():
        yield Problem("Give the requested service address (section 4).", "where")
    if Type.MOVE in types and not order.present_address.strip():
        yield Problem("A move needs the present service address too (section 4).", "where")


def _refused_lines(
    lines: list[OrderLine], decisions: Mapping[int, Decision], *, but: Outcome | None
) -> Iterable[Problem]:
    """Those that the chapter refuses, `but` for the outcome that was told of already."""
    for line in lines:
        decision = decisions[line.service_id]
        if not Outcome(decision.outcome).is_allowed and decision.outcome != but:
            cited = in_brief(decision.citations)
            yield Problem(f"{line}: {decision.headline}. {decision.sentence} ({cited})", "lines")
