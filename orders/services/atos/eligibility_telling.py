"""Telling STND of a registration, and the agency of what became of it."""

from datetime import datetime

from django.utils import timezone

from orders.models import Registration
from orders.permissions.order import OTHER_SIGNERS
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.outbox.models import NoticeKind
from stmm.outbox.notices import tell


def tell_stnd(*, registration: Registration, actor: User, at: datetime) -> None:
    """It is the analysts' turn to decide."""
    subject = f"{registration.agency.name} registers as eligible"
    tell(
        users=_people(actor, at, role=Appointment.Role.STND),
        kind=NoticeKind.TURN,
        cause=f"registration-{registration.pk}",
        subject=subject,
        text=f"{subject}.\n\n{registration.get_ground_display()}",
        url=registration.get_absolute_url(),
        why="You are an STND analyst of the Department of Technology.",
        at=at,
    )


def tell_the_agency(*, registration: Registration, actor: User, at: datetime) -> None:
    """Approved, or returned with the reasons: then it is their turn."""
    agency, state = registration.agency, registration.get_state_display().lower()
    subject = f"Eligibility of {agency.name}: {state}"
    tell(
        users=_people(actor, at, agency=agency, role__in=OTHER_SIGNERS),
        kind=NoticeKind.TURN,
        cause=f"registration-{registration.pk}-{registration.state}",
        subject=subject,
        text="\n\n".join(part for part in (f"{subject}.", registration.reason) if part),
        url=registration.get_absolute_url(),
        why=f"You order for {agency.name}.",
        at=at,
    )


def _people(actor: User, at: datetime, **who: object) -> list[User]:
    held = Appointment.objects.in_effect(timezone.localdate(at)).filter(**who)
    return [each.user for each in held.select_related("user") if each.user != actor]
