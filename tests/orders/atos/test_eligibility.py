"""Becoming eligible: registered with a ground and a NESPA, approved or returned by STND."""

import pytest

from orders.models import Ground, Registration
from orders.services.atos.eligibility import approve_registration, register, return_registration
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.documents.services import content_of
from stmm.outbox.models import Notice
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.factories import AT, Kind, Role, make_agency, make_appointment
from tests.orders.ato_papers import SCAN, of
from tests.orders.factories import World


def submit(
    world: World, *, ground: str = Ground.LOCAL, content: bytes = SCAN, by: User | None = None
) -> Registration:
    return register(
        agency=world.city,
        ground=ground,
        explanation="Founded by charter",
        file_name="nespa.pdf",
        content=content,
        access=of(by or world.purchaser),
        at=AT,
    )


def approve(world: World, registration: Registration, by: User | None = None) -> Registration:
    return approve_registration(registration=registration, access=of(by or world.stnd), at=AT)


def send_back(world: World, registration: Registration, reason: str = "Unsigned") -> Registration:
    return return_registration(
        registration=registration, reason=reason, access=of(world.stnd), at=AT
    )


@pytest.mark.parametrize("ground", Ground)
def test_a_body_registers_with_its_ground_and_its_nespa(world: World, ground: Ground) -> None:
    registration = submit(world, ground=ground)

    assert registration.nespa is not None
    assert content_of(registration.nespa) == SCAN
    assert str(registration) == f"Registration {registration.pk} of City of Lodi"
    entry = Entry.objects.about(registration).get()
    assert entry.changes[0].after == ground.label
    assert Notice.objects.get(user=world.stnd).subject == "City of Lodi registers as eligible"


@pytest.mark.parametrize("kind", [Kind.FEDERAL, Kind.TRIBAL, Kind.OTHER])
def test_every_kind_of_body_but_the_states_registers(world: World, kind: str) -> None:
    agency = make_agency(kind)
    buyer = make_appointment(Role.PURCHASER, agency).user
    registration = register(
        agency=agency,
        ground=Ground.TRIBE,
        explanation="",
        file_name="nespa.pdf",
        content=SCAN,
        access=of(buyer),
        at=AT,
    )
    assert registration.is_open


def test_a_state_agency_needs_none(world: World) -> None:
    with pytest.raises(NotAllowed, match="needs no ATO"):
        register(
            agency=world.agency,
            ground=Ground.LOCAL,
            explanation="",
            file_name="nespa.pdf",
            content=SCAN,
            access=of(world.catr),
            at=AT,
        )


def test_the_same_twice_is_submitted_once(world: World) -> None:
    assert submit(world) == submit(world)
    with pytest.raises(WrongState, match="waits for STND"):
        submit(world, ground=Ground.TAX)


def test_a_nespa_is_a_pdf(world: World) -> None:
    with pytest.raises(Incomplete, match="is not a PDF"):
        submit(world, content=b"PK\x03\x04")


def test_who_does_not_order_for_the_body_registers_nothing(world: World) -> None:
    for user in (world.stranger, world.stnd, world.desk, world.auditor):
        with pytest.raises(NotAllowed):
            submit(world, by=user)


def test_stnd_approves_once(world: World) -> None:
    registration = submit(world)
    for _ in range(2):
        registration = approve(world, registration)

    assert (registration.state, registration.decided_by) == ("approved", world.stnd)
    assert Registration.objects.approved().filter(agency=world.city).exists()
    assert [entry.action for entry in Entry.objects.about(registration)] == [
        "approve_eligibility",
        "register_eligibility",
    ]
    assert Notice.objects.get(user=world.purchaser).subject == (
        "Eligibility of City of Lodi: approved"
    )
    with pytest.raises(WrongState, match="it is “approved”"):
        send_back(world, registration)


def test_a_returned_one_is_followed_by_another(world: World) -> None:
    first = submit(world)
    for _ in range(2):
        first = send_back(world, first)

    assert (first.state, first.reason) == ("returned", "Unsigned")
    assert "Unsigned" in Notice.objects.get(user=world.purchaser).text
    second = submit(world, content=SCAN + b"signed")
    assert second != first
    assert approve(world, second).state == "approved"


def test_stnd_alone_decides(world: World) -> None:
    registration = submit(world)
    for user in (world.purchaser, world.auditor, world.desk, world.stranger):
        with pytest.raises(NotAllowed, match="Only an STND analyst"):
            approve(world, registration, by=user)
