"""What Home shows of ATOs: to sign, to approve, and the two years of an agency's services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog.models import Contractor
from orders.models import AtoPaper, AuthorizationToOrder, PaperState, Registration
from orders.models.ato import UNSIGNED, AtoPaperQuerySet
from orders.reading.windows import Chart, chart_of, windows_of
from stmm.agencies.access import Access

SHOWN = 10


@dataclass(frozen=True, slots=True)
class AtosAtHome:
    """Each None for people whom it does not concern."""

    waiting: Sequence[AtoPaper] | None
    registrations: Sequence[Registration] | None
    charts: list[tuple[AuthorizationToOrder, Chart]] | None


def atos_at_home(access: Access, desks: Sequence[Contractor], *, on: date) -> AtosAtHome:
    """What waits for this person of `desks`, the longest first; the windows of their agencies."""
    agencies = [agency for agency in access.ordering_agencies if not agency.is_state]
    papers = AtoPaper.objects.none()
    if access.is_stnd:
        papers |= AtoPaper.objects.filter(state=PaperState.SUBMITTED)
    if desks:
        papers |= AtoPaper.objects.filter(
            state=PaperState.AGENCY_SIGNED, ato__contract__contractor__in=desks
        )
    if agencies:
        theirs = UNSIGNED | {PaperState.RETURNED}
        papers |= AtoPaper.objects.filter(state__in=theirs, ato__agency__in=agencies)
    concerned = access.is_stnd or desks or agencies
    return AtosAtHome(
        waiting=list(_with_words(papers)) if concerned else None,
        registrations=list(Registration.objects.waiting().select_related("agency")[:SHOWN])
        if access.is_stnd
        else None,
        charts=_charts(access, on) if agencies else None,
    )


def _with_words(papers: AtoPaperQuerySet) -> AtoPaperQuerySet:
    return papers.select_related("ato__agency", "ato__contract__contractor").order_by(
        "recorded_at", "pk"
    )[:SHOWN]


def _charts(access: Access, on: date) -> list[tuple[AuthorizationToOrder, Chart]]:
    atos = AuthorizationToOrder.objects.not_ended(on).filter(agency__in=access.ordering_agencies)
    rows = list(atos.select_related("agency", "contract__contractor")[:SHOWN])
    windows = windows_of(rows, on=on)
    return [(ato, chart_of(windows[ato.pk], on)) for ato in rows]
