"""Revoking an exemption: from that moment no purchase may rely on it. Nothing undoes it."""

from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils import timezone

from exemptions.jobs import write_revocation_letter
from exemptions.models import ExemptionRequest, RequestState, Revocation, Use
from exemptions.permissions import decider, may
from exemptions.reading.uses import buyers, standing_uses
from exemptions.services.following import Cause, tell_agency
from exemptions.services.locking import lock, move
from exemptions.workflow import Action
from stmm.agencies.access import Access
from stmm.agencies.models import Appointment
from stmm.audit.services import record
from stmm.policy.dates import in_words, last_day
from stmm.refusals import WrongState


@transaction.atomic
def revoke(*, request: ExemptionRequest, reason: str, access: Access, at: datetime) -> Revocation:
    """Revoke an exemption in term, and tell everybody who wrote, signed or relied on it.

    Purchases made before stand: each is named in the record. A second time gives back the first.
    Raises NotAllowed; WrongState where it is not approved, or its term has ended.
    """
    request = lock(request)
    made = Revocation.objects.filter(request=request).first()
    if made and decider(access):
        return made
    user = may(access, Action.REVOKE, request)
    appointment = cast(Appointment, decider(access))
    _refuse_ended(request, at)
    revocation = Revocation.objects.create(
        request=request,
        reason=reason,
        at=at,
        revoked_by=user,
        appointment=appointment,
        name=user.name,
        title=user.title,
        role=appointment.get_role_display(),
    )
    move(request, RequestState.REVOKED)
    write_revocation_letter.enqueue(revocation.pk)
    uses = list(standing_uses(request))
    tell_agency(
        request=request,
        cause=Cause(f"exemption-{request.pk}-revoked", "is revoked"),
        text=_text(revocation, uses),
        others=buyers(uses),
        actor=user,
        at=at,
    )
    record(
        at=at,
        actor=user,
        action=Action.REVOKE,
        subject=request,
        changes={
            "state": (RequestState.APPROVED.label, RequestState.REVOKED.label),
            "purchases that relied on it": (None, "; ".join(use.label for use in uses) or "none"),
        },
        reason=reason,
    )
    return revocation


def _refuse_ended(request: ExemptionRequest, at: datetime) -> None:
    """By days: the state `expired` is written down some time after the end."""
    if request.until is not None and timezone.localdate(at) >= request.until:
        raise WrongState(
            f"{request} ended on {in_words(last_day(request.until))}: there is nothing to revoke."
        )


def _text(revocation: Revocation, uses: list[Use]) -> str:
    bought = "\n".join(
        f"- {use.label}, {in_words(use.used_on)}: {use.quantity:,} of {use.item.item}"
        for use in uses
    )
    relied = f"\n\nPurchases that relied on it:\n{bought}" if bought else ""
    return (
        f"{revocation.name}, {revocation.role}, revoked it: {revocation.reason}\n\n"
        f"From now on nothing may be bought under it. What was bought before stands.{relied}"
    )
