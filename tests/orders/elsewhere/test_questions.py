"""May I buy this elsewhere? The page, read for every row of the table of decisions and more."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from orders.models import ElsewhereDetermination
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.policy.citations import cite
from tests.catalog.factories import make_contract, make_service
from tests.factories import Role, make_appointment, signed_in
from tests.orders.elsewhere_cases import (
    BY_NAME,
    LOCAL,
    STATE,
    Shown,
    asked,
    put_on_record,
    shown,
    stated,
)
from tests.orders.factories import KNOWN, World
from tests.orders.pages import Answer, errors, goes_to, messages, page, post, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(settings: Settings) -> None:
    settings.STMM_PUBLIC_QUESTIONS = True


def read(answer: Answer) -> Shown:
    """The answer as it stands on the page."""
    html = unescape(answer.content.decode())
    verdict = html.partition('<section class="verdict"')[2].partition("</section>")[0]
    said = re.search(r"<strong>([^<]+)\.</strong>", verdict)
    cited = re.findall(r'<figcaption>.*?class="citation-id">([^<]+)<', verdict)
    quotes = re.findall(r"<blockquote>“(.*?)”</blockquote>", verdict)
    assert said, text(answer)
    assert quotes == [cite(each).quote for each in cited]
    day = re.search(r"<p><strong>([^<]+:)</strong> ([^<]+)</p>", verdict)
    return Shown(said[1], cited, f"{day[1]} {day[2]}" if day else "")


def ask(user: User, **fields: Any) -> Answer:
    return page(user, "orders:question", **fields)


def state(fields: Mapping[str, str]) -> Answer:
    """As a stranger asks."""
    return Client().get(reverse("orders:question"), fields)


def check(answer: Answer, expected: Shown) -> None:
    found = read(answer)
    assert found.headline.startswith(expected.headline)
    assert found.paragraphs == expected.paragraphs
    assert found.day == expected.day


@pytest.mark.parametrize("name", [*LOCAL, *STATE])
def test_every_row_of_the_table_is_answered_by_what_is_on_record(name: str) -> None:
    case = BY_NAME[name]
    recorded = put_on_record(case)

    answer = ask(recorded.user, **asked(case), **recorded.names())

    check(answer, shown(case))
    assert f"{recorded.agency.name}: Leased line" in text(answer)


@pytest.mark.parametrize("name", [*LOCAL, *STATE])
@pytest.mark.usefixtures("public")
def test_every_row_of_the_table_is_answered_to_a_stranger_as_stated(name: str) -> None:
    case = BY_NAME[name]

    answer = state(stated(case))

    check(answer, shown(case))
    assert "nothing is stored" in text(answer)


def test_words_are_looked_up_in_the_catalogue_first(world: World) -> None:
    asked_for = {"plan": "elsewhere", "on": "2026-03-02", "what": "hosted voip"}
    first = ask(world.atr, **asked_for)

    assert "Is it one of these?" in text(first)
    assert f"service={world.mandatory.pk}" in first.content.decode()
    assert "Ruling needed" not in text(first)

    chosen = ask(world.atr, **asked_for, service=world.mandatory.pk)
    assert read(chosen).headline == "Mandatory from CALNET"
    described = ask(world.atr, **asked_for, described="1")
    assert read(described).headline == "Ruling needed"


def test_misspelt_words_find_the_service_and_words_of_nothing_are_answered_as_described(
    world: World,
) -> None:
    misspelt = ask(world.atr, plan="elsewhere", on="2026-03-02", what="hostde voip")
    nothing = ask(world.atr, plan="elsewhere", on="2026-03-02", what="lawn mowing")

    assert "Hosted VoIP" in text(misspelt)
    assert read(nothing).headline == "Ruling needed"
    assert "nothing to compare" in text(nothing)


def test_the_answer_shows_facts_what_would_change_it_and_costs_on_calnet(world: World) -> None:
    other = make_service("Hosted VoIP line", make_contract(contractor="Verizon"), recorded_at=KNOWN)
    answer = text(
        ask(
            world.atr,
            plan="elsewhere",
            on="2026-03-02",
            service=world.mandatory.pk,
            quantity="2",
            vendor="Sierra Telephone",
        )
    )

    for expected in (
        "An exemption approved by the Deputy Director would allow it while in term.",
        "Buyer non-exempt State agency on record",
        "Service mandatory (Required) on record",
        "Exemption none relied on",
        "Rules applied: STMM 0400.1, rev. 2013-07-01, version 1.",
        "goes to the Department of Technology, STND, Attention: Deputy Director",
        f"{other.name} Suggested: same category, similar name",
        # 2 × (45 + 12 × 96), (45 + 24 × 96), (45 + 36 × 96)
        "$2,394.00 $4,698.00 $7,002.00",
        "Make the certificate",
    ):
        assert expected in answer, expected


def test_where_a_ruling_is_needed_the_way_to_it_is_shown(world: World) -> None:
    answer = ask(world.atr, plan="elsewhere", on="2026-03-02", service=world.undesignated.pk)

    assert reverse("catalog:ask-ruling", args=[world.undesignated.pk]) in answer.content.decode()


def test_the_first_page_asks_with_today_and_answers_nothing(world: World) -> None:
    answer = page(world.atr, "orders:question")

    assert answer.status_code == 200
    assert 'class="verdict"' not in answer.content.decode()
    assert answer.context["form"]["on"].value() == answer.wsgi_request.today


@pytest.mark.parametrize(
    ("fields", "at", "problem"),
    [
        ({"what": ""}, "what", "Say what you want to buy."),
        ({"on": "2013-06-30"}, "on", "The manual’s answer is known from July 1, 2013 on"),
        ({"on": "soon"}, "on", "Enter a valid date."),
        ({"plan": "borrow"}, "plan", "Select a valid choice."),
        ({"plan": "leave"}, "plan", "for agencies outside State government"),
        ({"service": "987654"}, "service", "Select a valid choice."),
        ({"relies_on": "987654"}, "relies_on", "Select a valid choice."),
        ({"service": "9" * 30}, "service", "Select a valid choice."),
        ({"what": "漢"}, "what", "can't be printed on the form"),
        ({"quantity": "0"}, "quantity", "greater than or equal to 1"),
    ],
)
def test_what_can_not_be_answered_is_said_at_its_field(
    world: World, fields: Mapping[str, str], at: str, problem: str
) -> None:
    asked_for = {"plan": "elsewhere", "on": "2026-03-02", "what": "line", **fields}
    answer = ask(world.atr, **asked_for)

    assert answer.status_code == 200
    assert list(errors(answer)) == [at]
    assert problem in errors(answer)[at][0]
    assert 'class="verdict"' not in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "at", "problem"),
    [
        ({"exemption": "approved", "exemption_to": "2026-01-01"}, "exemption_from", "a first and"),
        (
            {
                "exemption": "approved",
                "exemption_from": "2026-02-01",
                "exemption_to": "2026-01-01",
            },
            "exemption_to",
            "This day is before the first one.",
        ),
        (
            {"exemption": "approved", "exemption_from": "never", "exemption_to": "2026-01-01"},
            "exemption_from",
            "Enter a valid date.",
        ),
    ],
)
@pytest.mark.usefixtures("public")
def test_an_exemption_that_is_stated_has_its_term(
    fields: Mapping[str, str], at: str, problem: str
) -> None:
    answer = state({**stated(BY_NAME["N04"]), **fields})

    assert list(errors(answer)) == [at]
    assert problem in errors(answer)[at][0]


def test_a_local_agency_leaves_a_service_of_the_catalogue(world: World) -> None:
    answer = ask(world.purchaser, plan="leave", on="2026-03-02", what="lawn mowing")

    assert errors(answer) == {"what": ["Choose the CALNET service that you mean to leave."]}


def test_whoever_is_appointed_at_several_agencies_says_for_which(world: World) -> None:
    make_appointment(Role.PURCHASER, world.city, world.atr)
    answer = ask(
        world.atr,
        plan="elsewhere",
        on="2026-03-02",
        service=world.mandatory.pk,
        agency=world.city.pk,
    )

    assert f"{world.city.name}: Hosted VoIP" in text(answer)
    refused = ask(world.stranger, plan="elsewhere", on="2026-03-02", what="x", agency=world.city.pk)
    assert "agency" in errors(refused)


def test_an_information_officer_asks_but_has_nothing_certified(world: World) -> None:
    officer = make_appointment(Role.AIO, world.agency).user
    answer = ask(officer, plan="elsewhere", on="2026-03-02", service=world.mandatory.pk)

    assert read(answer).headline == "Mandatory from CALNET"
    assert "Make the certificate" not in text(answer)
    refused = post(officer, "orders:determine", **_sent(world))
    assert refused.status_code == 403


def test_oversight_asks_as_stated(world: World) -> None:
    for user in (world.stnd, world.auditor):
        answer = ask(user, **stated(BY_NAME["L08"]))

        check(answer, shown(BY_NAME["L08"]))


def test_a_contractors_desk_does_not_ask(world: World) -> None:
    answer = page(world.desk, "orders:question")

    assert answer.status_code == 403
    assert "asked by agencies" in text(answer)


def test_a_stranger_is_led_to_the_sign_in_page_unless_the_setting_opens_the_question() -> None:
    answer = Client().get(reverse("orders:question"))

    assert answer["Location"] == f"{reverse('login')}?next={reverse('orders:question')}"


@pytest.mark.usefixtures("public")
def test_asking_stores_nothing_of_a_stranger(world: World) -> None:
    case = {**stated(BY_NAME["N04"]), "service": str(world.mandatory.pk)}
    before = (Entry.objects.count(), Session.objects.count())
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(reverse("orders:question"), case)

    assert answer.status_code == 200
    writes = [q["sql"] for q in queries if not q["sql"].lstrip().upper().startswith("SELECT")]
    assert writes == []
    assert (Entry.objects.count(), Session.objects.count()) == before
    assert not ElsewhereDetermination.objects.exists()
    page_shown = answer.content.decode()
    assert "Make the certificate" not in page_shown
    assert '<form method="post"' not in page_shown
    # Pages of the catalogue are not open to strangers with this setting
    assert reverse("catalog:service", args=[world.mandatory.pk]) not in page_shown


@pytest.mark.usefixtures("public")
def test_a_service_of_the_catalogue_has_the_departments_designation_whatever_is_stated(
    world: World,
) -> None:
    said = {**stated(BY_NAME["N13"]), "service": str(world.mandatory.pk)}

    assert read(state(said)).headline == "Mandatory from CALNET"


@pytest.mark.usefixtures("public")
def test_a_stranger_says_who_buys_and_an_ato_may_wait_for_approval(world: World) -> None:
    nobody = state({"plan": "elsewhere", "on": "2026-03-02", "what": "lawn"})
    assert errors(nobody) == {"buyer": ["Choose one."]}
    waiting = {**stated(BY_NAME["L04"]), "ato_approved_on": ""}
    answer = state(waiting)
    assert read(answer).headline == "ATO required"
    assert "lists this service; not approved by the State yet" in text(answer)


@pytest.mark.usefixtures("public")
def test_only_the_question_is_open_to_strangers(world: World) -> None:
    for name in ("orders:determinations", "orders:outside-purchases", "orders:ledgers"):
        assert Client().get(reverse(name)).status_code == 302, name
    assert Client().post(reverse("orders:determine")).status_code == 302
    assert Client().post(reverse("orders:question")).status_code == 405
    assert page(world.desk, "orders:question").status_code == 200


def _sent(world: World, **fields: object) -> dict[str, object]:
    return {
        "agency": world.agency.pk,
        "plan": "elsewhere",
        "on": "2026-03-02",
        "service": world.mandatory.pk,
        "key": "6f1f3a52-9a34-4a5c-8f7e-0d6f6a3c1b22",
    } | fields


def test_the_certificate_is_asked_for_once_and_downloaded_as_it_was_made(world: World) -> None:
    client = signed_in(world.atr)
    first = post(client, "orders:determine", **_sent(world))
    made = ElsewhereDetermination.objects.get()
    assert goes_to(first, "orders:determination", made.pk)
    assert messages(first) == [f"{made} is kept. Its certificate is being made."]
    assert goes_to(
        post(client, "orders:determine", **_sent(world)), "orders:determination", made.pk
    )
    assert ElsewhereDetermination.objects.count() == 1


def test_a_question_that_lacks_something_is_asked_again_with_what_was_typed(world: World) -> None:
    answer = post(world.atr, "orders:determine", **_sent(world, on="", vendor="Sierra"))

    assert answer["Location"].startswith(reverse("orders:question") + "?")
    assert "vendor=Sierra" in answer["Location"]
    assert "key=" not in answer["Location"]
    assert post(world.desk, "orders:determine", **_sent(world)).status_code == 403
    unprintable = make_service("漢字", world.contract)
    told = post(world.atr, "orders:determine", **_sent(world, service=unprintable.pk))
    assert "can’t be printed on the certificate" in messages(told)[0]
    assert not ElsewhereDetermination.objects.exists()


def test_asking_takes_the_same_queries_whatever_the_catalogue_holds(world: World) -> None:
    address = reverse("orders:question")
    wanted = {"plan": "elsewhere", "on": "2026-03-02", "what": "hosted"}
    client = signed_in(world.atr)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(address, wanted)
        return len(counted)

    queries()
    few = queries()
    for number in range(8):
        make_service(f"Hosted line {number}", world.contract)

    assert queries() == few <= 20


def test_a_local_agency_reads_the_day_on_the_page(world: World) -> None:
    answer = ask(world.purchaser, plan="elsewhere", on="2026-03-02", service=world.mandatory.pk)

    assert read(answer).day == "First free day: July 1, 2027"
