"""The life of an exemption on the pages: what remains, conditions, revocation, its letters."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exemptions.models import ExemptionRequest, RequestState, Revocation
from exemptions.services.letters import write_letter
from stmm.accounts.password_again import WRONG
from stmm.audit.models import Entry
from tests.exemptions.factories import Case, make_request
from tests.exemptions.living import buy, first_item, make_condition
from tests.factories import AT, PASSWORD, TODAY, signed_in

State = RequestState
FAR = date(2199, 1, 2)
DAY = timedelta(days=1)
REASON = {"reason": "CALNET serves the summit now.", "password": PASSWORD}


@pytest.fixture
def approved(case: Case) -> ExemptionRequest:
    return make_request(case, State.APPROVED, granted=3, amount=Decimal("300.00"), until=FAR)


def page(browser: Client, request: ExemptionRequest) -> str:
    return browser.get(request.get_absolute_url()).content.decode()


def url(name: str, request: ExemptionRequest, **parts: int) -> str:
    return reverse(f"exemptions:{name}", kwargs={"pk": request.pk, **parts})


def test_the_page_shows_what_remains_and_what_relied_on_it(
    case: Case, approved: ExemptionRequest
) -> None:
    buy(case, first_item(approved), quantity=2, amount="160.00")
    shown = page(signed_in(case.atr), approved)

    left = (FAR - timezone.localdate()).days
    assert f"{left} days left: purchases through January 1, 2199 are covered." in shown
    assert '<td class="num" data-label="Left">1</td>' in shown
    assert '<td class="num" data-label="Left to spend">$140.00</td>' in shown
    assert "Microwave links from Sierra Microwave" in shown
    assert "The letter is being made." in shown


def test_what_is_used_up_says_so(case: Case, approved: ExemptionRequest) -> None:
    first, second = approved.items.all()
    buy(case, first, quantity=3)
    assert "Everything granted is used up." not in page(signed_in(case.atr), approved)
    buy(case, second, quantity=10)

    assert "Everything granted is used up." in page(signed_in(case.atr), approved)


def test_only_the_latest_purchases_are_shown_and_all_are_downloaded(case: Case) -> None:
    request = make_request(case, State.APPROVED, quantity=30, until=FAR)
    item = first_item(request)
    for number in range(22):
        buy(case, item, label=f"=Purchase {number}", on=TODAY + number * DAY)
    browser = signed_in(case.catr)

    shown = page(browser, request)
    assert "the latest 20 of 22" in shown
    assert '<th scope="row">=Purchase 2</th>' in shown
    assert '<th scope="row">=Purchase 1</th>' not in shown
    answer = browser.get(url("uses-csv", request))
    lines = b"".join(answer).decode().splitlines()
    assert len(lines) == 23
    assert lines[1].startswith("'=Purchase 0,Converged VoIP,1,80.00,2026-03-02,")


@pytest.mark.parametrize(
    ("starts_on", "until", "said"),
    [
        (date(2198, 1, 1), FAR, "Purchases from January 1, 2198 through January 1, 2199 will be"),
        (TODAY - DAY, TODAY, "Purchases after March 1, 2026 are not covered."),
    ],
)
def test_the_page_says_it_is_not_begun_or_has_ended(
    case: Case, starts_on: date, until: date, said: str
) -> None:
    request = make_request(case, State.APPROVED, starts_on=starts_on, until=until)

    assert said in page(signed_in(case.atr), request)


def test_a_request_that_is_not_decided_has_no_such_panel(case: Case) -> None:
    assert "living-heading" not in page(signed_in(case.atr), make_request(case, State.SENT))


def test_a_denial_has_its_letter_there(case: Case) -> None:
    request = make_request(case, State.DENIED)
    write_letter(signed=request.decisions.get(), at=AT)

    shown = page(signed_in(case.atr), request)
    assert "Letter of March 2, 2026 (PDF)" in shown
    assert "No purchase relies on it yet." not in shown


def test_a_letter_is_handed_out_as_it_was_made_and_the_download_recorded(
    case: Case, approved: ExemptionRequest
) -> None:
    write_letter(signed=approved.decisions.get(), at=AT)
    letter = approved.decisions.get().letter
    browser = signed_in(case.officer)

    answer = browser.get(url("letter", approved, letter=letter.pk))

    assert answer.content == bytes(letter.document.content)
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{approved}-approved')
    assert Entry.objects.about(letter.document).get().actor == case.officer
    other = make_request(case, State.APPROVED)
    assert browser.get(url("letter", other, letter=letter.pk)).status_code == 404


def test_a_condition_is_met_on_its_page(case: Case, approved: ExemptionRequest) -> None:
    condition = make_condition(approved)
    browser = signed_in(case.atr)
    assert "Holds purchases up" in page(browser, approved)
    path = url("meet-condition", approved, condition=condition.pk)

    empty = browser.post(path, {"how": " "})
    assert "Fill this in." in empty.content.decode()
    browser.post(path, {"how": "Sent on March 1."})

    shown = page(browser, approved)
    assert "Sent on March 1. (ATR," in shown
    assert browser.get(path).status_code == 302
    assert "is met already" in page(browser, approved)


def test_conditions_say_when_they_are_due_or_overdue(
    case: Case, approved: ExemptionRequest
) -> None:
    make_condition(approved, due_on=date(2026, 3, 31))
    make_condition(approved, due_on=FAR)
    shown = page(signed_in(case.atr), approved)

    assert "by March 31, 2026" in shown
    assert "Overdue" in shown
    assert "Due" in shown


def test_the_page_before_revoking_shows_the_consequences(
    case: Case, approved: ExemptionRequest
) -> None:
    path = url("revoke", approved)
    browser = signed_in(case.deputy_director)
    assert "No purchase relied on it." in browser.get(path).content.decode()
    buy(case, first_item(approved), by=case.catr)
    shown = browser.get(path).content.decode()

    assert "It can’t be undone" in shown
    assert "1 purchase relied on it." in shown
    assert case.catr.name in shown
    assert "Microwave links from Sierra Microwave" in shown


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"password": "a guess"}, WRONG),
        ({"password": ""}, "Type the password that you sign in with."),
        ({"reason": ""}, "Fill this in."),
    ],
)
def test_without_reason_and_password_nothing_is_revoked(
    case: Case, approved: ExemptionRequest, typed: dict[str, str], problem: str
) -> None:
    answer = signed_in(case.deputy_director).post(url("revoke", approved), REASON | typed)

    assert problem in answer.content.decode()
    assert not Revocation.objects.exists()


@pytest.mark.parametrize("who", ["deputy_director", "delegate"])
def test_revoking_is_done_once_and_shown(case: Case, approved: ExemptionRequest, who: str) -> None:
    browser = signed_in(getattr(case, who))
    for _ in range(2):
        browser.post(url("revoke", approved), REASON)

    assert Revocation.objects.count() == 1
    shown = page(browser, approved)
    assert "CALNET serves the summit now. Nothing may be bought under it any more" in shown
    assert url("revoke", approved) not in shown


def test_the_panel_takes_the_same_queries_for_any_number_of_uses(
    case: Case, approved: ExemptionRequest
) -> None:
    browser = signed_in(case.auditor)
    make_condition(approved, due_on=FAR)
    counts: list[int] = []
    for _ in range(2):
        buy(case, first_item(approved))
        with CaptureQueriesContext(connection) as queries:
            page(browser, approved)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 45
