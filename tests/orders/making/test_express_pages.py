"""The one page of a whole order: filled in, checked, mended, signed; what was typed stays."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.documents.std20 import ATTESTATION
from orders.models import Order, State
from stmm.agencies.address_book import add_entry
from stmm.agencies.models import BillingAccount
from tests.agencies.book import ACCOUNT
from tests.catalog.factories import make_offer, make_service
from tests.factories import AT, Role, make_agency, make_appointment, signed_in
from tests.orders.approvals import set_rule
from tests.orders.express import page_of
from tests.orders.factories import World, access, fill, make_draft, off_the_ato
from tests.orders.pages import Answer, errors, goes_to, messages, page, text

pytestmark = pytest.mark.django_db

EXPRESS = "orders:express"


def send(browser: Client, typed: dict[str, Any]) -> Answer:
    return browser.post(reverse(EXPRESS), typed)


def seen_on(answer: Answer) -> str:
    """What the page that was checked carries along."""
    found = re.search(r'name="seen" value="(\w{64})"', answer.content.decode())
    assert found is not None, text(answer)
    return found[1]


def signed(browser: Client, typed: dict[str, Any]) -> Answer:
    """Checked, then signed."""
    return send(browser, typed | {"do": "sign", "seen": seen_on(send(browser, typed))})


def test_from_an_empty_page_to_a_signed_order(world: World) -> None:
    browser = signed_in(world.catr)
    empty: Answer = browser.get(reverse(EXPRESS))
    hidden = {name: empty.context["form"][name].value() for name in ("agency", "key")}
    typed = page_of(world) | hidden

    checked = send(browser, typed)

    assert not Order.objects.exists()
    said = text(checked)
    assert "As it stands today" in said
    assert "$96.00" in said
    assert "Allowed" in said
    assert ATTESTATION in said
    answer = send(browser, typed | {"do": "sign", "seen": seen_on(checked)})
    order = Order.objects.get()
    assert goes_to(answer, "orders:detail", order.pk)
    assert messages(answer) == [f"{order} is signed. The form is being prepared and sent."]
    assert (order.state, order.lines.count()) == (State.SIGNED, 1)


def test_it_starts_as_the_persons_last_order_had_it(world: World) -> None:
    draft = make_draft(world, by=world.catr)
    fill(draft, by=world.catr, division="North", requested_address="1 Old Street")

    form = page(world.catr, EXPRESS, contract=str(world.contract.pk)).context["form"]

    assert form["division"].value() == "North"
    assert form["requested_address"].value() == "1 Old Street"
    assert form["department"].value() == "Highway Patrol"
    assert form["contract"].value() == str(world.contract.pk)


def test_it_starts_as_the_agency_has_it_without_an_earlier_order(world: World) -> None:
    add_entry(
        kind=BillingAccount, agency=world.agency, fields=ACCOUNT, access=access(world.atr), at=AT
    )

    answer = page(world.catr, EXPRESS)

    assert answer.context["form"]["billing_address"].value() == ACCOUNT["billing_address"]
    assert ACCOUNT["number"] in text(answer)


def test_a_day_for_all_lines_is_for_those_that_name_none(world: World) -> None:
    product = world.mandatory.product_id
    typed = page_of(world, text=f"{product}\n{product}\t\t\t2099-04-15", wanted_on="2099-05-01")

    signed(signed_in(world.catr), typed)

    days = Order.objects.get().lines.values_list("requested_date", flat=True)
    assert list(days) == [date(2099, 5, 1), date(2099, 4, 15)]


def test_a_day_that_has_passed_is_refused(world: World) -> None:
    answer = send(signed_in(world.catr), page_of(world, wanted_on="2020-01-01"))

    assert errors(answer) == {"wanted_on": ["Give today or a later day: this one has passed."]}


def test_what_is_missing_is_told_and_what_was_typed_stays(world: World) -> None:
    typed = page_of(world, contact_email="", contract="", division="Größe")

    answer = send(signed_in(world.catr), typed)

    assert set(errors(answer)) == {"contact_email", "contract"}
    assert "Größe" in answer.content.decode()
    assert world.mandatory.product_id in answer.content.decode()
    assert not Order.objects.exists()


def test_errors_of_lines_are_told_by_row_and_column(world: World) -> None:
    answer = send(signed_in(world.catr), page_of(world, text="NO-SUCH\tmany"))

    assert "Row 1 Quantity “many” a whole number" in text(answer)
    assert "Row 1 Product ID “NO-SUCH” a Product ID of contract C4-DNCS-19" in text(answer)
    assert "2 things are to be mended" in errors(answer)["text"][0]


def test_a_contract_that_there_is_not(world: World) -> None:
    answer = send(signed_in(world.catr), page_of(world, contract="987654"))

    assert errors(answer) == {"contract": ["Choose a contract of the list."]}


def test_what_keeps_it_back_is_told_beside_the_review(world: World) -> None:
    typed = page_of(world, requested_address="", do="sign", seen="")
    browser = signed_in(world.catr)

    checked = send(browser, typed | {"do": "check"})

    assert errors(checked) == {
        "requested_address": ["Give the requested service address (section 4)."]
    }
    assert "It can’t go out like this" in text(checked)
    assert "Sign and send" not in text(checked)
    tried = send(browser, typed | {"seen": seen_on(checked)})
    assert errors(tried) == errors(checked)


def test_a_number_in_use_is_told_at_its_field(world: World) -> None:
    make_draft(world, number="X-1")

    answer = send(signed_in(world.catr), page_of(world))

    assert "has used the number X-1" in errors(answer)["agency_request_number"][0]


def test_a_wrong_password_signs_nothing_and_keeps_the_page(world: World) -> None:
    browser, typed = signed_in(world.catr), page_of(world)
    seen = seen_on(send(browser, typed))

    answer = send(browser, typed | {"do": "sign", "seen": seen, "password": "wrong"})

    assert "This is not your password." in text(answer)
    assert seen_on(answer) == seen
    assert not Order.objects.exists()


def test_what_changed_since_the_check_is_shown_before_it_is_signed(world: World) -> None:
    browser, typed = signed_in(world.catr), page_of(world)
    seen = seen_on(send(browser, typed))
    more = typed | {"text": f"{world.mandatory.product_id}\t2", "do": "sign", "seen": seen}

    answer = send(browser, more)

    assert "have changed since you checked this order" in text(answer)
    assert not Order.objects.exists()
    assert send(browser, more | {"seen": seen_on(answer)}).status_code == 302


def test_a_charge_that_changed_since_the_check_is_shown_first(world: World) -> None:
    browser, typed = signed_in(world.catr), page_of(world)
    seen = seen_on(send(browser, typed))
    make_offer(world.mandatory, effective_from=AT.date(), mrc=97, recorded_at=AT)

    answer = send(browser, typed | {"do": "sign", "seen": seen})

    assert "have changed since you checked" in text(answer)
    assert "$97.00" in text(answer)


def test_the_same_page_sent_twice_shows_the_first_order(world: World) -> None:
    browser, typed = signed_in(world.catr), page_of(world)
    first = signed(browser, typed)
    order = Order.objects.get()

    again = signed(browser, typed)

    assert goes_to(first, "orders:detail", order.pk)
    assert goes_to(again, "orders:detail", order.pk)
    assert Order.objects.count() == 1


def test_an_atr_whose_agency_wants_the_catr_hands_it_over(world: World) -> None:
    set_rule(world, needs_catr="always")
    browser, typed = signed_in(world.atr), page_of(world)
    checked = send(browser, typed)
    assert "wants its CATR’s approval of every order" in text(checked)
    assert "Sign and send" not in text(checked)
    refused = send(browser, typed | {"do": "sign", "seen": seen_on(checked)})
    assert "wants its CATR’s approval" in text(refused)

    answer = send(browser, typed | {"do": "hand-over", "seen": seen_on(checked)})

    order = Order.objects.get()
    assert goes_to(answer, "orders:detail", order.pk)
    assert messages(answer) == [f"{order} waits for a signature."]
    assert order.state == State.REVIEW


def test_a_city_orders_what_is_on_its_ato(world: World) -> None:
    browser, typed = signed_in(world.purchaser), page_of(world, agency=world.city.pk)
    assert "Submit under the ATO" in text(send(browser, typed))
    off_the_ato(world.mandatory)
    assert "is not on the ATO" in text(send(browser, typed))


def test_who_orders_for_several_agencies_says_for_which(world: World) -> None:
    other = make_agency(name="Parks")
    make_appointment(Role.CATR, other, world.catr)

    assert "Which one is it for?" in text(page(world.catr, EXPRESS))
    answer = page(world.catr, EXPRESS, agency=str(other.pk))
    assert answer.context["form"]["department"].value() == "Parks"


def test_nobody_orders_for_an_agency_of_others(world: World) -> None:
    answer = send(signed_in(world.stranger), page_of(world))

    assert answer.status_code == 403
    assert "You don’t order for this agency today." in text(answer)


def test_an_agency_without_a_contract_is_told(world: World) -> None:
    person = make_appointment(Role.PURCHASER).user

    assert "No contract is open to your agency today" in text(page(person, EXPRESS))


def counted(browser: Client, typed: dict[str, Any]) -> int:
    """Queries of the request that signs: all of them, session and person included."""
    seen = seen_on(send(browser, typed))
    with CaptureQueriesContext(connection) as captured:
        assert send(browser, typed | {"do": "sign", "seen": seen}).status_code == 302
    return len([each for each in captured if "SAVEPOINT" not in each["sql"]])


def test_the_request_that_signs_takes_as_many_queries_for_1_10_and_100_lines(
    world: World,
) -> None:
    services = [
        make_service(f"VoIP {n}", world.contract, recorded_at=AT - timedelta(1)) for n in range(100)
    ]
    browser = signed_in(world.catr)

    def taken(lines: int) -> int:
        pasted = "\n".join(each.product_id for each in services[:lines])
        typed = page_of(world, agency_request_number=f"Q-{lines}", text=pasted, key=uuid4())
        return counted(browser, typed)

    assert [taken(lines) for lines in (1, 10, 100)] == [13, 13, 13]
