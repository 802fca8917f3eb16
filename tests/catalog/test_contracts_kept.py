"""What STND keeps of contracts: extensions, desks by category, listed buyers, names."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from catalog.desks import order_desk
from catalog.models import (
    Contract,
    Contractor,
    ContractorName,
    DeskAddress,
    ListedBuyer,
    Term,
)
from catalog.orderability import not_a_buyer
from catalog.services.contracts import (
    extend,
    keep_buyer,
    keep_buyers,
    keep_exclusivity,
    record_succession,
    rename_contractor,
    set_desk_address,
)
from stmm.accounts.models import User
from stmm.agencies.access import Access, access_of
from stmm.agencies.models import Agency, Appointment
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.catalog.factories import LONG_AGO, make_category, make_contract, make_service
from tests.factories import AT, SINCE, TODAY, make_agency, make_appointment, signed_in

pytestmark = pytest.mark.django_db
Role = Appointment.Role
LATER = date(2110, 12, 31)


@pytest.fixture
def analyst() -> User:
    return make_appointment(Role.STND).user


@pytest.fixture
def stnd(analyst: User) -> Access:
    return access_of(analyst, on=TODAY)


@pytest.fixture
def atr() -> Access:
    return access_of(make_appointment(Role.ATR).user, on=TODAY)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


# Extensions


def test_an_extension_begins_when_the_last_term_ends(stnd: Access) -> None:
    contract = make_contract(until=LONG_AGO)
    term = extend(contract=contract, last_day=LATER, basis="Amendment 3", access=stnd, at=AT)
    assert (term.starts_on, term.last_day, term.kind) == (LONG_AGO, LATER, Term.Kind.EXTENSION)
    assert Contract.objects.in_term(TODAY).get() == contract
    assert Entry.objects.about(contract).latest("sequence").action == "extend"


def test_the_same_extension_twice_is_one(stnd: Access) -> None:
    contract = make_contract()
    for _ in range(2):
        extend(contract=contract, last_day=LATER, basis="Amendment 3", access=stnd, at=AT)
    assert contract.terms.count() == 2


def test_an_extension_ends_later_than_what_there_is(stnd: Access) -> None:
    contract = make_contract()
    with pytest.raises(NotAllowed, match="It runs through December 31, 2099 already"):
        extend(contract=contract, last_day=TODAY, basis="Amendment", access=stnd, at=AT)


def test_a_contract_without_a_term_has_nothing_to_extend(stnd: Access) -> None:
    contract = Contract.objects.create(number="C9", contractor=make_contract().contractor)
    with pytest.raises(NotAllowed, match="no term to extend"):
        extend(contract=contract, last_day=LATER, basis="Amendment", access=stnd, at=AT)


# Order desks


def desk(access: Access, contract: Contract, email: str, **said: Any) -> DeskAddress:
    fields = {"category": None, "effective_from": SINCE, "reason": "Letter"} | said
    return set_desk_address(contract=contract, email=email, **fields, access=access, at=AT)


def test_a_category_has_its_own_desk_from_its_day(stnd: Access) -> None:
    contract, voip, other = make_contract(), make_category(), make_category("7", "Security")
    desk(stnd, contract, "voip@desk.example", category=voip, effective_from=LONG_AGO)
    general = contract.order_desk_email
    assert order_desk(contract, [voip], on=LONG_AGO) == "voip@desk.example"
    assert order_desk(contract, [voip], on=LONG_AGO - timedelta(days=1)) == general
    assert order_desk(contract, [voip, other], on=TODAY) == general
    assert order_desk(contract, [other], on=TODAY) == general
    assert order_desk(contract, [], on=TODAY) == general


def test_two_categories_of_one_desk_share_it(stnd: Access) -> None:
    contract, voip, other = make_contract(), make_category(), make_category("7", "Security")
    contract.categories.add(other)
    for category in (voip, other):
        desk(stnd, contract, "both@desk.example", category=category)
    assert order_desk(contract, [voip, other], on=TODAY) == "both@desk.example"


def test_an_empty_address_gives_a_category_back_to_the_general_desk(stnd: Access) -> None:
    contract, voip = make_contract(), make_category()
    desk(stnd, contract, "voip@desk.example", category=voip)
    desk(stnd, contract, "", category=voip, effective_from=LONG_AGO)
    assert order_desk(contract, [voip], on=TODAY) == contract.order_desk_email


def test_the_general_desk_moves_and_is_never_empty(stnd: Access) -> None:
    contract = make_contract()
    desk(stnd, contract, "new@desk.example", effective_from=LONG_AGO)
    assert order_desk(contract, [make_category()], on=TODAY) == "new@desk.example"
    assert order_desk(contract, [], on=SINCE) == "desk@contractor.example"
    with pytest.raises(NotAllowed, match="needs an address"):
        desk(stnd, contract, "")


def test_the_same_address_twice_is_one_row_and_a_foreign_category_is_refused(stnd: Access) -> None:
    contract = make_contract()
    assert desk(stnd, contract, "a@desk.example") == desk(stnd, contract, "a@desk.example")
    with pytest.raises(NotAllowed, match="has no category"):
        desk(stnd, contract, "a@desk.example", category=make_category("7", "Security"))


# Special buyers


@pytest.fixture
def firstnet(stnd: Access) -> Contract:
    return keep_buyers(
        contract=make_contract("FIRSTNET"),
        buyers=Contract.Buyers.LISTED,
        reason="Public safety entities",
        access=stnd,
        at=AT,
    )


def on_list(
    access: Access, contract: Contract, agency: Agency, *, is_listed: bool, since: date = SINCE
) -> ListedBuyer:
    return keep_buyer(
        contract=contract,
        agency=agency,
        is_listed=is_listed,
        effective_from=since,
        reason="The list",
        access=access,
        at=AT,
    )


def test_only_listed_buyers_order_from_their_day_until_taken_off(
    firstnet: Contract, stnd: Access
) -> None:
    agency, other = make_agency(name="Patrol"), make_agency(name="Parks")
    on_list(stnd, firstnet, agency, is_listed=True)
    on_list(stnd, firstnet, agency, is_listed=False, since=LONG_AGO)
    assert not_a_buyer(firstnet, agency, on=SINCE) == ""
    assert "Patrol is not on it" in not_a_buyer(firstnet, agency, on=LONG_AGO)
    assert "Parks is not on it" in not_a_buyer(firstnet, other, on=SINCE)
    assert list(Contract.objects.open_to(agency, on=SINCE)) == [firstnet]
    assert not Contract.objects.open_to(other, on=SINCE).exists()


def test_a_contract_for_everyone_asks_for_no_list() -> None:
    contract, agency = make_contract(), make_agency()
    assert not_a_buyer(contract, agency, on=TODAY) == ""
    assert list(Contract.objects.open_to(agency, on=TODAY)) == [contract]


def test_listed_twice_is_one_row(firstnet: Contract, stnd: Access) -> None:
    agency = make_agency()
    assert on_list(stnd, firstnet, agency, is_listed=True) == on_list(
        stnd, firstnet, agency, is_listed=True
    )


def test_a_setting_is_recorded_once(firstnet: Contract, stnd: Access) -> None:
    keep_buyers(
        contract=firstnet, buyers=Contract.Buyers.LISTED, reason="Again", access=stnd, at=AT
    )
    (entry,) = Entry.objects.about(firstnet)
    [change] = entry.changes
    assert (change.field, change.after) == ("buyers", "Only the agencies on its list of buyers")


# Contractors


def rename(access: Access, contractor: Contractor, name: str, since: date) -> ContractorName:
    return rename_contractor(
        contractor=contractor,
        name=name,
        effective_from=since,
        reason="Amendment",
        access=access,
        at=AT,
    )


def test_a_renamed_contractor_keeps_its_former_name_for_its_days(
    stnd: Access, analyst: User
) -> None:
    contract = make_contract(contractor="Qwest")
    rename(stnd, contract.contractor, "CenturyLink", LONG_AGO)
    assert Contractor.objects.get().name == "CenturyLink"
    url = reverse("catalog:contract", args=[contract.pk])
    browser = signed_in(analyst)
    assert "Qwest, CALNET 3 (today CenturyLink)" in text(browser.get(url, {"on": "2021-01-01"}))
    page = text(browser.get(url))
    assert "CenturyLink, CALNET 3" in page
    assert "The contractor is called Qwest" in page


def test_the_same_new_name_twice_is_one_row(stnd: Access) -> None:
    contractor = make_contract(contractor="Qwest").contractor
    assert rename(stnd, contractor, "Lumen", LONG_AGO) == rename(
        stnd, contractor, "Lumen", LONG_AGO
    )
    assert contractor.names.count() == 2


def test_a_contractor_renamed_again_keeps_all_its_names(stnd: Access) -> None:
    contractor = make_contract(contractor="Qwest").contractor
    for name, since in (("CenturyLink", date(2021, 1, 1)), ("Lumen", LONG_AGO)):
        rename(stnd, contractor, name, since)
    names = contractor.names.order_by("effective_from").values_list("name", flat=True)
    assert list(names) == ["Qwest", "CenturyLink", "Lumen"]


def test_a_name_of_another_and_a_day_to_come_are_refused(stnd: Access) -> None:
    contractor = make_contract(contractor="Qwest").contractor
    make_contract(contractor="Verizon")
    with pytest.raises(NotAllowed, match="Another contractor is called verizon"):
        rename(stnd, contractor, "verizon", LONG_AGO)
    with pytest.raises(NotAllowed, match="still to come"):
        rename(stnd, contractor, "Lumen", TODAY + timedelta(days=1))


def bought(access: Access, contractor: Contractor, by: Contractor) -> Any:
    return record_succession(
        contractor=contractor,
        successor=by,
        effective_from=LONG_AGO,
        reason="Merger",
        access=access,
        at=AT,
    )


def test_a_contractor_bought_by_another_is_told_once_on_the_timeline(
    stnd: Access, analyst: User
) -> None:
    contract = make_contract(contractor="XO")
    verizon = make_contract(contractor="Verizon").contractor
    assert bought(stnd, contract.contractor, verizon) == bought(stnd, contract.contractor, verizon)
    page = signed_in(analyst).get(reverse("catalog:contract", args=[contract.pk]))
    assert "XO became part of Verizon" in text(page)
    for one, other in ((verizon, contract.contractor), (verizon, verizon)):
        with pytest.raises(NotAllowed, match="can’t become part of"):
            bought(stnd, one, other)


# Who may


def test_only_stnd_keeps_contracts(atr: Access) -> None:
    contract, agency = make_contract(), make_agency()
    contractor, other = contract.contractor, make_contract(contractor="Verizon").contractor
    for attempt in (
        lambda: extend(contract=contract, last_day=LATER, basis="A", access=atr, at=AT),
        lambda: desk(atr, contract, "a@desk.example"),
        lambda: on_list(atr, contract, agency, is_listed=True),
        lambda: keep_buyers(contract=contract, buyers="listed", reason="A", access=atr, at=AT),
        lambda: keep_exclusivity(
            contract=contract,
            is_exclusive=False,
            effective_from=SINCE,
            reason="A",
            access=atr,
            at=AT,
        ),
        lambda: rename(atr, contractor, "Lumen", LONG_AGO),
        lambda: bought(atr, contractor, other),
    ):
        with pytest.raises(NotAllowed, match="STND analysts"):
            attempt()
    assert not Entry.objects.about(contract).exists()


# The pages


DATED = {"effective_from": SINCE, "reason": "Letter of the contractor"}


@pytest.mark.parametrize(
    ("name", "fields", "shown"),
    [
        ("extend-contract", {"last_day": LATER, "basis": "Amendment 3"}, "Amendment 3"),
        ("set-desk", {"email": "new@desk.example", **DATED}, "new@desk.example"),
        ("list-buyer", {"agency": "patrol", "is_listed": "yes", **DATED}, "On the list on"),
        ("set-buyers", {"buyers": "listed", "reason": "Clause"}, "Special buyers"),
        ("set-exclusivity", {"is_exclusive": "no", **DATED}, "No exclusivity"),
    ],
)
def test_what_an_analyst_records_stands_on_the_contracts_page(
    analyst: User, name: str, fields: dict[str, Any], shown: str
) -> None:
    make_agency(name="Patrol")
    url = reverse(f"catalog:{name}", args=[make_contract().pk])
    page = signed_in(analyst).post(url, fields, follow=True)
    assert "recorded." in text(page)
    assert shown in text(page)


def test_an_agency_that_is_not_there_or_not_the_only_one_is_told_at_the_field(
    analyst: User,
) -> None:
    make_agency(name="Lodi")
    make_agency("local", name="Lodi")
    url = reverse("catalog:list-buyer", args=[make_contract().pk])
    for typed, problem in (("Nobody", "No agency has"), ("Lodi", "More than one agency")):
        page = signed_in(analyst).post(url, {"agency": typed, "is_listed": "no", **DATED})
        assert problem in text(page)


def test_a_refusal_of_the_service_is_shown_with_what_was_typed(analyst: User) -> None:
    url = reverse("catalog:extend-contract", args=[make_contract().pk])
    page = signed_in(analyst).post(url, {"last_day": TODAY, "basis": "Amendment 3"})
    assert "It runs through" in text(page)
    assert 'value="Amendment 3"' in text(page)


def test_an_analyst_renames_a_contractor_or_records_who_bought_it(analyst: User) -> None:
    contractor = make_contract(contractor="XO").contractor
    verizon = make_contract(contractor="Verizon").contractor
    url = reverse("catalog:contractor", args=[contractor.pk])
    browser = signed_in(analyst)
    assert "one of both" in text(browser.post(url, DATED))
    browser.post(url, {"name": "XO Communications", **DATED})
    browser.post(url, {"successor": verizon.pk, **DATED})
    page = text(browser.get(url))
    assert "<h1>XO Communications</h1>" in page
    assert "XO Communications became part of Verizon, from January 1, 2020." in page


def test_people_who_dont_keep_contracts_see_no_links_to_it() -> None:
    contract = make_service().contract
    url = reverse("catalog:contract", args=[contract.pk])
    page = text(signed_in(make_appointment(Role.ATR).user).get(url))
    assert "Add an extension" not in page
