"""Decisions on many days at once, before a second computation: one question a day."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.services.contracts import set_exclusivity
from orders.compliance.decisions import decide_services
from orders.compliance.leakage import decide_purchases, finding_of
from orders.models import OutsidePurchase
from stmm.agencies.models import Standing
from stmm.agencies.services import set_standing
from stmm.policy.decision import Decision
from stmm.policy.facts import NO_EXEMPTION, Exemption, ExemptionState, Source
from tests.catalog.factories import (
    MANDATORY,
    NON_MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_service,
)
from tests.factories import AT, Kind, make_agency
from tests.orders.factories import KNOWN, World, make_ato

pytestmark = pytest.mark.django_db
Finding = OutsidePurchase.Finding
APPROVED = Exemption(ExemptionState.APPROVED, date(2026, 1, 1), date(2027, 1, 1))


def test_each_day_is_decided_as_if_it_were_asked_alone() -> None:
    agency = make_agency()
    for day, value in ((date(2024, 7, 1), "exempt"), (date(2025, 3, 10), "non_exempt")):
        set_standing(
            agency=agency,
            value=Standing.Value(value),
            effective_from=day,
            reason="For this test",
            actor=None,
            at=AT,
        )
    contract = make_contract()
    services = [make_service(f"Service {number}", contract) for number in range(3)]
    make_designation(
        MANDATORY, contract, category=make_category(), effective_from=date(2024, 2, 29)
    )
    make_designation(NON_MANDATORY, services[0], effective_from=date(2025, 11, 2))
    make_designation(MANDATORY, services[1], effective_from=date(2024, 3, 10))
    asked = [
        (service.pk, date(2024, 2, 20) + timedelta(days=days))
        for days in range(0, 700, 3)
        for service in services
    ]

    found = decide_purchases(agency, asked)

    for service, day in asked:
        naive = decide_services(
            agency,
            [each for each in services if each.pk == service],
            on=day,
            source=Source.OTHER,
        )[service]
        assert found[service, day] == naive


def test_the_two_years_of_an_ato_hold_to_the_day_leap_days_too() -> None:
    city, contract = make_agency(Kind.LOCAL), make_contract()
    service = make_service("Leased line", contract, recorded_at=KNOWN)
    make_ato(city, contract, approved_on=date(2025, 7, 1))
    days = [date(2025, 6, 30), date(2025, 7, 1), date(2027, 6, 30), date(2027, 7, 1)]

    found = decide_purchases(city, [(service.pk, day) for day in days])

    assert [found[service.pk, day].outcome.value for day in days] == [
        "allowed",
        "exclusive_to_calnet",
        "exclusive_to_calnet",
        "allowed",
    ]


def test_a_contract_that_ceases_to_be_exclusive_binds_until_that_day() -> None:
    city, contract = make_agency(Kind.LOCAL), make_contract()
    service = make_service("Leased line", contract, recorded_at=KNOWN)
    make_ato(city, contract, approved_on=date(2025, 7, 1))
    ceases = date(2026, 1, 15)
    set_exclusivity(
        contract=contract,
        is_exclusive=False,
        effective_from=ceases,
        reason="Ruled",
        actor=None,
        at=AT,
    )
    days = [ceases - timedelta(days=off) for off in (30, 1, 0)]

    found = decide_purchases(city, [(service.pk, day) for day in days])

    assert [finding_of(found[service.pk, day]) for day in days] == [
        Finding.WINDOW,
        Finding.WINDOW,
        None,
    ]


def test_the_queries_do_not_grow_with_the_purchases(world: World) -> None:
    services = [world.mandatory.pk, world.optional.pk, world.undesignated.pk]

    def queries(days: int) -> int:
        asked = [
            (service, date(2024, 1, 1) + timedelta(days=day))
            for day in range(days)
            for service in services
        ]
        with CaptureQueriesContext(connection) as counted:
            assert len(decide_purchases(world.agency, asked)) == 3 * days
        return len(counted)

    assert queries(1) == queries(700) <= 12


def decided(world: World, kind: str) -> Decision:
    service = getattr(world, kind)
    asked = (service.pk, AT.date())
    return decide_purchases(world.agency, [asked])[asked]


@pytest.mark.parametrize(
    ("kind", "exemption", "finding"),
    [
        ("mandatory", NO_EXEMPTION, Finding.MANDATORY),
        ("mandatory", APPROVED, None),
        ("mandatory", Exemption(ExemptionState.REVOKED), Finding.MANDATORY),
        ("optional", NO_EXEMPTION, None),
        ("undesignated", NO_EXEMPTION, None),
    ],
)
def test_a_mandatory_service_without_an_exemption_in_term_is_possible_leakage(
    world: World, kind: str, exemption: Exemption, finding: Finding | None
) -> None:
    asked = (getattr(world, kind).pk, AT.date())
    decision = decide_purchases(world.agency, [asked], exemption=exemption)[asked]

    assert finding_of(decision) is finding


def test_no_exemption_is_for_the_two_years_of_an_ato(world: World) -> None:
    asked = (world.mandatory.pk, AT.date())
    decision = decide_purchases(world.city, [asked], exemption=APPROVED)[asked]

    assert finding_of(decision) is Finding.WINDOW


def test_a_day_before_the_first_edition_is_not_decided(world: World) -> None:
    with pytest.raises(LookupError):
        decide_purchases(world.agency, [(world.mandatory.pk, date(2013, 6, 30))])
