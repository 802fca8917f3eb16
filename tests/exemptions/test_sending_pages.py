"""Review, signature and the ways back, as pages."""

import pytest
from django.urls import reverse

from exemptions.models import ExemptionRequest, RequestState
from exemptions.services.drafting import change
from stmm.agencies.models import Appointment
from tests.catalog.factories import FAR
from tests.exemptions.factories import Case, as_of, make_request
from tests.factories import AT, PASSWORD, SINCE
from tests.orders.pages import errors, goes_to, messages, page, post, text

State = RequestState
SIGNED = {"version": 1, "attest": "on", "password": PASSWORD}


@pytest.fixture
def draft(case: Case) -> ExemptionRequest:
    return make_request(case, until=FAR)


def again(request: ExemptionRequest) -> ExemptionRequest:
    return ExemptionRequest.objects.get(pk=request.pk)


def test_the_review_links_to_each_field_that_lacks_something(case: Case) -> None:
    draft = make_request(case, if_unmet="", until=FAR)

    answer = page(case.atr, "exemptions:review", draft.pk)

    link = f"{reverse('exemptions:reasons', args=[draft.pk])}#id_if_unmet"
    assert f'href="{link}"' in answer.content.decode()
    assert "Tell the Agency Information Officer" not in text(answer)


def test_a_writer_sees_who_signs_and_tells_them(case: Case, draft: ExemptionRequest) -> None:
    said = text(page(case.atr, "exemptions:review", draft.pk))
    assert "Only the Agency Information Officer of Highway Patrol" in said
    assert f"{case.officer.name} can sign it for Highway Patrol" in said

    first, second = (
        post(case.atr, "exemptions:tell-officer", draft.pk, version=1) for _ in range(2)
    )

    assert messages(first) == ["The Agency Information Officer is told that it is ready."]
    assert messages(second) == ["They were told of this very version already."]
    assert goes_to(
        post(case.atr, "exemptions:tell-officer", draft.pk), "exemptions:review", draft.pk
    )
    stale = post(case.atr, "exemptions:tell-officer", draft.pk, version=9)
    assert "changed by someone else" in messages(stale)[0]


def test_where_nobody_can_sign_the_review_says_what_to_do(
    case: Case, draft: ExemptionRequest
) -> None:
    Appointment.objects.filter(user=case.officer).update(until=SINCE)

    assert "STND records such an appointment" in text(page(case.atr, "exemptions:review", draft.pk))


def test_the_officer_signs_once(case: Case, draft: ExemptionRequest) -> None:
    assert "Go on to sign" in text(page(case.officer, "exemptions:review", draft.pk))
    assert "Signing as" in text(page(case.officer, "exemptions:sign", draft.pk))

    answers = [post(case.officer, "exemptions:sign", draft.pk, **SIGNED) for _ in range(2)]

    assert all(goes_to(answer, "exemptions:request", draft.pk) for answer in answers)
    assert draft.sent.count() == 1
    assert again(draft).state == State.SENT
    late = page(case.officer, "exemptions:sign", draft.pk)
    assert "it is “sent to stnd” now" in messages(late)[0]


def test_a_wrong_password_or_no_word_signs_nothing(case: Case, draft: ExemptionRequest) -> None:
    wrong = post(case.officer, "exemptions:sign", draft.pk, **SIGNED | {"password": "x"})
    unsaid = post(case.officer, "exemptions:sign", draft.pk, version=1, password=PASSWORD)

    assert errors(wrong) == {"password": ["This is not your password."]}
    assert list(errors(unsaid)) == ["attest"]
    assert again(draft).state == State.DRAFT


def test_what_changed_meanwhile_or_lacks_something_is_not_signed(
    case: Case, draft: ExemptionRequest
) -> None:
    change(request=draft, fields={"if_unmet": ""}, version=1, access=as_of(case.atr), at=AT)

    stale = post(case.officer, "exemptions:sign", draft.pk, **SIGNED)
    lacking = post(case.officer, "exemptions:sign", draft.pk, **SIGNED | {"version": 2})

    assert "changed by someone else" in messages(stale)[0]
    assert "Say what happens" in messages(lacking)[0]
    shown = text(page(case.officer, "exemptions:sign", draft.pk))
    assert "Before it can be sent" in shown
    assert "Your password" not in shown


def test_who_wrote_it_does_not_sign_it(case: Case) -> None:
    draft = make_request(case, by=case.officer, until=FAR)

    answer = page(case.officer, "exemptions:sign", draft.pk)

    assert answer.status_code == 403
    assert "another Agency Information Officer" in text(answer)
    assert post(case.officer, "exemptions:sign", draft.pk, **SIGNED).status_code == 403


def test_in_an_agency_of_one_the_page_says_that_it_is_marked(case: Case) -> None:
    draft = make_request(case, by=case.officer, until=FAR)
    Appointment.objects.filter(user__in=[case.catr, case.atr]).update(until=SINCE)
    assert "it is marked" in text(page(case.officer, "exemptions:sign", draft.pk))

    post(case.officer, "exemptions:sign", draft.pk, **SIGNED)

    assert "Written and signed by one person" in text(
        page(case.analyst, "exemptions:request", draft.pk)
    )


def test_taking_back_and_withdrawing_want_a_reason(case: Case) -> None:
    request = make_request(case, State.SENT, until=FAR)
    for name in ("take-back", "withdraw"):
        assert page(case.atr, f"exemptions:{name}", request.pk).status_code == 200
        assert list(errors(post(case.atr, f"exemptions:{name}", request.pk))) == ["reason"]

    taken = post(case.atr, "exemptions:take-back", request.pk, reason="More")
    assert messages(taken) == [f"{request} is a draft again."]
    withdrawn = post(case.atr, "exemptions:withdraw", request.pk, reason="No need")
    assert messages(withdrawn) == [f"{request} is withdrawn."]
    late = page(case.atr, "exemptions:take-back", request.pk)
    assert "it is “withdrawn” now" in messages(late)[0]


def test_an_extension_is_begun_from_the_exemption(case: Case) -> None:
    former = make_request(case, State.APPROVED, until=FAR)
    assert "Ask for an extension" in text(page(case.atr, "exemptions:request", former.pk))
    key = page(case.atr, "exemptions:extend", former.pk).context["form"]["key"].value()

    answer = post(case.atr, "exemptions:extend", former.pk, key=key)

    draft = former.extensions.get()
    assert goes_to(answer, "exemptions:project", draft.pk)
    assert str(draft) in text(page(case.atr, "exemptions:request", former.pk))
    assert str(draft) not in text(page(case.analyst, "exemptions:request", former.pk))
    refused = post(case.atr, "exemptions:extend", draft.pk, key=key)
    assert "can’t be extended" in messages(refused)[0]
