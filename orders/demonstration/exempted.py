"""The demonstration's exemption that was approved: a condition met, one due, partly used."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import uuid4

from django.utils import timezone

from exemptions.demonstration import Story, mandatory_services, send
from exemptions.models import Decision, ExemptionRequest
from exemptions.models.case import Outcome
from exemptions.services import working
from exemptions.services.conditions import meet
from exemptions.services.deciding import decide
from exemptions.services.letters import write_letter
from exemptions.services.recommending import recommend
from exemptions.verdict import Verdict, Wanted
from orders.models import OutsidePurchase
from orders.services.elsewhere.outside import Said, record_purchase
from stmm.accounts.models import User
from stmm.agencies.access import Access, access_of

DAY = timedelta(days=1)
GRANTED = Story(
    "2720", "atr@chp.example", "aio@chp.example", 8, Decimal("120.00"), 15,
    {
        "project": "Links to the mobile command posts of the fire season",
        "description": "Eight links for mobile command posts, for the months of the fire season.",
        "compelling_reason": "The posts move with the fires, to where no contractor has a line.",
        "why_not_calnet": "The CALNET services are ordered for an address, and take weeks.",
        "if_unmet": "Evacuations would be led without maps and without a common picture.",
        "proposed_source": "Golden State Satellite (sample)",
    },
)  # fmt: skip


def load_exempted(*, at: datetime) -> ExemptionRequest:
    """Sent 75 days before `at`, approved 60 days before, used since. Gives the request."""
    begun = at - 60 * DAY
    request = send(GRANTED, mandatory_services(begun)[4:6], at=begun)
    decision = _approve(request, begun)
    request.refresh_from_db()
    first, _ = decision.conditions.all()
    buyer = _access("atr@chp.example", at)
    meet(
        condition=first,
        how="The list of posts was sent to STND with the contract.",
        access=buyer,
        at=begun + 15 * DAY,
    )
    for days, quantity, amount in ((16, 3, "1440.00"), (38, 2, "960.00")):
        _buy(request, buyer, begun + days * DAY, quantity, Decimal(amount))
    return request


def _approve(request: ExemptionRequest, at: datetime) -> Decision:
    analyst = _access("analyst@cdt.example", at)
    working.assign(
        request=request, analyst=cast(User, analyst.user), access=analyst, at=at - 13 * DAY
    )
    first_day = timezone.localdate(at) + 14 * DAY
    verdict = Verdict(
        Outcome.APPROVED,
        reasoning="The posts have no address, and CALNET offers nothing that moves with them.",
        reason_codes=("need_not_met",),
        starts_on=first_day,
        until=first_day + 120 * DAY,
        conditions=(
            Wanted("Send STND the list of the posts."),
            Wanted("Report how often each link was used.", first_day + 80 * DAY),
        ),
    )
    advice = recommend(request=request, verdict=verdict, access=analyst, at=at - 4 * DAY)
    decision = decide(
        request=request,
        recommendation=advice,
        verdict=verdict,
        key=uuid4(),
        access=_access("deputy.director@cdt.example", at),
        at=at,
    )
    write_letter(signed=decision, at=at)
    return decision


def _buy(
    request: ExemptionRequest, access: Access, at: datetime, quantity: int, amount: Decimal
) -> None:
    item = request.items.select_related("service")[0]
    record_purchase(
        agency=request.agency,
        fields={
            "vendor": "Golden State Satellite (sample)",
            "description": f"{quantity} links for mobile command posts, four months",
            "amount": amount,
            "purchased_on": timezone.localdate(at),
        },
        said=Said(OutsidePurchase.Match.MATCHED, item.service, item, quantity),
        determination=None,
        key=uuid4(),
        access=access,
        at=at,
    )


def _access(email: str, at: datetime) -> Access:
    return access_of(User.objects.get(email=email), on=timezone.localdate(at))
