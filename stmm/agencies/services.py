"""Changes to agencies: standing, names, appointments. Each checked, locked, recorded.

The very same change asked for twice is made once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from stmm.accounts.models import User
from stmm.agencies.models import Agency, AgencyName, Appointment, Standing
from stmm.audit.services import record
from stmm.documents.models import StoredDocument
from stmm.documents.services import store
from stmm.refusals import NotAllowed

Role = Appointment.Role

# The Department that runs CALNET, by its code of the Uniform Codes Manual
DEPARTMENT_CODE = "7502"
CDT_965 = "cdt965"

_STATE_ONLY = frozenset({Role.CATR, Role.ATR, Role.AIO})
_DEPARTMENT_ONLY = frozenset({Role.STND, Role.DEPUTY_DIRECTOR, Role.DEPUTY_DELEGATE})


def _locked(agency: Agency) -> Agency:
    return Agency.objects.select_for_update().get(pk=agency.pk)


@transaction.atomic
def add_agency(
    *, kind: str, name: str, code: str | None = None, actor: User | None, at: datetime
) -> Agency:
    """Add a body that may order. A State entity has a code of the Uniform Codes Manual.

    Raises NotAllowed for a code or a name in use, or a State entity without a code.
    """
    kind, code = Agency.Kind(kind), code or None
    if kind == Agency.Kind.STATE and not code:
        raise NotAllowed("A State entity needs its code of the Uniform Codes Manual.")
    try:
        with transaction.atomic():
            agency = Agency.objects.create(kind=kind, code=code, name=name)
    except IntegrityError:
        return _the_same_or_refused(kind, name, code)
    AgencyName.objects.create(
        agency=agency,
        name=name,
        effective_from=timezone.localdate(at),
        reason="Its name when it was added",
        recorded_by=actor,
        recorded_at=at,
    )
    record(at=at, actor=actor, action="add_agency", subject=agency)
    return agency


def _the_same_or_refused(kind: Agency.Kind, name: str, code: str | None) -> Agency:
    holder = Agency.objects.filter(code=code).first() if code else None
    holder = holder or Agency.objects.get(kind=kind, name__iexact=name)
    if (holder.kind, holder.name, holder.code) == (kind, name, code):
        return holder
    if code and holder.code == code:
        raise NotAllowed(f"The code {code} is {holder.name}’s.")
    raise NotAllowed(f"{holder} is there already, with this name.")


@transaction.atomic
def set_standing(
    *,
    agency: Agency,
    value: str,
    effective_from: date,
    reason: str,
    actor: User | None,
    at: datetime,
) -> Standing:
    """Say whether a State entity is exempt, from a Pacific day. Adds a row; edits none.

    Raises NotAllowed for a body outside State government: it has no standing.
    """
    agency = _locked(agency)
    if not agency.is_state:
        raise NotAllowed(f"{agency.name} is not a State entity, so it has no standing to set.")
    before = Standing.objects.filter(agency=agency).in_effect(effective_from).first()
    if before is not None and before.value == value:
        return before
    standing = Standing.objects.create(
        agency=agency,
        value=Standing.Value(value),
        effective_from=effective_from,
        reason=reason,
        recorded_by=actor,
        recorded_at=at,
    )
    record(
        at=at,
        actor=actor,
        action="set_standing",
        subject=agency,
        changes={
            "standing": (before and before.get_value_display(), standing.get_value_display()),
            "from": (None, effective_from),
        },
        reason=reason,
    )
    return standing


@transaction.atomic
def rename(
    *,
    agency: Agency,
    name: str,
    effective_from: date,
    reason: str,
    actor: User | None,
    at: datetime,
) -> AgencyName:
    """A new name from a Pacific day on; the former ones stay, dated.

    Raises NotAllowed before that day: until then the agency has its old name.
    """
    today = timezone.localdate(at)
    if effective_from > today:
        raise NotAllowed("A new name is recorded when it is in use, not before.")
    agency = _locked(agency)
    row = AgencyName.objects.create(
        agency=agency,
        name=name,
        effective_from=effective_from,
        reason=reason,
        recorded_by=actor,
        recorded_at=at,
    )
    before = agency.name
    agency.name = AgencyName.objects.filter(agency=agency).in_effect(today).get().name
    agency.save(update_fields=["name"])
    record(
        at=at,
        actor=actor,
        action="rename",
        subject=agency,
        changes={"name": (before, name), "from": (None, effective_from)},
        reason=reason,
    )
    return row


def role_refusal(agency: Agency, role: Appointment.Role) -> str:
    """Why nobody is appointed to `role` at this agency; empty if somebody may be."""
    if role in _STATE_ONLY and not agency.is_state:
        return f"Only a State entity has a {role.label}; {agency.name} is not one."
    if role == Role.PURCHASER and agency.is_state:
        return "A State entity orders through its CATR and ATRs."
    if role in _DEPARTMENT_ONLY and agency.code != DEPARTMENT_CODE:
        return (
            f"A person is {role.label} at the Department of Technology ({DEPARTMENT_CODE}), "
            f"not at {agency.name}."
        )
    return ""


@transaction.atomic
def appoint(
    *,
    user: User,
    agency: Agency,
    role: str,
    starts_on: date,
    actor: User | None,
    at: datetime,
    form: bytes | None = None,
) -> Appointment:
    """Appoint a person from a Pacific day; `form` is the signed CDT-965, a PDF.

    Raises NotAllowed where the agency has a CATR then or later, where the person holds the
    role then or later, where this agency has no such role, and to who would appoint themselves.
    """
    agency, role = _locked(agency), Role(role)
    if actor == user:
        raise NotAllowed("Nobody records their own appointment. Let another analyst record it.")
    if refusal := role_refusal(agency, role):
        raise NotAllowed(refusal)
    rivals = Appointment.objects.filter(agency=agency, role=role).at_or_after(starts_on)
    own = rivals.filter(user=user).first()
    if own is not None and (own.starts_on, own.until) == (starts_on, None):
        return own
    if own is not None:
        raise NotAllowed(f"{user} is {role.label} of {agency.name} already, {own.period}.")
    holder = rivals.select_related("user").first()
    if role == Role.CATR and holder is not None:
        raise NotAllowed(
            f"{holder.user} is the CATR of {agency.name}, {holder.period}. An agency has one: "
            "let that appointment end before the new one begins."
        )
    document = _kept_form(form, user, agency, role, at)
    appointment = Appointment.objects.create(
        user=user,
        agency=agency,
        role=role,
        starts_on=starts_on,
        recorded_at=at,
        appointed_by=actor,
        form=document,
    )
    changes = {role.label: (None, user.name), "from": (None, starts_on)}
    if document is not None:
        changes["form CDT-965, SHA-256"] = (None, document.sha256)
    record(at=at, actor=actor, action="appoint", subject=agency, changes=changes)
    return appointment


def _kept_form(
    form: bytes | None, user: User, agency: Agency, role: Appointment.Role, at: datetime
) -> StoredDocument | None:
    if form is None:
        return None
    return store(
        kind=CDT_965,
        title=f"CDT-965 of {user.name}",
        file_name=f"cdt-965-{role}-{user.pk}-{at:%Y%m%d}.pdf",
        media_type="application/pdf",
        content=form,
        made_from=agency,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Appointed:
    """An appointment, and whether its person is new here and has no password yet."""

    appointment: Appointment
    is_new_person: bool


@transaction.atomic
def appoint_by_email(
    *,
    email: str,
    details: Mapping[str, str],
    agency: Agency,
    role: str,
    starts_on: date,
    actor: User,
    at: datetime,
    form: bytes | None = None,
) -> Appointed:
    """Appoint whoever signs in with `email`; a new person is added with `details`.

    Raises NotAllowed as `appoint` does, and then adds nobody.
    """
    agency, email = _locked(agency), email.strip().lower()
    known = User.objects.filter(email=email).first()
    user = known or User.objects.create_user(email, **details)
    if known is None:
        record(at=at, actor=actor, action="add_person", subject=user)
    appointment = appoint(
        user=user,
        agency=agency,
        role=role,
        starts_on=starts_on,
        actor=actor,
        at=at,
        form=form,
    )
    return Appointed(appointment, is_new_person=known is None)


@transaction.atomic
def end_appointment(
    *, appointment: Appointment, until: date, reason: str, actor: User, at: datetime
) -> Appointment:
    """End an appointment: `until` is the first Pacific day without it.

    Raises NotAllowed if another end was recorded before, or if it would end before it began.
    """
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("user", "agency")
        .get(pk=appointment.pk)
    )
    if appointment.until == until:
        return appointment
    if appointment.until is not None:
        raise NotAllowed(f"Its end is recorded already: {appointment}, {appointment.period}.")
    if until < appointment.starts_on:
        raise NotAllowed("An appointment can’t end before it begins.")
    appointment.until = until
    appointment.save(update_fields=["until"])
    record(
        at=at,
        actor=actor,
        action="end_appointment",
        subject=appointment.agency,
        changes={
            appointment.get_role_display(): (appointment.user.name, None),
            "until": (None, until),
        },
        reason=reason,
    )
    return appointment
