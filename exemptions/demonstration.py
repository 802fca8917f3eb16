"""The demonstration's exemption requests: made up, in each stage of their review."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import uuid4

from django.utils import timezone

from catalog.models import Contract, Designation, Service
from exemptions.models import ExemptionRequest
from exemptions.models.case import Outcome
from exemptions.services import drafting, items, sending, working
from exemptions.services.recommending import recommend
from exemptions.verdict import Verdict, Wanted
from stmm.accounts.models import User
from stmm.agencies.access import Access, access_of
from stmm.agencies.models import Agency

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Story:
    """What an agency asks for; `sent_before` is how many days ago it was sent."""

    agency: str
    author: str
    officer: str
    quantity: int
    monthly: Decimal
    sent_before: int
    answers: dict[str, str]


UNASSIGNED = Story(
    "2740", "atr@dmv.example", "aio@dmv.example", 2, Decimal("310.00"), 5,
    {
        "project": "Network of the temporary field office in Redding",
        "description": "Two links of 50 Mbit/s for eleven months, until the office is rebuilt.",
        "compelling_reason": "The landlord’s building has one carrier, which is not on CALNET.",
        "why_not_calnet": "Two CALNET contractors surveyed it: new fibre takes fourteen months.",
        "if_unmet": "400 customers a day would be sent 70 miles to Red Bluff and Yreka.",
        "proposed_source": "Shasta Fiber Cooperative",
    },
)  # fmt: skip
ASKED = Story(
    "2720", "atr@chp.example", "aio@chp.example", 6, Decimal("95.00"), 14,
    {
        "project": "Cameras at the Donner Pass inspection station",
        "description": "Six links for cameras of the inspection station, in winter alone.",
        "compelling_reason": "The cameras have to work before the first snow.",
        "why_not_calnet": "The CALNET services need power that the masts do not have.",
        "if_unmet": "Trucks without chains are found only where they have stopped the road.",
        "proposed_source": "Summit Wireless",
    },
)  # fmt: skip
RECOMMENDED = Story(
    "2720", "atr@chp.example", "aio@chp.example", 10, Decimal("80.00"), 21,
    {
        "project": "Radio site backhaul at Cold Springs",
        "description": "Ten links over licensed microwave, 100 Mbit/s each, to the summit.",
        "compelling_reason": "No CALNET contractor serves the summit.",
        "why_not_calnet": "Each was asked in writing; the nearest fibre ends 40 miles away.",
        "if_unmet": "Dispatch loses contact with patrols on 60 miles of highway.",
        "proposed_source": "Sierra Microwave",
    },
)  # fmt: skip


def load_exemptions(*, at: datetime) -> int:
    """Requests in the queue: unassigned, with a question out, recommended. Gives their number."""
    analyst = _access("analyst@cdt.example", at)
    services = mandatory_services(at)
    send(UNASSIGNED, services[:1], at=at)
    asked = send(ASKED, services[1:2], at=at)
    advised = send(RECOMMENDED, services[2:4], at=at)
    for request, before in ((asked, ASKED.sent_before - 2), (advised, RECOMMENDED.sent_before - 1)):
        working.assign(
            request=request, analyst=cast(User, analyst.user), access=analyst, at=at - before * DAY
        )
    working.ask(
        request=asked,
        text="Which CALNET services with their own power did you look at?",
        access=analyst,
        at=at - 3 * DAY,
    )
    today = timezone.localdate(at)
    recommend(
        request=advised,
        verdict=Verdict(
            Outcome.APPROVED,
            reasoning="The letters of both contractors are attached to the survey of the county.",
            reason_codes=("not_at_sites",),
            starts_on=today + 14 * DAY,
            until=today + 379 * DAY,
            conditions=(
                Wanted("Ask the CALNET contractors again for service at the summit.",
                       today + 300 * DAY),
                Wanted("Send STND the contract with the proposed source."),
            ),
        ),
        access=analyst,
        at=at - 6 * DAY,
    )  # fmt: skip
    return 3


def mandatory_services(at: datetime) -> list[Service]:
    """Services that an exemption can be asked for on the day, and that CALNET has a price for."""
    on = timezone.localdate(at)
    wanted = {"designation": Designation.Value.MANDATORY}
    offered = Service.objects.offered(on).filter(contract__in=Contract.objects.in_term(on))
    found = offered.with_designation(on).filter(**wanted)
    return list(found.order_by("pk")[:12])


def send(story: Story, services: list[Service], *, at: datetime) -> ExemptionRequest:
    """A request of the story, written by one and signed and sent by another."""
    author, officer = _access(story.author, at), _access(story.officer, at)
    sent_at = at - story.sent_before * DAY
    first_day = timezone.localdate(at) + 14 * DAY
    request = drafting.begin(
        agency=Agency.objects.get(code=story.agency),
        project=story.answers["project"],
        key=uuid4(),
        access=author,
        at=sent_at - DAY,
        services=[(service, story.quantity) for service in services],
    )
    for item in request.items.all():
        request.refresh_from_db()
        items.change_item(
            item=item,
            fields={"proposed_monthly": story.monthly},
            version=request.version,
            access=author,
            at=sent_at - DAY,
        )
    request.refresh_from_db()
    request = drafting.change(
        request=request,
        fields={
            **story.answers,
            "wanted_from": first_day,
            "wanted_until": first_day + 365 * DAY,
            "asks_for_delegation": True,
        },
        version=request.version,
        access=author,
        at=sent_at - DAY,
    )
    return sending.send(request=request, version=request.version, access=officer, at=sent_at)


def _access(email: str, at: datetime) -> Access:
    return access_of(User.objects.get(email=email), on=timezone.localdate(at))
