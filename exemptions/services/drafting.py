"""Writing a request: begun fresh, from what an order needs, or to go on from another; changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst

from catalog.models import Service
from exemptions.compliance import reasons_against_items
from exemptions.models import Contributor, ExemptionRequest, RequestedItem, RequestState
from exemptions.models.states import UNDER_WAY
from exemptions.permissions import may_ask_for
from exemptions.reading.case import items_of
from exemptions.reading.timeline import BEGIN
from exemptions.services.drafts import lock_for, written_by
from exemptions.services.locking import lock
from exemptions.workflow import Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import Changes, label_of, record, set_fields
from stmm.policy.dates import last_day
from stmm.refusals import Incomplete, Problem, WrongState

# Answers may be pages long: the record has their beginnings, what is signed has them whole
TOLD = 200
UNTIL = "wanted_until"
EXTENDED = frozenset({RequestState.APPROVED, RequestState.EXPIRED})
_COPIED = (
    "project", "description", "compelling_reason", "why_not_calnet", "if_unmet",
    "proposed_source", "delegation", "delegation_reference", "asks_for_delegation",
)  # fmt: skip
_COPIED_OF_ITEMS = (
    "position", "service", "described", "quantity", "sites", "proposed_monthly", "proposed_once",
)  # fmt: skip


@transaction.atomic
def begin(
    *,
    agency: Agency,
    project: str,
    key: UUID,
    access: Access,
    at: datetime,
    origin: str = "",
    services: Iterable[tuple[Service, int]] = (),
) -> ExemptionRequest:
    """Begin a draft, with `services` and their quantities in it, and `origin` in words.

    The same page sent again (`key`) gives back the first draft. Raises NotAllowed for people who
    don't write for `agency` and for an agency that needs no exemption, and Incomplete for a
    service that is not mandatory.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    user = may_ask_for(access, agency)
    if existing := ExemptionRequest.objects.filter(creation_key=key, created_by=user).first():
        return existing
    wanted = dict(services)
    _refuse_not_mandatory(wanted, at)
    request = _create(agency, user, key, at, project=project, origin=origin)
    RequestedItem.objects.bulk_create(
        RequestedItem(request=request, position=position, service=service, quantity=quantity)
        for position, (service, quantity) in enumerate(wanted.items(), start=1)
    )
    changes: Changes = {
        "agency": (None, agency.name),
        "project": (None, project),
        **({"origin": (None, origin)} if origin else {}),
        **{str(service): (None, f"{quantity}") for service, quantity in wanted.items()},
    }
    record(at=at, actor=user, action=BEGIN, subject=request, changes=changes)
    return request


def _refuse_not_mandatory(services: Iterable[Service], at: datetime) -> None:
    reasons = reasons_against_items([each.pk for each in services], on=timezone.localdate(at))
    if problems := [Problem(reason, "items") for reason in reasons.values() if reason]:
        raise Incomplete(problems)


def _create(agency: Agency, user: User, key: UUID, at: datetime, **fields: Any) -> ExemptionRequest:
    request = ExemptionRequest.objects.create(
        agency=agency, creation_key=key, created_at=at, created_by=user, **fields
    )
    Contributor.objects.create(request=request, user=user, part=Contributor.Part.WROTE)
    return request


@transaction.atomic
def extend(
    *, former: ExemptionRequest, key: UUID, access: Access, at: datetime
) -> ExemptionRequest:
    """Begin a draft that would go on from an exemption: it copies it, and is reviewed like any.

    It is wanted from the day that the other one ends. Asked again, the one under way is given
    back. Raises NotAllowed, and WrongState for what is not approved.
    """
    former = lock(former)
    user = may_ask_for(access, former.agency)
    if existing := former.extensions.filter(state__in=UNDER_WAY).first():
        return existing
    if former.state not in EXTENDED:
        now = former.get_state_display().lower()
        raise WrongState(f"{former} can’t be extended: it is “{now}” now.")
    request = _create(
        former.agency,
        user,
        key,
        at,
        extends=former,
        origin=f"Extension of {former}",
        wanted_from=former.until,
        **{name: getattr(former, name) for name in _COPIED},
    )
    RequestedItem.objects.bulk_create(
        RequestedItem(request=request, **{name: getattr(item, name) for name in _COPIED_OF_ITEMS})
        for item in items_of(former)
    )
    record(
        at=at,
        actor=user,
        action=BEGIN,
        subject=request,
        changes={"would extend": (None, str(former)), "project": (None, request.project)},
    )
    return request


@transaction.atomic
def change(
    *,
    request: ExemptionRequest,
    fields: Mapping[str, Any],
    version: int,
    access: Access,
    at: datetime,
) -> ExemptionRequest:
    """Set answers of a draft. Raises NotAllowed, WrongState, ChangedMeanwhile."""
    request, user = lock_for(Action.CHANGE, request, access, version)
    changes = {
        _label(name): (_told(name, before), _told(name, after))
        for name, (before, after) in set_fields(request, fields).items()
    }
    if changes:
        written_by(request, user)
        record(at=at, actor=user, action=Action.CHANGE, subject=request, changes=changes)
    return request


def _label(name: str) -> str:
    if name == UNTIL:
        return "Last day wanted"
    return capfirst(label_of(ExemptionRequest, name))


def _told(name: str, value: Any) -> Any:
    """A value as the record has it: of a period its last day, of a box yes or no."""
    if name == UNTIL and value is not None:
        return last_day(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and len(value) > TOLD:
        return f"{value[:TOLD]}… ({len(value)} characters)"
    return value
