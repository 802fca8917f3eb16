"""Telling the three parties of an ATO whose turn it is, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from catalog.models import DeskMember
from orders.models import AtoPaper, AuthorizationToOrder
from orders.permissions.order import OTHER_SIGNERS
from orders.workflow.ato import AtoParty
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.outbox.models import NoticeKind
from stmm.outbox.notices import tell
from stmm.policy.dates import in_words

Role = Appointment.Role


class AtoEvent(StrEnum):
    AGENCY_SIGNED = "agency_signed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class _Words:
    """What people are told; whose turn it is then, and who else hears of it."""

    said: str
    turn: frozenset[AtoParty]
    others: frozenset[AtoParty] = frozenset()


_AGENCY, _CONTRACTOR = frozenset({AtoParty.AGENCY}), frozenset({AtoParty.CONTRACTOR})
_STATE = frozenset({AtoParty.STATE})
_EVENTS: dict[AtoEvent, _Words] = {
    AtoEvent.AGENCY_SIGNED: _Words("is signed by the agency: sign it", _CONTRACTOR),
    AtoEvent.SUBMITTED: _Words("waits for the State’s approval", _STATE, _AGENCY),
    AtoEvent.APPROVED: _Words("is approved by the State", frozenset(), _AGENCY | _CONTRACTOR),
    AtoEvent.RETURNED: _Words("is returned by the State", _AGENCY, _CONTRACTOR),
}


def people_of(ato: AuthorizationToOrder, party: AtoParty, on: date) -> list[User]:
    """Who acts for a party of an ATO on the Pacific day `on`."""
    if party is AtoParty.CONTRACTOR:
        desk = DeskMember.objects.in_effect(on).filter(contractor=ato.contract.contractor)
        return [member.user for member in desk.select_related("user")]
    held = Appointment.objects.in_effect(on).select_related("user")
    if party is AtoParty.STATE:
        return [each.user for each in held.filter(role=Role.STND)]
    return [each.user for each in held.filter(agency=ato.agency, role__in=OTHER_SIGNERS)]


def tell_of_paper(
    *, paper: AtoPaper, event: AtoEvent, actor: User, at: datetime, text: str = ""
) -> None:
    """Tell whose turn it is, and the others, but for `actor`; in the transaction of the change."""
    words = _EVENTS[event]
    subject = f"{paper} {words.said}"
    said = {
        "cause": f"ato-paper-{paper.pk}-{event}-{paper.version}",
        "subject": subject,
        "text": "\n\n".join(part for part in (f"{subject}.", text) if part),
        "url": paper.get_absolute_url(),
    }
    _tell_parties(paper.ato, words.turn, NoticeKind.TURN, said, actor=actor, at=at)
    _tell_parties(paper.ato, words.others, NoticeKind.ATO, said, actor=actor, at=at)


def tell_of_end(*, ato: AuthorizationToOrder, ended_on: date, actor: User, at: datetime) -> None:
    """Tell the contractor and the State that an agency gave notice (PO-4.2)."""
    subject = f"{ato} ends on {in_words(ended_on)}"
    said = {
        "cause": f"ato-{ato.pk}-ends",
        "subject": subject,
        "text": f"{subject}.\n\n{ato.end_reason}",
        "url": ato.get_absolute_url(),
    }
    _tell_parties(ato, _CONTRACTOR | _STATE, NoticeKind.ATO, said, actor=actor, at=at)


def _tell_parties(
    ato: AuthorizationToOrder,
    parties: frozenset[AtoParty],
    kind: NoticeKind,
    said: Mapping[str, str],
    *,
    actor: User,
    at: datetime,
) -> None:
    whys = {
        AtoParty.AGENCY: f"You order for {ato.agency.name}.",
        AtoParty.CONTRACTOR: f"You are at the order desk of {ato.contract.contractor.name}.",
        AtoParty.STATE: "You are an STND analyst of the Department of Technology.",
    }
    for party in sorted(parties):
        users = people_of(ato, party, timezone.localdate(at))
        others = [user for user in users if user != actor]
        tell(users=others, kind=kind, why=whys[party], at=at, **said)
