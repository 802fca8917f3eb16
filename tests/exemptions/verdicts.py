"""Verdicts for tests, and requests that the services have worked on."""

from typing import Any
from uuid import uuid4

from exemptions.models import Decision, ExemptionRequest, Recommendation, RequestState
from exemptions.models.case import Outcome
from exemptions.services.deciding import decide
from exemptions.verdict import Portion, Verdict
from stmm.accounts.models import User
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.factories import AT, TODAY


def approval(**changes: Any) -> Verdict:
    return Verdict(
        **{
            "outcome": Outcome.APPROVED,
            "reasoning": "Each contractor was asked.",
            "reason_codes": ("not_at_sites",),
            "starts_on": TODAY,
            "until": UNTIL,
            **changes,
        }
    )


def in_part(request: ExemptionRequest, **changes: Any) -> Verdict:
    """Four of the first item, nothing of the second."""
    return approval(
        **{
            "outcome": Outcome.APPROVED_IN_PART,
            "reason_codes": ("not_at_sites", "smaller_need"),
            "portions": {request.items.all()[0].pk: Portion(4)},
            **changes,
        }
    )


def denial(**changes: Any) -> Verdict:
    return Verdict(
        **{
            "outcome": Outcome.DENIED,
            "reasoning": "AT&T serves the summit since May.",
            "reason_codes": ("calnet_meets_need",),
            **changes,
        }
    )


def return_(**changes: Any) -> Verdict:
    return Verdict(
        **{
            "outcome": Outcome.RETURNED,
            "reasoning": "Which sites are meant?",
            "reason_codes": ("services_unclear",),
            **changes,
        }
    )


def recommended(case: Case, **fields: Any) -> tuple[ExemptionRequest, Recommendation]:
    request = make_request(case, RequestState.RECOMMENDED, **fields)
    return request, request.recommendations.get(voided_at__isnull=True)


def decided(
    case: Case, verdict: Verdict, *, by: User | None = None, **fields: Any
) -> tuple[ExemptionRequest, Decision]:
    """A recommended request that the Deputy Director has decided, and the decision."""
    request, recommendation = recommended(case, **fields)
    decision = decide(
        request=request,
        recommendation=recommendation,
        verdict=verdict,
        key=uuid4(),
        access=as_of(by or case.deputy_director),
        at=AT,
    )
    request.refresh_from_db()
    return request, decision
