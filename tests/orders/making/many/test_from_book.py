"""Steps of an order filled from the agency's address book; nothing typed is lost by it."""

from uuid import uuid4

import pytest

from orders.models import Order
from stmm.agencies.models import BillingAccount, Contact, Site
from stmm.audit.models import Entry
from tests.agencies.book import ACCOUNT, CONTACT, SITE
from tests.orders.factories import World, fill, make_draft
from tests.orders.making.test_step_pages import CONTACTS
from tests.orders.pages import Answer, again, errors, goes_to, messages, page, post, text


@pytest.fixture
def site(world: World) -> Site:
    return Site.objects.create(agency=world.agency, **SITE)


@pytest.fixture
def account(world: World) -> BillingAccount:
    return BillingAccount.objects.create(agency=world.agency, **ACCOUNT)


@pytest.fixture
def contact(world: World) -> Contact:
    return Contact.objects.create(agency=world.agency, **CONTACT | {"name": "Sam Lee"})


def send(world: World, order: Order, step: str, **said: object) -> Answer:
    version = said.pop("version", again(order).version)
    return post(world.atr, f"orders:{step}", order.pk, version=version, **said)


def test_a_new_order_starts_with_the_only_entries_in_use(
    world: World, site: Site, account: BillingAccount, contact: Contact
) -> None:
    Site.objects.create(agency=world.agency, is_in_use=False, name="Old", address="Nowhere")

    order = make_draft(world)

    assert order.requested_address == site.address
    assert order.present_address == ""
    assert order.billing_address == account.billing_address
    assert (order.contact_name, order.contact_phone, order.contact_fax, order.contact_email) == (
        "Sam Lee", contact.phone, contact.fax, contact.email,
    )  # fmt: skip


def test_where_there_is_a_choice_or_nothing_the_order_starts_with_the_persons_own(
    world: World, contact: Contact
) -> None:
    Contact.objects.create(agency=world.agency, **CONTACT)

    order = make_draft(world, by=world.catr)

    assert order.contact_name == "Marcus Webb"
    assert (order.requested_address, order.billing_address) == ("", "")


@pytest.mark.parametrize("field", ["requested_address", "present_address"])
def test_a_site_is_used_as_either_address_and_what_was_typed_is_saved_with_it(
    world: World, site: Site, field: str
) -> None:
    order = make_draft(world)
    fill(order, by=world.atr, requested_address="", present_address="")
    other = {"requested_address", "present_address"} - {field}

    answer = send(
        world, order, "where", use=field, **{"book-site": site.pk}, **dict.fromkeys(other, "Typed")
    )

    assert goes_to(answer, "orders:where", order.pk)
    assert messages(answer) == ["Headquarters is filled in, and what you typed is saved."]
    stored = again(order)
    assert getattr(stored, field) == site.address
    assert getattr(stored, other.pop()) == "Typed"
    assert Entry.objects.about(order)[0].action == "change"


def test_a_contact_and_an_account_are_used_while_other_fields_are_still_empty(
    world: World, contact: Contact, account: BillingAccount
) -> None:
    order = make_draft(world)
    fill(order, by=world.atr, billing_address="", contact_name="")

    answer = send(
        world, order, "contacts", use="contact", department="Highway Patrol", division="Air",
        **{"book-contact": contact.pk},
    )  # fmt: skip

    assert goes_to(answer, "orders:contacts", order.pk)
    stored = again(order)
    assert (stored.contact_name, stored.contact_email) == ("Sam Lee", contact.email)
    assert (stored.division, stored.billing_address) == ("Air", "")

    typed = CONTACTS | {"billing_address": ""}
    send(world, order, "contacts", use="account", **{"book-account": account.pk}, **typed)
    assert again(order).billing_address == account.billing_address


def test_nothing_is_filled_in_before_an_entry_is_chosen_and_what_was_typed_stays(
    world: World, site: Site
) -> None:
    order = make_draft(world)

    answer = send(world, order, "where", use="requested_address", requested_address="Typed")

    assert answer.status_code == 200
    assert answer.context["book"].errors == {"site": ["Choose one first."]}
    assert "Problem: Where and when" in text(answer)
    assert "Typed" in answer.content.decode()
    assert again(order).requested_address == site.address


def test_an_entry_out_of_use_or_of_another_agency_is_not_one_to_choose(
    world: World, site: Site
) -> None:
    order = make_draft(world)
    foreign = Site.objects.create(agency=world.city, name="City hall", address="1 Main Street")
    out = Site.objects.create(agency=world.agency, name="Old", address="2", is_in_use=False)
    shown = text(page(world.atr, "orders:where", order.pk))
    assert "City hall" not in shown
    assert "Headquarters" in shown

    for key in (foreign.pk, out.pk, "x", 10**30):
        answer = send(world, order, "where", use="present_address", **{"book-site": key})
        assert "site" in answer.context["book"].errors
    assert again(order).present_address == ""


def test_what_is_typed_wrongly_is_told_and_nothing_is_saved(
    world: World, account: BillingAccount
) -> None:
    order = make_draft(world)
    typed = CONTACTS | {"contact_email": "not an address", "division": "Air"}

    answer = send(world, order, "contacts", use="account", **{"book-account": account.pk}, **typed)

    assert errors(answer) == {"contact_email": ["Enter a valid email address."]}
    assert 'value="Air"' in answer.content.decode()
    assert again(order).division == ""


def test_what_another_person_saved_meanwhile_is_not_overwritten(world: World, site: Site) -> None:
    order = make_draft(world)
    seen = again(order).version
    fill(order, by=world.catr, requested_address="Theirs")

    answer = send(
        world, order, "where", use="requested_address", version=seen, **{"book-site": site.pk}
    )

    assert "What you typed is kept below" in str(errors(answer)["__all__"])
    assert errors(answer)["requested_address"] == ["Now in the order: “Theirs”"]
    assert again(order).requested_address == "Theirs"
    assert site.address in answer.context["form"]["requested_address"].value()


def test_a_button_that_is_none_of_ours_saves_the_step_as_ever(world: World, site: Site) -> None:
    order = make_draft(world)

    answer = send(world, order, "where", use="everything", requested_address="Typed")

    assert goes_to(answer, "orders:contacts", order.pk)
    assert again(order).requested_address == "Typed"


def test_an_empty_book_leads_to_where_it_is_kept(world: World) -> None:
    order = make_draft(world)

    shown = text(page(world.atr, "orders:contacts", order.pk))

    assert "No contacts yet. Add contacts" in shown
    assert "No billing accounts yet. Add billing accounts" in shown


def test_the_book_is_beside_a_refused_attachment_too(world: World, site: Site) -> None:
    answer = post(world.atr, "orders:attach", make_draft(world).pk, kind="other", key=uuid4())

    assert "Use as requested address" in text(answer)
