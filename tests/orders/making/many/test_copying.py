"""A new order like an earlier one: what comes along, what does not, and who may."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from catalog.models import Contract, Service
from orders.models import OpenService, Order, State
from orders.services.making import drafting
from orders.services.making.copying import Copied, copy
from stmm.accounts.models import User
from stmm.agencies.models import Contact
from stmm.agencies.services import rename
from stmm.audit.models import Entry
from stmm.refusals import Incomplete, NotAllowed
from tests.agencies.book import CONTACT
from tests.catalog.factories import make_contract, make_offer, make_service
from tests.factories import AT, TODAY, signed_in
from tests.orders.factories import (
    FILLED,
    KNOWN,
    World,
    access,
    fill,
    make_draft,
    make_line,
    make_ready_order,
    make_sent_order,
)
from tests.orders.pages import again, errors, goes_to, messages, page, post, text
from tests.orders.test_query_counts import statements


def copied(order: Order, by: User, number: str = "R-NEW", key: UUID | None = None) -> Copied:
    return copy(
        order=order, agency_request_number=number, key=key or uuid4(), access=access(by), at=AT
    )


def withdraw(service: Service) -> None:
    make_offer(service, effective_from=date(2021, 1, 1), withdrawn=True)


def test_a_sent_order_is_copied_to_a_new_draft(world: World) -> None:
    earlier = make_ready_order(world)
    fill(earlier, by=world.atr, division="Air Operations", is_equipment=True)
    make_line(earlier, world.optional, by=world.atr, quantity=7, comment="Soon")

    new = copied(again(earlier), world.catr).order

    assert (new.state, new.agency_request_number, new.created_by) == (
        State.DRAFT, "R-NEW", world.catr,
    )  # fmt: skip
    for name, value in (FILLED | {"division": "Air Operations", "is_equipment": True}).items():
        assert getattr(new, name) == value, name
    assert [
        (line.position, line.service, line.quantity, line.comment) for line in new.lines.all()
    ] == [(1, world.mandatory, 1, ""), (2, world.optional, 7, "Soon")]
    assert Order.objects.get(pk=earlier.pk).lines.count() == 2


def test_the_record_of_the_copy_names_where_it_is_from(world: World) -> None:
    earlier = make_ready_order(world)

    new = copied(earlier, world.atr).order

    entry = Entry.objects.about(new)[0]
    assert entry.action == "copy"
    assert [tuple(change) for change in entry.changes] == [
        ("copied from", "", str(earlier)),
        ("Request #1", "", f"Add 1 {world.mandatory}"),
    ]


def test_the_same_page_sent_twice_makes_one_copy(world: World) -> None:
    earlier, key = make_sent_order(world), uuid4()
    said = {"agency_request_number": "R-NEW", "key": key}
    first = post(world.atr, "orders:copy", earlier.pk, **said)
    second = post(world.atr, "orders:copy", earlier.pk, **said)

    assert first["Location"] == second["Location"]
    new = Order.objects.get(agency_request_number="R-NEW")
    assert new.lines.count() == 1
    assert Entry.objects.about(new).filter(action="copy").count() == 1


def test_an_order_without_lines_is_copied_once_too(world: World) -> None:
    earlier, key = make_draft(world), uuid4()

    new = {copied(earlier, world.atr, key=key).order.pk for _ in range(2)}

    assert len(new) == 1
    assert Entry.objects.filter(action="copy").count() == 1


def test_days_that_have_passed_do_not_come_along(world: World) -> None:
    earlier = make_draft(world)
    make_line(earlier, world.mandatory, by=world.atr, requested_date=TODAY - timedelta(days=1))
    make_line(earlier, world.mandatory, by=world.atr, requested_date=TODAY)

    new = copied(earlier, world.atr).order

    assert [line.requested_date for line in new.lines.all()] == [None, TODAY]


def test_what_a_line_acts_on_comes_along_while_it_works(world: World) -> None:
    added = make_sent_order(world).lines.get()
    works, ended = (
        OpenService.objects.create(
            agency=world.agency, service=world.mandatory, quantity=1, since=TODAY,
            added_by=line, last_line=line,
        )
        for line in (added, make_sent_order(world).lines.get())
    )  # fmt: skip
    earlier = make_draft(world)
    for acts_on in (works, ended):
        make_line(
            earlier, world.mandatory, by=world.atr, order_type="disconnect",
            billing_account="1", acts_on=acts_on,
        )  # fmt: skip
    OpenService.objects.filter(pk=ended.pk).update(ended_on=TODAY, quantity=0)

    new = copied(earlier, world.atr).order

    assert [line.acts_on for line in new.lines.all()] == [works, None]


def test_lines_of_services_no_longer_offered_come_along_and_are_named(world: World) -> None:
    pagers, faxes = (make_service(name, world.contract) for name in ("Pagers", "Faxes"))
    earlier = make_draft(world, world.mandatory, pagers)
    make_line(earlier, faxes, by=world.atr, order_type="disconnect", billing_account="1")
    withdraw(pagers)
    withdraw(faxes)

    answer = post(world.atr, "orders:copy", earlier.pk, agency_request_number="R-NEW", key=uuid4())

    new = Order.objects.get(agency_request_number="R-NEW")
    assert goes_to(answer, "orders:lines", new.pk)
    assert new.lines.count() == 3
    done, note = messages(answer)
    assert done == f"{new} is a draft like {earlier}."
    assert note.startswith(f"Not offered under C4-DNCS-19 today: {pagers}. Take")


def test_lines_are_named_as_the_catalogue_names_their_services_today(world: World) -> None:
    earlier = make_ready_order(world)
    Service.objects.filter(pk=world.mandatory.pk).update(name="Hosted VoIP, new")

    assert copied(earlier, world.atr).order.lines.get().service_name == "Hosted VoIP, new"


def test_a_former_name_of_the_agency_stays_on_the_earlier_order(world: World) -> None:
    earlier = make_ready_order(world)
    other = make_ready_order(world)
    fill(other, by=world.atr, department="Office of Air Operations")
    rename(
        agency=world.agency, name="Highway Patrol, Department of the", effective_from=TODAY,
        reason="Its new name", actor=None, at=AT,
    )  # fmt: skip

    assert copied(again(earlier), world.atr, "R-N1").order.department == (
        "Highway Patrol, Department of the"
    )
    assert copied(again(other), world.atr, "R-N2").order.department == "Office of Air Operations"


def test_the_copy_has_the_contact_of_the_earlier_order_and_not_the_books(world: World) -> None:
    earlier = make_ready_order(world)
    Contact.objects.create(agency=world.agency, **CONTACT | {"name": "Sam Lee"})

    assert copied(earlier, world.catr).order.contact_name == "Ana Reyes"


def test_a_contract_that_has_ended_is_refused_with_the_reason(world: World) -> None:
    ended = make_contract("ENDED-1", until=date(2021, 1, 1))
    earlier = make_draft(replace(world, contract=ended), at=KNOWN)

    answer = post(world.atr, "orders:copy", earlier.pk, agency_request_number="R-NEW", key=uuid4())

    assert errors(answer) == {"__all__": ["Contract ENDED-1 is not in term today."]}
    assert "Problem: Copy to a new order" in text(answer)
    assert not Order.objects.filter(agency_request_number="R-NEW").exists()


def test_an_agency_off_the_list_of_buyers_is_refused_with_the_reason(world: World) -> None:
    earlier = make_ready_order(world)
    Contract.objects.filter(pk=world.contract.pk).update(buyers=Contract.Buyers.LISTED)
    earlier = again(earlier)

    with pytest.raises(Incomplete, match="Highway Patrol is not on it"):
        copied(earlier, world.atr)


def test_a_number_in_use_is_said_beside_its_field(world: World) -> None:
    earlier = make_ready_order(world, number="R-1")

    answer = post(world.atr, "orders:copy", earlier.pk, agency_request_number="R-1", key=uuid4())

    assert "has used the number R-1" in errors(answer)["agency_request_number"][0]
    assert 'value="R-1"' in answer.content.decode()


def test_the_page_tells_what_will_be_copied(world: World) -> None:
    earlier = make_ready_order(world, world.mandatory, world.optional)

    shown = text(page(world.atr, "orders:copy", earlier.pk))

    assert "the 2 lines, addresses and contacts" in shown
    assert "Attached files, and requested dates that have passed, stay" in shown


@pytest.mark.parametrize(
    ("who", "status"),
    [("catr", 200), ("auditor", 403), ("stnd", 403), ("desk", 403), ("stranger", 404)],
)
def test_only_who_orders_for_the_agency_copies(world: World, who: str, status: int) -> None:
    earlier, user = make_sent_order(world), getattr(world, who)

    assert page(user, "orders:copy", earlier.pk).status_code == status
    if status == 403:
        answer = post(user, "orders:copy", earlier.pk, agency_request_number="R-NEW", key=uuid4())
        assert answer.status_code == 403
        with pytest.raises(NotAllowed):
            copied(earlier, user)
    assert not Order.objects.filter(agency_request_number="R-NEW").exists()


def test_it_is_read_or_sent_and_nothing_else(world: World) -> None:
    url = reverse("orders:copy", args=[make_draft(world).pk])

    assert signed_in(world.atr).put(url).status_code == 405


def test_an_abandoned_order_can_be_begun_again_by_copying_it(world: World) -> None:
    earlier = make_ready_order(world)
    drafting.abandon(order=earlier, reason="Too soon", access=access(world.atr), at=AT)

    assert copied(again(earlier), world.atr).order.lines.count() == 1


def test_copying_many_lines_takes_as_many_queries_as_one(world: World) -> None:
    def copying(lines: int) -> int:
        services = [make_service(f"VoIP {n}", world.contract) for n in range(lines)]
        earlier = make_draft(world, *services)
        return statements(lambda: copied(earlier, world.atr, f"R-{lines}"))

    assert copying(1) == copying(40)
