"""One click from a question, an order or possible leakage to the draft of an exemption request."""

from uuid import uuid4

import pytest
from django.urls import reverse

from catalog.models import Service
from exemptions.models import ExemptionRequest, RequestState
from orders.models import Order, OutsidePurchase
from orders.services.elsewhere.exemption_drafts import (
    ask_for_findings,
    ask_for_lines,
    ask_for_service,
)
from orders.services.elsewhere.findings import reopen_finding
from orders.services.elsewhere.outside import withdraw_purchase
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.catalog.factories import MANDATORY, NON_MANDATORY, make_designation, make_service
from tests.factories import AT, TODAY, Role, make_appointment, signed_in
from tests.orders.elsewhere_records import make_purchase
from tests.orders.factories import KNOWN, World, access, make_draft
from tests.orders.pages import goes_to, messages, page, post, text

pytestmark = pytest.mark.django_db
FindingState = OutsidePurchase.FindingState


def again(purchase: OutsidePurchase) -> OutsidePurchase:
    return OutsidePurchase.objects.select_related("exemption_request").get(pk=purchase.pk)


def items(request: ExemptionRequest) -> list[tuple[Service | None, int]]:
    return [(item.service, item.quantity) for item in request.items.all()]


def ask(purchases: OutsidePurchase | list[OutsidePurchase], by: User) -> ExemptionRequest:
    chosen = purchases if isinstance(purchases, list) else [purchases]
    return ask_for_findings(purchases=chosen, key=uuid4(), access=access(by), at=AT)


def test_possible_leakage_becomes_a_draft_that_knows_what_is_known(world: World) -> None:
    made = make_purchase(world, world.mandatory, quantity=4, vendor="Sierra Telephone")
    request = ask(made, world.atr)

    assert (request.state, request.agency) == (RequestState.DRAFT, world.agency)
    assert items(request) == [(world.mandatory, 4)]
    assert request.project == "Telephone lines, February"
    assert request.proposed_source == "Sierra Telephone"
    assert request.origin == (
        "Bought outside CALNET: Telephone lines, February from Sierra Telephone"
    )
    found = again(made)
    assert (found.finding_state, found.exemption_request) == (FindingState.EXEMPTION, request)
    assert (found.settled_by, found.settled_at) == (world.atr, AT)
    assert str(request) in Entry.objects.about(made)[0].changes_json
    assert not OutsidePurchase.objects.open_findings().exists()
    assert not verify().faults


def test_a_second_click_gives_back_the_first_draft(world: World) -> None:
    made = make_purchase(world, world.mandatory)

    assert ask(made, world.atr) == ask(made, world.catr)
    assert ExemptionRequest.objects.count() == 1
    assert Entry.objects.about(made).filter(action="settle_finding").count() == 1


def test_what_came_to_nothing_is_settled_otherwise_or_asked_for_anew(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    first = ask(made, world.atr)
    reopen_finding(purchase=made, reason="Withdrawn", access=access(world.atr), at=AT)
    assert (again(made).finding_state, again(made).exemption_request) == (FindingState.OPEN, None)

    assert ask(made, world.atr) != first


@pytest.mark.parametrize("who", ["stranger", "purchaser", "stnd", "auditor", "desk"])
def test_only_who_records_its_purchases_asks_for_them(world: World, who: str) -> None:
    made = make_purchase(world, world.mandatory)
    with pytest.raises(NotAllowed):
        ask(made, getattr(world, who))

    assert not ExemptionRequest.objects.exists()


def test_no_exemption_is_asked_for_what_needs_none(world: World) -> None:
    free = make_purchase(world, world.optional)
    with pytest.raises(WrongState, match="bought without one"):
        ask(free, world.atr)
    gone = make_purchase(world, world.mandatory)
    withdraw_purchase(purchase=gone, reason="Twice", access=access(world.atr), at=AT)
    with pytest.raises(WrongState, match="withdrawn"):
        ask(gone, world.atr)


def test_what_is_not_mandatory_any_more_can_not_be_asked_for(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    make_designation(NON_MANDATORY, world.mandatory, effective_from=TODAY, at=KNOWN)
    with pytest.raises(Incomplete, match="need no"):
        ask(made, world.atr)
    answer = post(world.atr, "orders:finding-exemption", made.pk, key=uuid4())

    assert goes_to(answer, "orders:outside-purchase", made.pk)
    assert "need no exemption" in messages(answer)[0]
    assert again(made).finding_state == FindingState.OPEN


def test_the_page_of_a_purchase_names_the_request_and_how_it_ended(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    assert "Request an exemption" in text(page(world.atr, "orders:outside-purchase", made.pk))
    assert post(world.atr, "orders:finding-exemption", made.pk).status_code == 302
    done = post(world.atr, "orders:finding-exemption", made.pk, key=uuid4())
    request = ExemptionRequest.objects.get()

    assert goes_to(done, "exemptions:request", request.pk)
    assert messages(done) == [f"{request} is begun with what is known. Nothing is sent yet."]
    for user in (world.catr, world.auditor):
        seen = text(page(user, "orders:outside-purchase", made.pk))
        assert f"{request} : draft" in seen
        assert "Request an exemption" not in seen
    ExemptionRequest.objects.filter(pk=request.pk).update(
        state=RequestState.WITHDRAWN, closed_at=AT
    )
    ended = text(page(world.atr, "orders:outside-purchase", made.pk))
    assert f"{request} : withdrawn" in ended
    assert "came to nothing" in ended


def test_several_become_one_request_by_service(world: World) -> None:
    other = make_service("Centrex lines", world.contract)
    make_designation(MANDATORY, other, at=KNOWN)
    made = [
        make_purchase(world, world.mandatory, quantity=4, vendor="Sierra Telephone"),
        make_purchase(world, other, quantity=2, vendor="Sierra Telephone"),
        make_purchase(world, world.mandatory, vendor="Sierra Telephone"),
    ]
    request = ask(made, world.atr)

    assert items(request) == [(world.mandatory, 5), (other, 2)]
    assert request.project == "3 purchases outside CALNET"
    assert request.proposed_source == "Sierra Telephone"
    assert request.origin.startswith("Bought outside CALNET: Telephone lines, February from Sierra")
    assert {again(each).exemption_request for each in made} == {request}
    assert ask(made, world.catr) == request
    assert Entry.objects.filter(action="settle_finding").count() == 3
    assert not verify().faults


def test_of_several_sources_none_is_proposed(world: World) -> None:
    made = [
        make_purchase(world, world.mandatory, vendor=vendor) for vendor in ("Sierra", "Volcano")
    ]

    assert ask(made, world.atr).proposed_source == ""


def test_one_that_can_not_be_asked_for_stops_them_all(world: World) -> None:
    fit, free, taken = (
        make_purchase(world, service)
        for service in (world.mandatory, world.optional, world.mandatory)
    )
    first = ask(taken, world.atr)
    with pytest.raises(WrongState, match=r"from Sierra Telephone is not"):
        ask([fit, free], world.atr)
    with pytest.raises(WrongState, match=f"{first} is for Telephone lines"):
        ask([fit, taken], world.atr)

    assert again(fit).finding_state == FindingState.OPEN
    assert ExemptionRequest.objects.get() == first


def test_purchases_of_two_agencies_are_not_one_request(world: World) -> None:
    here, there = make_purchase(world, world.mandatory), make_purchase(world, world.mandatory)
    other = make_appointment(Role.ATR, user=world.atr).agency
    OutsidePurchase.objects.filter(pk=there.pk).update(agency=other)
    with pytest.raises(Incomplete, match="of one agency"):
        ask([here, there], world.atr)

    assert not ExemptionRequest.objects.exists()


def test_the_list_asks_for_what_was_checked(world: World) -> None:
    make_purchase(world, world.optional)
    client = signed_in(world.atr)
    address = reverse("orders:outside-purchases")
    assert "one exemption" not in client.get(address).content.decode()
    made = [make_purchase(world, world.mandatory) for _ in range(2)]
    listed = client.get(address).content.decode()
    assert listed.count('name="purchase"') == 2
    assert "Request one exemption for the checked" in listed
    nothing = client.post(reverse("orders:findings-exemption") + "?finding=open", {"key": uuid4()})
    assert nothing["Location"] == f"{address}?finding=open"
    assert messages(nothing) == ["Check the box of at least one purchase first."]
    keys = [each.pk for each in made]
    for key in (uuid4(), uuid4()):
        done = post(client, "orders:findings-exemption", purchase=keys, key=key)
        assert goes_to(done, "exemptions:request", ExemptionRequest.objects.get().pk)

    assert "one exemption" not in client.get(address).content.decode()
    assert 'name="purchase"' not in page(world.auditor, "orders:outside-purchases").content.decode()


def test_a_question_begins_a_request_for_its_service(world: World) -> None:
    asked = {
        "agency": world.agency.pk,
        "service": world.mandatory.pk,
        "quantity": "4",
        "vendor": "Sierra",
        "key": uuid4(),
    }
    for _ in range(2):
        done = post(world.atr, "orders:service-exemption", **asked)
    request = ExemptionRequest.objects.get()

    assert goes_to(done, "exemptions:request", request.pk)
    assert items(request) == [(world.mandatory, 4)]
    assert (request.project, request.proposed_source) == ("Hosted VoIP", "Sierra")
    assert request.origin.startswith("Asked whether Hosted VoIP")


def test_a_question_without_a_known_source_leaves_it_open(world: World) -> None:
    request = ask_for_service(
        agency=world.agency,
        service=world.mandatory,
        quantity=1,
        vendor="",
        key=uuid4(),
        access=access(world.atr),
        at=AT,
    )

    assert (request.proposed_source, request.version) == ("", 1)


def test_what_a_question_lacks_or_needs_not_leads_back_to_it(world: World) -> None:
    lacking = post(world.atr, "orders:service-exemption", agency=world.agency.pk)
    assert goes_to(lacking, "orders:question")
    asked = {"agency": world.agency.pk, "quantity": "1", "key": uuid4()}
    free = post(world.atr, "orders:service-exemption", service=world.optional.pk, **asked)
    assert goes_to(free, "orders:question")
    assert "need no exemption" in messages(free)[0]
    make_appointment(Role.PURCHASER, world.city, world.atr)
    local = asked | {"agency": world.city.pk, "service": world.mandatory.pk}
    assert post(world.atr, "orders:service-exemption", **local).status_code == 403
    assert not ExemptionRequest.objects.exists()


def order_of(world: World) -> Order:
    other = make_service("Paging", world.contract, recorded_at=KNOWN)
    make_designation(MANDATORY, other, at=KNOWN)
    return make_draft(world, world.mandatory, world.optional, world.mandatory, other)


def test_an_order_offers_its_mandatory_services_and_stays_as_it_is(world: World) -> None:
    order = order_of(world)
    offered = page(world.atr, "orders:review", order.pk)
    assert "CALNET does not meet the need?" in text(offered)
    assert offered.content.decode().count('name="line"') == 3
    assert "Request #2:" not in text(offered)
    nothing = post(world.atr, "orders:order-exemption", order.pk, key=uuid4())
    assert goes_to(nothing, "orders:review", order.pk)
    assert "Check the box" in messages(nothing)[0]
    first, optional, third, _ = order.lines.order_by("position")
    done = post(
        world.atr, "orders:order-exemption", order.pk,
        line=[first.pk, third.pk, optional.pk], key=uuid4(),
    )  # fmt: skip
    request = ExemptionRequest.objects.get()

    assert goes_to(done, "exemptions:request", request.pk)
    assert items(request) == [(world.mandatory, first.quantity + third.quantity)]
    assert request.origin == f"Order {order}, requests #1, #3"
    assert Order.objects.get(pk=order.pk).version == order.version


def test_an_order_without_mandatory_services_offers_nothing(world: World) -> None:
    order = make_draft(world, world.optional)

    assert "CALNET does not meet" not in text(page(world.atr, "orders:review", order.pk))
    with pytest.raises(Incomplete, match="no line of a mandatory service"):
        ask_for_lines(order=order, lines=[], key=uuid4(), access=access(world.atr), at=AT)


def test_a_local_agency_is_offered_none(world: World) -> None:
    order = make_draft(world, world.mandatory, by=world.purchaser)

    assert "CALNET does not meet" not in text(page(world.purchaser, "orders:review", order.pk))
