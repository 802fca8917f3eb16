"""From rows to facts to decisions, and to determinations that can be decided again."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Service
from orders.compliance.decisions import (
    advise,
    buyer_of,
    contracts_open_to,
    decide_services,
    determine,
)
from orders.models import Determination, Order
from orders.reading.order import grounds_for, lines_of
from stmm.agencies.models import Agency, Standing
from stmm.agencies.services import set_standing
from stmm.policy.decision import decide
from stmm.policy.editions import edition_named
from stmm.policy.facts import Ato, Buyer, Designation, Purchase, Source
from stmm.policy.findings import Outcome
from tests.catalog.factories import (
    FAR,
    MANDATORY,
    NON_MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_service,
)
from tests.factories import AT, SINCE, TODAY, Kind, make_agency
from tests.orders.factories import KNOWN, World, access, make_ato, make_draft, make_line

Value = Standing.Value


def decision_on(agency: Agency, service: Service, source: Source = Source.CALNET) -> Purchase:
    """The facts gathered for one service at AT."""
    return decide_services(agency, [service], on=TODAY, source=source)[service.pk].purchase


@pytest.mark.parametrize(
    ("standing", "buyer"),
    [
        (Value.NON_EXEMPT, Buyer.NON_EXEMPT),
        (Value.EXEMPT, Buyer.EXEMPT),
        (Value.UNDETERMINED, Buyer.UNDETERMINED),
        (Value.NOT_ORDERING, Buyer.UNDETERMINED),
        (None, Buyer.UNDETERMINED),
    ],
)
@pytest.mark.django_db
def test_a_state_entity_buys_by_its_standing(standing: str | None, buyer: Buyer) -> None:
    assert buyer_of(make_agency(standing=standing), on=TODAY) == buyer


@pytest.mark.parametrize("kind", [Kind.LOCAL, Kind.FEDERAL, Kind.TRIBAL, Kind.OTHER])
@pytest.mark.django_db
def test_everyone_else_is_a_non_state_buyer(kind: str) -> None:
    assert buyer_of(make_agency(kind), on=TODAY) == Buyer.NON_STATE


@pytest.mark.parametrize(
    ("standing", "outcome"),
    [
        (Value.NON_EXEMPT, Outcome.EXEMPTION_REQUIRED),
        (Value.EXEMPT, Outcome.ALLOWED_CALNET_ENCOURAGED),
        (Value.UNDETERMINED, Outcome.RULING_NEEDED),
    ],
)
def test_a_mandatory_service_from_elsewhere_depends_on_the_standing(
    world: World, standing: str, outcome: Outcome
) -> None:
    decisions = decide_services(
        make_agency(standing=standing), [world.mandatory], on=TODAY, source=Source.OTHER
    )

    assert decisions[world.mandatory.pk].outcome == outcome


@pytest.mark.parametrize("standing", [Value.NON_EXEMPT, Value.EXEMPT, Value.UNDETERMINED])
def test_a_state_entity_may_order_any_service_from_calnet(world: World, standing: str) -> None:
    services = [world.mandatory, world.optional, world.undesignated]

    decisions = decide_services(
        make_agency(standing=standing), services, on=TODAY, source=Source.CALNET
    )

    assert {decision.outcome for decision in decisions.values()} == {Outcome.ALLOWED}


def test_each_service_is_decided_by_its_own_designation(world: World) -> None:
    services = [world.mandatory, world.optional, world.undesignated]

    decisions = decide_services(world.agency, services, on=TODAY, source=Source.OTHER)

    assert [decisions[service.pk].purchase.designation for service in services] == [
        Designation.MANDATORY,
        Designation.NON_MANDATORY,
        Designation.UNDETERMINED,
    ]


def test_a_standing_counts_from_its_day(world: World) -> None:
    set_standing(
        agency=world.agency,
        value=Value.EXEMPT,
        effective_from=TODAY,
        reason="A ruling",
        actor=None,
        at=AT,
    )

    assert buyer_of(world.agency, on=TODAY - timedelta(days=1)) == Buyer.NON_EXEMPT
    assert buyer_of(world.agency, on=TODAY) == Buyer.EXEMPT


def test_facts_recorded_later_are_not_known_before(world: World) -> None:
    later = AT + timedelta(hours=1)
    set_standing(
        agency=world.agency,
        value=Value.EXEMPT,
        effective_from=TODAY,
        reason="A ruling",
        actor=None,
        at=later,
    )
    make_designation(NON_MANDATORY, world.mandatory, effective_from=TODAY, at=later)

    def known(at: datetime) -> tuple[Buyer, Designation]:
        facts = decide_services(
            world.agency, [world.mandatory], on=TODAY, source=Source.CALNET, known_at=at
        )[world.mandatory.pk].purchase
        return facts.buyer, facts.designation

    assert known(AT) == (Buyer.NON_EXEMPT, Designation.MANDATORY)
    assert known(later) == (Buyer.EXEMPT, Designation.NON_MANDATORY)


def test_an_ato_recorded_later_is_not_known_before(world: World) -> None:
    town = make_agency(Kind.LOCAL)
    make_ato(town, world.contract, at=AT + timedelta(hours=1))

    def outcome(known_at: datetime | None) -> Outcome:
        return decide_services(
            town, [world.mandatory], on=TODAY, source=Source.CALNET, known_at=known_at
        )[world.mandatory.pk].outcome

    assert outcome(AT) == Outcome.ATO_REQUIRED
    assert outcome(AT + timedelta(hours=1)) == outcome(None) == Outcome.ALLOWED


def test_a_local_agency_without_an_ato_has_none_among_its_facts(world: World) -> None:
    facts = decision_on(make_agency(Kind.LOCAL), world.mandatory)

    assert facts.ato is None
    assert decide(facts).outcome == Outcome.ATO_REQUIRED


def test_an_ato_that_the_state_has_not_approved_lets_nothing_through(world: World) -> None:
    town = make_agency(Kind.LOCAL)
    make_ato(town, world.contract, approved_on=None)

    facts = decision_on(town, world.mandatory)

    assert facts.ato == Ato(approved_on=None, lists_service=True)
    assert decide(facts).outcome == Outcome.ATO_REQUIRED


def test_an_ato_opens_what_its_category_holds(world: World) -> None:
    facts = decision_on(world.city, world.mandatory)

    assert facts.ato == Ato(approved_on=date(2025, 7, 1), lists_service=True)
    assert decide(facts).outcome == Outcome.ALLOWED


def test_an_ato_opens_the_single_service_it_lists_and_no_other(world: World) -> None:
    town = make_agency(Kind.LOCAL)
    make_ato(town, world.contract, categories=[], services=[world.optional])

    assert decide(decision_on(town, world.optional)).outcome == Outcome.ALLOWED
    assert decide(decision_on(town, world.mandatory)).outcome == Outcome.ATO_REQUIRED


def test_an_ato_does_not_open_a_category_it_does_not_list(world: World) -> None:
    other = make_service("LAN", world.contract, category=make_category("5", "LAN Services"))

    assert decide(decision_on(world.city, other)).outcome == Outcome.ATO_REQUIRED


def test_an_ato_for_one_contract_opens_no_other(world: World) -> None:
    elsewhere = make_service("Hosted VoIP", make_contract(contractor="Verizon"))

    assert decision_on(world.city, elsewhere).ato is None


def test_a_service_on_the_ato_is_exclusive_to_calnet_for_two_years(world: World) -> None:
    decisions = decide_services(world.city, [world.mandatory], on=TODAY, source=Source.OTHER)

    assert decisions[world.mandatory.pk].outcome == Outcome.EXCLUSIVE_TO_CALNET
    assert decisions[world.mandatory.pk].date_shown == date(2027, 7, 1)


@pytest.mark.parametrize("by_city", [False, True], ids=["state", "local"])
def test_the_number_of_queries_does_not_grow_with_the_lines(world: World, by_city: bool) -> None:
    def queries(lines: int) -> int:
        buyer = world.purchaser if by_city else world.atr
        services = [make_service(f"VoIP {n}", world.contract) for n in range(lines)]
        order = make_draft(world, *services, by=buyer)
        found = lines_of(order)
        order = Order.objects.select_related("agency", "contract").get(pk=order.pk)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(grounds_for(order, found, on=TODAY).decisions) == lines
        return len(captured)

    assert queries(1) == queries(10) == queries(100) == (3 if by_city else 1)


def test_a_determination_holds_what_the_decision_said(world: World) -> None:
    order = make_draft(world, world.mandatory, world.optional)
    lines = lines_of(order)
    decisions = grounds_for(order, lines, on=TODAY, known_at=AT).decisions

    determine(lines, decisions, known_at=AT)

    for stored in Determination.objects.select_related("line"):
        decision = decisions[stored.line.service_id]
        assert stored.outcome == decision.outcome
        assert stored.headline == decision.headline
        assert stored.sentence == decision.sentence
        assert stored.date_shown == decision.date_shown
        assert stored.citations == decision.citations
        assert stored.what_would_change_it == decision.what_would_change_it
        assert (stored.decided_for, stored.known_at) == (TODAY, AT)
        assert str(stored) == f"{stored.line}: {stored.headline}"


@pytest.mark.parametrize("by_city", [False, True], ids=["state", "local"])
def test_a_determination_can_be_decided_again_from_its_own_facts(
    world: World, by_city: bool
) -> None:
    services = (world.mandatory, world.optional, world.undesignated)
    order = make_draft(world, *services, by=world.purchaser if by_city else world.atr)
    lines = lines_of(order)
    determine(lines, grounds_for(order, lines, on=TODAY).decisions, known_at=AT)

    for stored in Determination.objects.all():
        edition = edition_named(stored.edition_key)
        again = decide(stored.purchase, edition)
        assert (again.outcome, again.sentence) == (stored.outcome, stored.sentence)
        assert (again.date_shown, again.edition_version) == (
            stored.date_shown,
            stored.edition_version,
        )
        assert again.citations == stored.citations
        assert again.as_json() == stored.said


def test_the_same_service_on_two_lines_has_a_decision_for_each(world: World) -> None:
    order = make_draft(world, world.mandatory)
    make_line(order, world.mandatory, by=world.atr)

    lines = lines_of(order)

    made = determine(lines, grounds_for(order, lines, on=TODAY).decisions, known_at=AT)

    assert [each.line for each in made] == lines


def test_the_catalogue_is_told_what_the_manual_says_to_a_members_agency(world: World) -> None:
    advice = advise(access(world.atr), [world.mandatory])

    assert advice is not None
    assert (advice.agency, advice.buyer) == (world.agency, Buyer.NON_EXEMPT)
    assert advice.decisions[world.mandatory.pk].outcome == Outcome.EXEMPTION_REQUIRED


def test_people_who_order_for_no_agency_are_told_nothing(world: World) -> None:
    assert advise(access(world.auditor), [world.mandatory]) is None


def test_a_state_agency_may_choose_among_all_contracts_in_term(world: World) -> None:
    ended = make_contract("ENDED", until=TODAY)
    last_day = make_contract("LAST-DAY", until=TODAY + timedelta(days=1))
    begins = make_contract("BEGINS", starts_on=TODAY, until=FAR)
    later = make_contract("LATER", starts_on=TODAY + timedelta(days=1), until=FAR)

    open_to = contracts_open_to(world.agency, on=TODAY)

    assert {world.contract, last_day, begins} == set(open_to)
    assert not {ended, later} & set(open_to)


def test_another_body_may_choose_among_the_contracts_it_has_an_ato_for(world: World) -> None:
    make_contract("NOT-ITS-OWN")

    assert contracts_open_to(world.city, on=TODAY) == [world.contract]
    assert contracts_open_to(make_agency(Kind.LOCAL), on=TODAY) == []


def test_a_designation_of_the_contract_holds_for_a_service_without_its_own(world: World) -> None:
    make_designation(MANDATORY, world.contract, effective_from=SINCE, at=KNOWN)

    facts = decision_on(world.agency, world.undesignated)

    assert facts.designation == Designation.MANDATORY
