"""From stored rows to the form as it is printed."""

from dataclasses import replace
from datetime import UTC
from decimal import Decimal

import pytest
from pytest_django.fixtures import Settings

from orders.documents import std20
from orders.documents.order import std20_of
from orders.documents.std20 import ATTESTATION
from orders.models import Order, Signature
from orders.services.making import drafting
from stmm.agencies.models import Standing
from stmm.agencies.services import set_standing
from stmm.audit.models import Entry
from tests.catalog.factories import make_service
from tests.factories import AT, SINCE, TODAY
from tests.orders.factories import (
    FILLED,
    World,
    access,
    fill,
    make_draft,
    make_ready_order,
    make_signed_order,
    sign,
)


def printed(order: Order) -> std20.Std20:
    return std20_of(Order.objects.get(pk=order.pk))


def test_the_form_holds_what_was_typed(world: World) -> None:
    order = make_ready_order(world)
    fill(order, by=world.atr, division="Air Operations", present_address="1 Old Street")
    form = printed(sign(order, by=world.catr))

    assert form.system_number == order.number
    assert form.agency_request_number == order.agency_request_number
    assert (form.requested_on, form.contractor_name) == (TODAY, "AT&T")
    assert form.agency == std20.AgencyInformation(
        department="Highway Patrol",
        division="Air Operations",
        agency_code=str(world.agency.code),
        contact_name=FILLED["contact_name"],
        phone=FILLED["contact_phone"],
        fax="(916) 555-0199",
        email=FILLED["contact_email"],
        present_service_address="1 Old Street",
        requested_service_address=FILLED["requested_address"],
        billing_address=FILLED["billing_address"],
    )


def test_a_line_is_printed_with_its_charges_and_where_they_come_from(world: World) -> None:
    order = make_ready_order(world)
    drafting.change_line(
        line=order.lines.select_related("order").get(),
        fields={
            "quantity": 4,
            "order_type": "change",
            "billing_account": "9391012345",
            "comment": "After five",
            "requested_date": TODAY,
        },
        version=order.version,
        access=access(world.atr),
        at=AT,
    )
    form = printed(sign(order, by=world.catr))

    assert form.lines == (
        std20.Std20Line(
            order_type=std20.OrderType.CHANGE,
            requested_on=TODAY,
            quantity=Decimal(4),
            mrc=Decimal(96),
            nrc=Decimal(45),
            contract_number="C4-DNCS-19",
            product_id=world.mandatory.product_id,
            billing_account="9391012345",
            description="Hosted VoIP",
            comment="After five",
            catalogue_edition="For this test",
        ),
    )


def test_section_6_of_a_state_order_names_who_signed(world: World) -> None:
    form = printed(make_signed_order(world))

    assert form.eligibility == std20.Eligibility.STATE
    assert form.representative == std20.Representative(
        name="Marcus Webb",
        email=world.catr.email,
        phone="(916) 555-0100",
        fax="(916) 555-0199",
        address="601 North 7th Street",
        city="Sacramento",
        state="CA",
        zip_code="95811",
        title="Telecommunications Manager",
        role="CATR",
        signed_on=TODAY,
    )


def test_section_6_of_a_local_order_is_empty(world: World) -> None:
    form = printed(make_signed_order(world, by=world.purchaser))

    assert (form.eligibility, form.representative) == (std20.Eligibility.LOCAL, None)
    assert form.record.signatures[0].attestation == ""
    assert form.record.standing == "Non-state agency with an Authorization To Order"


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.Value.NON_EXEMPT, "Non-exempt State agency"),
        (Standing.Value.EXEMPT, "Exempt State agency"),
        (
            Standing.Value.UNDETERMINED,
            "State entity whose standing is not determined yet",
        ),
    ],
)
def test_the_record_says_the_standing_it_was_decided_by(
    world: World, standing: str, words: str
) -> None:
    set_standing(
        agency=world.agency,
        value=standing,
        effective_from=SINCE,
        reason="A ruling",
        actor=None,
        at=AT,
    )

    assert printed(make_signed_order(world)).record.standing == words


def test_the_record_carries_the_decisions_in_the_order_of_the_lines(world: World) -> None:
    order = make_signed_order(world, world.optional, world.mandatory)

    record = printed(order).record

    assert [decision.citations[0].id for decision in record.decisions] == ["PU-2", "PO-1"]
    assert all(cited.quote and cited.label for d in record.decisions for cited in d.citations)
    assert (record.edition_name, record.edition_version) == ("STMM 0400.1, rev. 2013-07-01", "1")
    assert {decision.reference for decision in record.decisions} == {""}


def test_the_record_carries_the_signature_its_entry_and_the_hash(world: World) -> None:
    order = make_signed_order(world)
    signature = Signature.objects.get(order=order)

    record = printed(order).record

    assert record.content_sha256 == signature.sha256
    assert record.signatures == (
        std20.Signature(
            name="Marcus Webb",
            title="Telecommunications Manager",
            capacity="CATR, Highway Patrol",
            signed_at=AT.astimezone(UTC),
            attestation=ATTESTATION,
            audit_entry_hash=Entry.objects.about(order).get(action="sign").hash,
        ),
    )


def test_a_local_line_refers_to_the_ato_it_rests_on(world: World) -> None:
    form = printed(make_signed_order(world, by=world.purchaser))

    (decision,) = form.record.decisions
    assert decision.reference == "ATO approved by the State on July 1, 2025"


def test_the_boxes_ticked_are_printed(world: World) -> None:
    order = make_ready_order(world)
    fill(order, by=world.atr, is_service=False, is_other=True)

    assert printed(sign(order, by=world.catr)).request_types == (std20.RequestType.OTHER,)


def test_sample_prices_are_labelled_also_where_the_installation_says_nothing(
    world: World, settings: Settings
) -> None:
    order = make_signed_order(world)
    settings.STMM_SAMPLE_NOTICE = ""

    assert printed(order).sample_notice == "Prices and product identifiers are sample values."


def test_real_prices_have_no_such_label(world: World) -> None:
    real = make_service("Real", world.contract, price_basis="contract")

    assert printed(make_signed_order(world, real)).sample_notice == ""


def test_the_same_rows_give_the_same_form(world: World) -> None:
    order = make_signed_order(world)

    assert printed(order) == printed(order)
    assert replace(printed(order), supersedes="x") != printed(order)


def test_an_unsigned_order_is_no_form(world: World) -> None:
    with pytest.raises(Signature.DoesNotExist):
        std20_of(make_draft(world))
