"""What a local purchasing document needs to go out, as a STD. 20 does (domain.md, 12 and 25-31)."""

from collections.abc import Iterable, Mapping
from datetime import date

from catalog.models import Contract, Offer
from catalog.orderability import not_a_buyer, not_offered
from orders.completeness.ato import ON_LOCAL, ato_problems
from orders.models import LocalLine, LocalOrder
from stmm.policy.citations import in_brief
from stmm.policy.decision import Decision
from stmm.policy.findings import Outcome
from stmm.refusals import Problem


def problems_of(
    order: LocalOrder,
    lines: Iterable[LocalLine],
    decisions: Mapping[int, Decision],
    offers: Mapping[int, Offer],
    *,
    on: date,
) -> list[Problem]:
    """Everything that keeps the document from being recorded and sent on the Pacific day `on`.

    `decisions` by line, `offers` by service, both as they are on that day.
    """
    lines = list(lines)
    ordered = {f"{line}, {line.service.name}": line.service for line in lines}
    of_ato = ato_problems(order, ordered, on=on, places=ON_LOCAL)
    return [
        *contract_problems(order, on=on),
        *of_ato,
        *_day_problems(order, on),
        *_line_problems(lines, offers),
        *_refused_lines(lines, decisions, but=Outcome.ATO_REQUIRED if of_ato else None),
    ]


def gaps_in(order: LocalOrder) -> list[Problem]:
    """What is still to be filled in of a draft, whatever the chapter says of its lines."""
    return [*_no_lines(order.lines.exists())]


def _no_lines(has_lines: bool) -> Iterable[Problem]:
    if not has_lines:
        yield Problem("Add at least one service that the document orders.", "local-lines")


def contract_problems(order: LocalOrder, *, on: date) -> Iterable[Problem]:
    contract = order.contract
    if not Contract.objects.filter(pk=contract.pk).in_term(on).exists():
        yield Problem(f"Contract {contract.number} is not in term today.", "local-details")
    if reason := not_a_buyer(contract, order.agency, on=on):
        yield Problem(reason, "local-details")


def _day_problems(order: LocalOrder, on: date) -> Iterable[Problem]:
    if order.document_date > on:
        yield Problem(
            f"The document is dated {order.document_date:%B %-d, %Y}: it can be recorded from that"
            " day on.",
            "local-details",
        )


def _line_problems(lines: list[LocalLine], offers: Mapping[int, Offer]) -> Iterable[Problem]:
    yield from _no_lines(bool(lines))
    for line in lines:
        if reason := not_offered(offers.get(line.service_id)):
            yield Problem(f"{line}, {line.service.name}: {reason}", "local-lines")


def _refused_lines(
    lines: list[LocalLine], decisions: Mapping[int, Decision], *, but: Outcome | None
) -> Iterable[Problem]:
    """Those that the chapter refuses, `but` for the outcome that was told of already."""
    for line in lines:
        decision = decisions[line.pk]
        if not decision.outcome.is_allowed and decision.outcome != but:
            cited = in_brief(decision.citations)
            yield Problem(
                f"{line}, {line.service.name}: {decision.headline}. {decision.sentence} ({cited})",
                "local-lines",
            )
