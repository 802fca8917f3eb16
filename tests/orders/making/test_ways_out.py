"""Beside each decision of the review: the facts it rests on, and what helps where it says no."""

from datetime import date

import pytest
from django.urls import reverse

from orders.compliance.in_words import facts_in_words
from orders.models import Determination, Order, OrderLine
from orders.reading.order import shown_lines
from orders.reading.ways_out import STATE_APPROVES, WayOut, way_out
from stmm.policy.decision import Decision, decide
from stmm.policy.facts import Ato, Buyer, Designation, Purchase, Source
from tests.factories import TODAY
from tests.orders.factories import World, make_ready_order, make_signed_order, off_the_ato
from tests.orders.pages import page, text

APPROVED = date(2025, 7, 1)


def decision(
    buyer: Buyer,
    designation: Designation,
    *,
    ato: Ato | None = None,
    source: Source = Source.CALNET,
) -> Decision:
    return decide(Purchase(on=TODAY, buyer=buyer, source=source, designation=designation, ato=ato))


def line_of(world: World) -> OrderLine:
    return OrderLine(service=world.undesignated, service_name="Dark fibre", position=1)


def test_what_nobody_determined_leads_to_asking_for_a_ruling(world: World) -> None:
    expected = WayOut(
        "Ask the Department for a ruling on this service",
        reverse("catalog:ask-ruling", args=[world.undesignated.pk]),
    )

    for buyer in (Buyer.NON_EXEMPT, Buyer.EXEMPT, Buyer.UNDETERMINED):
        found = way_out(line_of(world), decision(buyer, Designation.UNDETERMINED))
        assert found == expected


def test_a_ruling_needed_for_the_standing_leads_there_too(world: World) -> None:
    elsewhere = decision(Buyer.UNDETERMINED, Designation.MANDATORY, source=Source.OTHER)

    found = way_out(line_of(world), elsewhere)

    assert found is not None
    assert found.url == reverse("catalog:ask-ruling", args=[world.undesignated.pk])


@pytest.mark.parametrize(
    ("ato", "text"),
    [
        (None, "An ATO for C4-DNCS-19 that lists this service comes first."),
        (
            Ato(approved_on=APPROVED, lists_service=False),
            "The ATO for C4-DNCS-19 must list this service first, by an amendment.",
        ),
        (
            Ato(approved_on=None, lists_service=False),
            "The ATO for C4-DNCS-19 must list this service first, by an amendment.",
        ),
        (
            Ato(approved_on=None, lists_service=True),
            "The ATO for C4-DNCS-19 waits for its approval.",
        ),
    ],
)
def test_an_ato_that_is_needed_is_named_with_who_approves_it(
    world: World, ato: Ato | None, text: str
) -> None:
    found = way_out(line_of(world), decision(Buyer.NON_STATE, Designation.UNDETERMINED, ato=ato))

    assert found == WayOut(f"{text} {STATE_APPROVES}")


def test_what_is_allowed_and_determined_needs_no_way_out(world: World) -> None:
    listed = Ato(approved_on=APPROVED, lists_service=True)
    for found in (
        decision(Buyer.NON_EXEMPT, Designation.MANDATORY),
        decision(Buyer.EXEMPT, Designation.NON_MANDATORY),
        decision(Buyer.NON_STATE, Designation.UNDETERMINED, ato=listed),
    ):
        assert way_out(line_of(world), found) is None


def test_the_facts_are_the_standing_the_designation_and_the_ato() -> None:
    def facts(buyer: Buyer, designation: Designation, ato: Ato | None = None) -> list[str]:
        found = facts_in_words(decision(buyer, designation, ato=ato).purchase)
        return [f"{name}: {words}" for name, words in found]

    assert facts(Buyer.NON_EXEMPT, Designation.MANDATORY) == [
        "Buyer: non-exempt State agency",
        "Service: mandatory (Required)",
    ]
    city = ["Buyer: not a State agency", "Service: not determined yet"]
    undetermined = Designation.UNDETERMINED
    assert facts(Buyer.NON_STATE, undetermined) == [*city, "ATO: none for this contract"]
    assert facts(Buyer.NON_STATE, undetermined, Ato(None, lists_service=False)) == [
        *city,
        "ATO: does not list this service; not approved by the State yet",
    ]
    assert facts(Buyer.NON_STATE, undetermined, Ato(APPROVED, lists_service=True)) == [
        *city,
        "ATO: lists this service; approved by the State on July 1, 2025",
    ]


def test_a_stored_determination_has_the_facts_that_were_seen(world: World) -> None:
    order = make_signed_order(world)
    (shown,) = shown_lines(Order.objects.get(pk=order.pk), on=TODAY).lines

    assert isinstance(shown.decision, Determination)
    assert shown.decision.purchase.buyer is Buyer.NON_EXEMPT


# On the review


def test_the_review_shows_the_facts_and_the_way_to_a_ruling(world: World) -> None:
    order = make_ready_order(world, world.undesignated)
    link = reverse("catalog:ask-ruling", args=[world.undesignated.pk])

    answer = page(world.atr, "orders:review", order.pk)

    assert "Buyer: non-exempt State agency · Service: not determined yet" in text(answer)
    assert f'href="{link}"' in answer.content.decode()
    # Who orders for nobody can't ask
    assert link not in page(world.auditor, "orders:review", order.pk).content.decode()


def test_the_review_of_a_city_says_what_its_ato_lacks(world: World) -> None:
    order = make_ready_order(world, world.mandatory, by=world.purchaser)
    off_the_ato(world.mandatory)

    shown = text(page(world.purchaser, "orders:review", order.pk))

    assert "ATO: does not list this service; approved by the State on July 1, 2025" in shown
    assert f"must list this service first, by an amendment. {STATE_APPROVES}" in shown
