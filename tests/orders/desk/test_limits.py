"""In how many working days contractors acknowledge and commit: set by STND, read by all."""

from datetime import timedelta

import pytest

from orders.models import TimeLimits
from orders.reading.desk import limit_book
from orders.reading.milestones import Limits
from orders.services.desk.time_limits import set_time_limits
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.factories import SINCE
from tests.orders.desk_orders import SENT_AT, SENT_ON, limit, make_acknowledged
from tests.orders.factories import World, access
from tests.orders.pages import errors, goes_to, page, post, text

DAY = timedelta(days=1)
TYPED = {
    "acknowledge_within": "2",
    "commit_within": "",
    "effective_from": "2020-03-02",
    "reason": "Clause 12",
}


def test_limits_are_added_and_never_edited(world: World) -> None:
    limit(world, acknowledge=2, commit=None)
    limit(world, acknowledge=1, commit=5)

    assert TimeLimits.objects.count() == 2
    latest = TimeLimits.objects.in_effect(SENT_ON).get()
    assert (latest.acknowledge_within, latest.commit_within) == (1, 5)
    entry = Entry.objects.filter(action="set_time_limits").last()
    assert entry is not None
    assert ("acknowledge within", "2 working days", "1 working day") in entry.changes
    assert ("commit within", "no limit set", "5 working days") in entry.changes


def test_the_same_limits_again_do_nothing(world: World) -> None:
    first = limit(world)

    assert limit(world) == first
    assert Entry.objects.filter(action="set_time_limits").count() == 1


@pytest.mark.parametrize("who", ["atr", "desk", "auditor"])
def test_only_stnd_sets_them(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        set_time_limits(
            contract=world.contract,
            acknowledge_within=2,
            commit_within=2,
            effective_from=SENT_ON,
            reason="Clause 12",
            access=access(getattr(world, who)),
            at=SENT_AT,
        )


def test_the_limits_of_a_day_are_those_that_began_last(world: World) -> None:
    limit(world, acknowledge=9, commit=9, since=SENT_ON)
    limit(world, acknowledge=2, commit=3)
    limit(world, acknowledge=4, commit=None, since=SENT_ON)
    book = limit_book(TimeLimits.objects.all())

    contract = world.contract.pk
    assert book.on(contract, SENT_ON - DAY) == Limits(2, 3)
    assert book.on(contract, SENT_ON) == Limits(4, None)
    assert book.on(contract, SINCE - DAY) == Limits()
    assert book.on(contract + 1, SENT_ON) == Limits()
    assert book.on(contract, None) == Limits()


def test_a_contract_without_limits_sets_none(world: World) -> None:
    assert limit_book(TimeLimits.objects.all()).stretches == ()


def test_every_contract_is_listed_with_its_limits(world: World) -> None:
    limit(world, acknowledge=1, commit=None)

    for who in ("atr", "desk", "stnd"):
        shown = text(page(getattr(world, who), "orders:time-limits"))
        assert "C4-DNCS-19 AT&T 1 working day no limit set" in shown
        assert ("Set the time limits of C4-DNCS-19, AT&T" in shown) is (who == "stnd")


def test_stnd_sets_limits_on_the_page(world: World) -> None:
    shown = text(page(world.stnd, "orders:set-time-limits", world.contract.pk))
    assert "Recorded so far" not in shown

    answered = post(world.stnd, "orders:set-time-limits", world.contract.pk, **TYPED)

    assert goes_to(answered, "orders:time-limits")
    stored = TimeLimits.objects.get()
    assert (stored.acknowledge_within, stored.commit_within) == (2, None)
    assert stored.recorded_by == world.stnd
    post(world.stnd, "orders:set-time-limits", world.contract.pk, **TYPED)
    assert TimeLimits.objects.count() == 1
    shown = text(page(world.stnd, "orders:set-time-limits", world.contract.pk))
    assert "Recorded so far" in shown
    assert (
        'value="2"'
        in page(world.stnd, "orders:set-time-limits", world.contract.pk).content.decode()
    )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"acknowledge_within": "0"}, "acknowledge_within"),
        ({"commit_within": "251"}, "commit_within"),
        ({"commit_within": "two"}, "commit_within"),
        ({"effective_from": ""}, "effective_from"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_limit_that_nobody_can_mean_is_refused(
    world: World, typed: dict[str, str], field: str
) -> None:
    answered = post(world.stnd, "orders:set-time-limits", world.contract.pk, **TYPED | typed)

    assert list(errors(answered)) == [field]
    assert not TimeLimits.objects.exists()


@pytest.mark.parametrize("who", ["atr", "desk", "auditor"])
def test_others_read_and_do_not_set(world: World, who: str) -> None:
    user = getattr(world, who)

    assert page(user, "orders:set-time-limits", world.contract.pk).status_code == 403
    answered = post(user, "orders:set-time-limits", world.contract.pk, **TYPED)
    assert answered.status_code == 403


def test_a_limit_shows_on_the_page_of_an_order(world: World) -> None:
    limit(world, acknowledge=2, commit=5)

    shown = text(page(world.atr, "orders:detail", make_acknowledged(world).pk))

    assert "due March 4, 2020" in shown


def test_the_limits_are_reached_from_home_and_from_an_order(world: World) -> None:
    link = 'href="/orders/time-limits/"'
    order = make_acknowledged(world)

    assert link in page(world.stnd, "home").content.decode()
    assert link in page(world.atr, "orders:detail", order.pk).content.decode()
