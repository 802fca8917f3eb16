"""What a search says beside its results: counts to narrow it by, chips, order, mended words."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stmm.agencies.models import Appointment
from tests.catalog.factories import (
    LONG_AGO,
    MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_service,
)
from tests.factories import make_appointment, make_user, signed_in

pytestmark = pytest.mark.django_db
URL = reverse("catalog:search")


@pytest.fixture
def reader() -> Client:
    return signed_in(make_user())


def get(client: Client, **query: Any) -> Any:
    return client.get(f"{URL}?{urlencode(query, doseq=True)}")


def names(client: Client, **query: Any) -> list[str]:
    return [result.service.name for result in get(client, **query).context["results"]]


def counts(page: Any, facet: str) -> dict[str, int]:
    found = next(each for each, _ in page.context["facets"] if each.name == facet)
    return {choice.label: choice.count for choice in found.choices}


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def three() -> None:
    """Two services of AT&T, one mandatory, and one of Verizon."""
    att = make_contract("C3-A-1", "AT&T")
    make_designation(MANDATORY, make_service("Trunk one", att, mrc="5"))
    make_service("Trunk two", att, mrc="1000")
    verizon = make_contract("C4-B-2", "Verizon", vehicle="CALNET NextGen")
    make_service("Trunk three", verizon, category=make_category("22", "Fiber"), mrc=None)


@pytest.mark.usefixtures("three")
def test_each_choice_says_how_many_services_it_would_leave(reader: Client) -> None:
    page = get(reader, q="trunk")
    assert counts(page, "contractor") == {"AT&T": 2, "Verizon": 1}
    assert counts(page, "contract") == {"C3-A-1 (AT&T)": 2, "C4-B-2 (Verizon)": 1}
    assert counts(page, "vehicle") == {"CALNET 3": 2, "CALNET NextGen": 1}
    assert counts(page, "designation") == {"Mandatory (Required)": 1, "Undetermined": 2}
    assert counts(page, "category") == {"1.2 MPLS, VPN and Converged VoIP": 2, "22 Fiber": 1}
    assert counts(page, "unit") == {"month": 3}
    charges = {"No monthly charge": 1, "Under $10": 1, "$1,000 and more": 1}
    assert counts(page, "price") == charges
    assert list(counts(page, "price")) == list(charges)


@pytest.mark.usefixtures("three")
def test_a_choice_narrows_the_other_facets_and_not_its_own(reader: Client) -> None:
    verizon = make_contract("C4-C", "Verizon").contractor
    page = get(reader, contractor=verizon.pk)
    assert counts(page, "contractor") == {"AT&T": 2, "Verizon": 1}
    assert counts(page, "price") == {"No monthly charge": 1}
    assert page.context["page"].paginator.count == 1


@pytest.mark.usefixtures("three")
def test_several_choices_of_one_facet_widen_it(reader: Client) -> None:
    assert names(reader, price=[0, 6], q="trunk") == ["Trunk three", "Trunk two"]
    assert names(reader, unit=["month"]) == ["Trunk one", "Trunk three", "Trunk two"]
    assert names(reader, unit=["nobody’s unit"]) == []
    assert list(get(reader, unit=["a\x00"]).context["form"].errors) == ["unit"]


@pytest.mark.usefixtures("three")
def test_what_each_choice_promises_is_what_it_finds(reader: Client) -> None:
    for facet, _ in get(reader, q="trunk").context["facets"]:
        for choice in facet.choices:
            found = names(reader, q="trunk", **{facet.name: choice.value})
            assert len(found) == choice.count, (facet.name, choice.label)


@pytest.mark.usefixtures("three")
def test_each_filter_that_is_on_can_be_taken_off_by_itself(reader: Client) -> None:
    page = get(reader, q="trunk", designation=["mandatory", "undetermined"], ended="on", page=1)
    shown = {chip.label: chip.without for chip in page.context["chips"]}
    assert shown == {
        "Designation: Mandatory (Required)": "?q=trunk&designation=undetermined&ended=on",
        "Designation: Undetermined": "?q=trunk&designation=mandatory&ended=on",
        "Also contracts out of term": "?q=trunk&designation=mandatory&designation=undetermined",
    }
    assert 'href="?q=trunk">Clear all filters</a>' in text(page)


def test_services_out_of_term_are_counted_and_left_out(reader: Client) -> None:
    make_service("Old", make_contract(until=LONG_AGO))
    make_service("New")
    page = get(reader)
    assert page.context["found"].out_of_term == 1
    assert counts(page, "unit") == {"month": 1}
    assert counts(get(reader, ended="on"), "unit") == {"month": 2}


def test_what_is_called_so_comes_before_what_is_only_described_so(reader: Client) -> None:
    make_service("Audio bridge", description="reached by a trunk")
    make_service("Trunk")
    make_service("SIP trunk, large")
    assert names(reader, q="trunk") == ["SIP trunk, large", "Trunk", "Audio bridge"]
    assert names(reader, q="trunk", sort="name") == ["Audio bridge", "SIP trunk, large", "Trunk"]


def test_by_monthly_charge_the_cheapest_is_first_and_what_has_none_last(reader: Client) -> None:
    for name, charge in (("Dear", "900"), ("None", None), ("Cheap", "9.5"), ("Same", "9.5")):
        make_service(name, mrc=charge)
    assert names(reader, sort="charge") == ["Cheap", "Same", "Dear", "None"]
    assert list(get(reader, sort="color").context["form"].errors) == ["sort"]


def test_a_misspelling_is_forgiven_and_said(reader: Client) -> None:
    make_service("Converged VoIP")
    page = get(reader, q="voipp")
    assert [result.service.name for result in page.context["results"]] == ["Converged VoIP"]
    said = re.sub(r"<[^>]+>", "", text(page))
    assert "No results for “voipp”; showing results for “voip”." in said
    assert 'href="?q=voip"' in text(page)


def test_what_is_only_filtered_away_is_not_taken_for_a_misspelling(reader: Client) -> None:
    make_service("Converged VoIP")
    make_service("Void cabling")
    page = get(reader, q="void", price=0)
    assert page.context["found"].mended is None
    assert "No service matches." in text(page)


def test_a_thousand_services_take_the_queries_of_ten() -> None:
    client = signed_in(make_appointment(Appointment.Role.ATR).user)
    contract = make_contract()
    taken: dict[int, list[int]] = {}
    for count in (10, 1000):
        for number in range(contract.services.count(), count):
            make_service(f"Service {number}", contract)
        taken[count] = []
        for query in ({"q": "service"}, {"q": "servise"}, {"sort": "charge"}, {}):
            with CaptureQueriesContext(connection) as queries:
                assert get(client, **query).context["page"].paginator.count == count
            taken[count].append(len(queries))
    assert taken[1000] == taken[10]
    assert max(taken[10]) <= 17
