"""Every address, by each kind of person, by GET and POST, on what is theirs, not theirs, absent."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker
from pytest_django.asserts import assertTemplateUsed

from tests.addresses import every_address
from tests.permission_table import DOWNLOADS, ROWS, UNRECORDED, Row, places, posted
from tests.stage import PEOPLE, Stage, set_stage

pytestmark = pytest.mark.django_db

ADDRESSES = {address.name: address for address in every_address()}
ABSENT = 987_654
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
# Parameters that name a part of what `pk` names
PARTS = ("line", "attachment", "document")


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with set_stage(django_db_blocker) as made:
        yield made


@contextmanager
def taken_back() -> Iterator[list[str]]:
    """Undo what happens within; the list tells in the end which tables were written."""
    written: list[str] = []
    point = transaction.savepoint()
    with CaptureQueriesContext(connection) as queries:
        yield written
    written += [match[1] for query in queries if (match := WRITES.match(query["sql"]))]
    transaction.savepoint_rollback(point)


@dataclass(frozen=True)
class Answer:
    """One answer, the tables it wrote to, and what someone could tell it from another by."""

    status: int
    written: list[str]
    told: tuple[int, dict[str, str]]


def ask(stage: Stage, row: Row, person: str, **changed: Any) -> Answer:
    """One request, taken back; `changed` parameters name something else than the row's."""
    path = ADDRESSES[row.address].path(**(places(stage, row.on) | changed))
    data = posted(stage, row.address, row.on) if row.method == "POST" else {}
    request = getattr(stage.browser(person), row.method.lower())
    with taken_back() as written:
        answer: HttpResponseBase = request(path, data)
        length = len(b"".join(cast(Iterable[bytes], answer)))
    return Answer(answer.status_code, written, (length, dict(answer.items())))


def is_done(row: Row, person: str, status: int) -> bool:
    """A form about something, by someone who may; of what was sent nothing is changed by any."""
    done = row.method == "POST" and status == 302 and person != "anyone"
    return done and row.on not in ("-", "sent")


def test_the_table_has_each_address_by_get_and_by_post() -> None:
    listed = {(row.address, row.method) for row in ROWS}

    assert listed == {(name, method) for name in ADDRESSES for method in ("GET", "POST")}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_person_gets_the_answer_of_the_table_and_only_what_is_done_is_written(
    stage: Stage, row: Row
) -> None:
    answers = {person: ask(stage, row, person) for person in row.answers}

    assert {person: answer.status for person, answer in answers.items()} == row.answers
    for person, answer in answers.items():
        recorded = row.address in DOWNLOADS and answer.status == 200
        if is_done(row, person, answer.status):
            assert answer.written, person
            assert ("audit_entry" in answer.written) == (row.address not in UNRECORDED), person
        elif answer.status >= 400 or row.method == "GET" or row.on == "sent":
            assert answer.written == (["audit_entry"] if recorded else []), person


# Covered lines are not counted: that takes half as long again, and others come by here too
@pytest.mark.no_cover
@pytest.mark.parametrize("row", [row for row in ROWS if row.on != "-"], ids=str)
def test_what_is_not_theirs_answers_as_if_it_were_not_there(stage: Stage, row: Row) -> None:
    for person in PEOPLE:
        if row.answers[person] == 405:
            continue
        absent = ask(stage, row, person, pk=ABSENT)

        assert absent.status == 404, person
        if row.answers[person] == 404:
            assert ask(stage, row, person) == absent, person


PARTED = [
    (row, part)
    for row in ROWS
    for part in PARTS
    if part in ADDRESSES[row.address].parameters and row.on in ("draft", "mail")
]


@pytest.mark.parametrize(("row", "part"), PARTED, ids=str)
def test_a_part_of_something_else_answers_as_if_it_were_not_there(
    stage: Stage, row: Row, part: str
) -> None:
    theirs = {
        "line": stage.orders["other"].lines.get(),
        "attachment": stage.orders["other"].attachments.get(),
        "document": stage.orders["other"].attachments.get().document,
    }

    foreign = ask(stage, row, "atr", **{part: theirs[part].pk})
    absent = ask(stage, row, "atr", **{part: ABSENT})

    assert foreign == absent
    assert foreign.status != 200
    assert foreign.written == []


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_post_without_the_token_of_its_form_is_refused(stage: Stage, name: str) -> None:
    row = next(row for row in ROWS if row.address == name)
    path = ADDRESSES[name].path(**places(stage, row.on))
    for person in ("catr", "stnd", "anyone"):
        browser = stage.browser(person, enforce_csrf_checks=True)

        with taken_back() as written:
            answer = browser.post(path, posted(stage, name, row.on))

        assert answer.status_code == 403
        assertTemplateUsed(answer, "403_csrf.html")
        assert written == []
