"""Becoming eligible: a body outside State government registers, STND approves or returns."""

import hashlib
from datetime import datetime

from django.db import transaction

from orders.models import Ground, Registration
from orders.permissions.ato import speaks_for, speaks_for_state
from orders.services.atos.eligibility_telling import tell_stnd, tell_the_agency
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.documents.services import store
from stmm.refusals import Incomplete, Problem, WrongState

State = Registration.State


@transaction.atomic
def register(
    *,
    agency: Agency,
    ground: str,
    explanation: str,
    file_name: str,
    content: bytes,
    access: Access,
    at: datetime,
) -> Registration:
    """Submit a ground of eligibility, with the signed NESPA as evidence (domain.md 3.4).

    The same again is given back. Raises NotAllowed, Incomplete for no PDF, WrongState while
    another registration waits.
    """
    actor = speaks_for(access, agency)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    if not content.startswith(b"%PDF-"):
        raise Incomplete([Problem(f"{file_name} is not a PDF: scan it to one.", "file")])
    sha256 = hashlib.sha256(content).hexdigest()
    waiting = Registration.objects.waiting().filter(agency=agency).select_related("nespa").first()
    if waiting:
        if (waiting.ground, waiting.nespa and waiting.nespa.sha256) == (ground, sha256):
            return waiting
        raise WrongState(f"{waiting} waits for STND: another one can follow its decision.")
    registration = Registration.objects.create(
        agency=agency,
        ground=Ground(ground),
        explanation=explanation,
        submitted_by=actor,
        submitted_at=at,
    )
    registration.nespa = store(
        kind="nespa",
        title=f"NESPA of {agency.name}"[:200],
        file_name=file_name[-120:],
        media_type="application/pdf",
        content=content,
        made_from=registration,
        at=at,
    )
    registration.save(update_fields=["nespa"])
    tell_stnd(registration=registration, actor=actor, at=at)
    record(
        at=at,
        actor=actor,
        action="register_eligibility",
        subject=registration,
        changes={
            "ground": (None, Ground(ground).label),
            "NESPA": (None, f"{file_name}, SHA-256 {sha256}"),
        },
        reason=explanation,
    )
    return registration


@transaction.atomic
def approve_registration(
    *, registration: Registration, access: Access, at: datetime
) -> Registration:
    """STND's word that the body may order from CALNET. Approved already: nothing happens."""
    return _decide(registration, State.APPROVED, "", access, at)


@transaction.atomic
def return_registration(
    *, registration: Registration, reason: str, access: Access, at: datetime
) -> Registration:
    """Back to the agency with the reasons. Returned already: nothing happens."""
    return _decide(registration, State.RETURNED, reason, access, at)


def _decide(
    registration: Registration, state: Registration.State, reason: str, access: Access, at: datetime
) -> Registration:
    """Raises NotAllowed for all but STND, WrongState if it was decided otherwise."""
    actor = speaks_for_state(access)
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=registration.pk)
    )
    if registration.state == state and registration.reason == reason:
        return registration
    if not registration.is_open:
        now = registration.get_state_display().lower()
        raise WrongState(f"{registration} can’t be decided again: it is “{now}”.")
    registration.state, registration.reason = state, reason
    registration.decided_by, registration.decided_at = actor, at
    registration.save()
    tell_the_agency(registration=registration, actor=actor, at=at)
    record(
        at=at,
        actor=actor,
        action="approve_eligibility" if state == State.APPROVED else "return_eligibility",
        subject=registration,
        changes={"state": (State.SUBMITTED.label, state.label)},
        reason=reason,
    )
    return registration


@transaction.atomic
def record_registration(
    *, agency: Agency, ground: str, basis: str, actor: User | None, at: datetime
) -> Registration:
    """Record that a body is eligible, from a file: without its NESPA."""
    registration = Registration.objects.create(
        agency=agency,
        ground=Ground(ground),
        explanation=basis,
        state=State.APPROVED,
        submitted_at=at,
        decided_at=at,
    )
    record(
        at=at,
        actor=actor,
        action="record_eligibility",
        subject=registration,
        changes={"ground": (None, Ground(ground).label)},
        reason=basis,
    )
    return registration
