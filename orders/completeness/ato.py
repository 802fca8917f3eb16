"""What keeps an order of a local agency back: the signature or approval that its ATO lacks."""

from collections.abc import Iterable
from datetime import date

from orders.models import AtoPaper, Order, OrderLine, PaperState
from orders.models.ato import UNDER_WAY
from orders.workflow.ato import LACKS
from stmm.refusals import Problem


def ato_problems(order: Order, lines: Iterable[OrderLine], *, on: date) -> list[Problem]:
    """What the agency's ATO lacks for these lines, on the Pacific day `on` (domain.md, 25 and 26).

    Nothing for a State entity. Two queries at most.
    """
    if order.agency.is_state:
        return []
    of_contract = AtoPaper.objects.filter(
        ato__agency=order.agency, ato__contract=order.contract, state__in=UNDER_WAY
    ) | AtoPaper.objects.in_force(on).filter(ato__agency=order.agency, ato__contract=order.contract)
    papers = list(
        of_contract.select_related("ato__agency", "ato__contract").prefetch_related("listed")
    )
    if not papers:
        return [
            Problem(
                f"{order.agency.name} has no ATO for contract {order.contract.number}:"
                " begin one, and have it signed and approved.",
                "contractor",
            )
        ]
    approved = [paper for paper in papers if paper.state == PaperState.APPROVED]
    if not approved:
        return [Problem(f"{what_it_lacks(paper)}.", "contractor") for paper in papers]
    return [
        Problem(f"{line}: {_not_listed(line, papers)}.", "lines")
        for line in lines
        if not any(paper.lists(line.service) for paper in approved)
    ]


def what_it_lacks(paper: AtoPaper) -> str:
    """Of a paper under way, the signature or the approval that is missing."""
    return f"The {paper} {LACKS[PaperState(paper.state)]}"


def _not_listed(line: OrderLine, papers: Iterable[AtoPaper]) -> str:
    for paper in papers:
        if paper.is_under_way and paper.lists(line.service):
            return f"{paper.name} of the ATO, which adds it, {LACKS[PaperState(paper.state)]}"
    return f"{line.service.name} is not on the ATO: amend the ATO first"
