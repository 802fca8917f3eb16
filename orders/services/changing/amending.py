"""Amending an order that was sent: a new draft, which supersedes the former once it is signed."""

import re
from datetime import datetime
from itertools import count

from django.db import transaction
from django.utils import timezone

from orders.models import Attachment, LineProgress, Order, OrderLine, State
from orders.reading.amendments import lines_replaced
from orders.services.locking import lock_for
from orders.services.telling.turns import Event, tell_of
from orders.workflow.order import LINE_STEPS, Action, LineAction
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.refusals import WrongState

_HEADER = (
    "budget_code", "is_service", "is_equipment", "is_other", "department", "division",
    "contact_name", "contact_phone", "contact_fax", "contact_email", "general_services_code",
    "present_address", "requested_address", "billing_address", "eligibility",
)  # fmt: skip
# The key goes along: by it a line is known again in the amendment
_LINE = (
    "creation_key", "order_type", "service", "quantity", "requested_date", "billing_account",
    "acts_on", "description", "comment",
)  # fmt: skip
_SUFFIX = re.compile(r" amendment \d+$")
_NUMBER_LENGTH = 40


@transaction.atomic
def begin_amendment(*, order: Order, reason: str, access: Access, at: datetime) -> Order:
    """A draft with what `order` says and its lines under way; the order itself goes on as it is.

    For the same reason again it gives back the first draft. Raises NotAllowed, and WrongState
    also where another amendment is open.
    """
    former, appointment = lock_for(Action.AMEND, order, access)
    if existing := former.amendments.exclude(state=State.ABANDONED).first():
        if existing.amendment_reason == reason:
            return existing
        raise WrongState(f"{former} is being amended already, by {existing}: go on with that one.")
    amendment = _draft(former, reason, appointment.user, at)
    _copy_lines(former, amendment)
    Attachment.objects.bulk_create(
        Attachment(order=amendment, kind=each.kind, document_id=each.document_id)
        for each in former.attachments.all()
    )
    record(at=at, actor=appointment.user, action="start", subject=amendment, reason=reason)
    record(
        at=at,
        actor=appointment.user,
        action=Action.AMEND,
        subject=former,
        changes={"amendment": (None, f"{amendment}, {amendment.agency_request_number}")},
        reason=reason,
    )
    return amendment


def _draft(former: Order, reason: str, maker: User, at: datetime) -> Order:
    Agency.objects.select_for_update().get(pk=former.agency_id)
    on = timezone.localdate(at)
    amendment = Order.objects.create(
        agency=former.agency,
        contract=former.contract,
        contractor_name=former.contract.contractor.name,
        agency_request_number=_free_number(former),
        supersedes=former,
        amendment_reason=reason,
        order_date=on,
        created_at=at,
        created_by=maker,
        changed_at=at,
        **{name: getattr(former, name) for name in _HEADER},
    )
    amendment.number = f"STD20-{on.year}-{amendment.pk:06d}"
    amendment.save(update_fields=["number"])
    return amendment


def _free_number(former: Order) -> str:
    """The former's number with the first suffix that is free; the agency is locked."""
    base = _SUFFIX.sub("", former.agency_request_number)
    theirs = Order.objects.filter(
        agency=former.agency_id, agency_request_number__contains=" amendment "
    )
    taken = set(theirs.values_list("agency_request_number", flat=True))
    suffixes = (f" amendment {number}" for number in count(1))
    numbers = (base[: _NUMBER_LENGTH - len(suffix)] + suffix for suffix in suffixes)
    return next(number for number in numbers if number not in taken)


def _copy_lines(former: Order, amendment: Order) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            order=amendment,
            position=position,
            service_name=line.service.name,
            product_id=line.service.product_id,
            unit=line.service.unit,
            **{name: getattr(line, name) for name in _LINE},
        )
        for position, line in enumerate(lines_replaced(former), start=1)
    )


def supersede(*, former: Order, by: Order, actor: User, at: datetime) -> None:
    """End the former, locked, in the transaction that signs `by`: its lines under way too.

    What was completed stays completed with the former.
    """
    replace = LINE_STEPS[LineAction.REPLACE]
    LineProgress.objects.filter(line__order=former, state__in=replace.before).update(
        state=replace.after, jeopardy="", changed_at=at
    )
    before, after = State(former.state), State.SUPERSEDED
    former.state, former.closed_at, former.changed_at = after, at, at
    former.version += 1
    former.save()
    tell_of(order=former, event=Event.AMENDED, actor=actor, at=at, text=by.amendment_reason)
    record(
        at=at,
        actor=actor,
        action=Action.SUPERSEDE,
        subject=former,
        changes={
            "state": (before.label, after.label),
            "amendment": (None, f"{by}, {by.agency_request_number}"),
        },
        reason=by.amendment_reason,
    )
