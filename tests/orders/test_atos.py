"""Authorizations To Order: signed by both, approved by the State, listing what they open."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError

from catalog.demonstration import load_contracts
from orders.demonstration import load_local_agencies
from orders.models import AuthorizationToOrder, ListedService
from stmm.agencies.models import Agency
from stmm.audit.models import Change, Entry
from tests.catalog.factories import make_category
from tests.factories import AT, Kind, make_agency
from tests.orders.factories import World, make_ato


def test_an_ato_is_recorded_with_what_it_lists(world: World) -> None:
    town = make_agency(Kind.LOCAL, name="Town")
    ato = make_ato(town, world.contract, categories=[make_category(), make_category("5", "LAN")])

    assert str(ato) == "ATO of Town for C4-DNCS-19"
    assert {str(item) for item in ato.listed.all()} == {
        "1.2 MPLS, VPN and Converged VoIP",
        "5 LAN",
    }
    entry = Entry.objects.about(ato).get()
    assert (entry.action, entry.reason) == ("record_ato", "For this test")
    assert entry.changes[0] == Change("lists", "", "1.2 MPLS, VPN and Converged VoIP, 5 LAN")


def test_an_agency_has_one_ato_a_contract(world: World) -> None:
    with pytest.raises(IntegrityError):
        make_ato(world.city, world.contract)


@pytest.mark.parametrize(
    "change",
    [
        {"agency_signed_on": None},
        {"contractor_signed_on": None},
        {"state_approved_on": date(2025, 5, 31)},
    ],
    ids=["not signed by the agency", "not signed by the contractor", "before it was signed"],
)
def test_the_state_approves_what_both_have_signed(
    world: World, change: dict[str, date | None]
) -> None:
    with pytest.raises(IntegrityError):
        AuthorizationToOrder.objects.filter(pk=world.ato.pk).update(**change)


@pytest.mark.parametrize(
    "make",
    [
        lambda world: ListedService(ato=world.ato),
        lambda world: ListedService(
            ato=world.ato, service=world.optional, category=world.optional.category
        ),
        lambda world: ListedService(ato=world.ato, category=make_category()),
    ],
    ids=["neither", "both", "twice"],
)
def test_what_is_listed_is_one_category_or_one_service_once(
    world: World, make: Callable[[World], ListedService]
) -> None:
    with pytest.raises(IntegrityError):
        make(world).save()


def test_a_listed_service_is_called_by_its_name(world: World) -> None:
    listed = ListedService(ato=world.ato, service=world.optional)

    assert str(listed) == str(world.optional)


@pytest.mark.django_db
def test_the_demonstration_brings_its_local_agencies_and_their_atos() -> None:
    load_contracts(at=AT)

    number = load_local_agencies(at=AT)

    assert AuthorizationToOrder.objects.count() == number > 0
    assert not AuthorizationToOrder.objects.filter(listed__isnull=True).exists()
    assert Agency.objects.filter(kind=Kind.LOCAL, name="City of Merced").exists()
