"""The end of an exemption's term, written down; before it, reminders.

What is covered is asked by days, never of the state: it may be written down late.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone

from exemptions.models import Condition, ExemptionRequest, Reminder, RequestState
from exemptions.services.following import Cause, tell_agency, tell_both
from exemptions.services.locking import lock, move
from exemptions.workflow import Action
from stmm.audit.services import record
from stmm.outbox.models import Notice
from stmm.policy.dates import in_words, last_day

# So many days before the first day that is no longer covered
REMINDERS = (7, 30, 90)
# A condition is reminded of from so many days before it is due
CONDITION_DAYS = 7


def ended(on: date) -> list[ExemptionRequest]:
    """Approved exemptions whose term ended before the Pacific day `on`."""
    return list(ExemptionRequest.objects.filter(state=RequestState.APPROVED, until__lte=on))


@transaction.atomic
def expire(*, request: ExemptionRequest, at: datetime) -> None:
    """Write down that the term has ended, and tell the agency. Safe to repeat."""
    request = lock(request)
    until = request.until
    is_over = until is not None and until <= timezone.localdate(at)
    if request.state != RequestState.APPROVED or until is None or not is_over:
        return
    move(request, RequestState.EXPIRED)
    tell_agency(
        request=request,
        cause=Cause(f"exemption-{request.pk}-ended", f"ended on {in_words(last_day(until))}"),
        text="Nothing more may be bought under it. What was bought in its term may still be "
        "recorded. To go on, begin a new request.",
        at=at,
    )
    record(
        at=at,
        actor=None,
        action=Action.EXPIRE,
        subject=request,
        changes={"state": (RequestState.APPROVED.label, RequestState.EXPIRED.label)},
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """An exemption that ends soon, told of `days` before."""

    request: ExemptionRequest
    until: date
    days: int


def endings(on: date) -> Iterator[Ending]:
    """What agencies are to be told of on the Pacific day `on` and have not been told of yet.

    Where the job was late, of the nearest day alone.
    """
    ending = ExemptionRequest.objects.filter(
        state=RequestState.APPROVED, until__gt=on, until__lte=on + timedelta(days=REMINDERS[-1])
    ).select_related("agency")
    told = set(Reminder.objects.filter(request__in=ending).values_list("request", "days_before"))
    for request in ending:
        # What is approved has its term
        until = cast(date, request.until)
        days = next(each for each in REMINDERS if (until - on).days <= each)
        if (request.pk, days) not in told:
            yield Ending(request, until, days)


@transaction.atomic
def remind_of_ending(*, ending: Ending, at: datetime) -> int:
    """Tell the agency once that an exemption ends; gives the notices made.

    Nobody is there to be told: it waits until somebody is.
    """
    request = lock(ending.request)
    same = {"request": request, "days_before": ending.days}
    if request.state != RequestState.APPROVED or Reminder.objects.filter(**same).exists():
        return 0
    last = in_words(last_day(ending.until))
    notices = tell_agency(
        request=request,
        cause=Cause(f"exemption-{request.pk}-ends-{ending.days}", f"ends on {last}"),
        text=f"Purchases through {last} are covered; none after it. An exemption is never "
        "lengthened: to go on, begin a new request from its page. It is reviewed like any other, "
        "and takes its time.",
        at=at,
    )
    if not notices:
        return 0
    Reminder.objects.create(**same, at=at)
    record(
        at=at,
        actor=None,
        action="remind_of_end",
        subject=request,
        changes={
            "days before": (None, ending.days),
            "told": (None, ", ".join(notice.user.name for notice in notices)),
        },
    )
    return len(notices)


def conditions_due(on: date) -> list[Condition]:
    """Unmet conditions that are due within days, or overdue, of which nobody was told."""
    due = Condition.objects.filter(
        met_at__isnull=True,
        due_on__lte=on + timedelta(days=CONDITION_DAYS),
        decision__request__state__in=[RequestState.APPROVED, RequestState.EXPIRED],
    ).select_related("decision__request__agency")
    causes = {_cause(condition, on).key: condition for condition in due}
    told = set(Notice.objects.filter(cause__in=causes).values_list("cause", flat=True).distinct())
    return [condition for key, condition in causes.items() if key not in told]


@transaction.atomic
def remind_of_condition(*, condition: Condition, at: datetime) -> int:
    """Tell agency and analyst that a condition is due, or once it is overdue; gives the notices."""
    on = timezone.localdate(at)
    request = lock(condition.decision.request)
    condition = Condition.objects.get(pk=condition.pk)
    if condition.is_met:
        return 0
    return len(
        tell_both(
            request=request,
            cause=_cause(condition, on),
            text=f"Condition {condition.position}: {condition.text}\n\n"
            "Record on its page how it was met.",
            actor=None,
            at=at,
        )
    )


def _cause(condition: Condition, on: date) -> Cause:
    due = in_words(condition.due_on) if condition.due_on else ""
    if condition.is_overdue(on):
        return Cause(
            f"exemption-condition-{condition.pk}-overdue", f"has a condition overdue since {due}"
        )
    return Cause(f"exemption-condition-{condition.pk}-due", f"has a condition due by {due}")
