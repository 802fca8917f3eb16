"""The record of everything: read by oversight, narrowed, and downloaded as it is shown."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.audit.services import record
from stmm.forms import kind_in_words
from tests.factories import Role, make_appointment, make_user, signed_in

pytestmark = pytest.mark.django_db
LIST, CSV = reverse("audit:list"), reverse("audit:csv")


@pytest.fixture
def auditor() -> Client:
    return signed_in(make_appointment(Role.AUDITOR).user)


@pytest.fixture
def ana() -> User:
    return make_user("Ana Reyes")


def happens(at: datetime, subject: User, **fields: Any) -> int:
    fields = {"action": "look_at", "actor": None, "at": at} | fields
    with transaction.atomic():
        return record(subject=subject, **fields).sequence


def shown(client: Client, **filters: str) -> list[int]:
    page = client.get(LIST, filters)
    assert page.status_code == 200
    return [entry.sequence for entry, _ in page.context["entries"]]


def downloaded(client: Client, **filters: str) -> list[dict[str, str]]:
    text = client.get(CSV, filters).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


@pytest.mark.parametrize("url", [LIST, CSV])
@pytest.mark.parametrize("role", [Role.STND, Role.DEPUTY_DIRECTOR, Role.AUDITOR])
def test_oversight_reads_it(url: str, role: Role) -> None:
    client = signed_in(make_appointment(role).user)

    assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", [LIST, CSV])
@pytest.mark.parametrize("role", [Role.CATR, Role.ATR, Role.AIO, Role.PURCHASER])
def test_others_are_told_who_does(url: str, role: Role) -> None:
    client = signed_in(make_appointment(role).user)

    answer = client.get(url)

    assert answer.status_code == 403
    assert "is read by auditors" in answer.content.decode()


@pytest.mark.parametrize("url", [LIST, CSV])
def test_someone_not_signed_in_is_sent_to_sign_in(url: str, client: Client) -> None:
    assert client.get(url)["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("url", [LIST, CSV])
def test_it_takes_nothing(url: str, auditor: Client) -> None:
    assert auditor.post(url).status_code == 405


def test_the_newest_entry_comes_first(auditor: Client, ana: User, at: datetime) -> None:
    last = happens(at, ana)

    assert shown(auditor) == list(range(last, 0, -1))


def test_an_entry_is_shown_with_its_changes_and_reason(
    auditor: Client, ana: User, at: datetime
) -> None:
    happens(at, ana, changes={"title": ("Analyst", "Chief")}, reason="She was promoted")

    page = auditor.get(LIST).content.decode()

    assert "<strong>Look at</strong>: user Ana Reyes" in page
    assert "<del>Analyst</del>" in page
    assert "<ins>Chief</ins>" in page
    assert "She was promoted" in page
    assert "March 2, 2026, 10:00 AM" in page


@pytest.mark.parametrize(
    "filters",
    [
        {"text": "promoted"},
        {"text": "CHIEF"},
        {"text": "ana r"},
        {"person": "priya"},
        {"action": "promote"},
        {"since": "2026-03-02", "kind": "accounts.user"},
        {"to": "2026-03-02", "since": "2026-03-02", "text": "Ana"},
    ],
)
def test_it_is_narrowed(filters: dict[str, str], auditor: Client, ana: User, at: datetime) -> None:
    wanted = happens(
        at,
        ana,
        action="promote",
        actor=make_user("Priya Nair"),
        changes={"title": ("Analyst", "Chief")},
        reason="She was promoted",
    )
    happens(at - timedelta(days=1), make_user("Luis Ortega"))

    assert shown(auditor, **filters) == [wanted]
    assert [row["Number"] for row in downloaded(auditor, **filters)] == [str(wanted)]


def test_days_are_pacific_days(auditor: Client, ana: User, at: datetime) -> None:
    midnight = at.replace(hour=0)
    late = happens(midnight - timedelta(microseconds=1), ana)
    early = happens(midnight, ana)

    assert shown(auditor, since="2026-03-01", to="2026-03-01") == [late]
    assert early in shown(auditor, since="2026-03-02", to="2026-03-02")


@pytest.mark.parametrize(
    "filters",
    [
        {"since": "soon"},
        {"to": "9999-12-31"},
        {"since": "2026-03-02", "to": "2026-03-01"},
        {"action": "explode"},
    ],
)
def test_a_filter_that_makes_no_sense_shows_a_problem_and_nothing_else(
    filters: dict[str, str], auditor: Client
) -> None:
    page = auditor.get(LIST, filters)

    assert "There is a problem" in page.content.decode()
    assert page.context["entries"] == []


def test_no_file_is_made_of_a_filter_that_makes_no_sense(auditor: Client) -> None:
    answer = auditor.get(CSV, {"since": "soon"})

    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?since=soon")


def test_the_file_holds_every_page_and_the_hashes(auditor: Client, ana: User, at: datetime) -> None:
    for _ in range(60):
        happens(at, ana)

    rows = downloaded(auditor)

    last = Entry.objects.latest("sequence")
    assert len(rows) == Entry.objects.count() > len(shown(auditor)) == 50
    assert rows[0]["Hash"] == last.hash
    assert rows[0]["Hash of the entry before"] == rows[1]["Hash"]
    assert rows[0]["At (Pacific time)"] == "2026-03-02 10:00:00-08:00"


def test_the_page_links_to_the_file_of_just_what_it_shows(
    auditor: Client, ana: User, at: datetime
) -> None:
    happens(at, ana)

    page = auditor.get(LIST, {"text": "Ana", "page": "1"}).content.decode()

    assert f'href="{CSV}?text=Ana"' in page


def test_no_text_in_the_file_is_taken_for_a_formula(auditor: Client, at: datetime) -> None:
    happens(
        at, make_user("=1+1"), actor=make_user("@SUM(A1)"), reason="-2", changes={"=a": ("+", "-")}
    )

    [row] = downloaded(auditor, text="=1+1")

    assert (row["To what"], row["Person"], row["Reason"]) == ("'=1+1", "'@SUM(A1)", "'-2")
    assert row["Changes"].startswith("{")


def test_the_list_takes_the_same_queries_for_any_length(
    auditor: Client, ana: User, at: datetime
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(auditor)
        return len(captured)

    few = queries()
    for number in range(60):
        happens(at, ana, actor=ana, changes={"number": (None, number)})

    assert queries() == few <= 8


def test_a_kind_of_row_that_is_no_more_keeps_its_name() -> None:
    assert kind_in_words("agencies.agency") == "agency"
    assert kind_in_words("orders.telegram") == "orders.telegram"
    assert kind_in_words("telegrams.telegram") == "telegrams.telegram"
