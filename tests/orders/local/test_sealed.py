"""A recorded local document and a given notice are never edited: the database refuses."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from orders.models import Leaving, LeavingPart, LocalLine, LocalOrder
from tests.orders import leavings, local_orders
from tests.orders.factories import World

DOCUMENT = "a recorded local document is never edited"
NOTICE = "a notice that was given is never edited"


def refused(change: Callable[[], object], why: str) -> None:
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        change()


def updated(row: models.Model, **fields: Any) -> Callable[[], object]:
    """By SQL, past what the models know."""
    return lambda: type(row)._default_manager.filter(pk=row.pk).update(**fields)


def deleted(row: models.Model) -> Callable[[], object]:
    """By SQL, past what the models know."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    return lambda: rows._raw_delete(rows.db)


@pytest.mark.parametrize(
    "fields",
    [
        {"document_number": "X"},
        {"document_date": date(2020, 1, 1)},
        {"service_address": "elsewhere"},
        {"contact_email": "x@x.example"},
        {"state": "draft", "recorded_at": None, "recorded_by": None},
    ],
)
def test_what_a_recorded_document_says_stays(world: World, fields: dict[str, Any]) -> None:
    order = local_orders.make_recorded(world)
    refused(updated(order, **fields), DOCUMENT)
    assert LocalOrder.objects.filter(pk=order.pk, **fields).count() == 0


def test_a_record_that_was_sent_is_not_replaced(world: World) -> None:
    order = local_orders.make_sent(world)
    refused(updated(order, record=order.file_id), DOCUMENT)
    refused(deleted(order), DOCUMENT)


def test_lines_of_a_recorded_document_are_neither_changed_nor_added_nor_removed(
    world: World,
) -> None:
    order = local_orders.make_recorded(world)
    draft = local_orders.make_draft(world)
    line, moved = order.lines.get(), draft.lines.get()

    refused(updated(line, quantity=9), DOCUMENT)
    refused(deleted(line), DOCUMENT)
    refused(updated(moved, order=order, position=2), DOCUMENT)
    moved.pk, moved.order, moved.position = None, order, 2
    refused(moved.save, DOCUMENT)
    assert LocalLine.objects.filter(order=order).count() == 1


def test_the_course_of_a_recorded_document_goes_on(world: World) -> None:
    order = local_orders.make_sent(world)
    order.version += 1
    order.save()
    assert local_orders.again(order).version == order.version


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_on": date(2040, 1, 1)},
        {"remarks": "X"},
        {"manner": "transfer"},
        {
            "state": "drafted",
            "given_on": None,
            "given_at": None,
            "given_by": None,
            "ends_on": None,
        },
    ],
)
def test_what_a_given_notice_says_stays(world: World, fields: dict[str, Any]) -> None:
    leaving = leavings.make_given(world)
    refused(updated(leaving, **fields), NOTICE)
    refused(deleted(leaving), NOTICE)
    assert Leaving.objects.filter(pk=leaving.pk, **fields).count() == 0


def test_what_leaves_by_a_given_notice_stays(world: World) -> None:
    leaving = leavings.make_given(world)
    part = leaving.parts.get()
    refused(deleted(part), NOTICE)
    refused(updated(part, leaving=leavings.make_draft(world)), NOTICE)
    category = world.contract.categories.get()
    refused(lambda: LeavingPart.objects.create(leaving=leaving, category=category), NOTICE)
