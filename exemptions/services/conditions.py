"""Conditions of an exemption: told to be met, once, by the agency or by STND."""

from datetime import datetime

from django.db import transaction

from exemptions.models import Condition
from exemptions.permissions import may
from exemptions.services.following import Cause, tell_both
from exemptions.services.locking import lock
from exemptions.workflow import Action
from stmm.agencies.access import Access
from stmm.audit.services import record


@transaction.atomic
def meet(*, condition: Condition, how: str, access: Access, at: datetime) -> Condition:
    """Record how a condition was met, and tell the other side. A second time does nothing.

    Raises NotAllowed, and WrongState where the exemption does not stand.
    """
    request = lock(condition.decision.request)
    user = may(access, Action.MEET, request)
    condition = Condition.objects.get(pk=condition.pk)
    if condition.is_met:
        return condition
    condition.met_at, condition.met_by, condition.how_met = at, user, how
    condition.save(update_fields=["met_at", "met_by", "how_met"])
    tell_both(
        request=request,
        cause=Cause(f"exemption-condition-{condition.pk}-met", "has a condition met"),
        text=f"Condition {condition.position}: {condition.text}\n\nHow it was met: {how}",
        actor=user,
        at=at,
    )
    record(
        at=at,
        actor=user,
        action=Action.MEET,
        subject=request,
        changes={f"condition {condition.position}": (None, "met")},
        reason=how,
    )
    return condition
