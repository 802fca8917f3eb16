"""A signed order is never edited: not by the ORM, not by SQL, on either database."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from orders.models import Attachment, Determination, Order, OrderLine, Signature
from orders.services.making import drafting
from stmm.documents.models import StoredDocument
from tests.factories import AT
from tests.orders.factories import (
    PDF,
    World,
    access,
    make_draft,
    make_ready_order,
    make_sent_order,
    make_signed_order,
    sign,
)

SEALED = "a signed order is never edited"


def refused(change: Callable[[], object], why: str = SEALED) -> None:
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        change()


def sql(statement: str) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


@pytest.fixture(params=[make_signed_order, make_sent_order], ids=["signed", "routed"])
def order(world: World, request: pytest.FixtureRequest) -> Order:
    made: Order = request.param(world)
    return made


@pytest.mark.parametrize(
    "change",
    [
        "agency_request_number = 'X'",
        "billing_address = 'elsewhere'",
        "eligibility = 'local'",
        "number = NULL",
        "signed_at = '2030-01-01 00:00:00+00:00'",
        "state = 'draft', signed_at = NULL, routed_at = NULL",
        "state = 'review', signed_at = NULL, routed_at = NULL",
        "state = 'abandoned', signed_at = NULL, routed_at = NULL",
    ],
)
def test_the_order_itself_stays(order: Order, change: str) -> None:
    refused(sql(f"UPDATE orders_order SET {change}"))  # noqa: S608  constants


COURSE_OF_EVENTS = {
    "id",
    "state",
    "version",
    "changed_at",
    "routed_at",
    "acknowledged_at",
    "closed_at",
    # The agency's own affair: no part of the form
    "budget_code",
}
SIGNED_FIELDS = [
    field.attname for field in Order._meta.concrete_fields if field.attname not in COURSE_OF_EVENTS
]


def another(value: Any) -> Any:
    """A value of the same kind."""
    match value:
        case bool():
            return not value
        case date():
            return value + timedelta(days=1)
        case UUID():
            return uuid4()
        case int():
            return value + 1000
        case None:
            return 1
    return f"{value}x"


@pytest.mark.parametrize("name", SIGNED_FIELDS)
def test_every_field_that_was_signed_is_sealed(world: World, name: str) -> None:
    order = make_signed_order(world)
    change = {name: another(getattr(order, name))}

    refused(lambda: Order.objects.filter(pk=order.pk).update(**change))


def test_the_order_can_not_be_deleted(order: Order) -> None:
    refused(sql("DELETE FROM orders_order"))


@pytest.mark.parametrize(
    "change",
    ["UPDATE orders_orderline SET quantity = 9", "UPDATE orders_orderline SET mrc = 0"],
)
def test_its_lines_stay(order: Order, change: str) -> None:
    refused(sql(change))
    refused(lambda: OrderLine.objects.update(comment="More"))


def test_its_lines_can_not_be_deleted(order: Order) -> None:
    refused(sql("DELETE FROM orders_orderline"))
    with pytest.raises(IntegrityError), transaction.atomic():
        order.lines.get().delete()


def test_no_line_is_added_to_it(world: World, order: Order) -> None:
    refused(lambda: OrderLine.objects.create(order=order, position=2, service=world.optional))


def test_no_line_is_moved_to_it_or_from_it(world: World, order: Order) -> None:
    draft = make_draft(world, world.optional)
    refused(lambda: draft.lines.update(order=order, position=2))
    refused(lambda: order.lines.update(order=draft, position=2))


@pytest.fixture
def attached(world: World) -> Order:
    order = make_ready_order(world)
    drafting.attach(
        order=order, kind="std65", file_name="65.pdf", content=PDF, access=access(world.atr), at=AT
    )
    return sign(order, by=world.catr)


def test_its_attachments_stay(attached: Order) -> None:
    refused(lambda: attached.attachments.update(kind="other"))
    refused(lambda: attached.attachments.all().delete())
    refused(
        lambda: Attachment.objects.create(
            order=attached, kind="other", document=StoredDocument.objects.get()
        )
    )


@pytest.mark.parametrize(
    ("table", "column"),
    [("orders_signature", "name"), ("orders_signature", "content"),
     ("orders_determination", "outcome"), ("orders_determination", "said")],
)  # fmt: skip
def test_its_signature_and_determinations_stay(order: Order, table: str, column: str) -> None:
    # In quotation marks, for JSON is such a column too
    refused(sql(f"UPDATE {table} SET {column} = '\"another\"'"), f"{table} is append-only")  # noqa: S608  constants
    refused(sql(f"DELETE FROM {table}"), f"{table} is append-only")  # noqa: S608  constants


def test_it_has_one_signature_and_one_determination_a_line(order: Order) -> None:
    signature, determination = order.signature, Determination.objects.get()
    signature.pk = determination.pk = None

    refused(lambda: signature.save(force_insert=True), "(?i)unique")
    refused(lambda: determination.save(force_insert=True), "(?i)unique")
    assert Signature.objects.count() == Determination.objects.count() == 1


def test_a_draft_can_be_changed_and_deleted(world: World) -> None:
    order = make_draft(world, world.mandatory)

    order.lines.update(quantity=9)
    order.delete()

    assert not OrderLine.objects.exists()
