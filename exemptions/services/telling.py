"""Telling people of an exemption request when it is their turn, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from exemptions.models import Contributor, ExemptionRequest
from exemptions.permissions import DECIDERS, WRITERS
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.outbox.models import NoticeKind
from stmm.outbox.notices import tell

Role = Appointment.Role


class Event(StrEnum):
    """What happened to a request that someone else waits for."""

    SENT = "sent"
    TAKEN_BACK = "taken_back"
    WITHDRAWN = "withdrawn"
    ASSIGNED = "assigned"
    ASKED = "asked"
    QUESTION_TAKEN_BACK = "question_taken_back"
    ANSWERED = "answered"
    RECOMMENDED = "recommended"
    RETURNED = "returned"
    APPROVED = "approved"
    DENIED = "denied"


class Side(StrEnum):
    """Who hears of events."""

    AGENCY = "agency"
    # The analyst; all analysts while there is none
    REVIEW = "review"
    DECIDERS = "deciders"


@dataclass(frozen=True, slots=True)
class Words:
    """What people are told; whose turn it is then, and who else hears of it."""

    said: str
    turn: frozenset[Side] = frozenset()
    others: frozenset[Side] = frozenset()


@dataclass(frozen=True, slots=True)
class Heard:
    """Some people, and why they are told."""

    users: list[User]
    why: str


_AGENCY, _REVIEW = frozenset({Side.AGENCY}), frozenset({Side.REVIEW})
EVENTS: dict[Event, Words] = {
    Event.SENT: Words("is sent and waits for its review", _REVIEW),
    Event.TAKEN_BACK: Words("is taken back by the agency, to be changed", others=_REVIEW),
    Event.WITHDRAWN: Words("is withdrawn by the agency", others=_REVIEW),
    Event.ASSIGNED: Words("is yours to review", _REVIEW),
    Event.ASKED: Words("has a question of the Department for you", _AGENCY),
    Event.QUESTION_TAKEN_BACK: Words("needs no answer any more", others=_AGENCY),
    Event.ANSWERED: Words("has an answer from the agency", _REVIEW),
    Event.RECOMMENDED: Words("is ready to be decided", frozenset({Side.DECIDERS})),
    Event.RETURNED: Words("is returned by the Department with a question", _AGENCY, _REVIEW),
    Event.APPROVED: Words("is approved", others=_AGENCY | _REVIEW),
    Event.DENIED: Words("is denied", others=_AGENCY | _REVIEW),
}


def tell_of(
    *, request: ExemptionRequest, event: Event, actor: User | None, at: datetime, text: str = ""
) -> None:
    """Tell whose turn it is now and who else waited, but for `actor`, what happened.

    In the transaction of the change, after `move` and before its audit entry. `text` is what
    was said. Nobody is told the same twice.
    """
    words, on = EVENTS[event], timezone.localdate(at)
    subject = f"{request} {words.said}"
    about = f"{request.project}: {request.agency.name}."
    for sides, kind in ((words.turn, NoticeKind.TURN), (words.others, NoticeKind.EXEMPTION)):
        for side in sorted(sides):
            heard = _heard(side, request, on)
            tell(
                users=[user for user in heard.users if user != actor],
                kind=kind,
                cause=f"exemption-{request.pk}-{event}-{request.version}",
                subject=subject,
                text="\n\n".join(part for part in (f"{subject}.", text, about) if part),
                url=request.get_absolute_url(),
                why=heard.why,
                at=at,
            )


def _heard(side: Side, request: ExemptionRequest, on: date) -> Heard:
    if side is Side.AGENCY:
        return people_of_agency(request, on=on)
    if side is Side.REVIEW:
        return _reviewers(request, on)
    # Who may not decide it is not told of it either, and what is advised is not the agency's
    had_a_hand = Contributor.objects.filter(request=request).values("user")
    held = Appointment.objects.in_effect(on)
    theirs = held.filter(agency=request.agency_id, role__in=WRITERS).values("user")
    deciders = held.filter(role__in=DECIDERS).exclude(user__in=had_a_hand)
    return Heard(
        _users(deciders.exclude(user__in=theirs)),
        "You decide exemption requests, as Deputy Director or delegate.",
    )


def people_of_agency(request: ExemptionRequest, *, on: date) -> Heard:
    """Who wrote or signed it, as long as they act for the agency; else all who do."""
    held = Appointment.objects.in_effect(on).filter(agency=request.agency_id, role__in=WRITERS)
    had_a_hand = Contributor.objects.filter(request=request).values("user")
    name = request.agency.name
    if own := _users(held.filter(user__in=had_a_hand)):
        return Heard(own, f"You wrote or signed this request for {name}.")
    return Heard(_users(held), f"You write exemption requests for {name}.")


def _reviewers(request: ExemptionRequest, on: date) -> Heard:
    held = Appointment.objects.in_effect(on).filter(role=Role.STND)
    if request.analyst_id and (analyst := _users(held.filter(user=request.analyst_id))):
        return Heard(analyst, "You are the analyst who reviews this request.")
    return Heard(_users(held), "You are an STND analyst, and nobody reviews this request yet.")


def _users(appointments: Iterable[Appointment]) -> list[User]:
    """Each person once, however many appointments they hold."""
    by_key = {each.user_id: each for each in appointments}
    found = User.objects.in_bulk(by_key)
    return [found[key] for key in by_key]
