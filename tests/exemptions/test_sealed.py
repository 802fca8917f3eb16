"""What the database refuses of exemptions, whoever asks and by whatever path."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from exemptions.models import (
    Contributor,
    Decision,
    ExemptionRequest,
    ItemDecision,
    RequestedItem,
    RequestState,
    Revocation,
    TakenBack,
    Use,
)
from exemptions.models.case import Outcome
from stmm.agencies.models import Appointment
from tests.exemptions.factories import UNTIL, Case, make_request
from tests.factories import AT, TODAY

State = RequestState
REFUSED = (IntegrityError, DatabaseError)


def refuse(change: Any) -> None:
    with pytest.raises(REFUSED), transaction.atomic():
        change()


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_be_reached_in_the_lawful_way(case: Case, state: str) -> None:
    assert make_request(case, state).state == state


@pytest.mark.parametrize("state", [State.APPROVED, State.DENIED, State.REVOKED, State.EXPIRED])
@pytest.mark.parametrize("before", [State.DRAFT, State.SENT, State.RECOMMENDED])
def test_no_state_stands_without_the_row_that_says_who_decided(
    case: Case, before: str, state: str
) -> None:
    rows = ExemptionRequest.objects.filter(pk=make_request(case, before).pk)
    term = {} if state == State.DENIED else {"starts_on": TODAY, "until": UNTIL}

    refuse(lambda: rows.update(state=state, sent_at=AT, closed_at=AT, **term))


@pytest.mark.parametrize("state", [State.DENIED, State.WITHDRAWN, State.EXPIRED, State.REVOKED])
def test_a_closed_request_is_never_opened_again(case: Case, state: str) -> None:
    rows = ExemptionRequest.objects.filter(pk=make_request(case, state).pk)

    refuse(lambda: rows.update(state=State.DRAFT, closed_at=None, starts_on=None, until=None))
    refuse(lambda: rows.update(state=State.APPROVED, starts_on=TODAY, until=UNTIL))


def test_a_term_is_never_changed(case: Case) -> None:
    rows = ExemptionRequest.objects.filter(pk=make_request(case, State.APPROVED).pk)

    refuse(lambda: rows.update(until=UNTIL + timedelta(days=1)))


@pytest.mark.parametrize("state", [State.SENT, State.RECOMMENDED, State.APPROVED])
def test_what_was_sent_is_not_changed(case: Case, state: str) -> None:
    request = make_request(case, state)

    refuse(lambda: ExemptionRequest.objects.filter(pk=request.pk).update(project="Another"))
    refuse(lambda: request.items.update(quantity=99))
    refuse(request.items.all()[0].delete)
    refuse(
        lambda: RequestedItem.objects.create(
            request=request, position=3, described="Satellite", quantity=1
        )
    )
    refuse(lambda: request.sent.update(content="{ }"))


def test_a_request_begins_as_a_draft_and_is_kept(case: Case) -> None:
    request = make_request(case)

    refuse(
        lambda: ExemptionRequest.objects.create(
            agency=case.agency,
            creation_key=uuid4(),
            created_at=AT,
            created_by=case.atr,
            state=State.SENT,
            sent_at=AT,
        )
    )
    refuse(ExemptionRequest.objects.filter(pk=request.pk).delete)


def decide(case: Case, request: ExemptionRequest, who: str, **fields: Any) -> Decision:
    user = getattr(case, who)
    return Decision.objects.create(
        **{
            "request": request,
            "creation_key": uuid4(),
            "recommendation": request.recommendations.first(),
            "outcome": Outcome.DENIED,
            "reasoning": "Served by CALNET.",
            "at": AT,
            "decided_by": user,
            "appointment": Appointment.objects.filter(user=user)[0],
            "name": user.name,
            "role": "Deputy Director",
            **fields,
        }
    )


def test_the_deputy_director_and_a_delegate_decide(case: Case) -> None:
    decide(case, make_request(case, State.RECOMMENDED), "deputy_director")
    decide(case, make_request(case, State.RECOMMENDED), "delegate")


@pytest.mark.parametrize("who", ["atr", "officer", "analyst", "auditor", "stranger"])
def test_nobody_else_decides(case: Case, who: str) -> None:
    request = make_request(case, State.RECOMMENDED)

    refuse(lambda: decide(case, request, who))


def test_nobody_decides_with_another_persons_appointment(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    theirs = Appointment.objects.get(user=case.deputy_director)

    refuse(lambda: decide(case, request, "analyst", appointment=theirs))


@pytest.mark.parametrize("part", list(Contributor.Part))
def test_nobody_decides_what_they_had_a_hand_in(case: Case, part: str) -> None:
    request = make_request(case, State.RECOMMENDED)
    Contributor.objects.create(request=request, user=case.deputy_director, part=part)

    refuse(lambda: decide(case, request, "deputy_director"))


@pytest.mark.parametrize("state", [State.SENT, State.IN_REVIEW, State.QUESTION_OUT])
def test_a_decision_needs_a_recommended_request(case: Case, state: str) -> None:
    other = make_request(case, State.RECOMMENDED).recommendations.get()
    request = make_request(case, state)

    refuse(lambda: decide(case, request, "deputy_director", recommendation=other))


def test_a_voided_recommendation_leads_to_no_decision(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    request.recommendations.update(voided_at=AT, voided_because="Taken back")

    refuse(lambda: decide(case, request, "deputy_director"))


def test_a_decision_and_what_it_grants_are_never_changed(case: Case) -> None:
    request = make_request(case, State.APPROVED)

    refuse(lambda: request.decisions.update(until=UNTIL + timedelta(days=1)))
    refuse(request.decisions.all().delete)
    refuse(lambda: ItemDecision.objects.update(quantity=99))


def test_no_more_is_granted_than_was_asked_for(case: Case) -> None:
    refuse(lambda: make_request(case, State.APPROVED, granted=11))


def test_nobody_else_revokes(case: Case) -> None:
    request = make_request(case, State.APPROVED)

    refuse(
        lambda: Revocation.objects.create(
            request=request,
            reason="No longer needed.",
            at=AT,
            revoked_by=case.analyst,
            appointment=Appointment.objects.get(user=case.analyst),
            name=case.analyst.name,
            role="STND analyst",
        )
    )


def use(request: ExemptionRequest, **fields: Any) -> Use:
    granted = ItemDecision.objects.filter(decision__request=request).order_by("pk")[0]
    return Use.objects.create(
        **{
            "item": granted,
            "agency": request.agency,
            "kind": "orders.outsidepurchase",
            "key": str(uuid4())[:8],
            "label": "Microwave links",
            "quantity": 1,
            "amount": Decimal("80.00"),
            "used_on": TODAY,
            "recorded_at": AT,
            "recorded_by": request.created_by,
            **fields,
        }
    )


@pytest.mark.parametrize("state", [State.APPROVED, State.EXPIRED])
def test_what_was_bought_in_the_term_may_rely_on_it(case: Case, state: str) -> None:
    request = make_request(case, state)

    assert use(request, used_on=UNTIL - timedelta(days=1)).pk


def test_nothing_relies_on_a_revoked_exemption(case: Case) -> None:
    request = make_request(case, State.REVOKED)

    refuse(lambda: use(request))


@pytest.mark.parametrize("on", [TODAY - timedelta(days=1), UNTIL])
def test_nothing_relies_on_an_exemption_outside_its_term(case: Case, on: date) -> None:
    request = make_request(case, State.APPROVED)

    refuse(lambda: use(request, used_on=on))


def test_no_more_is_taken_than_was_granted(case: Case) -> None:
    request = make_request(case, State.APPROVED, granted=3, amount=Decimal("300.00"))
    first = use(request, quantity=2)

    refuse(lambda: use(request, quantity=2))
    refuse(lambda: use(request, amount=Decimal("220.01")))
    Use.objects.filter(pk=first.pk).update(released_at=AT)
    assert use(request, quantity=3, amount=Decimal("300.00")).pk


def test_another_agency_never_relies_on_it(case: Case) -> None:
    request = make_request(case, State.APPROVED)
    other = Appointment.objects.get(user=case.stranger).agency

    refuse(lambda: use(request, agency=other))


def test_a_use_is_released_once_and_never_changed(case: Case) -> None:
    row = use(make_request(case, State.APPROVED))
    rows = Use.objects.filter(pk=row.pk)

    refuse(lambda: rows.update(quantity=2))
    refuse(rows.delete)
    rows.update(released_at=AT)
    refuse(lambda: rows.update(released_at=None))


def test_a_recommendation_is_only_ever_voided(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    rows = request.recommendations.all()

    refuse(lambda: rows.update(reasoning="Another"))
    refuse(lambda: rows.update(made_by=case.stranger))
    refuse(rows.delete)
    rows.update(voided_at=AT, voided_because="Recommended anew.")
    refuse(lambda: rows.update(voided_at=None, voided_because=""))


def test_a_question_is_only_ever_closed(case: Case) -> None:
    rows = make_request(case, State.QUESTION_OUT).questions.all()

    refuse(lambda: rows.update(text="Another"))
    refuse(rows.delete)
    rows.update(answer="Both.", answered_by=case.atr, closed_at=AT)
    refuse(lambda: rows.update(answer="None."))


def test_that_a_version_was_taken_back_is_kept(case: Case) -> None:
    version = make_request(case, State.SENT).sent.get()
    TakenBack.objects.create(version=version, at=AT, by=case.atr)

    refuse(lambda: TakenBack.objects.update(by=case.catr))
    refuse(TakenBack.objects.all().delete)
    refuse(lambda: TakenBack.objects.create(version=version, at=AT, by=case.atr))
