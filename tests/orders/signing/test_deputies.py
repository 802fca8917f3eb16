"""Who stands in for the CATR: an ATR whom the CATR names, on the days named, and no longer."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from orders.models import Deputy, State
from orders.services.signing import approving
from orders.services.signing.approving import end_deputy
from stmm.agencies.models import Appointment
from stmm.agencies.services import end_appointment
from stmm.audit.models import Change, Entry
from stmm.refusals import Incomplete, NotAllowed
from tests.factories import AT, TODAY, Role, make_appointment, signed_in
from tests.orders.approvals import DAY, FRIDAY, approve, hand_over, name_deputy, set_rule
from tests.orders.factories import World, access, make_ready_order, sign
from tests.orders.pages import Answer, errors, goes_to, messages, page, post, text


def test_the_catr_names_an_atr_and_it_is_recorded(world: World) -> None:
    deputy = name_deputy(world)

    assert (deputy.user, deputy.named_by, deputy.named_at) == (world.atr, world.catr, AT)
    assert (deputy.starts_on, deputy.until) == (TODAY, FRIDAY + DAY)
    assert deputy.period == "March 2, 2026 to March 6, 2026"
    assert str(deputy) == "Ana Reyes for the CATR of Highway Patrol"
    entry = Entry.objects.about(world.agency).get(action="name_deputy")
    assert entry.changes == [
        Change("deputy of the CATR", "", "Ana Reyes, March 2, 2026 to March 6, 2026")
    ]


def test_naming_twice_names_once(world: World) -> None:
    assert len({name_deputy(world) for _ in range(2)}) == 1
    assert Entry.objects.filter(action="name_deputy").count() == 1


def test_a_deputy_signs_as_one_on_their_days_and_as_an_atr_on_others(world: World) -> None:
    set_rule(world, needs_catr="always")
    name_deputy(world, starts_on=TODAY + DAY, last_day=TODAY + 2 * DAY)

    for days in (0, 3):
        with pytest.raises(Incomplete, match="wants its CATR’s approval"):
            sign(make_ready_order(world), by=world.atr, at=AT + days * DAY)
    for days in (1, 2):
        signed = sign(make_ready_order(world), by=world.atr, at=AT + days * DAY)
        assert signed.signature.role == "ATR, deputy of the CATR"


def test_a_deputy_approves(world: World) -> None:
    set_rule(world, needs_catr="always")
    other = make_appointment(Role.ATR, world.agency).user
    name_deputy(world, other)
    order = hand_over(make_ready_order(world), world.atr)

    assert approve(order, other).role == "ATR, deputy of the CATR"
    assert sign(order, by=world.atr).state == State.SIGNED


def test_a_deputy_whose_appointment_ended_stands_in_no_more(world: World) -> None:
    set_rule(world, needs_catr="always")
    name_deputy(world)
    end_appointment(
        appointment=Appointment.objects.get(user=world.atr),
        until=TODAY,
        reason="Left",
        actor=world.stnd,
        at=AT,
    )

    with pytest.raises(NotAllowed):
        sign(make_ready_order(world, by=world.catr), by=world.atr)


def test_a_deputy_of_one_agency_is_none_at_another(world: World) -> None:
    name_deputy(world)
    elsewhere = make_appointment(Role.CATR).agency
    make_appointment(Role.ATR, elsewhere, world.atr)

    assert sign(make_ready_order(world), by=world.atr).signature.role.startswith("ATR, deputy")
    with pytest.raises(NotAllowed, match="Only the CATR of"):
        approving.catr_of(access(world.atr), elsewhere)


def test_a_deputy_names_no_deputy_and_sets_no_rule(world: World) -> None:
    name_deputy(world)
    other = make_appointment(Role.ATR, world.agency).user

    with pytest.raises(NotAllowed):
        name_deputy(world, other, by=world.atr)
    with pytest.raises(NotAllowed):
        set_rule(world, by=world.atr)


def test_nobody_names_themselves(world: World) -> None:
    make_appointment(Role.ATR, world.agency, world.catr)

    with pytest.raises(Incomplete, match="Nobody is their own deputy"):
        name_deputy(world, world.catr)
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputy.objects.create(
            agency=world.agency,
            user=world.catr,
            named_by=world.catr,
            starts_on=TODAY,
            until=FRIDAY,
            named_at=AT,
        )


@pytest.mark.parametrize("who", ["stranger", "purchaser", "auditor", "desk"])
def test_only_an_atr_of_the_agency_stands_in(world: World, who: str) -> None:
    with pytest.raises(Incomplete, match="is no ATR of Highway Patrol on the first day"):
        name_deputy(world, getattr(world, who))


def test_an_atr_appointed_later_stands_in_from_then_on(world: World) -> None:
    later = make_appointment(Role.ATR, world.agency, starts_on=TODAY + DAY).user

    with pytest.raises(Incomplete, match="on the first day"):
        name_deputy(world, later)
    assert name_deputy(world, later, starts_on=TODAY + DAY).user == later


@pytest.mark.parametrize(
    ("starts_on", "last_day", "message"),
    [
        (TODAY - DAY, FRIDAY, "This day has passed"),
        (FRIDAY, TODAY, "The last day is before the first one"),
    ],
)
def test_days_gone_by_or_turned_around_are_refused(
    world: World, starts_on: date, last_day: date, message: str
) -> None:
    with pytest.raises(Incomplete, match=message):
        name_deputy(world, starts_on=starts_on, last_day=last_day)


def test_days_on_which_they_stand_in_already_are_refused(world: World) -> None:
    name_deputy(world)

    with pytest.raises(Incomplete, match="stands in already: March 2, 2026 to March 6, 2026"):
        name_deputy(world, starts_on=FRIDAY, last_day=FRIDAY + DAY)
    assert name_deputy(world, starts_on=FRIDAY + DAY, last_day=FRIDAY + DAY).pk


def test_two_atrs_may_stand_in_on_the_same_days(world: World) -> None:
    name_deputy(world)
    name_deputy(world, make_appointment(Role.ATR, world.agency).user)

    assert Deputy.objects.in_effect(TODAY).count() == 2


# Ending early


def test_a_deputy_ends_at_once_and_is_recorded_once(world: World) -> None:
    set_rule(world, needs_catr="always")
    deputy = name_deputy(world)
    later = AT + 2 * DAY

    for _ in range(2):
        deputy = end_deputy(deputy=deputy, access=access(world.catr), at=later)

    assert deputy.until == later.date()
    assert deputy.period == "March 2, 2026 to March 3, 2026"
    entry = Entry.objects.about(world.agency).get(action="end_deputy")
    assert entry.changes == [
        Change(
            "deputy of the CATR, Ana Reyes",
            "March 2, 2026 to March 6, 2026",
            "ended on March 4, 2026",
        )
    ]
    with pytest.raises(Incomplete):
        sign(make_ready_order(world), by=world.atr, at=later)


def test_one_ended_before_it_began_can_be_named_again(world: World) -> None:
    deputy = end_deputy(deputy=name_deputy(world), access=access(world.catr), at=AT)
    assert deputy.period == "ended before March 2, 2026"
    assert end_deputy(deputy=deputy, access=access(world.catr), at=AT) == deputy

    assert name_deputy(world, last_day=TODAY) == deputy
    assert Deputy.objects.get().until == TODAY + DAY


def test_one_over_already_stays_as_it_was(world: World) -> None:
    deputy = name_deputy(world)

    end_deputy(deputy=deputy, access=access(world.catr), at=AT + 9 * DAY)

    assert Deputy.objects.get().until == FRIDAY + DAY


@pytest.mark.parametrize("who", ["atr", "stranger", "stnd", "auditor"])
def test_nobody_but_the_catr_names_or_ends(world: World, who: str) -> None:
    deputy, by = name_deputy(world), getattr(world, who)

    with pytest.raises(NotAllowed, match="Only the CATR of Highway Patrol"):
        name_deputy(world, by=by)
    with pytest.raises(NotAllowed, match="Only the CATR of Highway Patrol"):
        end_deputy(deputy=deputy, access=access(by), at=AT)


# The pages


def name_by_page(world: World, **typed: object) -> Answer:
    url = reverse("orders:name-deputy", args=[world.agency.pk])
    return signed_in(world.catr).post(url, typed)


def test_the_catr_names_and_ends_on_the_pages(world: World) -> None:
    """By the real clock, so far ahead."""
    typed = {"user": world.atr.pk, "starts_on": "2125-03-02", "last_day": "2125-03-06"}

    answer = name_by_page(world, **typed)

    assert goes_to(answer, "orders:signing-rule", world.agency.pk)
    assert messages(answer) == ["Ana Reyes stands in for the CATR."]
    shown = page(world.catr, "orders:signing-rule", world.agency.pk)
    assert "March 6, 2125" in text(shown)
    assert "End now" in text(shown)
    assert "End now" not in text(page(world.atr, "orders:signing-rule", world.agency.pk))

    answer = post(world.catr, "orders:end-deputy", Deputy.objects.get().pk)

    assert goes_to(answer, "orders:signing-rule", world.agency.pk)
    shown = text(page(world.catr, "orders:signing-rule", world.agency.pk))
    assert "Nobody stands in today or later" in shown
    assert "Ana Reyes, ended before March 2, 2125" in shown


@pytest.mark.parametrize("who", ["atr", "stnd", "auditor"])
def test_who_sees_the_pages_but_is_not_the_catr_changes_nothing(world: World, who: str) -> None:
    user, agency, deputy = getattr(world, who), world.agency.pk, name_deputy(world)
    answers = [
        post(user, "orders:signing-rule", agency, needs_catr="always"),
        page(user, "orders:name-deputy", agency),
        post(user, "orders:name-deputy", agency),
        post(user, "orders:end-deputy", deputy.pk),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    for answer in answers:
        assert "Only the CATR of Highway Patrol, appointed today" in text(answer)


@pytest.mark.parametrize("who", ["stranger", "purchaser", "desk"])
def test_the_pages_of_another_agency_are_not_found(world: World, who: str) -> None:
    user, agency, deputy = getattr(world, who), world.agency.pk, name_deputy(world)
    answers = [
        page(user, "orders:signing-rule", agency),
        page(user, "orders:name-deputy", agency),
        post(user, "orders:end-deputy", deputy.pk),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_former_deputies_are_listed(world: World) -> None:
    name_deputy(world)

    shown = text(page(world.auditor, "orders:signing-rule", world.agency.pk))

    assert "Deputies before (1)" in shown
    assert "Ana Reyes, March 2, 2026 to March 6, 2026" in shown


def test_the_form_offers_the_atrs_of_the_agency_and_says_what_is_wrong(world: World) -> None:
    shown = page(world.catr, "orders:name-deputy", world.agency.pk)
    assert list(shown.context["form"].fields["user"].queryset) == [world.atr]

    typed = {"user": world.atr.pk, "starts_on": "2020-01-01", "last_day": "2019-12-31"}
    answer = name_by_page(world, **typed)

    assert set(errors(answer)) == {"starts_on", "last_day"}
    assert list(errors(name_by_page(world))) == [
        "user",
        "starts_on",
        "last_day",
    ]
