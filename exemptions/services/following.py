"""Telling the people of an exemption what happens in its life: conditions, its end, revocation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from exemptions.models import ExemptionRequest
from exemptions.services.telling import people_of_agency
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.outbox.models import Notice, NoticeKind
from stmm.outbox.notices import tell

Role = Appointment.Role


@dataclass(frozen=True, slots=True)
class Cause:
    """Why people are told: a `key` that is told of once, and what they read of the request."""

    key: str
    said: str


def tell_agency(
    *,
    request: ExemptionRequest,
    cause: Cause,
    text: str,
    at: datetime,
    others: Iterable[User] = (),
    actor: User | None = None,
) -> list[Notice]:
    """Tell who wrote or signed the request for the agency, and `others` of it, but for `actor`.

    Gives the new notices: nobody is told twice of one cause.
    """
    heard = people_of_agency(request, on=timezone.localdate(at))
    relied = f"You relied on {request} for {request.agency.name}."
    told = _tell(
        _but(heard.users, actor), heard.why, request=request, cause=cause, text=text, at=at
    )
    bought = [user for user in others if user not in heard.users]
    return told + _tell(_but(bought, actor), relied, request=request, cause=cause, text=text, at=at)


def tell_both(
    *, request: ExemptionRequest, cause: Cause, text: str, actor: User | None, at: datetime
) -> list[Notice]:
    """Tell the agency's people, and the analyst who reviewed the request, but for `actor`."""
    told = tell_agency(request=request, cause=cause, text=text, actor=actor, at=at)
    held = Appointment.objects.in_effect(timezone.localdate(at)).filter(role=Role.STND)
    analyst = User.objects.filter(pk__in=held.filter(user=request.analyst_id).values("user"))
    why = "You are the analyst who reviewed this request."
    return told + _tell(_but(analyst, actor), why, request=request, cause=cause, text=text, at=at)


def _but(users: Iterable[User], actor: User | None) -> list[User]:
    return [user for user in users if user != actor]


def _tell(
    users: Iterable[User],
    why: str,
    *,
    request: ExemptionRequest,
    cause: Cause,
    text: str,
    at: datetime,
) -> list[Notice]:
    return tell(
        users=users,
        kind=NoticeKind.EXEMPTION,
        cause=cause.key,
        subject=f"{request} {cause.said}",
        text=f"{text}\n\n{request.project}: {request.agency.name}.",
        url=request.get_absolute_url(),
        why=why,
        at=at,
    )
