"""What a person may do on a day, from their appointments."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, DateField, QuerySet

from stmm.accounts.models import User
from stmm.agencies.models import Agency, Appointment
from stmm.prepared import Prepared

Role = Appointment.Role

# Who may make and sign orders: CATR and ATR for State entities (STMM 0300.0); whoever the
# body itself authorized elsewhere
ORDERING = frozenset({Role.CATR, Role.ATR, Role.PURCHASER})
# Who reads everything
OVERSIGHT = frozenset({Role.STND, Role.DEPUTY_DIRECTOR, Role.DEPUTY_DELEGATE, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Access:
    """One person's appointments in effect on one day, read once a request."""

    user: User | AnonymousUser
    on: date
    appointments: tuple[Appointment, ...] = field(default=())

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(a.role for a in self.appointments)

    @property
    def sees_everything(self) -> bool:
        return bool(self.roles & OVERSIGHT)

    @property
    def is_stnd(self) -> bool:
        return Role.STND in self.roles

    @property
    def is_auditor(self) -> bool:
        return Role.AUDITOR in self.roles

    @property
    def ordering_agencies(self) -> tuple[Agency, ...]:
        """The agencies this person may make orders for, each once."""
        return tuple(
            {a.agency_id: a.agency for a in self.appointments if a.role in ORDERING}.values()
        )

    @property
    def member_agency_ids(self) -> frozenset[int]:
        """Agencies whose own business this person sees as one of theirs."""
        return frozenset(a.agency_id for a in self.appointments if a.role not in OVERSIGHT)

    @property
    def is_of_state_agency(self) -> bool:
        """Whether this person acts for a State agency, and not for oversight alone."""
        return any(a.agency.is_state for a in self.appointments if a.role not in OVERSIGHT)

    @property
    def is_of_local_body(self) -> bool:
        """Whether this person acts for a body outside State government, which orders by ATO."""
        return any(not a.agency.is_state for a in self.appointments if a.role not in OVERSIGHT)

    def appointment_at(self, agency: Agency, roles: frozenset[Role]) -> Appointment | None:
        """The appointment that lets this person act for `agency`, the CATR's first."""
        return next(
            (a for a in self.appointments if a.agency_id == agency.pk and a.role in roles), None
        )

    @property
    def title(self) -> str:
        """What to call this person in the page's frame: "CATR, California Highway Patrol"."""
        return "; ".join(f"{a.get_role_display()}, {a.agency.name}" for a in self.appointments)


def access_of(user: User | AnonymousUser, *, on: date) -> Access:
    """The person's authority on the Pacific day `on`, in one query."""
    if not isinstance(user, User):
        return Access(user, on)
    rows = _appointments(user=user.pk, on=on)
    order = list(Role)
    for row in rows:
        row.user = user
    return Access(user, on, tuple(sorted(rows, key=lambda a: (order.index(Role(a.role)), a.pk))))


def _of_a_person(user: Any, on: Any) -> QuerySet[Appointment]:
    rows = Appointment.objects.in_effect(on).filter(user=user)
    return rows.select_related("agency").order_by()


# Every request asks it
_appointments = Prepared(_of_a_person, user=BigIntegerField(), on=DateField())
