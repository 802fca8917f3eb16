"""S6: nobody decides their own request, by any path that there is."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch, reverse

from exemptions.models import (
    Contributor,
    Decision,
    ExemptionRequest,
    Recommendation,
    RequestState,
)
from exemptions.permissions import reason_against_deciding, reasons_against
from exemptions.services.deciding import decide
from exemptions.services.working import answer
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.agencies.services import appoint
from stmm.refusals import NotAllowed
from tests.exemptions.factories import Case, as_of, make_request
from tests.exemptions.test_deciding_pages import typed
from tests.exemptions.verdicts import approval
from tests.factories import AT, TODAY, Role, make_agency, make_appointment, make_user
from tests.orders.pages import page, post
from tests.triggers import without_triggers

State = RequestState


def also_delegate(user: User) -> User:
    make_appointment(Role.DEPUTY_DELEGATE, user=user)
    return user


def by_author(case: Case) -> tuple[User, ExemptionRequest]:
    return also_delegate(case.atr), make_request(case, State.RECOMMENDED)


def by_signer(case: Case) -> tuple[User, ExemptionRequest]:
    request = make_request(case, State.RECOMMENDED)
    return also_delegate(case.officer), request


def by_analyst(case: Case) -> tuple[User, ExemptionRequest]:
    return also_delegate(case.analyst), make_request(case, State.RECOMMENDED)


def by_colleague_of_the_author(case: Case) -> tuple[User, ExemptionRequest]:
    return also_delegate(case.catr), make_request(case, State.RECOMMENDED)


def by_author_who_has_left_the_agency(case: Case) -> tuple[User, ExemptionRequest]:
    request = make_request(case, State.RECOMMENDED)
    Appointment.objects.filter(user=case.atr).update(until=TODAY)
    return also_delegate(case.atr), request


def by_deputy_director_who_wrote_as_officer_elsewhere(
    case: Case,
) -> tuple[User, ExemptionRequest]:
    make_appointment(Role.AIO, make_agency(name="Parks"), case.deputy_director)
    return case.deputy_director, make_request(case, State.RECOMMENDED, by=case.deputy_director)


def by_who_answered_for_the_agency(case: Case) -> tuple[User, ExemptionRequest]:
    asked = make_request(case, State.QUESTION_OUT).questions.get()
    answer(question=asked, text="Both.", access=as_of(case.catr), at=AT)
    Appointment.objects.filter(user=case.catr).update(until=TODAY)
    return also_delegate(case.catr), advised_again(case, asked.request)


def by_analyst_of_a_void_recommendation(case: Case) -> tuple[User, ExemptionRequest]:
    request = make_request(case, State.RECOMMENDED)
    request.recommendations.update(voided_at=AT, voided_because="Recommended anew.")
    other = make_appointment(Role.STND).user
    Recommendation.objects.create(
        request=request,
        version=request.sent.get(),
        outcome="denied",
        reasoning="No.",
        made_at=AT,
        made_by=other,
    )
    return also_delegate(case.analyst), request


def advised_again(case: Case, request: ExemptionRequest) -> ExemptionRequest:
    Recommendation.objects.create(
        request=request,
        version=request.sent.get(),
        outcome="denied",
        reasoning="No.",
        made_at=AT,
        made_by=case.analyst,
    )
    ExemptionRequest.objects.filter(pk=request.pk).update(state=State.RECOMMENDED)
    request.refresh_from_db()
    return request


PATHS = [
    by_author,
    by_signer,
    by_analyst,
    by_colleague_of_the_author,
    by_author_who_has_left_the_agency,
    by_deputy_director_who_wrote_as_officer_elsewhere,
    by_who_answered_for_the_agency,
    by_analyst_of_a_void_recommendation,
]


@pytest.mark.parametrize("path", PATHS)
def test_nobody_decides_their_own_request(
    case: Case, path: Callable[[Case], tuple[User, ExemptionRequest]]
) -> None:
    user, request = path(case)
    valid = request.recommendations.get(voided_at__isnull=True)

    # By the page, by a POST past the page, by the service; the button says why
    assert page(user, "exemptions:decide", request.pk).status_code == 403
    assert post(user, "exemptions:decide", request.pk, **typed(request)).status_code == 403
    with pytest.raises(NotAllowed, match="Nobody decides"):
        decide(
            request=request,
            recommendation=valid,
            verdict=approval(),
            key=uuid4(),
            access=as_of(user),
            at=AT,
        )
    assert "Nobody decides" in reasons_against(as_of(user), request)["decide"]
    assert not Decision.objects.exists()


def insert(user: User, request: ExemptionRequest) -> Decision:
    return Decision.objects.create(
        request=request,
        creation_key=uuid4(),
        recommendation=request.recommendations.get(voided_at__isnull=True),
        outcome="denied",
        reasoning="No.",
        at=AT,
        decided_by=user,
        appointment=Appointment.objects.get(user=user, role=Role.DEPUTY_DELEGATE),
        name=user.name,
        role="Delegate of the Deputy Director",
    )


@pytest.mark.parametrize(
    "path",
    [by_author, by_signer, by_analyst, by_who_answered_for_the_agency,
     by_author_who_has_left_the_agency, by_analyst_of_a_void_recommendation],
)  # fmt: skip
def test_the_database_refuses_it_too(
    case: Case, path: Callable[[Case], tuple[User, ExemptionRequest]]
) -> None:
    user, request = path(case)

    with pytest.raises(IntegrityError, match="had a hand in"), transaction.atomic():
        insert(user, request)


@pytest.mark.parametrize("path", [by_author, by_signer, by_analyst])
def test_the_database_refuses_it_though_nobody_was_noted_as_a_contributor(
    case: Case, path: Callable[[Case], tuple[User, ExemptionRequest]]
) -> None:
    user, request = path(case)
    with without_triggers():
        Contributor.objects.all().delete()

    with pytest.raises(IntegrityError, match="had a hand in"), transaction.atomic():
        insert(user, request)


def test_a_crafted_post_changes_no_one_who_decides(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    crafted = typed(
        request,
        decided_by=case.deputy_director.pk,
        appointment=Appointment.objects.get(user=case.deputy_director).pk,
        role="Deputy Director",
    )

    assert post(case.atr, "exemptions:decide", request.pk, **crafted).status_code == 403
    post(case.delegate, "exemptions:decide", request.pk, **crafted)

    decision = Decision.objects.get()
    assert (decision.decided_by, decision.name) == (case.delegate, case.delegate.name)


def test_a_page_that_was_opened_before_one_had_a_hand_in_it_decides_nothing(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    form = typed(request)
    assert page(case.delegate, "exemptions:decide", request.pk).status_code == 200
    Contributor.objects.create(request=request, user=case.delegate, part="wrote")

    assert post(case.delegate, "exemptions:decide", request.pk, **form).status_code == 403


def test_a_delegation_that_has_ended_decides_nothing(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    form = typed(request)
    Appointment.objects.filter(user=case.delegate).update(until=TODAY + timedelta(days=1))

    # Today is long after: who is no delegate any more does not even see it
    assert post(case.delegate, "exemptions:decide", request.pk, **form).status_code == 404
    assert not Decision.objects.exists()


def test_a_superuser_decides_nothing(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    root = make_user("Root", is_superuser=True)

    assert page(root, "exemptions:decide", request.pk).status_code == 404
    assert reason_against_deciding(as_of(root), request)


def test_there_is_no_admin_by_which_to_decide() -> None:
    assert not [app for app in settings.INSTALLED_APPS if "admin" in app]
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")


@pytest.mark.parametrize("role", [Role.DEPUTY_DELEGATE, Role.DEPUTY_DIRECTOR, Role.STND])
def test_nobody_appoints_themselves(case: Case, role: str) -> None:
    agency = Appointment.objects.get(user=case.analyst).agency

    with pytest.raises(NotAllowed, match="their own appointment"):
        appoint(
            user=case.analyst, agency=agency, role=role, starts_on=TODAY, actor=case.analyst, at=AT
        )
