"""Exemption requests for tests, walked through their states by rows, past the services.

`make_case` is who has to do with a request; `make_request` makes one in any state that the
database lets it reach, at AT.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from catalog.models import Service
from exemptions.content import canonical, draft_content
from exemptions.models import (
    Contributor,
    Decision,
    ExemptionRequest,
    ItemDecision,
    Recommendation,
    RecommendedItem,
    RequestedItem,
    RequestState,
    Revocation,
    SentVersion,
)
from exemptions.models.case import Outcome
from exemptions.models.states import DECIDED, PENDING
from stmm.accounts.models import User
from stmm.agencies.access import Access, access_of
from stmm.agencies.models import Agency, Appointment
from tests.catalog.factories import MANDATORY, make_designation, make_service
from tests.factories import AT, TODAY, Role, make_agency, make_appointment

State = RequestState
REVIEWED = DECIDED | {State.IN_REVIEW, State.QUESTION_OUT, State.RECOMMENDED}
UNTIL = date(2027, 3, 2)


@dataclass(frozen=True, slots=True)
class Case:
    """A non-exempt State agency with its people, the Department's, and a mandatory service."""

    agency: Agency
    catr: User
    atr: User
    officer: User
    analyst: User
    deputy_director: User
    delegate: User
    auditor: User
    stranger: User
    """A CATR of another agency."""
    service: Service
    other_service: Service
    """Mandatory too."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What of the first item: None all of it, 0 nothing."""

    quantity: int | None
    amount: Decimal | None
    starts_on: date
    until: date


def make_case() -> Case:
    agency = make_agency(name="Highway Patrol")
    services = [make_service(name) for name in ("Converged VoIP", "Dark fibre")]
    for service in services:
        make_designation(MANDATORY, service)
    return Case(
        agency=agency,
        catr=make_appointment(Role.CATR, agency).user,
        atr=make_appointment(Role.ATR, agency).user,
        officer=make_appointment(Role.AIO, agency).user,
        analyst=make_appointment(Role.STND).user,
        deputy_director=make_appointment(Role.DEPUTY_DIRECTOR).user,
        delegate=make_appointment(Role.DEPUTY_DELEGATE).user,
        auditor=make_appointment(Role.AUDITOR).user,
        stranger=make_appointment(Role.CATR).user,
        service=services[0],
        other_service=services[1],
    )


def as_of(user: User, on: date = TODAY) -> Access:
    return access_of(user, on=on)


def make_request(
    case: Case,
    state: str = State.DRAFT,
    *,
    by: User | None = None,
    quantity: int = 10,
    amount: Decimal | None = None,
    starts_on: date = TODAY,
    until: date = UNTIL,
    granted: int | None = None,
    **fields: Any,
) -> ExemptionRequest:
    """A request of the agency for its two services, written by the ATR unless told.

    `granted` is the quantity granted of the first item, all of it unless told; `amount` its
    limit. The second item is granted whole, unless `granted` is 0: then nothing of the first is.
    """
    author = by or case.atr
    request = ExemptionRequest.objects.create(
        agency=case.agency,
        creation_key=uuid4(),
        created_at=AT,
        created_by=author,
        **(
            {
                "project": "Radio site backhaul at Cold Springs",
                "description": "Ten links over licensed microwave, 100 Mbit/s each.",
                "compelling_reason": "No CALNET contractor serves the summit.",
                "why_not_calnet": "Each was asked; the nearest fibre ends 40 miles away.",
                "if_unmet": "Dispatch loses contact with patrols on 60 miles of highway.",
                "proposed_source": "Sierra Microwave",
                "wanted_from": starts_on,
                "wanted_until": until,
                "delegation_reference": "GTD-2026-014",
            }
            | fields
        ),
    )
    for position, service in enumerate((case.service, case.other_service), start=1):
        RequestedItem.objects.create(
            request=request,
            position=position,
            service=service,
            quantity=quantity,
            proposed_monthly=Decimal("80.00"),
        )
    Contributor.objects.create(request=request, user=author, part=Contributor.Part.WROTE)
    _walk(case, request, RequestState(state), Grant(granted, amount, starts_on, until))
    request.refresh_from_db()
    return request


def _walk(case: Case, request: ExemptionRequest, state: RequestState, grant: Grant) -> None:
    if state in PENDING | DECIDED:
        _send(case, request)
    if state in REVIEWED:
        _set(request, state=State.IN_REVIEW, analyst=case.analyst)
    if state in DECIDED | {State.RECOMMENDED}:
        recommendation = _recommend(case, request, denied=state == State.DENIED, grant=grant)
        if state in DECIDED:
            _decide(case, recommendation, grant)
    if last := LAST_STEPS.get(state):
        last(case, request)


def _set(request: ExemptionRequest, **fields: Any) -> None:
    ExemptionRequest.objects.filter(pk=request.pk).update(**fields)


def _send(case: Case, request: ExemptionRequest) -> None:
    content = canonical(draft_content(request, on=TODAY))
    SentVersion.objects.create(
        request=request,
        number=1,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        signed_at=AT,
        signed_by=case.officer,
        appointment=Appointment.objects.get(user=case.officer),
        name=case.officer.name,
        role="Agency Information Officer",
        is_by_author=False,
    )
    Contributor.objects.create(request=request, user=case.officer, part=Contributor.Part.SIGNED)
    _set(request, state=State.SENT, sent_at=AT)


def _recommend(
    case: Case, request: ExemptionRequest, *, denied: bool, grant: Grant
) -> Recommendation:
    recommendation = Recommendation.objects.create(
        request=request,
        version=request.sent.get(),
        outcome=Outcome.DENIED if denied else Outcome.APPROVED,
        starts_on=None if denied else grant.starts_on,
        until=None if denied else grant.until,
        reasoning="The sites were checked with each contractor.",
        made_at=AT,
        made_by=case.analyst,
    )
    if not denied:
        RecommendedItem.objects.bulk_create(
            RecommendedItem(recommendation=recommendation, item=item, quantity=item.quantity)
            for item in request.items.all()
        )
    Contributor.objects.create(
        request=request, user=case.analyst, part=Contributor.Part.RECOMMENDED
    )
    _set(request, state=State.RECOMMENDED)
    return recommendation


def _decide(case: Case, recommendation: Recommendation, grant: Grant) -> None:
    request, denied = recommendation.request, recommendation.outcome == Outcome.DENIED
    decision = Decision.objects.create(
        request=request,
        creation_key=uuid4(),
        recommendation=recommendation,
        outcome=Outcome.APPROVED_IN_PART if grant.quantity == 0 else recommendation.outcome,
        starts_on=recommendation.starts_on,
        until=recommendation.until,
        reasoning="A CALNET contractor can serve the sites." if denied else "",
        at=AT,
        decided_by=case.deputy_director,
        appointment=Appointment.objects.get(user=case.deputy_director),
        name=case.deputy_director.name,
        role="Deputy Director",
    )
    if denied:
        _set(request, state=State.DENIED, closed_at=AT)
        return
    first, second = request.items.all()
    if grant.quantity != 0:
        ItemDecision.objects.create(
            decision=decision,
            item=first,
            quantity=grant.quantity or first.quantity,
            amount=grant.amount,
        )
    ItemDecision.objects.create(decision=decision, item=second, quantity=second.quantity)
    _set(
        request,
        state=State.APPROVED,
        closed_at=AT,
        starts_on=decision.starts_on,
        until=decision.until,
    )


def _revoke(case: Case, request: ExemptionRequest) -> None:
    Revocation.objects.create(
        request=request,
        reason="The sites are served by CALNET now.",
        at=AT + timedelta(days=30),
        revoked_by=case.deputy_director,
        appointment=Appointment.objects.get(user=case.deputy_director),
        name=case.deputy_director.name,
        role="Deputy Director",
    )
    _set(request, state=State.REVOKED)


def _ask(case: Case, request: ExemptionRequest) -> None:
    request.questions.create(text="Which sites?", asked_at=AT, asked_by=case.analyst)
    _set(request, state=State.QUESTION_OUT)


def _withdraw(case: Case, request: ExemptionRequest) -> None:
    _set(request, state=State.WITHDRAWN, closed_at=AT)


def _expire(case: Case, request: ExemptionRequest) -> None:
    _set(request, state=State.EXPIRED)


LAST_STEPS = {
    State.QUESTION_OUT: _ask,
    State.WITHDRAWN: _withdraw,
    State.REVOKED: _revoke,
    State.EXPIRED: _expire,
}
