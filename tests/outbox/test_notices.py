"""Notices: told once, by mail too, read by their receiver alone."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.outbox.models import Notice, NoticeKind, NoticePreference, OutgoingMail
from stmm.outbox.notices import mark_read, preferences_of, send_digests, set_preferences, tell
from tests.factories import AT, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user("Ana Reyes")


def told(
    *users: User,
    cause: str = "test-1",
    kind: NoticeKind = NoticeKind.TURN,
    at: datetime = AT,
) -> list[Notice]:
    return tell(
        users=users,
        kind=kind,
        cause=cause,
        subject="Hosted VoIP:\nchanged",
        text="It costs more.",
        url="/catalog/",
        why="You order for Highway Patrol.",
        at=at,
    )


def test_a_person_is_told_once_of_a_cause_however_often_it_is_said(person: User) -> None:
    assert len(told(person, person)) == 1
    assert told(person) == []
    assert Notice.objects.count() == OutgoingMail.objects.count() == 1


def test_who_was_not_told_yet_is_told_later(person: User) -> None:
    told(person)
    other = make_user("Marcus Webb")
    assert [notice.user for notice in told(person, other)] == [other]


def test_the_mail_says_what_where_and_why(person: User, settings: Settings) -> None:
    settings.STMM_SITE_URL = "https://stmm.example"
    told(person)
    mail = OutgoingMail.objects.get()
    assert mail.recipients == [person.email]
    assert mail.subject == "Hosted VoIP: changed"
    assert "It costs more." in mail.text
    assert "https://stmm.example/catalog/" in mail.text
    assert "You get this because: You order for Highway Patrol." in mail.text
    assert settings.STMM_SAMPLE_NOTICE in mail.text


def test_the_mail_of_an_installation_without_samples_does_not_speak_of_them(
    person: User, settings: Settings
) -> None:
    settings.STMM_SAMPLE_NOTICE = ""
    told(person)
    assert "sample" not in OutgoingMail.objects.get().text


def test_the_database_refuses_a_second_notice_of_the_same_cause(person: User) -> None:
    told(person)
    copy = Notice.objects.get()
    copy.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_marking_as_read_keeps_the_moment_of_the_first_time(person: User) -> None:
    (notice,) = told(person)
    assert mark_read(user=person, notice=notice, at=AT) == 1
    assert mark_read(user=person, at=AT) == 0
    assert Notice.objects.get().read_at == AT


def test_the_page_shows_the_own_ones_newest_first_and_how_many_are_new(person: User) -> None:
    told(person)
    told(make_user("Marcus Webb"), cause="other")
    page = signed_in(person).get("/notices/")
    assert list(page.context["page"]) == list(Notice.objects.filter(user=person))
    assert b"1 new" in page.content


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("CHP-1 is signed.\n\nSTD. 20 of the Highway Patrol.", "STD. 20 of the Highway Patrol."),
        ("CHP-1 is signed by two people.", "CHP-1 is signed by two people."),
        ("CHP-1 is signed.", ""),
    ],
)
def test_a_first_sentence_that_repeats_the_subject_is_not_shown(text: str, shown: str) -> None:
    assert Notice(subject="CHP-1 is signed", text=text).told == shown


def test_nobody_told_finds_a_page_that_says_so(person: User) -> None:
    assert b"No notices yet." in signed_in(person).get("/notices/").content
    assert b"Everything is read." in signed_in(person).get("/notices/?show=unread").content


def test_opening_one_marks_it_as_read_and_leads_to_what_it_is_about(person: User) -> None:
    (notice,) = told(person)
    answer = signed_in(person).post(f"/notices/{notice.pk}/read/", {"open": "1"})
    assert answer.headers["Location"] == "/catalog/"
    assert Notice.objects.get().is_read


def test_one_or_all_are_marked_as_read_and_the_list_stays(person: User) -> None:
    (first,), _, _ = told(person), told(person, cause="b"), told(person, cause="c")
    browser = signed_in(person)
    answer = browser.post(f"/notices/{first.pk}/read/")
    assert answer.headers["Location"] == "/notices/"
    assert Notice.objects.unread().count() == 2
    assert b"2 marked as read" in browser.post("/notices/read/", follow=True).content
    assert not Notice.objects.unread().exists()


def test_a_notice_of_another_person_is_not_there(person: User) -> None:
    (notice,) = told(make_user("Marcus Webb"))
    answer = signed_in(person).post(f"/notices/{notice.pk}/read/")
    assert answer.status_code == 404
    assert not Notice.objects.get().is_read


def test_the_list_takes_the_same_queries_for_one_and_for_many(person: User) -> None:
    browser = signed_in(person)
    told(person)
    with CaptureQueriesContext(connection) as one:
        browser.get("/notices/")
    for number in range(20):
        told(person, cause=f"many-{number}")
    with CaptureQueriesContext(connection) as many:
        browser.get("/notices/")
    assert len(many) == len(one) <= 8


Mail = NoticePreference.Mail
TOMORROW = AT + timedelta(days=1)


def wants(user: User, mail: Mail, kind: NoticeKind = NoticeKind.TURN) -> None:
    set_preferences(user=user, wanted={kind: mail}, at=AT)


def test_who_never_chose_gets_everything_by_mail_at_once(person: User) -> None:
    assert set(preferences_of(person).values()) == {"now"}
    told(person)
    assert OutgoingMail.objects.count() == 1


def test_who_wants_no_mail_of_a_kind_is_told_on_the_site_alone(person: User) -> None:
    wants(person, Mail.NEVER)
    told(person)
    told(person, cause="other", kind=NoticeKind.CATALOG)
    assert Notice.objects.count() == 2
    assert OutgoingMail.objects.count() == 1
    assert send_digests(at=TOMORROW) == 0


def test_a_digest_brings_what_came_before_today_in_one_mail_once(
    person: User, settings: Settings
) -> None:
    settings.STMM_SITE_URL = "https://stmm.example"
    wants(person, Mail.DAILY)
    told(person, cause="a")
    told(person, cause="b")
    assert send_digests(at=AT) == 0
    told(person, cause="today", at=TOMORROW)
    assert send_digests(at=TOMORROW) == 1
    assert send_digests(at=TOMORROW) == 0
    mail = OutgoingMail.objects.get()
    assert mail.subject == "CALNET orders: 2 notices"
    assert mail.text.count("Because: You order for Highway Patrol.") == 2
    assert "https://stmm.example/notices/preferences/" in mail.text
    assert send_digests(at=TOMORROW + timedelta(days=1)) == 1
    assert OutgoingMail.objects.latest("pk").subject == "CALNET orders: 1 notice"


def test_a_digest_is_of_pacific_days(person: User) -> None:
    wants(person, Mail.DAILY)
    # Half past eleven in the evening in Sacramento, the next day in UTC
    late = AT.replace(hour=23, minute=30)
    told(person, at=late)
    assert send_digests(at=late + timedelta(minutes=20)) == 0
    assert send_digests(at=late + timedelta(minutes=40)) == 1


def test_the_choice_is_made_on_a_page_and_recorded_once(person: User) -> None:
    browser = signed_in(person)
    chosen = {
        "turn": "daily",
        "followed": "never",
        "catalog": "now",
        "ato": "daily",
        "exemption": "now",
    }
    for _ in range(2):
        answer = browser.post("/notices/preferences/", chosen)
        assert answer.headers["Location"] == "/notices/"
    assert preferences_of(person) == chosen
    assert Entry.objects.about(person).filter(action="set_preferences").count() == 1
    assert b"checked" in browser.get("/notices/preferences/").content


def test_a_choice_that_there_is_not_is_refused(person: User) -> None:
    answer = signed_in(person).post("/notices/preferences/", {"turn": "hourly"})
    assert answer.status_code == 200
    assert set(preferences_of(person).values()) == {"now"}
