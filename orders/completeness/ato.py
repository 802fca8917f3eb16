"""What keeps an order of a local agency back: the signature or approval that its ATO lacks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.models import Service
from orders.models import AtoPaper, LocalOrder, Order, PaperState
from orders.models.ato import UNDER_WAY
from orders.workflow.ato import LACKS
from stmm.refusals import Problem


@dataclass(frozen=True, slots=True)
class Places:
    """The steps at which a page mends what the ATO as a whole lacks, and what a line does."""

    whole: str
    lines: str


ON_STD20, ON_LOCAL = Places("contractor", "lines"), Places("local-details", "local-lines")


def ato_problems(
    order: Order | LocalOrder, ordered: Mapping[str, Service], *, on: date, places: Places
) -> list[Problem]:
    """What the agency's ATO lacks for what is ordered, on the Pacific day `on` (domain.md, 25, 26).

    `ordered` are the services by what their lines are called. Nothing for a State entity. Two
    queries at most.
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
                " begin one, and have it signed and approved (PO-4.1).",
                places.whole,
            )
        ]
    approved = [paper for paper in papers if paper.state == PaperState.APPROVED]
    if not approved:
        return [Problem(f"{what_it_lacks(paper)} (PO-4.1).", places.whole) for paper in papers]
    return [
        Problem(f"{line}: {_not_listed(service, papers)} (PO-4.1).", places.lines)
        for line, service in ordered.items()
        if not any(paper.lists(service) for paper in approved)
    ]


def what_it_lacks(paper: AtoPaper) -> str:
    """Of a paper under way, the signature or the approval that is missing."""
    return f"The {paper} {LACKS[PaperState(paper.state)]}"


def _not_listed(service: Service, papers: Iterable[AtoPaper]) -> str:
    for paper in papers:
        if paper.is_under_way and paper.lists(service):
            return f"{paper.name} of the ATO, which adds it, {LACKS[PaperState(paper.state)]}"
    return f"{service.name} is not on the ATO: amend the ATO first"
