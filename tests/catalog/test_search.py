"""The search page: what it finds, what it says of it, and what it costs."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import dateformat, timezone

from stmm.agencies.models import Agency, Appointment, Standing
from tests.catalog.factories import (
    LONG_AGO,
    MANDATORY,
    NON_MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_offer,
    make_service,
)
from tests.factories import make_agency, make_appointment, make_user, signed_in

pytestmark = pytest.mark.django_db
URL = reverse("catalog:search")


@pytest.fixture
def reader() -> Client:
    """Somebody who orders for no agency."""
    return signed_in(make_user())


def orderer(agency: Agency | None = None) -> Client:
    return signed_in(make_appointment(Appointment.Role.ATR, agency).user)


def get(client: Client, **query: Any) -> Any:
    return client.get(f"{URL}?{urlencode(query, doseq=True)}")


def names(client: Client, **query: Any) -> list[str]:
    return [result.service.name for result in get(client, **query).context["results"]]


def text(response: Any) -> str:
    """The page's words, with the spaces of its source taken for one."""
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    "query", ["sip", "TRUNK", "S77D01F3", "1.2.9", "voice calls", "mpls", "AT&T", "C3-A-7"]
)
def test_a_word_is_looked_for_in_all_that_names_a_service(reader: Client, query: str) -> None:
    make_service(
        "SIP Trunking",
        make_contract("C3-A-7"),
        product_id="S77D01F3",
        section="1.2.9",
        description="Voice calls over IP",
    )
    make_service(
        "Dark fiber",
        make_contract("C4-B", "Verizon"),
        category=make_category("22", "Fiber"),
        section="22.1",
    )
    assert names(reader, q=query) == ["SIP Trunking"]


def test_every_word_must_match(reader: Client) -> None:
    make_service("Cloud Hosted VoIP")
    make_service("Converged VoIP")
    assert names(reader, q="voip  cloud") == ["Cloud Hosted VoIP"]
    assert names(reader, q="cloud trunking") == []


def test_signs_of_the_database_stand_for_themselves(reader: Client) -> None:
    make_service("100% cover")
    make_service("100 MB")
    assert names(reader, q="100%") == ["100% cover"]
    assert names(reader, q="_") == []


def test_a_description_that_no_longer_holds_is_not_searched(reader: Client) -> None:
    service = make_service(description="analog")
    make_offer(service, effective_from=LONG_AGO, description="digital")
    assert names(reader, q="analog") == []
    assert names(reader, q="digital") == [service.name]


def test_without_words_everything_on_offer_is_listed(reader: Client) -> None:
    make_service("Kept")
    make_offer(make_service("Withdrawn"), effective_from=LONG_AGO, withdrawn=True)
    make_service("Not offered yet", effective_from=timezone.localdate().replace(year=2099))
    assert names(reader) == ["Kept"]


def test_contracts_that_have_ended_are_left_out_unless_asked_for(reader: Client) -> None:
    make_service("Old", make_contract(until=LONG_AGO))
    assert names(reader) == []
    page = get(reader, ended="on")
    assert "<strong>Not orderable.</strong> This contract ended December 31, 2021." in text(page)


def test_filters_narrow_the_results(reader: Client) -> None:
    contract = make_contract(contractor="Verizon", vehicle="CALNET CVD")
    category = make_category("19.1", "Cellular")
    wanted = make_service("Wanted", contract, category=category)
    make_designation(MANDATORY, wanted)
    make_designation(NON_MANDATORY, make_service("Other"))
    for query in (
        {"contractor": contract.contractor.pk},
        {"contract": contract.pk},
        {"vehicle": "CALNET CVD"},
        {"category": category.pk},
        {"designation": "mandatory"},
    ):
        assert names(reader, **query) == ["Wanted"], query
    assert names(reader, designation=["mandatory", "non_mandatory"]) == ["Other", "Wanted"]


@pytest.mark.parametrize(
    ("query", "at_field"),
    [
        ({"category": "abc"}, "category"),
        ({"contractor": "99999999999999999999999"}, "contractor"),
        ({"contract": "-1"}, "contract"),
        ({"vehicle": "CALNET 99"}, "vehicle"),
        ({"designation": "optional"}, "designation"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": " ".join("abcdefghi")}, "q"),
    ],
)
def test_a_filter_that_can_not_be_read_is_reported_and_filters_nothing(
    reader: Client, query: dict[str, str], at_field: str
) -> None:
    make_service("Converged VoIP")
    page = get(reader, **query)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [at_field]
    assert f'href="#id_{at_field}' in text(page)
    assert [result.service.name for result in page.context["results"]] == ["Converged VoIP"]


@pytest.mark.parametrize(("asked", "shown"), [("x", 1), ("-1", 2), ("99999999999999999999", 2)])
def test_a_page_that_is_not_there_shows_one_that_is(reader: Client, asked: str, shown: int) -> None:
    contract = make_contract()
    for number in range(21):
        make_service(f"Service {number:02d}", contract)
    assert get(reader, page=asked).context["page"].number == shown


def test_a_second_page_keeps_what_was_asked(reader: Client) -> None:
    contract = make_contract()
    for number in range(21):
        make_service(f"Service {number:02d}", contract)
    page = text(get(reader, q="service", contract=contract.pk))
    assert f'href="?q=service&amp;contract={contract.pk}&amp;page=2"' in page
    assert "Page 1 of 2" in page


def test_each_answer_shows_charges_and_that_they_are_samples(reader: Client) -> None:
    make_service("Converged VoIP", mrc="1234.5", usage_rate="0.0110 per minute")
    page = text(get(reader))
    assert "<dd>$1,234.50</dd>" in page
    assert "<dd>0.0110 per minute</dd>" in page
    assert '<span class="sample">sample</span>' in page


def test_a_price_of_the_state_is_not_called_a_sample(reader: Client) -> None:
    make_service(price_basis="contract")
    assert "sample</span>" not in text(get(reader))


def test_the_page_says_how_many_for_whom_and_when() -> None:
    make_service()
    agency = make_agency(standing=Standing.Value.EXEMPT, name="Justice, Department of")
    page = text(get(orderer(agency)))
    today = dateformat.format(timezone.localdate(), "F j, Y")
    assert "1 service </h2>" in page
    assert f"on contracts in term on {today}, for" in page
    assert "<strong>Justice, Department of</strong> (exempt agency)." in page


def test_an_orderer_sees_what_the_chapter_says_and_can_add() -> None:
    service = make_service()
    make_designation(MANDATORY, service)
    agency = make_agency(name="Highway Patrol")
    page = text(get(orderer(agency)))
    assert "May Highway Patrol buy this elsewhere today?" in page
    assert '<div class="decision tone-attention">' in page
    assert "<strong>Mandatory from CALNET.</strong>" in page
    assert '<span class="citation-id">PO-1</span>' in page
    assert f'href="{reverse("orders:add", args=[service.pk])}"' in page


def test_what_is_free_has_the_tone_of_a_choice() -> None:
    make_designation(NON_MANDATORY, make_service())
    page = text(get(orderer()))
    assert '<div class="decision tone-choice">' in page
    assert "<strong>Allowed: your choice.</strong>" in page


def test_nothing_under_an_ended_contract_can_be_added_or_is_decided() -> None:
    make_service(contract=make_contract(until=LONG_AGO))
    page = text(get(orderer(), ended="on"))
    assert "Not orderable." in page
    assert "Add to order" not in page
    assert "elsewhere today?" not in page


def test_who_orders_for_nobody_sees_neither_decision_nor_button(reader: Client) -> None:
    make_service()
    page = text(get(reader))
    assert "elsewhere today?" not in page
    assert "Add to order" not in page


def test_an_empty_answer_says_what_to_do(reader: Client) -> None:
    page = text(get(reader, q="zebra", category=make_category().pk))
    assert "No service matches." in page
    assert 'href="/catalog/?q=zebra">Search without the filters</a>' in page
    assert "ended=on" in page


def test_what_was_typed_is_shown_as_text(reader: Client) -> None:
    page = text(get(reader, q="<script>x</script>"))
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


@pytest.mark.parametrize("kind", [Agency.Kind.STATE, Agency.Kind.LOCAL])
def test_sixty_services_take_the_queries_of_one(kind: str) -> None:
    role = Appointment.Role.ATR if kind == Agency.Kind.STATE else Appointment.Role.PURCHASER
    client = signed_in(make_appointment(role, make_agency(kind)).user)
    make_service("Service", make_contract("C-0"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        get(client, q="service", ended="on")
    for number in range(1, 60):
        make_service(f"Service {number}", make_contract(f"C-{number}"))
    with CaptureQueriesContext(connection) as sixty:
        assert len(get(client, q="service", ended="on").context["results"]) == 20
    assert len(sixty) == len(one)
    assert len(one) <= 13


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_catalogue_is_only_read(reader: Client, method: str) -> None:
    assert getattr(reader, method)(URL).status_code == 405


def test_who_is_not_signed_in_is_asked_to() -> None:
    response = Client().get(URL)
    assert response.headers["Location"].startswith(reverse("login"))
