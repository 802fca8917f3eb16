"""Between the agency and the Department: signed and sent, taken back, withdrawn."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils import timezone

from exemptions.completeness import problems_of
from exemptions.content import NO_COST, canonical, content_of
from exemptions.models import (
    Contributor,
    ExemptionRequest,
    RequestedItem,
    RequestState,
    SentVersion,
    TakenBack,
)
from exemptions.models.states import PENDING
from exemptions.permissions import (
    OFFICERS,
    is_written_by,
    may,
    no_officer,
    officers_of,
    parties_of,
    reason_against_signing,
)
from exemptions.reading.case import attachments_of, items_of
from exemptions.reading.costs import CalnetCost, calnet_costs
from exemptions.services.drafts import lock_for
from exemptions.services.locking import lock, move
from exemptions.services.recommending import void_recommendation
from exemptions.services.telling import Event, tell_of
from exemptions.workflow import Action, Party
from stmm.agencies.access import Access
from stmm.agencies.models import Appointment
from stmm.audit.services import record
from stmm.documents.glyphs import normalise, unprintable
from stmm.outbox.models import NoticeKind
from stmm.outbox.notices import tell
from stmm.refusals import Incomplete, NotAllowed, Problem, refuse_stale

State = RequestState
READY = "tell_officer_of_exemption_request"


@transaction.atomic
def tell_officer(*, request: ExemptionRequest, version: int, access: Access, at: datetime) -> int:
    """Tell the officers who can sign that the draft is complete; gives how many were told.

    Of one version each is told once. Raises Incomplete, NotAllowed, WrongState, ChangedMeanwhile.
    """
    request, user = lock_for(Action.CHANGE, request, access, version)
    on = timezone.localdate(at)
    _refuse(problems_of(request, list(items_of(request)), on=on))
    officers = officers_of(request.agency, on=on, but=user)
    if not officers:
        raise NotAllowed(no_officer(request.agency))
    told = tell(
        users=officers,
        kind=NoticeKind.TURN,
        cause=f"exemption-{request.pk}-ready-{request.version}",
        subject=f"{request} waits for your signature",
        text=f"{request}, {request.project}, is complete, says {user.name}.",
        url=request.get_absolute_url(),
        why=f"It is your turn: you are the Agency Information Officer of {request.agency.name}.",
        at=at,
    )
    if told:
        names = ", ".join(sorted(notice.user.name for notice in told))
        record(at=at, actor=user, action=READY, subject=request, changes={"told": (None, names)})
    return len(told)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Incomplete(problems)


@transaction.atomic
def send(
    *, request: ExemptionRequest, version: int, access: Access, at: datetime
) -> ExemptionRequest:
    """Sign the draft as it stands in `version`, and send it to STND, Attention: Deputy Director.

    Copies what CALNET asks on the day into the items. A second click finds it sent and does
    nothing. Raises Incomplete, NotAllowed, also for who wrote it, WrongState, ChangedMeanwhile.
    """
    request = lock(request)
    former = request.sent.order_by("number").last()
    if former and request.state in PENDING and former.signed_by_id == access.user.pk:
        return request
    user = may(access, Action.SEND, request)
    refuse_stale(request, request.version, version)
    if reason := reason_against_signing(access, request):
        raise NotAllowed(reason)
    on = timezone.localdate(at)
    items = list(items_of(request))
    _refuse(problems_of(request, items, on=on))
    costs = calnet_costs((item.service_id for item in items if item.service_id), on=on)
    _copy_costs(items, costs)
    content = canonical(content_of(request, items, costs, attachments_of(request)))
    _refuse_unprintable(content)
    sent = _signed(request, former, content, access, at)
    Contributor.objects.get_or_create(request=request, user=user, part=Contributor.Part.SIGNED)
    move(request, State.SENT, sent_at=request.sent_at or at)
    tell_of(request=request, event=Event.SENT, actor=user, at=at)
    _record_signature(request, sent)
    return request


def _copy_costs(items: Sequence[RequestedItem], costs: Mapping[int, CalnetCost]) -> None:
    """What CALNET asks on the day, into the items: later editions leave them alone."""
    for item in items:
        own = costs.get(item.service_id or 0, NO_COST).own
        item.calnet_monthly = own.offer.mrc if own else None
        item.calnet_once = own.offer.nrc if own else None
    RequestedItem.objects.bulk_update(items, ["calnet_monthly", "calnet_once"])


def _refuse_unprintable(content: str) -> None:
    """What people type is checked by its form; what files brought in is checked here."""
    found = dict.fromkeys(str(each) for each in unprintable(normalise(content)))
    _refuse([Problem(f"{each} can’t be printed in a letter.", "review") for each in found])


def _signed(
    request: ExemptionRequest,
    former: SentVersion | None,
    content: str,
    access: Access,
    at: datetime,
) -> SentVersion:
    # Whoever may send holds one
    appointment = cast(Appointment, access.appointment_at(request.agency, OFFICERS))
    user = appointment.user
    return SentVersion.objects.create(
        request=request,
        number=former.number + 1 if former else 1,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        signed_at=at,
        signed_by=user,
        appointment=appointment,
        name=user.name,
        title=user.title,
        role=appointment.get_role_display(),
        is_by_author=is_written_by(request, access),
    )


def _record_signature(request: ExemptionRequest, sent: SentVersion) -> None:
    alone = {"written and signed by": (None, f"{sent.name}, alone in the agency")}
    record(
        at=sent.signed_at,
        actor=sent.signed_by,
        action=Action.SEND,
        subject=request,
        changes={
            "state": (State.DRAFT.label, State.SENT.label),
            "version": (None, sent.number),
            "signed as": (None, sent.role),
            "content SHA-256": (None, sent.sha256),
            **(alone if sent.is_by_author else {}),
        },
    )


def _stop_review(request: ExemptionRequest, because: str, at: datetime) -> None:
    """Nothing of a review under way holds any more: its question is closed, its advice voided."""
    request.questions.filter(closed_at__isnull=True).update(closed_at=at)
    void_recommendation(request=request, because=because, at=at)


def _is_done(request: ExemptionRequest, access: Access, state: RequestState) -> bool:
    """Whether somebody of the agency brought it there already: then a second click is none."""
    return request.state == state and Party.AGENCY in parties_of(access, request)


@transaction.atomic
def take_back(
    *, request: ExemptionRequest, reason: str, access: Access, at: datetime
) -> ExemptionRequest:
    """Make an undecided request a draft again, to change it: it is signed and sent anew.

    A recommendation on it is voided and kept; an open question is closed. A second time does
    nothing. Raises NotAllowed, WrongState.
    """
    request = lock(request)
    latest = request.sent.order_by("number").last()
    if latest and _is_done(request, access, State.DRAFT):
        return request
    user = may(access, Action.TAKE_BACK, request)
    before = request.get_state_display()
    _stop_review(request, "The agency took the request back.", at)
    TakenBack.objects.create(version=cast(SentVersion, latest), at=at, by=user)
    move(request, State.DRAFT)
    tell_of(request=request, event=Event.TAKEN_BACK, actor=user, at=at, text=reason)
    record(
        at=at,
        actor=user,
        action=Action.TAKE_BACK,
        subject=request,
        changes={"state": (before, State.DRAFT.label)},
        reason=reason,
    )
    return request


@transaction.atomic
def withdraw(
    *, request: ExemptionRequest, reason: str, access: Access, at: datetime
) -> ExemptionRequest:
    """Give a request up for good, as a draft or before it is decided; it stays in the record.

    A second time does nothing. Raises NotAllowed, WrongState.
    """
    request = lock(request)
    if _is_done(request, access, State.WITHDRAWN):
        return request
    user = may(access, Action.WITHDRAW, request)
    before = request.get_state_display()
    _stop_review(request, "The agency withdrew the request.", at)
    move(request, State.WITHDRAWN, closed_at=at)
    if request.sent_at is not None:
        tell_of(request=request, event=Event.WITHDRAWN, actor=user, at=at, text=reason)
    record(
        at=at,
        actor=user,
        action=Action.WITHDRAW,
        subject=request,
        changes={"state": (before, State.WITHDRAWN.label)},
        reason=reason,
    )
    return request
