"""The same done several times at the same moment: it happens once.

SQLite queues writers anyway; it is PostgreSQL where these would go wrong.
"""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db.models import Model

from exemptions.models import Use
from orders.models import Certificate, ElsewhereDetermination, Ledger, OutsidePurchase
from orders.services.elsewhere.certifying import certify
from orders.services.elsewhere.determining import determine_elsewhere
from orders.services.elsewhere.findings import resolve_finding
from orders.services.elsewhere.ledger_reading import read_ledger
from orders.services.elsewhere.ledgers import upload_ledger, withdraw_ledger
from orders.services.elsewhere.outside import Said, confirm_matches, record_purchase
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import Incomplete
from tests.factories import AT, TODAY
from tests.orders.elsewhere_exemptions import sought_in
from tests.orders.elsewhere_records import (
    ledger_csv,
    ledger_line,
    make_determination,
    make_ledger,
    make_purchase,
    make_question,
    send_ledger,
)
from tests.orders.factories import World, access
from tests.orders.test_races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


def entries(action: str) -> int:
    return Entry.objects.filter(action=action).count()


def determine(world: World, key: UUID) -> object:
    return determine_elsewhere(
        agency=world.agency,
        question=make_question(world.mandatory),
        key=key,
        access=access(world.atr),
        at=AT,
    )


def buy(world: World, key: UUID) -> object:
    return record_purchase(
        agency=world.agency,
        fields={
            "vendor": "Sierra",
            "description": "Lines",
            "amount": Decimal(1),
            "purchased_on": AT.date(),
        },
        said=Said(OutsidePurchase.Match.NOT_OFFERED),
        determination=None,
        key=key,
        access=access(world.atr),
        at=AT,
    )


def upload(world: World, key: UUID) -> object:
    """The same file from pages of its own."""
    return upload_ledger(
        agency=world.agency,
        file_name="ledger.csv",
        content=ledger_csv([ledger_line()]),
        key=uuid4(),
        access=access(world.atr),
        at=AT,
    )


@pytest.mark.parametrize(
    ("act", "model"),
    [(determine, ElsewhereDetermination), (buy, OutsidePurchase), (upload, Ledger)],
)
def test_a_button_that_is_clicked_several_times_at_once_does_its_work_once(
    world: World, act: Callable[[World, UUID], object], model: type[Model]
) -> None:
    key = uuid4()
    results = at_once(*[lambda: act(world, key)] * AT_ONCE)

    assert len(set(results)) == 1
    (made,) = model._default_manager.all()
    assert Entry.objects.about(made).count() == 1
    assert verify().faults == ()


def test_several_workers_make_one_certificate_and_record_one_ledger(world: World) -> None:
    made = make_determination(world, world.mandatory)
    ledger = send_ledger(world, [ledger_line(Description="Hosted VoIP")] * 20)

    at_once(*[lambda: certify(determination=made, at=AT)] * 3)
    at_once(*[lambda: read_ledger(ledger_id=ledger.pk, clock=lambda: AT)] * 3)

    assert Certificate.objects.count() == 1
    assert OutsidePurchase.objects.count() == 20
    assert [entries(each) for each in ("certify", "record_ledger")] == [1, 1]


def test_what_two_people_do_at_once_is_recorded_once_each(world: World) -> None:
    ledger = make_ledger(world, [ledger_line(Description="Hosted VoIP")] * 3)
    proposed = list(ledger.purchases.all())
    bought = make_purchase(world, world.mandatory)
    people = [access(world.atr), access(world.catr)]

    at_once(*(lambda me=me: confirm_matches(purchases=proposed, access=me, at=AT) for me in people))
    assert entries("match_purchase") == 3
    at_once(
        *[lambda: resolve_finding(purchase=bought, reason="An emergency", access=people[0], at=AT)]
        * 3
    )
    at_once(*[lambda: withdraw_ledger(ledger=ledger, reason="x", access=people[0], at=AT)] * 3)
    assert [entries(each) for each in ("settle_finding", "withdraw_ledger")] == [1, 1]
    assert verify().faults == ()


def test_purchases_at_once_take_no_more_of_an_exemption_than_was_granted(world: World) -> None:
    item = sought_in(world, quantity=2)

    def take_one() -> object:
        return make_purchase(world, world.mandatory, relies_on=item, quantity=1, purchased_on=TODAY)

    results = at_once(*[lambda: refused(take_one)] * 4)

    assert results.count(None) == 2
    assert OutsidePurchase.objects.under_exemption().count() == 2
    assert Use.objects.count() == 2
    assert verify().faults == ()


def refused(act: Callable[[], object]) -> str | None:
    """Why it was not done; None where it was."""
    try:
        act()
    except Incomplete as refusal:
        return str(refusal)
    return None
