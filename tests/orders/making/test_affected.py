"""Which open orders an uploaded matrix would touch, and what it leaves as it is."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Service
from orders.models import Order
from orders.reading.affected import affected
from tests.catalog.factories import MANDATORY, make_designation
from tests.catalog.matrix_files import line
from tests.catalog.uploads import make_upload, publish
from tests.factories import TODAY
from tests.orders.factories import World, make_ready_order, sign

pytestmark = pytest.mark.django_db
NEXT = date(2026, 7, 1)
WORDS = {"mandatory": "Mandatory", "non_mandatory": "Non-Mandatory", "undetermined": ""}


def lines_of(world: World, **changed: object) -> list[list[object]]:
    """A matrix that says what the catalogue says, but of the mandatory service."""
    return [
        line(**(as_it_is(service) | (changed if service == world.mandatory else {})))
        for service in (world.mandatory, world.optional, world.undesignated)
    ]


def as_it_is(service: Service) -> dict[str, object]:
    flagged = Service.objects.with_designation(TODAY).get(pk=service.pk)
    offer = service.offers.get()
    return {
        "product_id": service.product_id,
        "name": service.name,
        "section": service.section,
        "unit": service.unit,
        "mrc": str(offer.mrc),
        "nrc": str(offer.nrc),
        "designation": WORDS[flagged.designation],
    }


def effects(world: World, **changed: object) -> list[tuple[str, str, str]]:
    upload = make_upload(world.contract, lines_of(world, **changed), effective_from=NEXT)
    return [
        (effect.what, effect.now, effect.then)
        for touched in affected(upload, TODAY)
        for effect in touched.effects
    ]


@pytest.fixture
def draft(world: World) -> Order:
    return make_ready_order(world, by=world.atr, number="A-1")


def test_a_draft_gets_another_price(world: World, draft: Order) -> None:
    assert effects(world, mrc="100.00") == [("MRC", "$96.00", "$100.00")]


def test_a_draft_gets_another_decision(world: World, draft: Order) -> None:
    ((what, now, then),) = effects(world, designation="Non-Mandatory")
    assert what == "Decision"
    assert now != then


def test_a_draft_loses_a_service_that_is_withdrawn(world: World, draft: Order) -> None:
    upload = make_upload(world.contract, lines_of(world)[1:], effective_from=NEXT)
    (touched,) = affected(upload, TODAY)
    assert touched.effects[0].then == "withdrawn"
    assert touched.url == draft.get_absolute_url()


def test_what_says_the_same_touches_nothing(world: World, draft: Order) -> None:
    assert effects(world) == []


def test_a_later_word_of_the_department_stays(world: World, draft: Order) -> None:
    later = date(2026, 3, 1)
    make_designation(MANDATORY, world.mandatory, effective_from=later)
    upload = make_upload(
        world.contract,
        lines_of(world, designation="Non-Mandatory"),
        effective_from=date(2026, 1, 1),
    )
    assert affected(upload, TODAY) == []


def test_what_is_signed_keeps_its_price_and_decision(world: World, draft: Order) -> None:
    order = sign(draft, by=world.catr)
    kept = order.lines.get()
    decided = kept.determinations.get().headline
    upload = make_upload(
        world.contract,
        lines_of(world, mrc="100.00", designation="Non-Mandatory"),
        effective_from=TODAY,
    )
    assert affected(upload, TODAY) == []
    publish(upload)
    kept.refresh_from_db()
    assert str(kept.mrc) == "96.0000"
    assert kept.determinations.get().headline == decided


def test_the_queries_do_not_grow_with_the_orders(world: World, draft: Order) -> None:
    upload = make_upload(world.contract, lines_of(world, mrc="1.00"), effective_from=NEXT)
    with CaptureQueriesContext(connection) as one:
        affected(upload, TODAY)
    for number in range(2, 6):
        make_ready_order(world, by=world.purchaser, number=f"B-{number}")
        make_ready_order(world, by=world.atr, number=f"A-{number}")
    with CaptureQueriesContext(connection) as many:
        touched = affected(upload, TODAY)
    assert len(touched) == 9
    # Two more: the papers of the ATOs of local bodies, and what they list
    assert len(many) <= len(one) + 2
