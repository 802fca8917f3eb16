"""Notices: told once, by mail too, read by their receiver alone."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from stmm.accounts.models import User
from stmm.outbox.models import Notice, OutgoingMail
from stmm.outbox.notices import mark_read, tell
from tests.factories import AT, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user("Ana Reyes")


def told(*users: User, cause: str = "test-1", url: str = "/catalog/") -> list[Notice]:
    return tell(
        users=users,
        cause=cause,
        subject="Hosted VoIP:\nchanged",
        text="It costs more.",
        url=url,
        why="You order for Highway Patrol.",
        at=AT,
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
