"""Writing a request page by page: begun, answered step by step, two people at once."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exemptions.forms import making
from exemptions.models import Delegation, ExemptionRequest, RequestState
from exemptions.reading.case import attachments_of
from exemptions.services import items
from stmm.accounts.models import User
from stmm.agencies.models import Standing
from tests.catalog.factories import FAR, MANDATORY, NON_MANDATORY, make_designation, make_service
from tests.exemptions.factories import Case, make_request
from tests.factories import AT, SINCE, Role, make_agency, make_appointment
from tests.orders.pages import errors, goes_to, messages, page, post, text

State = RequestState
PDF = b"%PDF-1.7 a quote\n%%EOF\n"
PROJECT = {
    "project": "Backhaul at Cold Springs",
    "description": "Eleven links.",
    "proposed_source": "Sierra Microwave",
}


@pytest.fixture
def draft(case: Case) -> ExemptionRequest:
    return make_request(case, until=FAR)


def again(request: ExemptionRequest) -> ExemptionRequest:
    return ExemptionRequest.objects.get(pk=request.pk)


def test_a_request_is_begun_once_from_its_page(case: Case) -> None:
    shown = page(case.atr, "exemptions:begin")
    assert "Who needs one" in text(shown)
    assert "All non-exempt state agencies are required" in text(shown)
    typed = {"agency": case.agency.pk, "project": "Backhaul", "key": uuid4()}

    answers = [post(case.atr, "exemptions:begin", **typed) for _ in range(2)]

    request = ExemptionRequest.objects.get()
    assert all(goes_to(answer, "exemptions:project", request.pk) for answer in answers)


def test_it_is_begun_for_a_service_of_the_catalogue(case: Case) -> None:
    url = f"{reverse('exemptions:begin')}?service={case.service.pk}"
    assert "Converged VoIP" in text(
        page(case.atr, "exemptions:begin", service=str(case.service.pk))
    )

    typed = {"agency": case.agency.pk, "project": "Backhaul", "key": str(uuid4())}
    from_page = page(case.atr, "exemptions:begin").client.post(url, typed)

    assert from_page.status_code == 302
    assert ExemptionRequest.objects.get().items.get().service == case.service


def test_it_is_not_begun_for_a_service_that_needs_none(case: Case) -> None:
    service = make_service("Toll-free line")
    make_designation(NON_MANDATORY, service)
    url = f"{reverse('exemptions:begin')}?service={service.pk}"
    typed = {"agency": case.agency.pk, "project": "Backhaul", "key": str(uuid4())}

    answer = page(case.atr, "exemptions:begin").client.post(url, typed)

    assert "need no exemption" in text(answer)
    assert not ExemptionRequest.objects.exists()


@pytest.mark.parametrize("service", ["", "x", "²", "9" * 30, "987654"])
def test_a_service_that_is_none_is_left_out(case: Case, service: str) -> None:
    assert page(case.atr, "exemptions:begin", service=service).status_code == 200


@pytest.mark.django_db
def test_an_exempt_agency_is_told_that_it_needs_none() -> None:
    agency = make_agency(standing=Standing.Value.EXEMPT)
    user = make_appointment(Role.CATR, agency).user

    shown = page(user, "exemptions:begin")

    assert "encouraged, not required" in text(shown)
    assert "Begin the request" not in text(shown)


def test_people_of_no_state_agency_are_told_who_may(case: Case) -> None:
    assert page(case.analyst, "exemptions:begin").status_code == 403


def test_a_step_is_saved_and_leads_to_the_next(case: Case, draft: ExemptionRequest) -> None:
    answer = post(case.catr, "exemptions:project", draft.pk, **PROJECT, version=1)

    assert goes_to(answer, "exemptions:items", draft.pk)
    assert again(draft).description == "Eleven links."


def test_each_question_shows_the_source_that_asks_it(case: Case, draft: ExemptionRequest) -> None:
    assert "Asked by SAM 4605: pertinent" in text(page(case.atr, "exemptions:project", draft.pk))
    assert "Asked by SAM 4605: the ramif" in text(page(case.atr, "exemptions:reasons", draft.pk))
    assert "Asked by SAM 4605 with 4603" in text(page(case.atr, "exemptions:term", draft.pk))


def test_what_lacks_an_answer_is_kept_and_told(case: Case, draft: ExemptionRequest) -> None:
    typed = PROJECT | {"description": "", "project": "Typed"}

    answer = post(case.atr, "exemptions:project", draft.pk, **typed, version=1)

    assert errors(answer) == {"description": ["Describe the proposed services."]}
    assert 'value="Typed"' in answer.content.decode()
    assert again(draft).project != "Typed"


def test_it_can_be_saved_for_later_with_gaps(case: Case, draft: ExemptionRequest) -> None:
    typed = PROJECT | {"description": "", "later": "1"}

    answer = post(case.atr, "exemptions:project", draft.pk, **typed, version=1)

    assert goes_to(answer, "exemptions:request", draft.pk)
    assert again(draft).description == ""


def test_the_second_of_two_people_sees_both_versions(case: Case, draft: ExemptionRequest) -> None:
    post(case.catr, "exemptions:project", draft.pk, **PROJECT, version=1)
    mine = PROJECT | {"description": "Twelve links."}

    answer = post(case.atr, "exemptions:project", draft.pk, **mine, version=1)

    assert "Now in the request: “Eleven links.”" in text(answer)
    assert "Twelve links." in answer.content.decode()
    assert again(draft).description == "Eleven links."
    post(case.atr, "exemptions:project", draft.pk, **mine, version=2)
    assert again(draft).description == "Twelve links."


def term(**typed: object) -> dict[str, object]:
    return {
        "version": 1,
        "wanted_from": "2026-12-01",
        "last_day_wanted": "2099-12-31",
        "delegation_reference": "",
    } | typed


@pytest.mark.parametrize(
    ("typed", "field", "why"),
    [
        (term(), "delegation_reference", "Give a reference, or ask"),
        (term(delegation_reference="G", asks_for_delegation="on"), "asks_for_delegation", "one of"),
        (
            term(delegation_reference="G", last_day_wanted="2026-11-30"),
            "last_day_wanted",
            "before the first one",
        ),
        (term(delegation_reference="G", wanted_from="soon"), "wanted_from", "Enter a valid date"),
    ],
)
def test_what_a_term_lacks(
    case: Case, draft: ExemptionRequest, typed: dict[str, object], field: str, why: str
) -> None:
    answer = post(case.atr, "exemptions:term", draft.pk, **typed)

    assert list(errors(answer)) == [field]
    assert why in errors(answer)[field][0]


def test_a_recorded_delegation_in_effect_is_chosen(case: Case, draft: ExemptionRequest) -> None:
    facts = {"agency": case.agency, "scope": "Radio sites", "recorded_at": AT}
    recorded = Delegation.objects.create(reference="GTD-1", starts_on=SINCE, **facts)
    Delegation.objects.create(
        reference="GTD-OVER", starts_on=SINCE, until=date(2021, 1, 1), **facts
    )
    shown = text(page(case.atr, "exemptions:term", draft.pk))
    assert "GTD-1: Radio sites" in shown
    assert "GTD-OVER" not in shown

    answer = post(case.atr, "exemptions:term", draft.pk, **term(delegation=recorded.pk))

    assert goes_to(answer, "exemptions:files", draft.pk)
    found = again(draft)
    assert (found.delegation, found.wanted_until) == (recorded, date(2100, 1, 1))


def test_of_two_people_the_second_sees_the_dates_of_the_first(
    case: Case, draft: ExemptionRequest
) -> None:
    first = term(asks_for_delegation="on")
    post(case.catr, "exemptions:term", draft.pk, **first)

    mine = term(last_day_wanted="2098-01-01", delegation_reference="G")
    answer = post(case.atr, "exemptions:term", draft.pk, **mine)

    said = text(answer)
    assert "Now in the request: December 31, 2099" in said
    assert "Now in the request: checked" in said
    assert "Now in the request: nothing" in said


def test_an_officer_is_warned_before_writing(case: Case, draft: ExemptionRequest) -> None:
    warning = "If you change this request you have a hand in writing it"

    assert warning in text(page(case.officer, "exemptions:reasons", draft.pk))
    assert warning not in text(page(case.catr, "exemptions:reasons", draft.pk))


def found(user: User, draft: ExemptionRequest, query: str) -> str:
    return text(page(user, "exemptions:items", draft.pk, q=query))


def test_the_search_offers_what_is_mandatory_and_says_why_not_of_the_rest(
    case: Case, draft: ExemptionRequest
) -> None:
    leased, optional = make_service("Leased line"), make_service("Toll-free line")
    make_service("Private line")
    make_designation(MANDATORY, leased)
    make_designation(NON_MANDATORY, optional)

    said = found(case.atr, draft, "line")

    assert "Quantity of Leased line" in said
    assert "Toll-free line is non-mandatory (Discretionary)" in said
    assert "Ask for a ruling on Private line" in said
    assert "Quantity of Toll-free" not in said
    assert "Asked for already" in found(case.atr, draft, "fibre")
    assert "Nothing found in the catalog" in found(case.atr, draft, "zeppelin")


def test_a_service_is_added_changed_moved_and_taken_off(
    case: Case, draft: ExemptionRequest
) -> None:
    leased = make_service("Leased line")
    make_designation(MANDATORY, leased)
    answer = post(case.atr, "exemptions:add-item", draft.pk, service=leased.pk, quantity=3)
    item = draft.items.get(service=leased)
    assert goes_to(answer, "exemptions:change-item", draft.pk, item.pk)

    typed = {"quantity": 4, "proposed_monthly": "$1,180.50", "version": again(draft).version}
    answer = post(case.atr, "exemptions:change-item", draft.pk, item.pk, **typed)
    assert goes_to(answer, "exemptions:items", draft.pk)
    assert "$4,722.00" in text(page(case.atr, "exemptions:items", draft.pk))

    post(case.atr, "exemptions:move-item", draft.pk, item.pk)
    assert draft.items.get(service=leased).position == 2
    post(case.atr, "exemptions:remove-item", draft.pk, item.pk)
    assert not draft.items.filter(service=leased).exists()


def test_what_can_not_be_added_says_why(case: Case, draft: ExemptionRequest) -> None:
    phone = make_service("Satellite phone")

    refused = post(case.atr, "exemptions:add-item", draft.pk, service=phone.pk, quantity=1)
    nothing = post(case.atr, "exemptions:add-item", draft.pk, service=phone.pk, quantity=0)

    assert "Ask for a ruling on it first" in messages(refused)[0]
    assert messages(nothing) == ["Give a quantity of 1 or more of a service of the catalog."]
    assert draft.items.count() == 2


def test_a_service_is_described(case: Case, draft: ExemptionRequest) -> None:
    bad = post(case.atr, "exemptions:describe-item", draft.pk, described="", quantity=1)
    assert errors(bad) == {"described": ["Fill this in."]}
    post(
        case.atr, "exemptions:describe-item", draft.pk,
        described="Tower space", quantity=1, proposed_once="400",
    )  # fmt: skip

    item = draft.items.get(position=3)
    shown = page(case.atr, "exemptions:change-item", draft.pk, item.pk)
    assert "The service, in words" in text(shown)


def test_one_service_too_many_is_told(
    case: Case, draft: ExemptionRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MOST_ITEMS", 2)

    answer = post(case.atr, "exemptions:describe-item", draft.pk, described="A", quantity=1)

    assert "as many as it may" in messages(answer)[0]


def test_a_charge_is_needed_and_of_two_people_the_second_sees_both(
    case: Case, draft: ExemptionRequest
) -> None:
    item = draft.items.get(position=1)
    at = ("exemptions:change-item", draft.pk, item.pk)

    free = post(case.atr, *at, quantity=10, version=1)
    assert errors(free) == {"proposed_monthly": ["Give what the source charges, a month or once."]}
    post(case.catr, *at, quantity=12, proposed_once="5", version=1)
    answer = post(case.atr, *at, quantity=11, proposed_monthly="80", version=1)
    assert "Now in the request: 12" in text(answer)
    assert "Now in the request: nothing" in text(answer)
    post(case.atr, *at, quantity=11, proposed_monthly="80", version=2)
    assert draft.items.get(position=1).quantity == 11


def attached(user: User, draft: ExemptionRequest, content: bytes) -> Any:
    file = SimpleUploadedFile("quote.pdf", content, "application/pdf")
    return post(user, "exemptions:files", draft.pk, file=file)


def test_files_are_attached_and_taken_off(case: Case, draft: ExemptionRequest) -> None:
    assert goes_to(attached(case.atr, draft, PDF), "exemptions:files", draft.pk)
    attachment = attachments_of(draft).get()
    download = page(case.catr, "exemptions:attachment", draft.pk, attachment.pk)
    assert download.content == PDF
    assert download["Content-Disposition"] == 'attachment; filename="quote.pdf"'

    post(case.atr, "exemptions:detach", draft.pk, attachment.pk)

    assert "quote.pdf" not in text(page(case.atr, "exemptions:files", draft.pk)).split("History")[0]


def test_what_is_no_pdf_or_too_large_is_refused(
    case: Case, draft: ExemptionRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert errors(attached(case.atr, draft, b"<script>"))["file"][0].startswith("quote.pdf is not")
    monkeypatch.setattr(making, "LARGEST_FILE", 10)
    assert errors(attached(case.atr, draft, PDF))["file"] == [
        "This file is larger than 4 MB. Attach a smaller one."
    ]


def test_a_file_of_another_request_is_not_found_here(case: Case, draft: ExemptionRequest) -> None:
    attached(case.atr, draft, PDF)
    other = make_request(case)
    attachment = attachments_of(draft).get()

    assert page(case.atr, "exemptions:attachment", other.pk, attachment.pk).status_code == 404
    assert post(case.atr, "exemptions:detach", other.pk, attachment.pk).status_code == 404


@pytest.mark.parametrize("name", ["project", "items", "reasons", "term", "files", "review"])
def test_the_steps_of_what_was_sent_lead_back_to_it(case: Case, name: str) -> None:
    sent = make_request(case, State.SENT)

    answer = page(case.atr, f"exemptions:{name}", sent.pk)

    assert goes_to(answer, "exemptions:request", sent.pk)
    assert "it is “sent to stnd” now" in messages(answer)[0]
