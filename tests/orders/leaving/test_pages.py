"""Leaving CALNET on its pages: each step, the list, and what becomes of a notice."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Contract
from orders.models import Leaving, LeavingState, Order
from orders.services.leaving import sending
from stmm.audit.models import Entry
from stmm.policy.dates import ato_window
from tests.catalog.factories import make_category, make_contract, make_free, make_service
from tests.factories import AT, signed_in
from tests.orders.factories import World, make_ato
from tests.orders.leavings import PDF, again, give, make_city_service, make_draft, make_given, parts
from tests.orders.pages import errors, goes_to, got, messages, page, post, step_states, text
from tests.orders.test_query_counts import MANY, counted
from tests.triggers import without_triggers


@pytest.fixture
def free(world: World) -> World:
    """The contract does not bind, so that notice may be given on whatever day it is."""
    make_free(world.contract)
    return world


def today() -> date:
    return timezone.localdate()


def start(world: World, contract: Contract) -> Leaving:
    """By its page."""
    answer = post(
        world.purchaser,
        "orders:start-leaving",
        agency=world.city.pk,
        contract=contract.pk,
        manner="migrate",
        key=uuid4(),
    )
    leaving = Leaving.objects.get(contract=contract)
    assert goes_to(answer, "orders:leaving-parts", leaving.pk)
    return leaving


def draft(world: World, *services: object, **fields: object) -> Leaving:
    return make_draft(world, *services, on=today(), **fields)  # type: ignore[arg-type]  # handed on


def given(world: World, *services: object) -> Leaving:
    return make_given(world, *services, on=today())  # type: ignore[arg-type]  # handed on


def test_the_wizard_leads_from_the_contract_to_the_notice(free: World) -> None:
    service = make_city_service(free)
    browser = signed_in(free.purchaser)

    shown = text(got(browser, reverse("orders:start-leaving")))
    assert "migrate, transfer or terminate their CALNET services" in shown
    leaving = start(free, free.contract)

    chosen = post(
        browser,
        "orders:leaving-parts",
        leaving.pk,
        parts=[f"open-{service.pk}", f"category-{make_category().pk}"],
        version=leaving.version,
    )
    assert goes_to(chosen, "orders:leaving-details", leaving.pk)
    assert len(parts(leaving)) == 2

    said = {
        "sender_address": "221 West Pine Street",
        "contact_name": "Luis Ortega",
        "contact_phone": "(209) 555-0100",
        "contact_email": "luis@lodi.example",
        "version": again(leaving).version,
    }
    detailed = post(browser, "orders:leaving-details", leaving.pk, **said)
    assert goes_to(detailed, "orders:leaving-review", leaving.pk)

    review = text(got(browser, reverse("orders:leaving-review", args=[leaving.pk])))
    assert f"The services end on {today() + timedelta(days=30):%B %-d, %Y}" in review
    noticed = post(browser, "orders:give-notice", leaving.pk, version=again(leaving).version)
    assert goes_to(noticed, "orders:leaving", leaving.pk)
    assert again(leaving).state == LeavingState.NOTICE_GIVEN
    assert "letter is being made" in text(got(browser, leaving.get_absolute_url()))


def test_inside_the_two_years_the_review_quotes_the_chapter_and_names_the_day(
    world: World,
) -> None:
    bound = make_contract("C4-BOUND", world.contract.contractor.name)
    make_ato(world.city, bound, approved_on=today())
    free = f"{ato_window(today())[1]:%B %-d, %Y}"
    leaving = start(world, bound)
    post(
        world.purchaser,
        "orders:leaving-parts",
        leaving.pk,
        parts=[f"category-{make_category().pk}"],
        version=leaving.version,
    )

    assert f"{today():%B %-d, %Y} to" in text(
        page(world.purchaser, "orders:leaving-parts", leaving.pk)
    )
    shown = text(page(world.purchaser, "orders:leaving-review", leaving.pk))
    assert f"Exclusive to CALNET until {free}" in shown
    assert f"notice may be given from {free}" in shown
    assert "exclusively purchased from the CALNET MSA for a period of two years" in shown
    assert "The letter goes to the order desk" not in shown


def test_notice_refused_by_the_service_comes_back_to_the_review(free: World) -> None:
    leaving = draft(free)

    answer = post(free.purchaser, "orders:give-notice", leaving.pk, version=leaving.version)

    assert goes_to(answer, "orders:leaving-review", leaving.pk)
    assert messages(answer) == ["Choose at least one service that leaves."]


def test_notice_without_a_version_gives_none(free: World) -> None:
    leaving = draft(free, make_city_service(free))

    answer = post(free.purchaser, "orders:give-notice", leaving.pk)

    assert goes_to(answer, "orders:leaving-review", leaving.pk)
    assert again(leaving).state == LeavingState.DRAFTED


def test_notice_of_what_changed_meanwhile_is_not_given(free: World) -> None:
    leaving = draft(free, make_city_service(free))

    answer = post(free.purchaser, "orders:give-notice", leaving.pk, version=leaving.version - 1)

    assert goes_to(answer, "orders:leaving", leaving.pk)
    assert "changed by someone else" in messages(answer)[0]


def test_what_was_typed_of_the_letter_is_kept_when_someone_else_changed_it(free: World) -> None:
    leaving = draft(free)
    said = {
        "sender_address": "221 West Pine Street",
        "contact_name": "Luis Ortega",
        "contact_phone": "1",
        "contact_email": "luis@lodi.example",
        "remarks": "To Frontier",
        "version": leaving.version - 1,
    }

    answer = post(free.purchaser, "orders:leaving-details", leaving.pk, **said)

    assert "What you typed is kept" in errors(answer)["__all__"][0]
    assert answer.context["form"]["version"].value() == str(leaving.version)
    assert "To Frontier" in text(answer)


def test_a_choice_that_is_not_offered_is_refused(free: World) -> None:
    leaving = draft(free)
    theirs = make_service("Fax", make_contract())

    answer = post(
        free.purchaser,
        "orders:leaving-parts",
        leaving.pk,
        parts=[f"service-{theirs.pk}"],
        version=leaving.version,
    )

    assert "parts" in errors(answer)


def test_a_service_that_the_ato_lists_by_itself_can_be_chosen(free: World) -> None:
    other = make_contract("C4-OTHER", free.contract.contractor.name)
    listed = make_service("Dark fibre", other)
    make_ato(free.city, other, categories=[], services=[listed])
    leaving = start(free, other)

    shown = text(page(free.purchaser, "orders:leaving-parts", leaving.pk))
    assert f"Product ID {listed.product_id}, listed on your ATO" in shown
    post(
        free.purchaser,
        "orders:leaving-parts",
        leaving.pk,
        parts=[f"service-{listed.pk}"],
        version=leaving.version,
    )
    assert parts(leaving) == [str(listed)]
    assert "checked" in page(free.purchaser, "orders:leaving-parts", leaving.pk).content.decode()


def test_a_contract_without_anything_to_leave_says_so(free: World) -> None:
    other = make_contract("C4-OTHER", free.contract.contractor.name)
    make_ato(free.city, other, categories=[])

    shown = text(page(free.purchaser, "orders:leaving-parts", start(free, other).pk))

    assert "Nothing to leave with" in shown


def test_the_disconnect_order_is_begun_once_from_the_page(free: World) -> None:
    leaving = given(free, make_city_service(free))
    number = {"agency_request_number": "OFF-1"}

    answer = post(free.purchaser, "orders:leaving-order", leaving.pk, **number)
    order = Order.objects.get(agency_request_number="OFF-1")
    assert goes_to(answer, "orders:lines", order.pk)

    again_ = post(free.purchaser, "orders:leaving-order", leaving.pk, **number)
    assert goes_to(again_, "orders:detail", order.pk)
    assert Order.objects.filter(agency_request_number="OFF-1").count() == 1
    assert "Go on with OFF-1" in text(page(free.purchaser, "orders:leaving", leaving.pk))


def test_a_number_in_use_is_refused_beside_its_field(free: World) -> None:
    leaving = given(free, make_city_service(free))
    taken = Order.objects.filter(agency=free.city).earliest("pk").agency_request_number

    answer = post(free.purchaser, "orders:leaving-order", leaving.pk, agency_request_number=taken)

    assert "has used the number" in errors(answer)["agency_request_number"][0]


def test_an_end_that_can_not_be_is_refused_beside_its_field(free: World) -> None:
    leaving = give(draft(free, categories=[make_category()]), world=free, on=today())

    answer = post(
        free.purchaser,
        "orders:leaving-ended",
        leaving.pk,
        ended_on=today() + timedelta(days=1),
        reason="A letter",
    )
    assert "to today" in errors(answer)["ended_on"][0]
    done = post(
        free.purchaser, "orders:leaving-ended", leaving.pk, ended_on=today(), reason="A letter"
    )
    assert goes_to(done, "orders:leaving", leaving.pk)
    assert "Before the notice ran out" in text(page(free.purchaser, "orders:leaving", leaving.pk))


@pytest.mark.parametrize("name", ["leaving-ended", "leaving-order", "leaving-parts"])
def test_too_early_or_too_late_leads_back_with_the_reason(free: World, name: str) -> None:
    leaving = draft(free) if name != "leaving-parts" else given(free, make_city_service(free))

    answer = page(free.purchaser, f"orders:{name}", leaving.pk)

    assert goes_to(answer, "orders:leaving", leaving.pk)
    assert "now." in messages(answer)[0]


def test_a_withdrawn_notice_says_so_a_second_time_too(free: World) -> None:
    leaving = draft(free)
    for _ in range(2):
        answer = post(free.purchaser, "orders:withdraw-leaving", leaving.pk, reason="We stay")
        assert messages(answer) == [f"{leaving} is withdrawn."]
    gone = page(free.purchaser, "orders:withdraw-leaving", leaving.pk)
    assert goes_to(gone, "orders:leaving", leaving.pk)
    assert Entry.objects.about(leaving).filter(action="withdraw_leaving").count() == 1


def test_the_desk_reads_the_notice_and_downloads_its_letter_on_record(free: World) -> None:
    leaving = given(free, make_city_service(free))
    sending._send(leaving, PDF, AT)

    shown = text(page(free.desk, "orders:leaving", leaving.pk))
    assert "Download the letter" in shown
    assert "Draft the disconnect order" not in shown
    assert page(free.desk, "orders:leaving-letter", leaving.pk).content == PDF
    assert Entry.objects.filter(action="download", actor=free.desk).count() == 1


def test_the_mail_of_a_notice_is_on_the_mail_page(free: World) -> None:
    leaving = given(free, make_city_service(free))
    sending._send(leaving, PDF, AT)
    mail = page(free.desk, "mail:list").context["page"][0]

    shown = text(page(free.desk, "mail:detail", mail.pk))

    assert f"About {leaving.number} ." in shown or f"About {leaving.number}." in shown


def test_the_list_shows_what_runs_and_what_is_late(world: World) -> None:
    late = make_given(world, on=date(2027, 7, 1))
    with without_triggers():
        Leaving.objects.filter(pk=late.pk).update(
            given_on=date(2026, 1, 2), ends_on=date(2026, 2, 1), given_at=AT
        )
    drafted = draft(world)

    def listed(show: str) -> list[Leaving]:
        return list(page(world.purchaser, "orders:leavings", show=show).context["page"])

    assert listed("") == listed("?") == [drafted, late]
    assert listed("running") == listed("late") == [late]
    assert "Late" in text(page(world.stnd, "orders:leavings"))
    assert list(page(world.stranger, "orders:leavings").context["page"]) == []
    assert "Leave with services" not in text(page(world.atr, "orders:leavings"))


def test_pages_take_the_same_queries_for_one_thing_and_for_many(free: World) -> None:
    browser = signed_in(free.purchaser)
    one = draft(free, make_city_service(free))
    names = ("leaving", "leaving-parts", "leaving-details", "leaving-review")
    few = {name: counted(browser, reverse(f"orders:{name}", args=[one.pk])) for name in names}
    few["list"] = counted(browser, reverse("orders:leavings"))

    services = [make_city_service(free, account=str(n)) for n in range(MANY // 4)]
    many = draft(free, *services)
    for _ in range(20):
        draft(free)
    full = {name: counted(browser, reverse(f"orders:{name}", args=[many.pk])) for name in names}
    full["list"] = counted(browser, reverse("orders:leavings"))

    assert full == few
    assert max(few.values()) <= 20


def test_a_step_is_done_where_nothing_is_lacking_of_it(free: World) -> None:
    start(free, free.contract)
    empty, full = Leaving.objects.get(), draft(free, make_city_service(free))

    def done(leaving: Leaving, name: str) -> list[str]:
        shown = step_states(page(free.purchaser, f"orders:leaving-{name}", leaving.pk))
        return [step for step, state in shown.items() if state == "done"]

    assert done(empty, "details") == ["Contract"]
    assert done(empty, "review") == ["Contract", "Day and letter"]
    assert done(full, "details") == ["Contract", "Services"]
    assert done(full, "review") == ["Contract", "Services", "Day and letter"]
    for lacking in ({"contact_phone": ""}, {"wanted_on": today() + timedelta(days=29)}):
        rest = {"contact_phone": "(209) 555-0100", "wanted_on": None}
        Leaving.objects.filter(pk=empty.pk).update(**rest | lacking)
        assert done(empty, "review") == ["Contract"]


def test_services_inside_their_two_years_are_not_done(world: World) -> None:
    leaving = draft(world, make_city_service(world))

    shown = step_states(page(world.purchaser, "orders:leaving-review", leaving.pk))

    assert shown["Services"] == "todo"
