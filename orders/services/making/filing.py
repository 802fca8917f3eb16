"""A whole order at once: made, decided and signed, or handed over, in one transaction."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from catalog.models import Contract
from orders.completeness.order import problems_of
from orders.compliance.grounds import Grounds, grounds_of
from orders.files.many_lines import Rows
from orders.models import Order, OrderLine, State
from orders.permissions.order import may, may_order_for
from orders.reading.order import as_judged
from orders.services.making import drafting
from orders.services.making.many_lines import line_of, services_named
from orders.services.signing.signing import (
    as_what,
    copy_catalogue,
    put_signature,
    record_signature,
    refuse,
)
from orders.services.telling.turns import Event, tell_of
from orders.workflow.order import Action
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, Appointment
from stmm.audit.services import Changes, record
from stmm.refusals import ChangedMeanwhile


@dataclass(frozen=True, slots=True)
class Asked:
    """What one page asks for: the contract by its key, fields of Order, lines as rows."""

    agency: Agency
    contract: int
    fields: Mapping[str, Any]
    rows: Rows
    key: UUID


@dataclass(frozen=True, slots=True)
class Drawn:
    """The order as it would be filed, not stored, and what it is judged by."""

    order: Order
    lines: tuple[OrderLine, ...]
    grounds: Grounds

    @property
    def digest(self) -> str:
        """Of what was worked out for the person from what they typed: lines, charges, decisions.

        Who signs sends it back: nothing else is signed than what they were shown.
        """
        shown = [
            [
                *(str(getattr(each.line, name)) for name in _SHOWN),
                str(each.mrc),
                str(each.nrc),
                each.usage_rate,
                each.decision.headline,
            ]
            for each in as_judged(self.lines, self.grounds).lines
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


_SHOWN = (
    "order_type", "product_id", "quantity", "requested_date", "billing_account", "description",
    "comment",
)  # fmt: skip


def draw_up(asked: Asked, *, access: Access, at: datetime) -> Drawn:
    """Two queries at the most, three for a local body, and nothing is stored.

    Raises NotAllowed, RowsRefused, Contract.DoesNotExist.
    """
    user = may_order_for(access, asked.agency).user
    grounds = grounds_of(
        asked.agency,
        asked.contract,
        product_ids=asked.rows.product_ids,
        on=access.on,
        known_at=at,
    )
    found = list(grounds.services.values())
    contract = (
        found[0].contract
        if found
        else Contract.objects.select_related("contractor").get(pk=asked.contract)
    )
    services = services_named(asked.rows, found, contract)
    order = drafting.new_draft(
        agency=asked.agency,
        contract=contract,
        creation_key=asked.key,
        created_by=user,
        fields=asked.fields,
        at=at,
    )
    lines = tuple(
        line_of(order, services[row.product_id], row, uuid5(asked.key, str(number)), number + 1)
        for number, row in enumerate(asked.rows.lines)
    )
    return Drawn(order, lines, grounds)


def file(asked: Asked, *, seen: str, access: Access, at: datetime) -> Order:
    """Make the order and sign it. The same page sent again gives back the first order.

    `seen` is the digest of what the person was shown. Raises as `draw_up` does, and
    Incomplete, ChangedMeanwhile.
    """
    return _once(asked, access, lambda: _signed(asked, seen, access, at))


def file_for_signature(asked: Asked, *, seen: str, access: Access, at: datetime) -> Order:
    """Make the order and hand it over to who gives the CATR's word. The rest is as with `file`."""
    return _once(asked, access, lambda: _handed_over(asked, seen, access, at))


def _once(asked: Asked, access: Access, make: Callable[[], Order]) -> Order:
    number = asked.fields["agency_request_number"]
    try:
        with drafting.each_number_once(asked.agency, number):
            return make()
    except drafting.NumberInUse as refusal:
        first = refusal.order
        if (first.creation_key, first.created_by) == (asked.key, access.user):
            return first
        raise


def _signed(asked: Asked, seen: str, access: Access, at: datetime) -> Order:
    drawn, appointment = _seen(asked, seen, Action.SIGN, access, at)
    order, lines, grounds = drawn.order, drawn.lines, drawn.grounds
    speaks_as = as_what(order, lines, grounds, access)
    copy_catalogue(lines, grounds.offers)
    _store(drawn)
    signature = put_signature(
        order,
        lines,
        grounds,
        attached=(),
        appointment=appointment,
        speaks_as=speaks_as,
        at=at,
    )
    record_signature(order, signature, _made(drawn))
    return order


def _handed_over(asked: Asked, seen: str, access: Access, at: datetime) -> Order:
    drawn, appointment = _seen(asked, seen, Action.HAND_OVER, access, at)
    order = drawn.order
    refuse(problems_of(order, drawn.lines, drawn.grounds, on=access.on))
    _store(drawn)
    order.state = State.REVIEW
    order.save()
    tell_of(order=order, event=Event.HANDED_OVER, actor=appointment.user, at=at)
    record(
        at=at,
        actor=appointment.user,
        action=Action.HAND_OVER,
        subject=order,
        changes=_made(drawn),
    )
    return order


def _seen(
    asked: Asked, seen: str, action: Action, access: Access, at: datetime
) -> tuple[Drawn, Appointment]:
    drawn = draw_up(asked, access=access, at=at)
    appointment = may(access, action, drawn.order)
    if drawn.digest != seen:
        raise ChangedMeanwhile(
            "The lines, a charge or a decision have changed since you checked this order."
            " Look at it as it is now."
        )
    return drawn, appointment


def _store(drawn: Drawn) -> None:
    """The order as a draft with its lines; its number is stored with what becomes of it."""
    drawn.order.save(force_insert=True)
    OrderLine.objects.bulk_create(drawn.lines)
    drawn.order.number = drafting.number_of(drawn.order)


def _made(drawn: Drawn) -> Changes:
    """What the record tells of an order that was made in one act."""
    return {"state": (None, State(drawn.order.state).label)} | {
        str(line): (None, drafting.in_words(line)) for line in drawn.lines
    }
