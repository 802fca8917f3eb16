"""What of exemptions that hold waits for their agency, and for the analyst: ends, conditions."""

from dataclasses import dataclass
from datetime import date, timedelta

from exemptions.models import Condition, ExemptionRequest, RequestState
from exemptions.permissions import WRITERS
from exemptions.reading.living import ShownCondition, shown_condition
from stmm.agencies.access import Access

SHOWN = 10
SOON = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LivingHome:
    """`ending`: exemptions whose term ends within 90 days; `unmet`: conditions, the nearest day
    first."""

    ending: list[ExemptionRequest]
    unmet: list[ShownCondition]


def living_at_home(access: Access, *, on: date) -> LivingHome | None:
    """Of the agencies that a person writes for; for an analyst, conditions of their requests.

    None for everybody else. Two queries at most.
    """
    agencies = {each.agency_id for each in access.appointments if each.role in WRITERS}
    if not agencies and not access.is_stnd:
        return None
    theirs = ExemptionRequest.objects.filter(agency__in=agencies)
    conditions = Condition.objects.filter(
        met_at__isnull=True, decision__request__state=RequestState.APPROVED
    ).select_related("decision__request__agency")
    if agencies:
        unmet = conditions.filter(decision__request__agency__in=agencies)
    else:
        unmet = conditions.filter(decision__request__analyst=access.user.pk)
    ending = theirs.in_term(on).filter(until__lte=on + SOON).select_related("agency")
    return LivingHome(
        ending=list(ending.order_by("until", "pk")[:SHOWN]) if agencies else [],
        unmet=[shown_condition(each, on) for each in unmet.order_by("due_on", "pk")[:SHOWN]],
    )
