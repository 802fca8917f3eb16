"""The jobs that write letters, and what a day brings: terms that end, conditions that are due."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from exemptions.models import Decision, Revocation
from exemptions.services.expiring import (
    conditions_due,
    ended,
    endings,
    expire,
    remind_of_condition,
    remind_of_ending,
)
from exemptions.services.letters import write_letter
from stmm.outbox.jobs import send_due_mail

# A decision older than this without its letter has lost its job
OVERDUE = timedelta(seconds=30)


@task()
def write_decision_letter(decision_id: int) -> None:
    """Write the letter of a decision and queue it to the agency."""
    write_letter(signed=Decision.objects.get(pk=decision_id), at=timezone.now())
    send_due_mail.enqueue()


@task()
def write_revocation_letter(revocation_id: int) -> None:
    """The same of a revocation."""
    write_letter(signed=Revocation.objects.get(pk=revocation_id), at=timezone.now())
    send_due_mail.enqueue()


def decisions_left_behind(at: datetime) -> list[int]:
    """Decisions whose job died before their letter was written."""
    waiting = Decision.objects.filter(letter__isnull=True, at__lte=at - OVERDUE)
    return list(waiting.values_list("pk", flat=True))


def revocations_left_behind(at: datetime) -> list[int]:
    """Revocations whose job died before their letter was written."""
    waiting = Revocation.objects.filter(letter__isnull=True, at__lte=at - OVERDUE)
    return list(waiting.values_list("pk", flat=True))


def end_terms(at: datetime) -> int:
    """Write down which exemptions have ended; gives their number."""
    over = ended(timezone.localdate(at))
    for request in over:
        expire(request=request, at=at)
    return len(over)


def remind(at: datetime) -> int:
    """Tell of exemptions that end in 90, 30 or 7 days, and of conditions due; gives the notices."""
    on = timezone.localdate(at)
    told = sum(remind_of_ending(ending=ending, at=at) for ending in list(endings(on)))
    due = conditions_due(on)
    return told + sum(remind_of_condition(condition=each, at=at) for each in due)
