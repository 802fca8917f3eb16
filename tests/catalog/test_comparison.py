"""Comparing contractors: what is compared, what it costs, what the Department keeps of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Equivalent, EquivalentGroup, Offer, Service
from catalog.services.equivalents import mark_equivalent, unmark_equivalent
from catalog.side_by_side import compare, likeness, suggested, term_cost
from stmm.accounts.models import User
from stmm.agencies.access import access_of
from stmm.agencies.models import Appointment
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.catalog.factories import (
    LONG_AGO,
    MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_offer,
    make_service,
)
from tests.factories import AT, SINCE, TODAY, make_appointment, signed_in

pytestmark = pytest.mark.django_db
Role = Appointment.Role


@pytest.fixture
def analyst() -> User:
    return make_appointment(Role.STND).user


def of(contractor: str, name: str = "Hosted VoIP seat", **fields: Any) -> Service:
    return make_service(name, make_contract(contractor=contractor), **fields)


def mark(by: User, service: Service, other: Service) -> EquivalentGroup:
    return mark_equivalent(service=service, other=other, access=access_of(by, on=TODAY), at=AT)


def unmark(by: User, service: Service) -> None:
    unmark_equivalent(service=service, access=access_of(by, on=TODAY), at=AT)


def compared(service: Service, quantity: int = 1) -> list[Service]:
    return [row.service for row in compare(service, on=TODAY, quantity=quantity)]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("mrc", "nrc", "quantity", "total"),
    [
        ("10", "25", 1, "145"),
        ("10", "25", 3, "435"),
        (None, "25", 2, "50"),
        ("0.0110", None, 1, "0.132"),
    ],
)
def test_a_term_costs_the_nrc_once_and_the_mrc_each_month(
    mrc: str | None, nrc: str | None, quantity: int, total: str
) -> None:
    charges = [None if text is None else Decimal(text) for text in (mrc, nrc)]
    offer = Offer(mrc=charges[0], nrc=charges[1])
    assert term_cost(offer, months=12, quantity=quantity) == Decimal(total)


def test_what_has_no_price_costs_nothing_that_could_be_told() -> None:
    assert term_cost(Offer(), months=12, quantity=1) is None


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("Hosted VoIP", "hosted voip", 1),
        ("Hosted VoIP", "VoIP line", 1 / 3),
        ("A", "B", 0),
        ("", "", 0),
    ],
)
def test_names_are_alike_by_the_words_they_share(one: str, other: str, share: float) -> None:
    assert likeness(one, other) == pytest.approx(share)


def test_suggested_is_what_another_contractor_calls_alike_in_a_category_of_this_name() -> None:
    service = of("AT&T")
    likest, alike = of("Verizon"), of("NWN", "Hosted VoIP seat, basic plan")
    of("Lumen", "Something else")
    of("AT&T")
    of("Lumen", category=make_category("7", "Security"))
    assert suggested(service, on=TODAY) == [likest.pk, alike.pk]


def test_what_cant_be_ordered_that_day_is_not_compared() -> None:
    service = of("AT&T")
    make_service("Hosted VoIP seat", make_contract(contractor="Verizon", until=LONG_AGO))
    make_offer(of("NWN"), effective_from=LONG_AGO, withdrawn=True)
    assert compared(service) == [service]
    assert len(compare(service, on=SINCE, quantity=1)) == 3


def test_equivalents_of_the_department_come_before_suggestions(analyst: User) -> None:
    service, suggestion, kept = of("AT&T"), of("Verizon"), of("NWN", "Cloud seat")
    mark(analyst, service, kept)
    rows = compare(service, on=TODAY, quantity=1)
    assert [(row.service, row.is_kept) for row in rows] == [
        (service, False),
        (kept, True),
        (suggestion, False),
    ]
    assert compared(kept)[:2] == [kept, service]


def test_each_is_shown_with_its_flag_and_the_cheapest_of_its_unit_is_told() -> None:
    service = of("AT&T", mrc=Decimal(10), nrc=Decimal(0))
    cheap = of("Verizon", mrc=Decimal(9), nrc=Decimal(0))
    other_unit = of("NWN", mrc=Decimal(1), nrc=Decimal(0))
    Service.objects.filter(pk=other_unit.pk).update(unit="minute")
    make_designation(MANDATORY, cheap)
    rows = {row.service: row for row in compare(service, on=TODAY, quantity=1)}
    assert rows[cheap].designation == MANDATORY
    assert [each for each, row in rows.items() if row.is_cheapest] == [cheap]


def test_what_is_alone_is_not_called_the_cheapest() -> None:
    service = of("AT&T")
    assert [row.is_cheapest for row in compare(service, on=TODAY, quantity=1)] == [False]


# What the Department keeps


def test_marking_twice_is_one_group_and_one_entry(analyst: User) -> None:
    service, other = of("AT&T"), of("Verizon")
    assert mark(analyst, service, other) == mark(analyst, other, service)
    assert Equivalent.objects.count() == 2
    assert Entry.objects.filter(action="mark_equivalent").count() == 1


def test_two_groups_are_joined(analyst: User) -> None:
    one, two, three, four = (of(name) for name in ("A", "B", "C", "D"))
    mark(analyst, one, two)
    mark(analyst, three, four)
    mark(analyst, two, three)
    assert EquivalentGroup.objects.get().members.count() == 4


def test_the_last_of_a_group_leaves_it_too(analyst: User) -> None:
    one, two, three = (of(name) for name in ("A", "B", "C"))
    mark(analyst, one, two)
    mark(analyst, two, three)
    unmark(analyst, one)
    assert Equivalent.objects.count() == 2
    for _ in range(2):
        unmark(analyst, two)
    assert not EquivalentGroup.objects.exists()
    assert Entry.objects.filter(action="unmark_equivalent").count() == 2


def test_only_stnd_keeps_equivalents_and_never_of_a_service_itself(analyst: User) -> None:
    service, other = of("AT&T"), of("Verizon")
    stranger = make_appointment(Role.ATR).user
    with pytest.raises(NotAllowed, match="STND analysts"):
        mark(stranger, service, other)
    with pytest.raises(NotAllowed, match="STND analysts"):
        unmark(stranger, service)
    with pytest.raises(NotAllowed, match="the service itself"):
        mark(analyst, service, service)


# The page


def page(user: User, service: Service, **asked: Any) -> Any:
    return signed_in(user).get(reverse("catalog:comparison", args=[service.pk]), asked)


def test_the_page_shows_the_costs_for_the_quantity(analyst: User) -> None:
    service = of("AT&T", mrc=Decimal(10), nrc=Decimal(5))
    of("Verizon", mrc=Decimal(9), nrc=Decimal(0))
    shown = text(page(analyst, service, quantity=2))
    for words in ("$250.00", "$490.00", "$730.00", "$648.00", "Suggested: same category", "Lowest"):
        assert words in shown


@pytest.mark.parametrize("quantity", ["0", "-1", "many", "9999999"])
def test_what_is_no_quantity_is_told_and_one_is_shown(analyst: User, quantity: str) -> None:
    shown = page(analyst, of("AT&T"), quantity=quantity)
    assert shown.context["quantity"] == 1
    assert shown.context["quantities"].errors
    assert "<title>Problem: " in text(shown)


def test_the_page_is_as_of_a_day(analyst: User) -> None:
    service = of("AT&T", mrc=Decimal(10), nrc=Decimal(0))
    make_offer(service, effective_from=LONG_AGO, mrc=Decimal(20), nrc=Decimal(0))
    assert "$120.00" in text(page(analyst, service, on="2021-06-01"))
    assert "$240.00" in text(page(analyst, service))


def test_without_others_the_page_says_why(analyst: User) -> None:
    assert "Nothing to compare with on that day." in text(page(analyst, of("AT&T")))


def test_an_analyst_marks_a_suggestion_or_types_a_product_id(analyst: User) -> None:
    service, suggestion = of("AT&T"), of("Verizon")
    typed = of("NWN", "Cloud seat", product_id="NW-1")
    url = reverse("catalog:mark-equivalent", args=[service.pk])
    browser = signed_in(analyst)
    browser.post(url, {"other": suggestion.pk})
    shown = text(browser.post(url, {"product_id": "NW-1"}, follow=True))
    assert "Marked as equivalent to Cloud seat." in shown
    assert Equivalent.objects.filter(service__in=[suggestion, typed]).count() == 2
    browser.post(reverse("catalog:unmark-equivalent", args=[service.pk]))
    assert Equivalent.objects.count() == 2


def test_a_product_id_of_none_or_of_several_is_told_at_the_field(analyst: User) -> None:
    service = of("AT&T")
    of("Verizon", product_id="X-1")
    of("NWN", product_id="X-1")
    url = reverse("catalog:mark-equivalent", args=[service.pk])
    for typed, problem in (("", "Give a product ID"), ("?", "No service has"), ("X-1", "Several")):
        assert problem in text(signed_in(analyst).post(url, {"product_id": typed}))


def test_a_service_leads_to_its_comparison(analyst: User) -> None:
    service = of("AT&T")
    shown = signed_in(analyst).get(reverse("catalog:service", args=[service.pk]))
    assert f'href="/catalog/services/{service.pk}/compare/"' in text(shown)


def test_many_services_take_the_queries_of_one(analyst: User) -> None:
    service = of("AT&T")
    of("Verizon")
    browser = signed_in(analyst)
    url = reverse("catalog:comparison", args=[service.pk])
    with CaptureQueriesContext(connection) as few:
        browser.get(url)
    for number in range(9):
        of(f"Contractor {number}")
    with CaptureQueriesContext(connection) as many:
        browser.get(url)
    assert len(many) == len(few)
