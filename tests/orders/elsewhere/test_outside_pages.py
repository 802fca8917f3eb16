"""The pages of determinations and of purchases outside CALNET."""

import csv
import io
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.files.outside import COLUMNS
from orders.models import ElsewhereDetermination, OutsidePurchase, Plan
from orders.services.elsewhere.outside import withdraw_purchase
from stmm.audit.models import Entry
from tests.catalog.factories import make_contract, make_service
from tests.factories import AT, Role, make_appointment, signed_in
from tests.orders.elsewhere_records import (
    ledger_line,
    make_determination,
    make_ledger,
    make_purchase,
)
from tests.orders.factories import KNOWN, World, access
from tests.orders.pages import Answer, errors, goes_to, messages, page, post, text

pytestmark = pytest.mark.django_db
Match = OutsidePurchase.Match


def again(purchase: OutsidePurchase) -> OutsidePurchase:
    return OutsidePurchase.objects.get(pk=purchase.pk)


def filled(world: World, **changed: object) -> dict[str, object]:
    return {
        "agency": world.agency.pk,
        "vendor": "Sierra Telephone",
        "description": "Telephone lines",
        "amount": "1200.50",
        "purchased_on": "2026-02-27",
        "match": "matched",
        "product_id": world.mandatory.product_id,
        "key": uuid4(),
    } | changed


def record(user: Any, world: World, **changed: object) -> Answer:
    return post(user, "orders:record-outside", **filled(world, **changed))


def test_a_determination_is_read_with_its_certificate_once_that_is_made(world: World) -> None:
    waiting = make_determination(world, world.mandatory)
    shown = page(world.catr, "orders:determination", waiting.pk)
    assert "The certificate is being made." in text(shown)
    assert page(world.catr, "orders:certificate", waiting.pk).status_code == 404

    made = make_determination(world, world.mandatory, certified=True)
    for user in (world.catr, world.auditor):
        shown = page(user, "orders:determination", made.pk)
        assert "Download the certificate" in text(shown)
        assert made.sha256 in text(shown)
        assert ("Record the purchase" in text(shown)) == (user == world.catr)
    leaving = make_determination(
        world, world.optional, by=world.purchaser, plan=Plan.LEAVE, on=date(2028, 1, 15)
    )
    asked = text(page(world.purchaser, "orders:determination", leaving.pk))
    assert "Notice runs out: February 14, 2028" in asked
    file = page(world.auditor, "orders:certificate", made.pk)
    assert file.content == bytes(made.certificate.document.content)
    assert file["Content-Disposition"] == f'attachment; filename="{made.number}.pdf"'
    entry = Entry.objects.order_by("-sequence").first()
    assert entry is not None
    assert (entry.action, entry.actor) == ("download", world.auditor)


def test_the_page_that_waits_for_a_certificate_is_told_to_look_anew(world: World) -> None:
    made = make_determination(world, world.mandatory, certified=True)
    answer = signed_in(world.atr).get(made.get_absolute_url(), headers={"HX-Request": "true"})

    assert answer["HX-Refresh"] == "true"


def test_the_list_of_determinations_takes_the_same_queries_for_one_and_many(world: World) -> None:
    client = signed_in(world.auditor)
    name = "orders:determinations"
    address = reverse(name)
    assert "No determination yet" in text(page(world.auditor, name))
    make_determination(world, world.mandatory)
    client.get(address)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    few = queries()
    for number in range(5):
        make_determination(world, described=f"Radio {number}")

    assert queries() == few <= 10
    assert ElsewhereDetermination.objects.count() == 6


def test_a_purchase_is_recorded_as_it_was_asked_before(world: World) -> None:
    asked = make_determination(world, world.mandatory, vendor="Sierra Telephone")
    form = page(world.atr, "orders:record-outside", determination=str(asked.pk))
    shown = form.content.decode()
    for value in ("Sierra Telephone", "Hosted VoIP", world.mandatory.product_id):
        assert f'value="{value}"' in shown
    answer = record(world.atr, world, determination=asked.pk)
    made = OutsidePurchase.objects.get()

    assert goes_to(answer, "orders:outside-purchase", made.pk)
    assert (made.determination, made.service) == (asked, world.mandatory)
    for user in (world.catr, world.stnd):
        seen = text(page(user, "orders:outside-purchase", made.pk))
        for expected in (
            "Mandatory from CALNET.",
            "Mandatory service, no exemption",
            "To be settled",
            "$1,200.50",
            str(asked),
        ):
            assert expected in seen, expected
        assert ("Settle it" in seen) == (user == world.catr)
    told = text(page(world.atr, "orders:determination", asked.pk))
    assert "Telephone lines from Sierra Telephone , $1,200.50" in told


@pytest.mark.parametrize("key", ["987654", "x", "²", ""])
def test_a_determination_that_is_not_there_fills_in_nothing(world: World, key: str) -> None:
    theirs = make_determination(world, world.mandatory, by=world.purchaser, vendor="Not yours")
    for address in (key, str(theirs.pk)):
        form = page(world.atr, "orders:record-outside", determination=address)
        assert form.status_code == 200
        assert "Not yours" not in form.content.decode()


@pytest.mark.parametrize(
    ("changed", "field", "problem"),
    [
        ({"vendor": ""}, "vendor", "Fill this in."),
        ({"amount": "-1"}, "amount", "Give what was paid: 0 or more."),
        ({"amount": "1.234"}, "amount", "no more than 2 decimal places"),
        ({"purchased_on": "2013-06-30"}, "purchased_on", "known from July 1, 2013"),
        ({"purchased_on": "2199-01-01"}, "purchased_on", "This day has not come."),
        ({"starts_on": "2026-02-02", "last_day": "2026-02-01"}, "last_day", "before the first"),
        ({"product_id": ""}, "product_id", "Give the product ID."),
        ({"product_id": "NONE"}, "product_id", "No service has the product ID “NONE”."),
        ({"match": "proposed"}, "match", "valid choice"),
        ({"determination": "987654"}, "determination", "valid choice"),
    ],
)
def test_what_can_not_be_recorded_is_said_at_its_field(
    world: World, changed: dict[str, object], field: str, problem: str
) -> None:
    answer = record(world.atr, world, **changed)

    assert answer.status_code == 200
    assert problem in errors(answer)[field][0]
    assert not OutsidePurchase.objects.exists()


def test_a_determination_and_a_purchase_are_of_one_agency(world: World) -> None:
    make_appointment(Role.PURCHASER, world.city, world.atr)
    theirs = make_determination(world, world.mandatory, by=world.purchaser)
    answer = record(world.atr, world, determination=theirs.pk)

    assert "is of another agency" in errors(answer)["determination"][0]


def test_a_product_id_of_several_contracts_is_chosen_on_the_purchases_page(world: World) -> None:
    twin = make_service(
        "Hosted VoIP", make_contract(), product_id=world.mandatory.product_id, recorded_at=KNOWN
    )
    answer = record(world.atr, world)
    assert "Several contracts use" in errors(answer)["product_id"][0]
    record(world.atr, world, match="unsure", description="Hosted VoIP")
    made = OutsidePurchase.objects.get()
    assert "ask for a ruling on it" in text(page(world.atr, "orders:outside-purchase", made.pk))

    form = page(world.atr, "orders:match-outside", made.pk)
    assert f'value="{twin.pk}"' in form.content.decode()
    done = post(world.atr, "orders:match-outside", made.pk, stands_for=twin.pk)
    assert goes_to(done, "orders:outside-purchase", made.pk)
    assert again(made).service == twin
    assert again(made).match == Match.MATCHED
    undetermined = text(page(world.atr, "orders:outside-purchase", made.pk))
    assert "Ask the Department for a ruling on this service" in undetermined


def test_other_words_find_other_services_to_match(world: World) -> None:
    made = make_purchase(world, match=Match.UNSURE)
    nothing = page(world.atr, "orders:match-outside", made.pk)
    assert "no service by these words" in text(nothing)
    found = page(world.atr, "orders:match-outside", made.pk, q="toll-free")
    assert "Toll-free line" in text(found)
    address = reverse("orders:match-outside", args=[made.pk]) + "?q=toll-free"
    signed_in(world.atr).post(address, {"stands_for": world.optional.pk})
    assert again(made).service == world.optional
    refused = post(world.atr, "orders:match-outside", made.pk, stands_for=world.undesignated.pk)
    assert "stands_for" in errors(refused)


def test_a_finding_is_settled_on_its_page(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    nothing = post(world.atr, "orders:settle-finding", made.pk, state="resolved", reason="")
    assert list(errors(nothing)) == ["reason"]
    done = post(
        world.atr, "orders:settle-finding", made.pk, state="resolved", reason="An emergency"
    )

    assert goes_to(done, "orders:outside-purchase", made.pk)
    seen = text(page(world.auditor, "orders:outside-purchase", made.pk))
    assert "Resolved" in seen
    assert "An emergency" in seen
    assert "No possible leakage waits" in text(page(world.atr, "orders:outside-purchases"))
    assert "Settle it otherwise" in text(page(world.atr, "orders:outside-purchase", made.pk))
    post(world.atr, "orders:settle-finding", made.pk, state="open", reason="It was none")
    assert "1 with possible leakage" in text(page(world.atr, "orders:outside-purchases"))


def test_what_has_no_finding_or_is_withdrawn_leads_back_with_a_message(world: World) -> None:
    free = make_purchase(world, world.optional)
    client = signed_in(world.atr)
    answer = client.get(reverse("orders:settle-finding", args=[free.pk]))
    assert goes_to(answer, "orders:outside-purchase", free.pk)
    withdraw_purchase(purchase=free, reason="Twice", access=access(world.atr), at=AT)
    late = post(client, "orders:match-outside", free.pk, stands_for="unsure")
    assert goes_to(late, "orders:outside-purchase", free.pk)
    assert "withdrawn" in messages(late)[-1]


def test_a_withdrawn_purchase_says_so_and_leaves_the_list(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    form = page(world.atr, "orders:withdraw-outside", made.pk)
    assert "What was recorded stays" in text(form)
    post(world.atr, "orders:withdraw-outside", made.pk, reason="Recorded twice")

    seen = text(page(world.atr, "orders:outside-purchase", made.pk))
    assert "Withdrawn" in seen
    assert "Settle it" not in seen
    assert "No purchase is recorded yet" in text(page(world.atr, "orders:outside-purchases"))


def test_ticked_proposals_are_confirmed_and_the_filter_stays(world: World) -> None:
    make_ledger(world, [ledger_line(Description="Hosted VoIP"), ledger_line()])
    proposed = OutsidePurchase.objects.get(match=Match.PROPOSED)
    client = signed_in(world.atr)
    nothing = client.post(reverse("orders:confirm-matches") + "?match=proposed")
    assert nothing["Location"] == reverse("orders:outside-purchases") + "?match=proposed"
    assert messages(nothing)[-1] == "Check the box of at least one purchase first."
    listed = client.get(reverse("orders:outside-purchases"))
    assert listed.content.decode().count('name="purchase"') == 1
    done = post(client, "orders:confirm-matches", purchase=proposed.pk)
    assert messages(done)[-1] == "1 match is confirmed."
    assert again(proposed).match == Match.MATCHED


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"Hosted VoIP", "Towers", "Free"}),
        ({"q": "tower"}, {"Towers"}),
        ({"q": "hosted"}, {"Hosted VoIP"}),
        ({"match": "not_offered"}, {"Towers"}),
        ({"finding": "any"}, {"Hosted VoIP"}),
        ({"finding": "open"}, {"Hosted VoIP"}),
        ({"finding": "resolved"}, set()),
        ({"ledger": "1"}, set()),
    ],
)
def test_the_list_is_narrowed_by_the_address(
    world: World, query: dict[str, str], shown: set[str]
) -> None:
    make_purchase(world, world.mandatory, description="Hosted VoIP")
    make_purchase(world, description="Towers")
    make_purchase(world, world.optional, description="Free")
    make_purchase(world, description="Another agency’s", by=world.purchaser)

    answer = page(world.atr, "orders:outside-purchases", **query)
    assert {each.description for each in answer.context["page"]} == shown
    lines = _csv(page(world.atr, "orders:outside-purchases-csv", **query))
    assert lines[0] == list(COLUMNS)
    assert {line[2] for line in lines[1:]} == shown


def _csv(answer: Answer) -> list[list[str]]:
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_downloads_neutralise_formulas_and_say_from_which_ledger(world: World) -> None:
    ledger = make_ledger(world, [ledger_line(Vendor="=1+1", Description="Hosted VoIP")])
    line = _csv(page(world.auditor, "orders:outside-purchases-csv"))[1]

    assert line[1] == "'=1+1"
    assert (line[10], line[11], line[14]) == (
        "Match proposed",
        "Hosted VoIP",
        "Mandatory service, no exemption",
    )
    assert line[21:] == [ledger.file_name, "2"]
    seen = text(page(world.auditor, "orders:outside-purchase", ledger.purchases.get().pk))
    assert "Record ledger" in seen
    workbook = page(world.auditor, "orders:outside-purchases-xlsx")
    assert b"".join(workbook.streaming_content).startswith(b"PK")


@pytest.mark.parametrize("name", ["outside-purchases-csv", "outside-purchases-xlsx"])
def test_a_filter_that_can_not_be_read_leads_back_to_the_page(world: World, name: str) -> None:
    answer = page(world.atr, f"orders:{name}", match="luck")

    assert answer["Location"] == reverse("orders:outside-purchases") + "?match=luck"
    seen = page(world.atr, "orders:outside-purchases", match="luck")
    assert list(errors(seen)) == ["match"]


def test_oversight_chooses_among_agencies(world: World) -> None:
    make_purchase(world, description="Ours")
    make_purchase(world, description="Theirs", by=world.purchaser)
    answer = page(world.auditor, "orders:outside-purchases", agency=str(world.city.pk))

    assert [each.description for each in answer.context["page"]] == ["Theirs"]


def test_the_list_takes_the_same_queries_for_one_and_many(world: World) -> None:
    client = signed_in(world.catr)
    address = reverse("orders:outside-purchases")
    make_purchase(world, world.mandatory)
    client.get(address)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    few = queries()
    for number in range(5):
        make_purchase(world, world.optional, description=f"Purchase {number}")
    make_ledger(world, [ledger_line(Description="Hosted VoIP")] * 5)

    assert queries() == few <= 14


def test_a_purchase_of_another_agency_is_not_confirmed_and_many_are_counted(world: World) -> None:
    lines = [ledger_line(Description="Hosted VoIP"), ledger_line(Description="Toll-free line")]
    make_ledger(world, lines)
    keys = list(OutsidePurchase.objects.values_list("pk", flat=True))
    assert post(world.stranger, "orders:confirm-matches", purchase=keys).status_code == 404
    client = signed_in(world.catr)
    assert messages(post(client, "orders:confirm-matches", purchase=keys))[-1] == (
        "2 matches are confirmed."
    )


def test_who_only_looks_on_is_told_who_records(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    for name in ("orders:match-outside", "orders:settle-finding", "orders:withdraw-outside"):
        refused = page(world.auditor, name, made.pk)
        assert refused.status_code == 403
        assert "Only a CATR or ATR of Highway Patrol" in text(refused)
    assert page(world.auditor, "orders:record-outside").status_code == 403
    assert page(world.auditor, "orders:confirm-matches").status_code == 405
