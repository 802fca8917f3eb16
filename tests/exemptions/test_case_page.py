"""The page of a request: what each side is shown, its timeline, its queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exemptions.models import ExemptionRequest, RequestState
from exemptions.reading.case import who_has_it
from exemptions.services.drafting import change
from exemptions.services.sending import take_back
from exemptions.services.working import note
from exemptions.workflow import Action
from stmm.accounts.models import User
from stmm.audit.services import record
from tests.catalog.factories import FAR, MANDATORY, make_designation, make_service
from tests.exemptions.factories import Case, as_of, make_request
from tests.factories import AT, PASSWORD, make_document, signed_in
from tests.orders.pages import page, post, text

State = RequestState
SIGNED = {"version": 1, "attest": "on", "password": PASSWORD}


@pytest.fixture
def draft(case: Case) -> ExemptionRequest:
    return make_request(case, until=FAR)


def again(request: ExemptionRequest) -> ExemptionRequest:
    return ExemptionRequest.objects.get(pk=request.pk)


def test_a_draft_says_what_it_does_not_say_yet(case: Case) -> None:
    draft = make_request(case, if_unmet="", wanted_until=None, delegation_reference="")
    draft.items.all().delete()

    said = text(page(case.atr, "exemptions:request", draft.pk))

    assert said.count("Not said yet.") == 3
    assert "No services yet." in said


def test_the_department_reads_what_was_sent_and_not_the_draft_after_it(
    case: Case, draft: ExemptionRequest
) -> None:
    assert page(case.analyst, "exemptions:request", draft.pk).status_code == 404
    post(case.officer, "exemptions:sign", draft.pk, **SIGNED)
    take_back(request=draft, reason="More", access=as_of(case.atr), at=AT)
    changed = again(draft)
    fields = {"description": "Twelve links, newly thought of."}
    change(request=draft, fields=fields, version=changed.version, access=as_of(case.atr), at=AT)

    theirs = text(page(case.analyst, "exemptions:request", draft.pk))
    own = text(page(case.atr, "exemptions:request", draft.pk))

    assert "The agency has taken the request back" in theirs
    assert "newly thought of" not in theirs
    assert "newly thought of" in own
    assert "Version 1, sent" in own
    before = text(page(case.atr, "exemptions:request", draft.pk, version="1"))
    assert "Ten links over licensed microwave" in before


def test_an_earlier_version_says_that_there_is_a_later_one(
    case: Case, draft: ExemptionRequest
) -> None:
    post(case.officer, "exemptions:sign", draft.pk, **SIGNED)
    take_back(request=draft, reason="More", access=as_of(case.atr), at=AT)
    version = again(draft).version
    post(case.officer, "exemptions:sign", draft.pk, **SIGNED | {"version": version})

    assert "A later version was sent" in text(
        page(case.analyst, "exemptions:request", draft.pk, version="1")
    )
    assert "A later version" not in text(
        page(case.analyst, "exemptions:request", draft.pk, version="²")
    )


def test_a_file_added_after_taking_back_is_the_agencys_own(
    case: Case, draft: ExemptionRequest
) -> None:
    post(case.officer, "exemptions:sign", draft.pk, **SIGNED)
    take_back(request=draft, reason="More", access=as_of(case.atr), at=AT)
    signed = draft.sent.get().signed_at
    early, late = (
        draft.attachments.create(
            document=make_document(made_from=draft, content=b"%PDF-1.7 " + str(number).encode()),
            added_at=signed + timedelta(hours=number),
            added_by=case.atr,
        )
        for number in (-1, 1)
    )

    def status(user: User, key: int) -> int:
        answer: Any = page(user, "exemptions:attachment", draft.pk, key)
        return int(answer.status_code)

    assert (status(case.analyst, early.pk), status(case.analyst, late.pk)) == (200, 404)
    assert (status(case.atr, early.pk), status(case.atr, late.pk)) == (200, 200)


def test_both_sides_read_one_timeline_without_notes(case: Case) -> None:
    request = make_request(case, State.IN_REVIEW, until=FAR)
    for action in (Action.ASK, Action.NOTE):
        record_step(request, case.analyst, action, f"Words of {action.name}")
    note(request=request, text="Between us", access=as_of(case.analyst), at=AT)

    for user in (case.atr, case.analyst):
        said = text(page(user, "exemptions:request", request.pk)).split("What became of it")[1]
        assert "The Department asked" in said
        assert "Words of NOTE" not in said
    assert "Between us" not in text(page(case.atr, "exemptions:request", request.pk))


def record_step(request: ExemptionRequest, actor: User, action: str, reason: str) -> None:
    record(at=AT, actor=actor, action=action, subject=request, reason=reason)


@pytest.mark.parametrize(
    ("state", "who"),
    [
        (State.DRAFT, "Highway Patrol"),
        (State.QUESTION_OUT, "Highway Patrol"),
        (State.SENT, "STND, to be assigned"),
        (State.IN_REVIEW, "STND analyst, STND"),
        (State.RECOMMENDED, "The Deputy Director of STND"),
        (State.APPROVED, ""),
    ],
)
def test_who_has_it(case: Case, state: str, who: str) -> None:
    assert who_has_it(make_request(case, state)) == who


def counted(user: User, url: str) -> int:
    browser = signed_in(user)
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", ["atr", "officer", "analyst", "deputy_director"])
def test_the_page_takes_so_many_queries_with_any_number_of_steps_and_services(
    case: Case, who: str
) -> None:
    few, many = (make_request(case, State.IN_REVIEW, until=FAR) for _ in range(2))
    record_step(few, case.analyst, Action.ASSIGN, "")
    for number in range(60):
        record_step(many, case.analyst, Action.ASSIGN, f"Step {number}")

    counts = {
        counted(getattr(case, who), reverse("exemptions:request", args=[each.pk]))
        for each in (few, many)
    }

    assert len(counts) == 1
    assert counts.pop() <= 30


@pytest.mark.parametrize(("name", "bound"), [("items", 22), ("review", 24), ("request", 28)])
def test_the_pages_of_a_draft_with_many_services(case: Case, name: str, bound: int) -> None:
    few, many = (make_request(case, until=FAR) for _ in range(2))
    for position in range(3, 23):
        service = make_service(f"Service {position}")
        make_designation(MANDATORY, service)
        many.items.create(position=position, service=service, quantity=1, proposed_once=1)

    counts = {
        counted(case.atr, reverse(f"exemptions:{name}", args=[each.pk])) for each in (few, many)
    }

    assert len(counts) == 1
    assert counts.pop() <= bound


def test_five_hundred_events_are_paged(case: Case) -> None:
    request = make_request(case, State.IN_REVIEW, until=FAR)
    for number in range(500):
        record_step(request, case.analyst, Action.ASSIGN, f"Step {number:03d}")

    first = text(page(case.atr, "exemptions:request", request.pk))
    last = text(page(case.atr, "exemptions:request", request.pk, page="25"))

    assert "Step 499" in first
    assert "Step 010" not in first
    assert "Step 010" in last


@pytest.mark.parametrize("who", ["atr", "officer", "analyst", "auditor"])
def test_the_list_and_home_take_so_many_queries_with_any_number_of_requests(
    case: Case, who: str
) -> None:
    urls = [reverse("exemptions:requests"), reverse("home")]
    user = getattr(case, who)
    make_request(case, until=FAR)
    make_request(case, State.SENT, until=FAR)
    few = [counted(user, url) for url in urls]
    for state in (State.DRAFT, State.SENT, State.QUESTION_OUT) * 3:
        make_request(case, state, until=FAR)

    assert [counted(user, url) for url in urls] == few
    assert max(few) <= 22
