"""Telling the two sides of what a body outside State government sends: its people, the desk's."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from catalog.models import DeskMember
from orders.models import Leaving, LocalOrder
from orders.permissions.order import signers
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.outbox.models import NoticeKind
from stmm.outbox.notices import tell

Sent = Leaving | LocalOrder


def tell_desk(sent: Sent, what: str, sentence: str, *, at: datetime) -> None:
    """Tell the people of the contractor's order desk; of each `what` and version once."""
    contractor = sent.contract.contractor
    members = DeskMember.objects.in_effect(timezone.localdate(at)).filter(contractor=contractor)
    _tell(
        (member.user for member in members.select_related("user")),
        sent,
        (what, sentence),
        kind=NoticeKind.TURN,
        why=f"It is your turn: you are at the order desk of {contractor.name}.",
        at=at,
    )


def tell_agency(
    sent: Sent, what: str, sentence: str, *, at: datetime, but: User | None = None
) -> None:
    """Tell the people who order for the agency, but for the one who did it."""
    rows = Appointment.objects.in_effect(timezone.localdate(at)).filter(
        agency=sent.agency_id, role__in=signers(sent.agency)
    )
    _tell(
        (row.user for row in rows.select_related("user") if row.user != but),
        sent,
        (what, sentence),
        kind=NoticeKind.FOLLOWED,
        why=f"You order for {sent.agency.name}.",
        at=at,
    )


def _tell(
    users: Iterable[User],
    sent: Sent,
    said: tuple[str, str],
    *,
    kind: NoticeKind,
    why: str,
    at: datetime,
) -> None:
    what, sentence = said
    about = (
        f"{sent} of {sent.agency.name} to {sent.contract.contractor.name},"
        f" contract {sent.contract.number}."
    )
    tell(
        users=users,
        kind=kind,
        cause=f"{sent._meta.model_name}-{sent.pk}-{what}-{sent.version}",
        subject=sentence,
        text=f"{sentence}.\n\n{about}",
        url=sent.get_absolute_url(),
        why=why,
        at=at,
    )
