"""The agency changes an order at the moment at which the contractor says something of it.

SQLite queues writers anyway; it is PostgreSQL where these would go wrong, or wait for ever.
"""

from collections.abc import Callable
from uuid import uuid4

import pytest

from orders.models import Deputy, Note, Order, Signature, SigningRule, State
from orders.services.changing import acts as changing
from orders.services.changing.amending import begin_amendment
from orders.services.changing.notes import add_note
from orders.services.desk import acts as desk
from orders.services.desk.steps import Numbers
from orders.services.signing import approving, signing
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.outbox.models import OutgoingMail
from stmm.refusals import Incomplete, WrongState
from tests.factories import AT, TODAY
from tests.orders.approvals import FRIDAY, hand_over
from tests.orders.factories import World, access, make_draft, make_ready_order
from tests.orders.pages import again
from tests.orders.sent_orders import amend, commit, keys, make_order_of_three, states
from tests.orders.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


def completing(order: Order, *positions: int, world: World) -> Callable[[], object]:
    """The desk completes these lines, committed before."""
    lines = {key: Numbers() for key in keys(order, *positions)}
    member = access(world.desk)
    return lambda: desk.complete(order=order, lines=lines, completed_on=TODAY, access=member, at=AT)


def cancelling(order: Order, *positions: int, world: World) -> Callable[[], object]:
    member, lines = access(world.atr), list(order.lines.filter(position__in=positions))
    return lambda: changing.cancel(order=order, lines=lines, reason="No", access=member, at=AT)


def signature(draft: Order, world: World, who: str = "catr") -> Callable[[], object]:
    signer, version = access(getattr(world, who)), again(draft).version
    return lambda: signing.sign(order=draft, version=version, access=signer, at=AT)


def refusals(results: list[object]) -> int:
    return results.count(WrongState) + results.count(Incomplete)


def test_an_amendment_is_signed_or_its_line_is_completed_never_both(world: World) -> None:
    order = commit(make_order_of_three(world), 1, 2, 3, world=world)
    draft = amend(order, world.atr)

    results = at_once(signature(draft, world), completing(order, 2, world=world))

    superseded = again(order).state == State.SUPERSEDED
    assert refusals(results) == 1
    assert superseded is (again(draft).state == State.SIGNED)
    assert states(order) == (
        ["replaced"] * 3 if superseded else ["committed", "completed", "committed"]
    )
    assert verify().faults == ()


def test_an_amendment_is_signed_or_the_order_is_completed_never_both(world: World) -> None:
    order = commit(make_order_of_three(world), 1, 2, 3, world=world)
    draft = amend(order, world.atr)

    results = at_once(signature(draft, world), completing(order, 1, 2, 3, world=world))

    assert refusals(results) == 1
    assert (again(order).state, again(draft).state) in [
        (State.SUPERSEDED, State.SIGNED),
        (State.COMPLETED, State.DRAFT),
    ]


def test_two_signatures_of_an_amendment_end_the_former_once(world: World) -> None:
    order = make_order_of_three(world)
    draft = amend(order, world.atr)

    results = at_once(signature(draft, world, "catr"), signature(draft, world, "atr"))

    assert results.count(WrongState) == 1
    assert Signature.objects.filter(order=draft).count() == 1
    assert Entry.objects.filter(action="supersede").count() == 1


def test_an_amendment_and_its_former_changed_at_once_never_wait_in_a_ring(world: World) -> None:
    order = make_order_of_three(world)
    draft = amend(order, world.atr)

    results = at_once(
        signature(draft, world),
        cancelling(order, 1, 2, 3, world=world),
        signature(draft, world, "atr"),
        cancelling(order, 1, 2, 3, world=world),
    )

    assert (again(order).state, again(draft).state) in [
        (State.SUPERSEDED, State.SIGNED),
        (State.CANCELLED, State.DRAFT),
    ]
    assert refusals(results) >= 2
    assert verify().faults == ()


def test_a_line_is_completed_or_cancelled_never_both(world: World) -> None:
    order = commit(make_order_of_three(world), 2, world=world)

    results = at_once(completing(order, 2, world=world), cancelling(order, 2, world=world))

    assert results.count(WrongState) == 1
    assert states(order)[1] in ("completed", "cancelled")
    told = OutgoingMail.objects.about(order).filter(purpose__startswith="cancel").count()
    assert told == (states(order)[1] == "cancelled")


def test_the_last_lines_completed_and_cancelled_at_once_close_the_order(world: World) -> None:
    order = commit(make_order_of_three(world), 1, world=world)

    at_once(completing(order, 1, world=world), cancelling(order, 2, 3, world=world))

    assert (again(order).state, states(order)) == (
        State.COMPLETED,
        ["completed", "cancelled", "cancelled"],
    )


def test_two_people_who_cancel_at_once_cancel_once(world: World) -> None:
    order = make_order_of_three(world)

    at_once(*[cancelling(order, 1, 2, world=world)] * 3)

    assert states(order) == ["cancelled", "cancelled", "open"]
    assert Entry.objects.filter(action="cancel").count() == 1
    assert OutgoingMail.objects.about(order).count() == 1


def test_two_people_who_amend_at_once_begin_one_amendment(world: World) -> None:
    order, member = make_order_of_three(world), access(world.atr)

    def amending(reason: str) -> Callable[[], object]:
        return lambda: begin_amendment(order=order, reason=reason, access=member, at=AT)

    results = at_once(amending("We moved"), amending("They moved"), amending("We moved"))

    assert Order.objects.filter(supersedes=order).count() == 1
    assert results.count(WrongState) in (1, 2)


def test_the_same_asked_for_many_times_at_once_is_done_once(world: World) -> None:
    catr, atr, key = access(world.catr), access(world.atr), uuid4()
    sent, draft = make_order_of_three(world), make_draft(world)
    waiting = hand_over(make_ready_order(world), world.atr)
    acts: list[Callable[[], object]] = [
        lambda: changing.expedite(order=sent, wanted_on=FRIDAY, reason="Sooner", access=atr, at=AT),
        lambda: add_note(order=draft, text="Ask Ana", key=key, access=atr, at=AT),
        lambda: approving.approve(order=waiting, version=waiting.version, access=catr, at=AT),
        lambda: approving.name_deputy(
            agency=world.agency,
            user=world.atr,
            starts_on=TODAY,
            last_day=FRIDAY,
            access=catr,
            at=AT,
        ),
        lambda: approving.set_signing_rule(
            agency=world.agency,
            needs_catr="always",
            monthly_above=None,
            once_above=None,
            categories=(),
            access=catr,
            at=AT,
        ),
    ]

    for act in acts:
        assert len(set(at_once(*[act] * 3))) == 1

    for rows in (sent.expedites, Note.objects, waiting.approvals, Deputy.objects):
        assert rows.count() == 1
    assert SigningRule.objects.count() == 1
    for action in ("expedite", "add_note", "approve", "name_deputy", "set_signing_rule"):
        assert Entry.objects.filter(action=action).count() == 1, action
