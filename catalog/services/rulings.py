"""Rulings: an agency asks whether a service is mandatory, the Department answers (PO-3)."""

from datetime import date, datetime

from django.db import transaction

from catalog.models import Designation, Ruling, Service
from catalog.permissions import asker, keeper
from catalog.services.designating import designate
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.refusals import NotAllowed

State = Ruling.State

# An answer leaves nothing open
ANSWERS = (Designation.Value.MANDATORY, Designation.Value.NON_MANDATORY)


@transaction.atomic
def ask(*, agency: Agency, service: Service, question: str, access: Access, at: datetime) -> Ruling:
    """Ask for a ruling on a service. What the agency has open on it is given back.

    Raises NotAllowed for people who don't order for `agency`.
    """
    actor = asker(access, agency)
    service = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    is_open = Ruling.objects.filter(agency=agency, service=service, state=State.ASKED)
    if existing := is_open.first():
        return existing
    ruling = Ruling.objects.create(
        agency=agency, service=service, question=question, asked_by=actor, asked_at=at
    )
    record(
        at=at,
        actor=actor,
        action="ask_for_ruling",
        subject=ruling,
        changes={"agency": (None, agency.name), "service": (None, str(service))},
        reason=question,
    )
    return ruling


def _locked(ruling: Ruling) -> Ruling:
    return (
        Ruling.objects.select_for_update(of=("self",))
        .select_related("service__contract", "agency")
        .get(pk=ruling.pk)
    )


@transaction.atomic
def answer(
    *,
    ruling: Ruling,
    value: str,
    effective_from: date,
    reason: str,
    access: Access,
    at: datetime,
) -> Ruling:
    """The Department's word on the service, for everyone, from a Pacific day on.

    It becomes a designation of the service that names the ruling. The same answer again does
    nothing. Raises NotAllowed for other people, for no answer, and for a ruling not open.
    """
    actor = keeper(access)
    ruling = _locked(ruling)
    if value not in ANSWERS:
        raise NotAllowed("A ruling says mandatory or non-mandatory.")
    given = ruling.designation
    if given and (given.value, given.effective_from, given.reason) == (
        value,
        effective_from,
        reason,
    ):
        return ruling
    _refuse_closed(ruling)
    ruling.designation = designate(
        contract=ruling.service.contract,
        service=ruling.service,
        value=value,
        effective_from=effective_from,
        reason=reason,
        basis=str(ruling),
        actor=actor,
        at=at,
    )
    ruling.state, ruling.closed_at = State.ANSWERED, at
    ruling.save(update_fields=["designation", "state", "closed_at"])
    record(
        at=at,
        actor=actor,
        action="answer_ruling",
        subject=ruling,
        changes={
            "state": (State.ASKED.label, State.ANSWERED.label),
            "designation": (None, ruling.designation.get_value_display()),
            "from": (None, effective_from),
        },
        reason=reason,
    )
    return ruling


@transaction.atomic
def withdraw(*, ruling: Ruling, access: Access, at: datetime) -> Ruling:
    """Take the question back. A second time does nothing.

    Raises NotAllowed for people who don't order for the agency, and once it is answered.
    """
    ruling = _locked(ruling)
    actor = asker(access, ruling.agency)
    if ruling.state == State.WITHDRAWN:
        return ruling
    _refuse_closed(ruling)
    ruling.state, ruling.closed_at = State.WITHDRAWN, at
    ruling.save(update_fields=["state", "closed_at"])
    record(
        at=at,
        actor=actor,
        action="withdraw_ruling",
        subject=ruling,
        changes={"state": (State.ASKED.label, State.WITHDRAWN.label)},
    )
    return ruling


def _refuse_closed(ruling: Ruling) -> None:
    if not ruling.is_open:
        raise NotAllowed(f"{ruling} is closed: it was {ruling.get_state_display().lower()}.")
