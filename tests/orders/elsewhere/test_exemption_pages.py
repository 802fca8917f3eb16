"""Exemptions on the pages of buying elsewhere: chosen by people, shown whatever became of them."""

from decimal import Decimal
from uuid import uuid4

import pytest

from exemptions.models import RequestedItem
from orders.models import OutsidePurchase
from tests.factories import TODAY
from tests.orders.elsewhere.test_outside_exemptions import revoke
from tests.orders.elsewhere_exemptions import sought_in
from tests.orders.elsewhere_records import ledger_line, make_ledger, make_purchase
from tests.orders.factories import World
from tests.orders.pages import Answer, errors, goes_to, page, post, text

pytestmark = pytest.mark.django_db


def ask(world: World, **fields: object) -> Answer:
    asked = {"plan": "elsewhere", "on": TODAY.isoformat(), "service": world.mandatory.pk} | fields
    return page(world.atr, "orders:question", **{name: str(said) for name, said in asked.items()})


def bought(world: World, item: RequestedItem) -> OutsidePurchase:
    return make_purchase(world, world.mandatory, relies_on=item, quantity=3, purchased_on=TODAY)


def test_an_exemption_in_term_is_offered_and_never_applied_unnamed(world: World) -> None:
    item = sought_in(world)
    unnamed = ask(world)
    assert "Mandatory from CALNET." in text(unnamed)
    assert "This purchase is of that project: ask again under" in text(unnamed)
    assert f"relies_on={item.pk}" in unnamed.content.decode()

    named = text(ask(world, relies_on=item.pk))
    assert "Allowed under an exemption through March 1, 2027." in named
    assert "Last day of the exemption: March 1, 2027" in named
    assert "Relied on here" in named
    assert f"Exemption approved, March 2, 2026 to March 1, 2027, {item.request} on record" in named


@pytest.mark.parametrize(
    ("state", "said"),
    [("sent", "asked for, not decided yet"), ("denied", "denied"), ("revoked", "revoked")],
)
def test_one_that_is_not_approved_is_shown_and_changes_nothing(
    world: World, state: str, said: str
) -> None:
    item = sought_in(world, state=state)
    unnamed, named = text(ask(world)), text(ask(world, relies_on=item.pk))

    assert f"{item.request} , Radio site backhaul at Cold Springs: {said}" in unnamed
    assert "It changes nothing on March 2, 2026." in unnamed
    assert "Exemption required." in named
    assert "Named here; changes nothing" in named


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_with_the_department_is_not_shown(world: World, state: str) -> None:
    item = sought_in(world, state=state)

    assert str(item.request) not in text(ask(world))
    assert "relies_on" in errors(ask(world, relies_on=item.pk))


def test_outside_its_term_it_changes_nothing(world: World) -> None:
    item = sought_in(world)
    answer = text(ask(world, on="2027-03-02", relies_on=item.pk))

    assert "Exemption required." in answer
    assert "Named here; changes nothing" in answer


def test_of_another_service_or_agency_it_can_not_be_named(world: World) -> None:
    item = sought_in(world, world.undesignated)

    assert "relies_on" in errors(ask(world, relies_on=item.pk))
    theirs = page(
        world.stranger, "orders:question", plan="elsewhere", on="2026-03-02",
        service=str(world.undesignated.pk), relies_on=str(item.pk),
    )  # fmt: skip
    assert "relies_on" in errors(theirs)


def test_what_words_describe_names_what_words_asked_for(world: World) -> None:
    answer = ask(world, service="", what="Hilltop radio", described="1")

    assert "Ruling needed." in text(answer)
    assert "Exemptions that were sought" not in text(answer)


def test_who_writes_requests_for_the_agency_begins_one_from_the_answer(world: World) -> None:
    assert "Request an exemption" in text(ask(world, quantity="4", vendor="Sierra"))
    assert "Request an exemption" not in text(ask(world, service=world.optional.pk))
    assert "Request an exemption" not in text(ask(world, plan="calnet"))


def filled(world: World, **changed: object) -> dict[str, object]:
    return {
        "agency": world.agency.pk,
        "vendor": "Sierra Telephone",
        "description": "Telephone lines",
        "amount": "1200.50",
        "purchased_on": "2026-03-02",
        "match": "matched",
        "product_id": world.mandatory.product_id,
        "key": uuid4(),
    } | changed


def test_a_purchase_is_recorded_under_the_exemption_that_was_chosen(world: World) -> None:
    item = sought_in(world)
    form = page(world.atr, "orders:record-outside").content.decode()
    assert f'<option value="{item.pk}">' in form
    done = post(
        world.atr, "orders:record-outside", **filled(world, relies_on=item.pk, quantity="2")
    )
    made = OutsidePurchase.objects.get()

    assert goes_to(done, "orders:outside-purchase", made.pk)
    for user in (world.catr, world.auditor):
        seen = text(page(user, "orders:outside-purchase", made.pk))
        assert f"{item.request} , Radio site backhaul at Cold Springs: Hosted VoIP" in seen
        assert "Allowed under an exemption" in seen
        listed = text(page(user, "orders:outside-purchases"))
        assert f"Under an exemption {item.request}" in listed


def test_a_refusal_is_shown_at_its_field_with_what_was_typed_kept(world: World) -> None:
    item = sought_in(world, amount=Decimal(1000))
    refused = post(
        world.atr, "orders:record-outside", **filled(world, relies_on=item.pk, quantity="2")
    )

    assert "has $1,000.00 of $1,000.00 left" in errors(refused)["relies_on"][0]
    assert 'value="Sierra Telephone"' in refused.content.decode()
    assert f'<option value="{item.pk}" selected>' in refused.content.decode()
    assert not OutsidePurchase.objects.exists()


def test_a_line_of_a_ledger_is_put_under_an_exemption_on_its_match_page(world: World) -> None:
    make_ledger(
        world, [ledger_line(Description="Hosted VoIP", Exemption="EX-7", Bought_on="2026-03-02")]
    )
    line = OutsidePurchase.objects.get()
    assert "its ledger says exemption “EX-7”" in text(page(world.atr, "orders:outside-purchases"))
    assert "relies_on" not in page(world.atr, "orders:match-outside", line.pk).content.decode()
    item = sought_in(world)
    said = {"stands_for": world.mandatory.pk, "relies_on": item.pk}
    lacking = post(world.atr, "orders:match-outside", line.pk, **said)
    assert errors(lacking) == {"quantity": ["Say how many it takes of what was granted."]}
    other = post(
        world.atr, "orders:match-outside", line.pk, relies_on=item.pk, quantity="1",
        stands_for="unsure",
    )  # fmt: skip
    assert "this purchase is of something else" in errors(other)["relies_on"][0]
    done = post(world.atr, "orders:match-outside", line.pk, quantity="1", **said)

    assert goes_to(done, "orders:outside-purchase", line.pk)
    assert "No possible leakage waits" in text(page(world.atr, "orders:outside-purchases"))


def test_a_purchase_that_relied_on_a_revoked_exemption_shows_it(world: World) -> None:
    made = bought(world, item := sought_in(world))
    revoke(item.request)
    seen = text(page(world.auditor, "orders:outside-purchase", made.pk))
    assert "on March 2, 2026, after it was bought" in seen
    assert "Exemption revoked since" in text(page(world.auditor, "orders:outside-purchases"))
    # It can be kept as it is, with what it was matched to put right
    form = page(world.atr, "orders:match-outside", made.pk).content.decode()
    assert f'<option value="{item.pk}" selected>' in form


def test_the_list_is_narrowed_by_exemption(world: World) -> None:
    revoked = bought(world, item := sought_in(world))
    revoke(item.request)
    used = bought(world, sought_in(world, project="Another"))
    make_purchase(world, world.mandatory)

    def listed(exemption: str) -> set[OutsidePurchase]:
        answer = page(world.atr, "orders:outside-purchases", exemption=exemption)
        return set(answer.context["page"])

    assert listed("used") == {revoked, used}
    assert listed("revoked") == {revoked}
    assert len(listed("")) == 3
