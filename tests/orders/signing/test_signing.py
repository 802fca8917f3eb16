"""A signature: by whom, as what, when, under which words, over exactly what; once."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from catalog.models import Service
from orders.content.order import signed_content
from orders.documents.order import std20_of
from orders.documents.std20 import ATTESTATION
from orders.models import Determination, Order, Signature, State
from orders.reading.order import lines_of, shown_lines
from orders.services.making import drafting
from orders.services.signing import signing
from stmm.accounts.models import User
from stmm.agencies.services import end_appointment, rename
from stmm.audit.models import Change, Entry
from stmm.audit.services import verify
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.catalog.factories import make_offer, make_service
from tests.factories import AT, TODAY, Role, make_appointment
from tests.orders.factories import (
    PDF,
    World,
    access,
    fill,
    make_draft,
    make_ready_order,
    make_signed_order,
    off_the_ato,
    sign,
)
from tests.triggers import without_triggers


def from_rows(order: Order) -> str:
    """What was signed, put together again from the database."""
    order = Order.objects.get(pk=order.pk)
    determinations = Determination.objects.filter(line__order=order)
    return signed_content(order, lines_of(order), determinations, order.attachments.all())


def test_a_signature_says_who_as_what_when_and_under_which_words(world: World) -> None:
    order = sign(make_ready_order(world), by=world.catr)

    signature = Signature.objects.get(order=order)
    assert (signature.name, signature.role, signature.user) == ("Marcus Webb", "CATR", world.catr)
    assert signature.appointment.agency == world.agency
    assert (signature.title, signature.email) == ("Telecommunications Manager", world.catr.email)
    assert (signature.address, signature.city, signature.state, signature.zip_code) == (
        "601 North 7th Street",
        "Sacramento",
        "CA",
        "95811",
    )
    assert signature.at == AT
    assert signature.attestation == ATTESTATION
    assert str(signature) == "Marcus Webb, CATR"


def test_an_atr_signs_as_an_atr(world: World) -> None:
    assert sign(make_ready_order(world), by=world.atr).signature.role == "ATR"


def test_a_signed_order_has_its_day_and_waits_to_be_sent(world: World) -> None:
    draft = make_ready_order(world)
    later = AT + timedelta(days=3)

    order = sign(draft, by=world.catr, at=later)

    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.signed_at, stored.routed_at) == (State.SIGNED, later, None)
    assert stored.order_date == TODAY + timedelta(days=3)
    assert stored.version == draft.version + 1


def test_the_hash_is_of_the_content_and_the_content_is_what_the_rows_hold(world: World) -> None:
    order = make_ready_order(world, world.mandatory, world.optional)
    fill(order, by=world.atr, is_equipment=True, division="Größe · Ünit")
    drafting.attach(
        order=order, kind="std65", file_name="65.pdf", content=PDF, access=access(world.atr), at=AT
    )
    sign(order, by=world.catr)

    signature = Signature.objects.get(order=order)
    assert signature.content == from_rows(order)
    assert signature.sha256 == hashlib.sha256(signature.content.encode()).hexdigest()


def test_the_content_covers_every_field_that_is_printed(world: World) -> None:
    order = make_signed_order(world)

    content = json.loads(order.signature.content)

    assert content["agency_request_number"] == order.agency_request_number
    assert content["contract"] == "C4-DNCS-19"
    assert content["lines"][0]["mrc"] == "96.0000"
    assert content["lines"][0]["determination"]["outcome"] == "allowed"
    texts = {"present_address", "requested_address", "billing_address", "department", "division"}
    assert texts < set(content)


def test_signing_is_recorded_with_the_words_and_the_hash(world: World) -> None:
    order = make_signed_order(world)

    entry = Entry.objects.about(order).get(action="sign")
    assert (entry.actor, entry.reason) == (world.catr, ATTESTATION)
    assert entry.changes == [
        Change("state", "Draft", "Signed, being prepared"),
        Change("signed as", "", "CATR"),
        Change("content SHA-256", "", order.signature.sha256),
    ]
    assert verify().faults == ()


def test_the_charges_of_the_day_are_copied_and_stay(world: World) -> None:
    order = make_signed_order(world)
    make_offer(
        world.mandatory, effective_from=TODAY, mrc=Decimal(500), recorded_at=AT + timedelta(1)
    )

    line = Order.objects.get(pk=order.pk).lines.get()
    (shown,) = shown_lines(Order.objects.get(pk=order.pk), on=TODAY + timedelta(days=9)).lines
    assert (line.mrc, line.nrc, line.price_basis) == (Decimal(96), Decimal(45), "sample")
    assert line.price_edition == "For this test"
    assert (shown.mrc, shown.nrc, shown.is_sample) == (line.mrc, line.nrc, True)
    assert from_rows(order) == order.signature.content


def test_what_the_catalogue_calls_a_service_later_does_not_reach_a_signed_order(
    world: World,
) -> None:
    order = make_signed_order(world)
    product_id = world.mandatory.product_id
    with without_triggers():
        Service.objects.filter(pk=world.mandatory.pk).update(name="Another", product_id="X-1")

    line = order.lines.get()
    assert (line.service_name, line.product_id) == ("Hosted VoIP", product_id)
    assert std20_of(Order.objects.get(pk=order.pk)).lines[0].product_id == product_id
    assert from_rows(order) == order.signature.content


def test_a_draft_shows_the_charges_of_today(world: World) -> None:
    order = make_draft(world, world.mandatory, world.optional)
    make_offer(world.mandatory, effective_from=TODAY, mrc=Decimal(500), nrc=None)

    shown = shown_lines(order, on=TODAY)

    assert (shown.mrc_total, shown.nrc_total) == (Decimal(596), Decimal(45))
    assert shown.has_samples


def test_charges_are_multiplied_by_the_quantity(world: World) -> None:
    order = make_ready_order(world)
    drafting.change_line(
        line=order.lines.select_related("order").get(),
        fields={"quantity": 3},
        version=order.version,
        access=access(world.atr),
        at=AT,
    )
    sign(order, by=world.catr)

    line = order.lines.get()
    shown = shown_lines(Order.objects.get(pk=order.pk), on=TODAY)
    assert (line.mrc_total, line.nrc_total) == (Decimal(288), Decimal(135))
    assert (shown.mrc_total, shown.nrc_total) == (Decimal(288), Decimal(135))


def test_a_withdrawn_service_is_disconnected_at_no_known_charge(world: World) -> None:
    order = make_ready_order(world)
    order.lines.update(order_type="disconnect", billing_account="9391012345")
    make_offer(world.mandatory, effective_from=TODAY, withdrawn=True, mrc=None, nrc=None)

    sign(order, by=world.catr)

    assert (order.lines.get().mrc, order.lines.get().mrc_total) == (None, None)


def test_a_service_never_offered_yet_can_be_disconnected(world: World) -> None:
    unknown = make_service("Not yet", world.contract, effective_from=TODAY + timedelta(days=9))
    order = make_ready_order(world, unknown)
    order.lines.update(order_type="disconnect", billing_account="9391012345")

    assert shown_lines(order, on=TODAY).mrc_total == 0
    assert sign(order, by=world.catr).state == State.SIGNED
    assert order.lines.get().mrc is None


def test_a_second_click_signs_nothing_more(world: World) -> None:
    order = make_ready_order(world)
    version = order.version
    entries = [
        (
            signing.sign(order=order, version=version, access=access(world.catr), at=AT).version,
            Entry.objects.count(),
            DBTaskResult.objects.count(),
        )
        for _ in range(2)
    ]

    assert entries[0] == entries[1]
    assert Signature.objects.count() == 1


def test_the_second_of_two_signers_is_told_that_it_is_signed(world: World) -> None:
    order = make_signed_order(world)

    with pytest.raises(WrongState, match="can’t be signed: it is “signed, being prepared” now"):
        sign(order, by=world.atr)

    assert Signature.objects.get().user == world.catr


def test_a_local_agency_submits_without_the_states_sentence(world: World) -> None:
    order = make_signed_order(world, by=world.purchaser)

    assert order.signature.attestation == ""
    assert (order.signature.role, order.signature.name) == ("Authorized purchaser", "Luis Ortega")


def test_an_order_with_a_refused_line_is_not_signed(world: World) -> None:
    order = make_ready_order(world, by=world.purchaser)
    off_the_ato(world.mandatory)

    with pytest.raises(Incomplete, match=r"is not on the ATO.*PO-4.1"):
        sign(order, by=world.purchaser)

    assert Order.objects.get(pk=order.pk).state == State.DRAFT
    assert not Determination.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_an_incomplete_order_is_not_signed(world: World) -> None:
    with pytest.raises(Incomplete, match="Add at least one service"):
        sign(make_draft(world), by=world.catr)


def test_an_order_changed_since_the_page_was_opened_is_not_signed(world: World) -> None:
    order = make_ready_order(world)
    fill(order, by=world.atr, division="North")

    with pytest.raises(ChangedMeanwhile):
        signing.sign(order=order, version=order.version, access=access(world.catr), at=AT)

    assert Order.objects.get(pk=order.pk).state == State.DRAFT


def test_a_person_whose_appointment_ended_yesterday_does_not_sign(world: World) -> None:
    order = make_ready_order(world)
    atr = make_appointment(Role.ATR, world.agency)
    end_appointment(appointment=atr, until=TODAY, reason="Left", actor=world.catr, at=AT)

    with pytest.raises(NotAllowed, match="appointed today"):
        sign(order, by=atr.user)


def test_a_person_signs_on_the_last_day_of_their_appointment(world: World) -> None:
    atr = make_appointment(Role.ATR, world.agency)
    end_appointment(
        appointment=atr, until=TODAY + timedelta(days=1), reason="Left", actor=world.catr, at=AT
    )

    assert sign(make_ready_order(world), by=atr.user).state == State.SIGNED


@pytest.mark.parametrize("who", ["stranger", "stnd", "auditor", "desk", "purchaser"])
def test_nobody_else_signs(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        sign(make_ready_order(world), by=getattr(world, who))


def test_what_no_font_can_print_is_found_before_it_is_signed(world: World) -> None:
    """It came with the catalogue or a loaded profile, past the forms that would refuse it."""
    order = make_ready_order(world, make_service("Hosted 電話", world.contract))
    world.catr.title = "Chief 😀"

    with pytest.raises(Incomplete) as refused:
        sign(order, by=world.catr)

    assert [problem.message for problem in refused.value.problems] == [
        "“電” (CJK UNIFIED IDEOGRAPH-96FB) can’t be printed on the form.",
        "“話” (CJK UNIFIED IDEOGRAPH-8A71) can’t be printed on the form.",
        "“😀” (GRINNING FACE) can’t be printed on the form.",
    ]
    assert Order.objects.get(pk=order.pk).state == State.DRAFT


def test_the_name_of_the_signer_stays_as_it_was(world: World) -> None:
    order = make_signed_order(world)
    User.objects.filter(pk=world.catr.pk).update(name="Marcus Webb-Ruiz", title="Director")
    rename(
        agency=world.agency,
        name="State Patrol",
        effective_from=TODAY,
        reason="A new law",
        actor=world.stnd,
        at=AT,
    )

    stored = Order.objects.get(pk=order.pk)
    assert (stored.signature.name, stored.department) == ("Marcus Webb", "Highway Patrol")


def test_an_order_is_handed_over_with_a_note_and_then_signed(world: World) -> None:
    order = make_ready_order(world)

    signing.hand_over(
        order=order, version=order.version, note="For Friday", access=access(world.atr), at=AT
    )

    assert Order.objects.get(pk=order.pk).state == State.REVIEW
    assert Entry.objects.about(order).get(action="hand_over").reason == "For Friday"
    assert sign(order, by=world.catr).state == State.SIGNED


def test_an_incomplete_order_is_not_handed_over(world: World) -> None:
    order = make_draft(world)

    with pytest.raises(Incomplete):
        signing.hand_over(
            order=order, version=order.version, note="", access=access(world.atr), at=AT
        )

    assert Order.objects.get(pk=order.pk).state == State.DRAFT


def test_an_order_changed_since_the_page_was_opened_is_not_handed_over(world: World) -> None:
    order = make_ready_order(world)

    with pytest.raises(ChangedMeanwhile):
        signing.hand_over(
            order=order, version=order.version - 1, note="", access=access(world.atr), at=AT
        )


def test_an_order_sent_back_is_a_draft_again_with_the_reason_in_the_record(world: World) -> None:
    order = make_ready_order(world)
    signing.hand_over(order=order, version=order.version, note="", access=access(world.atr), at=AT)

    signing.send_back(order=order, reason="Two stations", access=access(world.catr), at=AT)

    assert Order.objects.get(pk=order.pk).state == State.DRAFT
    assert Entry.objects.about(order).get(action="send_back").reason == "Two stations"


def test_signing_takes_the_same_queries_for_any_number_of_lines(world: World) -> None:
    def queries(lines: int) -> int:
        services = [make_service(f"VoIP {n}", world.contract) for n in range(lines)]
        order, signer = make_ready_order(world, *services), access(world.catr)
        with CaptureQueriesContext(connection) as captured:
            signing.sign(order=order, version=order.version, access=signer, at=AT)
        return len([each for each in captured if "SAVEPOINT" not in each["sql"]])

    counted = [queries(1), queries(10), queries(60)]

    assert counted == [counted[0]] * 3
    assert counted[0] <= 16
