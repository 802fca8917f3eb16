"""What an amendment makes different from the order before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model

from orders.models import Order, OrderLine
from orders.reading.amendments import lines_replaced
from orders.reading.order import ShownLine, ShownLines
from stmm.look.templatetags.look import day, money

# What the form prints of the order itself but for its numbers, which always differ
_HEADER = (
    "is_service", "is_equipment", "is_other", "contractor_name", "department", "division",
    "contact_name", "contact_phone", "contact_fax", "contact_email", "general_services_code",
    "present_address", "requested_address", "billing_address",
)  # fmt: skip
_LINE = (
    "order_type", "quantity", "requested_date", "billing_account", "description", "comment",
)  # fmt: skip
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing: of what, before, after, in words."""

    what: str
    before: str
    after: str


def differences(amendment: Order, shown: ShownLines) -> list[Difference]:
    """Field by field, then line by line: changed, dropped, added. Two queries.

    `shown` are the amendment's lines as its page shows them. Of the former, the lines that are
    replaced; those that are done are not the amendment's affair.
    """
    former = amendment.supersedes
    if former is None:
        return []
    before = {line.creation_key: line for line in lines_replaced(former)}
    after = {each.line.creation_key: each for each in shown.lines}
    return [
        *_changed(former, amendment, _HEADER),
        *_of_lines(before, after),
    ]


def _of_lines(
    before: Mapping[UUID, OrderLine], after: Mapping[UUID, ShownLine]
) -> Iterable[Difference]:
    for key, line in before.items():
        if key in after:
            yield from _of_line(line, after[key])
        else:
            yield Difference(f"Request #{line.position} before", _as_words(line), "taken off")
    for key, each in after.items():
        if key not in before:
            yield Difference(str(each.line), "not on it", _as_words(each.line))


def _of_line(line: OrderLine, now: ShownLine) -> Iterable[Difference]:
    label = f"{now.line}, {now.line.service_name}"
    for found in _changed(line, now.line, _LINE):
        yield Difference(f"{label}: {found.what}", found.before, found.after)
    charges = (("MRC", line.mrc, now.mrc), ("NRC", line.nrc, now.nrc))
    for name, was, is_now in charges:
        if was != is_now:
            yield Difference(f"{label}: {name} each", _in_words(was), _in_words(is_now))


def _as_words(line: OrderLine) -> str:
    return f"{line.get_order_type_display()} {line.quantity} {line.service_name}"


def _changed(before: Model, after: Model, names: Iterable[str]) -> Iterable[Difference]:
    for name in names:
        was, is_now = getattr(before, name), getattr(after, name)
        if was != is_now:
            label = str(getattr(after._meta.get_field(name), "verbose_name", name))
            yield Difference(label, _shown(before, name), _shown(after, name))


def _shown(row: Model, name: str) -> str:
    """In the words of its choices, where it has some."""
    choice = getattr(row, f"get_{name}_display", None)
    return str(choice()) if choice else _in_words(getattr(row, name))


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "checked" if value else "not checked"
    if isinstance(value, Decimal):
        return str(money(value))
    if isinstance(value, date):
        return str(day(value))
    return str(value) if value not in (None, "") else NOTHING
