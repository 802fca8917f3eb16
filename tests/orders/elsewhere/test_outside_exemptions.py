"""Purchases outside CALNET that rely on an exemption: what they take, when it is free again."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from exemptions.models import ExemptionRequest, RequestedItem, RequestState, Revocation, Use
from orders.models import OutsidePurchase
from orders.services.elsewhere.ledgers import withdraw_ledger
from orders.services.elsewhere.outside import Said, match_purchase, withdraw_purchase
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import Incomplete
from tests.catalog.factories import MANDATORY, make_designation, make_service
from tests.exemptions.living import left_of
from tests.factories import AT, TODAY
from tests.orders.elsewhere_exemptions import sought_in
from tests.orders.elsewhere_records import ledger_line, make_ledger, make_purchase
from tests.orders.factories import KNOWN, World, access

pytestmark = pytest.mark.django_db
Match = OutsidePurchase.Match


def again(purchase: OutsidePurchase) -> OutsidePurchase:
    return OutsidePurchase.objects.select_related("relies_on__request").get(pk=purchase.pk)


def buy(world: World, item: RequestedItem, **told: Any) -> OutsidePurchase:
    """Three of the mandatory service, today, unless told."""
    bought: dict[str, Any] = {"quantity": 3, "purchased_on": TODAY}
    bought |= told
    return make_purchase(world, world.mandatory, relies_on=item, **bought)


def say(world: World, purchase: OutsidePurchase, said: Said) -> OutsidePurchase:
    return match_purchase(purchase=purchase, said=said, access=access(world.catr), at=AT)


def test_it_is_allowed_under_the_exemption_and_takes_quantity_and_amount(world: World) -> None:
    item = sought_in(world, amount=Decimal(1000))
    made = buy(world, item)

    assert (made.outcome, made.finding) == ("allowed_under_exemption", "")
    assert made.decisions.get().purchase.exemption.reference == item.request.number
    use = Use.objects.get()
    assert (use.quantity, use.amount, use.used_on) == (3, Decimal("120.50"), TODAY)
    assert (use.kind, use.key, use.label) == ("orders.outsidepurchase", str(made.pk), str(made))
    assert (left_of(item).quantity_left, left_of(item).amount_left) == (7, Decimal("879.50"))
    assert item.request.number in Entry.objects.about(made).get().changes_json
    assert not made.relies_on_revoked
    assert not verify().faults


@pytest.mark.parametrize(
    ("told", "bought", "field", "problem"),
    [
        ({}, {"quantity": None}, "quantity", "Say how many it takes"),
        ({}, {"quantity": 11}, "relies_on", "has 10 of 10 left"),
        ({"amount": Decimal(100)}, {}, "relies_on", "of $100.00 left"),
        ({}, {"purchased_on": date(2026, 3, 1)}, "relies_on", "covers purchases from March 2"),
        ({"state": "in_review"}, {}, "relies_on", "is not approved"),
        ({"state": "denied"}, {}, "relies_on", "is not approved"),
        ({"state": "revoked"}, {}, "relies_on", "was revoked"),
        ({"granted": 0}, {}, "relies_on", "but not for Hosted VoIP"),
    ],
)
def test_what_the_exemption_does_not_cover_is_not_recorded(
    world: World, told: dict[str, Any], bought: dict[str, Any], field: str, problem: str
) -> None:
    item = sought_in(world, **told)
    with pytest.raises(Incomplete) as refused:
        buy(world, item, **bought)

    (found,) = refused.value.problems
    assert found.step == field
    assert problem in found.message
    assert not OutsidePurchase.objects.exists()
    assert not Use.objects.exists()


def test_it_counts_for_its_agency_and_its_service_alone(world: World) -> None:
    item = sought_in(world)
    for service, by in ((world.optional, None), (None, None), (world.mandatory, world.purchaser)):
        with pytest.raises(Incomplete, match="this purchase is of something else"):
            make_purchase(world, service, by=by, relies_on=item, quantity=1)


def test_what_words_describe_relies_on_what_words_asked_for(world: World) -> None:
    item = sought_in(world)
    # As of a request for something that the catalogue does not have
    described = RequestedItem.objects.exclude(pk=item.pk).get()
    with pytest.raises(Incomplete, match="something else"):
        make_purchase(world, relies_on=described, quantity=1)


def test_a_line_of_a_ledger_relies_on_an_exemption_once_a_person_says_so(world: World) -> None:
    ledger = make_ledger(
        world, [ledger_line(Description="Hosted VoIP", Exemption="EXM", Bought_on="2026-03-02")]
    )
    line = OutsidePurchase.objects.get()
    assert line.finding == "mandatory"
    item = sought_in(world)
    said = Said(Match.MATCHED, world.mandatory, item, 2)
    for _ in range(2):
        say(world, line, said)

    assert (again(line).finding, again(line).finding_state) == ("", "")
    assert again(line).outcome == "allowed_under_exemption"
    assert left_of(item).quantity_left == 8
    # The same said again did nothing
    assert Entry.objects.about(line).filter(action="match_purchase").count() == 1
    withdraw_ledger(ledger=ledger, reason="Twice", access=access(world.atr), at=AT)
    assert left_of(item).quantity_left == 10
    assert not verify().faults


def test_matched_to_another_service_it_is_decided_anew_and_frees_what_it_took(
    world: World,
) -> None:
    other = make_service("Paging", world.contract, recorded_at=KNOWN)
    make_designation(MANDATORY, other, at=KNOWN)
    item = sought_in(world, other_service=other)
    second = item.request.items.select_related("request__agency").get(position=2)
    made = buy(world, item)

    moved = say(world, made, Said(Match.MATCHED, other, second, 4))
    assert (left_of(item).quantity_left, left_of(second).quantity_left) == (10, 6)
    assert moved.outcome == "allowed_under_exemption"
    unnamed = say(world, made, Said(Match.MATCHED, world.mandatory))
    assert left_of(second).quantity_left == 10
    assert (unnamed.finding, unnamed.finding_state) == ("mandatory", "open")
    assert [decision.service for decision in made.decisions.all()] == [
        world.mandatory,
        other,
        world.mandatory,
    ]


def test_a_quantity_that_is_put_right_is_taken_anew(world: World) -> None:
    item = sought_in(world)
    made = buy(world, item)
    say(world, made, Said(Match.MATCHED, world.mandatory, item, 5))
    assert left_of(item).quantity_left == 5
    with pytest.raises(Incomplete, match="has 10 of 10 left"):
        say(world, made, Said(Match.MATCHED, world.mandatory, item, 11))

    # A refusal leaves what was taken before
    assert left_of(item).quantity_left == 5
    assert again(made).quantity == 5
    assert made.decisions.count() == 1


def test_withdrawn_it_frees_what_it_took_once(world: World) -> None:
    item = sought_in(world)
    made = buy(world, item)
    for _ in range(2):
        withdraw_purchase(purchase=made, reason="Twice", access=access(world.atr), at=AT)

    assert left_of(item).quantity_left == 10
    assert Use.objects.get().released_at == AT


def test_one_that_is_revoked_later_leaves_the_purchase_standing_and_marked(world: World) -> None:
    item = sought_in(world)
    made = buy(world, item)
    revoke(item.request)

    assert again(made).relies_on_revoked
    assert again(made).outcome == "allowed_under_exemption"
    assert list(OutsidePurchase.objects.under_exemption(revoked=True)) == [made]


def revoke(request: ExemptionRequest) -> None:
    """By the Deputy Director who decided it."""
    decision = request.decisions.get()
    Revocation.objects.create(
        request=request,
        reason="The sites are served by CALNET now.",
        at=AT,
        revoked_by=decision.decided_by,
        appointment=decision.appointment,
        name=decision.name,
        role=decision.role,
    )
    ExemptionRequest.objects.filter(pk=request.pk).update(state=RequestState.REVOKED)
