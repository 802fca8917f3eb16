"""Purchases outside CALNET before the chapter: decisions on many days, and possible leakage."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from catalog.models import Designation, Exclusivity, Service
from orders.compliance.decisions import decide_services
from orders.models import AtoPaper, AuthorizationToOrder, OutsidePurchase
from stmm.agencies.models import Agency, Standing
from stmm.policy.decision import Decision, decide
from stmm.policy.editions import edition_in_force
from stmm.policy.facts import NO_EXEMPTION, Exemption, Source
from stmm.policy.findings import Outcome

Finding = OutsidePurchase.Finding
# A service by its key, and the Pacific day it was bought elsewhere
Asked = tuple[int, date]

_FINDINGS = {
    Outcome.EXEMPTION_REQUIRED: Finding.MANDATORY,
    Outcome.EXCLUSIVE_TO_CALNET: Finding.WINDOW,
}


def decide_purchases(
    agency: Agency, asked: Iterable[Asked], *, exemption: Exemption = NO_EXEMPTION
) -> Mapping[Asked, Decision]:
    """What Chapter 0400.1 says to `agency` of buying services elsewhere, each on its own day.

    `exemption` is the one that all of them rely on: none is applied that nobody named.

    The facts are read once for each stretch of days in which none of them changes: the number
    of queries grows with what was recorded of agency and services, not with the purchases.
    LookupError for a day before the first edition.
    """
    wanted = set(asked)
    services = Service.objects.in_bulk({service for service, _ in wanted})
    starts = _days_of_change(agency, services.values())
    stretches: dict[int, set[Asked]] = defaultdict(set)
    for service, day in wanted:
        stretches[bisect_right(starts, day)].add((service, day))
    found: dict[Asked, Decision] = {}
    for within in stretches.values():
        keys = {service for service, _ in within}
        on = min(day for _, day in within)
        facts = decide_services(agency, [services[key] for key in keys], on=on, source=Source.OTHER)
        for service, day in within:
            purchase = replace(facts[service].purchase, on=day, exemption=exemption)
            found[service, day] = decide(purchase, edition_in_force(day))
    return found


def _days_of_change(agency: Agency, services: Iterable[Service]) -> list[date]:
    """Every Pacific day from which another fact may hold of the agency or of the services."""
    contracts = {service.contract_id for service in services}
    days: set[date | None] = set(
        Designation.objects.filter(contract__in=contracts)
        .values_list("effective_from", flat=True)
        .distinct()
    )
    exclusivity = Exclusivity.objects.filter(contract__in=contracts)
    days.update(exclusivity.values_list("effective_from", flat=True))
    days.update(Standing.objects.filter(agency=agency).values_list("effective_from", flat=True))
    atos = AuthorizationToOrder.objects.filter(agency=agency)
    days.update(atos.values_list("ended_on", flat=True))
    papers = AtoPaper.objects.filter(ato__agency=agency)
    days.update(papers.values_list("state_approved_on", flat=True))
    return sorted(day for day in days if day is not None)


def finding_of(decision: Decision) -> Finding | None:
    """The possible leakage in a purchase, if any; the exemption named for it is in the decision."""
    return _FINDINGS.get(decision.outcome)
