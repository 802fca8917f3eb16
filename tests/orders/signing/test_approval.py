"""The CATR's word on an order: who gives it, what it lets others do, when it is void."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.models import Approval, Order, OrderLine, Signature, State
from orders.reading.order import shown_lines
from orders.services.making import drafting
from orders.services.signing import approving, signing
from orders.signing_rules import Contents, contents_of, digest, holds, judged
from stmm.audit.models import Change, Entry
from stmm.outbox.models import Notice
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.catalog.factories import make_category, make_offer, make_service
from tests.factories import AT, TODAY
from tests.orders.approvals import approve, hand_over, set_rule
from tests.orders.factories import World, access, fill, make_line, make_ready_order, sign
from tests.orders.pages import again, goes_to, messages, page, post, text
from tests.orders.signing.test_deciding_pages import sign_by_page
from tests.orders.test_query_counts import statements


def in_force(order: Order) -> list[bool]:
    """Of each approval, the first one first."""
    order = again(order)
    contents = contents_of(shown_lines(order, on=TODAY))
    return [each.in_force for each in judged(order, contents)]


@pytest.fixture
def waiting(world: World) -> Order:
    """In review at an agency whose CATR wants to see everything."""
    set_rule(world, needs_catr="always")
    return hand_over(make_ready_order(world), world.atr)


# What it lets others do


def test_an_atr_does_not_sign_where_the_catrs_word_is_wanted(world: World) -> None:
    set_rule(world, needs_catr="always")
    order = make_ready_order(world)

    with pytest.raises(Incomplete, match=r"of every order\. Hand it over: the CATR, or a deputy"):
        sign(order, by=world.atr)
    hand_over(order, world.atr)
    with pytest.raises(Incomplete, match=r"of every order\. It waits for the CATR, or a deputy"):
        sign(order, by=world.atr)

    assert not Signature.objects.exists()


def test_the_catr_signs_without_an_approval(world: World) -> None:
    set_rule(world, needs_catr="always")

    assert sign(make_ready_order(world), by=world.catr).signature.role == "CATR"


def test_once_it_is_approved_any_atr_signs(world: World, waiting: Order) -> None:
    approval = approve(waiting, world.catr)

    assert (approval.user, approval.role, approval.at) == (world.catr, "CATR", AT)
    assert (approval.mrc_total, approval.nrc_total) == (Decimal(96), Decimal(45))
    assert str(approval) == f"{waiting} approved by Marcus Webb"
    signed = sign(waiting, by=world.atr)
    assert (signed.state, signed.signature.role) == (State.SIGNED, "ATR")


def test_an_order_that_needs_no_approval_can_have_one(world: World) -> None:
    order = hand_over(make_ready_order(world), world.atr)

    approve(order, world.catr)

    assert in_force(order) == [True]
    assert sign(order, by=world.atr).state == State.SIGNED


def test_a_purchaser_signs_without_any_word(world: World) -> None:
    order = hand_over(make_ready_order(world, by=world.purchaser), world.purchaser)

    with pytest.raises(NotAllowed, match="City of Lodi has no CATR, so its orders need no"):
        approve(order, world.purchaser)
    assert sign(order, by=world.purchaser).state == State.SIGNED


# Giving it


def test_an_approval_is_recorded_and_the_maker_is_told(world: World, waiting: Order) -> None:
    approve(waiting, world.catr)

    entry = Entry.objects.about(waiting).get(action="approve")
    assert entry.actor == world.catr
    assert entry.changes == [
        Change("approved as", "", "CATR"),
        Change("a month up to", "", "$96.00"),
        Change("once up to", "", "$45.00"),
    ]
    assert Notice.objects.filter(user=world.atr, cause__contains="approved").count() == 1


def test_a_second_click_approves_nothing_more(world: World, waiting: Order) -> None:
    first, second = (approve(waiting, world.catr) for _ in range(2))

    assert first == second
    assert Entry.objects.filter(action="approve").count() == 1


@pytest.mark.parametrize("who", ["atr", "stranger", "stnd", "auditor", "desk", "purchaser"])
def test_nobody_but_the_catr_or_a_deputy_approves(world: World, waiting: Order, who: str) -> None:
    with pytest.raises(NotAllowed):
        approve(waiting, getattr(world, who))

    assert not Approval.objects.exists()


def test_only_what_was_handed_over_is_approved(world: World) -> None:
    with pytest.raises(WrongState, match="can’t be approved: it is “draft” now"):
        approve(make_ready_order(world), world.catr)


def test_what_was_changed_since_the_page_was_opened_is_not_approved(
    world: World, waiting: Order
) -> None:
    with pytest.raises(ChangedMeanwhile):
        approving.approve(
            order=waiting, version=waiting.version - 1, access=access(world.catr), at=AT
        )


# What makes it void


def taken_back(order: Order, world: World) -> Order:
    return signing.take_back(order=order, access=access(world.atr), at=AT)


def change_line(order: Order, world: World, **fields: object) -> None:
    drafting.change_line(
        line=order.lines.select_related("order").get(),
        fields=fields,
        version=again(order).version,
        access=access(world.atr),
        at=AT,
    )


def test_taken_back_and_handed_over_unchanged_it_stays_approved(
    world: World, waiting: Order
) -> None:
    approve(waiting, world.catr)
    taken_back(waiting, world)
    fill(waiting, by=world.atr, division="Air Operations")

    assert in_force(waiting) == [True]
    assert sign(waiting, by=world.atr).state == State.SIGNED


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": 2},
        {"requested_date": TODAY},
        {"comment": "After five"},
        {"description": "Phones"},
        {"order_type": "change", "billing_account": "9391012345"},
    ],
)
def test_a_changed_line_voids_it(world: World, waiting: Order, fields: dict[str, object]) -> None:
    approve(waiting, world.catr)
    taken_back(waiting, world)
    change_line(waiting, world, **fields)

    assert in_force(waiting) == [False]
    with pytest.raises(Incomplete, match="wants its CATR’s approval"):
        sign(waiting, by=world.atr)


def test_a_line_more_or_less_voids_it(world: World, waiting: Order) -> None:
    approve(waiting, world.catr)
    taken_back(waiting, world)
    more = make_line(waiting, world.optional, by=world.atr)
    assert in_force(waiting) == [False]

    # Taken off again, it says what was approved
    drafting.remove_line(line=more, access=access(world.atr), at=AT)
    assert in_force(waiting) == [True]
    drafting.remove_line(
        line=waiting.lines.select_related("order").get(), access=access(world.atr), at=AT
    )
    assert in_force(waiting) == [False]


@pytest.mark.parametrize("charge", ["mrc", "nrc"])
def test_a_larger_amount_voids_it_and_a_smaller_one_does_not(
    world: World, waiting: Order, charge: str
) -> None:
    approve(waiting, world.catr)

    smaller: dict[str, Any] = {charge: Decimal("1.00")}
    make_offer(world.mandatory, effective_from=TODAY, **smaller)
    assert in_force(waiting) == [True]
    larger: dict[str, Any] = {charge: Decimal("96.01")}
    make_offer(world.mandatory, effective_from=TODAY, **larger)
    assert in_force(waiting) == [False]


def test_sent_back_it_needs_a_new_approval_though_nothing_changed(
    world: World, waiting: Order
) -> None:
    approve(waiting, world.catr)
    signing.send_back(order=waiting, reason="Not this year", access=access(world.catr), at=AT)
    assert in_force(waiting) == [False]

    hand_over(waiting, world.atr)
    approve(waiting, world.catr)

    assert in_force(waiting) == [False, True]


def test_an_approval_for_another_order_does_not_count(world: World, waiting: Order) -> None:
    approve(waiting, world.catr)
    other = hand_over(make_ready_order(world), world.atr)

    with pytest.raises(Incomplete):
        sign(other, by=world.atr)


def test_what_was_approved_is_judged_by_what_was_signed(world: World, waiting: Order) -> None:
    approve(waiting, world.catr)
    sign(waiting, by=world.atr)
    make_offer(world.mandatory, effective_from=TODAY, mrc=Decimal(500))

    assert in_force(waiting) == [True]


LINES = st.lists(
    st.builds(
        OrderLine,
        order_type=st.sampled_from(OrderLine.Type.values),
        service_id=st.integers(1, 3),
        quantity=st.integers(1, 3),
        requested_date=st.none() | st.dates(),
        billing_account=st.text(max_size=3),
        description=st.text(max_size=3),
        comment=st.text(max_size=3),
    ),
    min_size=1,
    max_size=4,
)
CENTS = st.decimals(0, 10**6, places=4)


def approval_of(lines: list[OrderLine], mrc: Decimal, nrc: Decimal) -> Approval:
    return Approval(digest=digest(lines, sent_back=0), mrc_total=mrc, nrc_total=nrc)


def filled(line: OrderLine) -> tuple[object, ...]:
    return (
        line.order_type, line.service_id, line.quantity, line.requested_date,
        line.billing_account, line.description, line.comment,
    )  # fmt: skip


@given(lines=LINES, others=LINES, mrc=CENTS, nrc=CENTS)
def test_other_lines_always_void_it(
    lines: list[OrderLine], others: list[OrderLine], mrc: Decimal, nrc: Decimal
) -> None:
    approval, contents = approval_of(lines, mrc, nrc), Contents(tuple(others), mrc, nrc)

    same = list(map(filled, lines)) == list(map(filled, others))
    assert holds(approval, contents, digest(others, sent_back=0)) is same


@given(lines=LINES, mrc=CENTS, nrc=CENTS, now=st.tuples(CENTS, CENTS))
def test_of_the_same_lines_a_grown_amount_always_voids_it_and_a_smaller_one_never(
    lines: list[OrderLine], mrc: Decimal, nrc: Decimal, now: tuple[Decimal, Decimal]
) -> None:
    contents = Contents(tuple(lines), *now)

    grew = now[0] > mrc or now[1] > nrc
    approval = approval_of(lines, mrc, nrc)
    assert holds(approval, contents, digest(lines, sent_back=0)) is not grew


@given(lines=LINES, times=st.integers(1, 5))
def test_sending_back_voids_it_however_often(lines: list[OrderLine], times: int) -> None:
    assert digest(lines, sent_back=0) != digest(lines, sent_back=times)


def test_signing_takes_the_same_queries_for_any_number_of_lines_whatever_the_rule(
    world: World,
) -> None:
    set_rule(world, needs_catr="sometimes", monthly_above=Decimal(1), categories=[make_category()])

    def queries(lines: int) -> int:
        services = [make_service(f"VoIP {n}", world.contract) for n in range(lines)]
        order = hand_over(make_ready_order(world, *services), world.atr)
        approve(order, world.catr)
        return statements(lambda: sign(order, by=world.atr))

    counted = [queries(1), queries(10), queries(60)]

    # More than of the CATR: deputies, rule, categories, approvals, how often it was sent back
    assert counted == [counted[0]] * 3
    assert counted[0] <= 23


# On the pages


def test_the_review_and_the_page_to_sign_say_which_rule_and_what_to_do(world: World) -> None:
    set_rule(world, needs_catr="sometimes", monthly_above=Decimal(50))
    order = make_ready_order(world)
    rule = "its monthly total of $96.00 is above $50.00. Hand it over: the CATR"

    for name in ("orders:review", "orders:sign"):
        shown = text(page(world.atr, name, order.pk))
        assert rule in shown
        assert "Sign and send" not in shown
        assert "Go on to sign" not in shown
    assert "Hand over for signature" in text(page(world.atr, "orders:review", order.pk))
    assert "Sign and send" in text(page(world.catr, "orders:sign", order.pk))


def test_an_atr_who_sends_the_form_all_the_same_is_led_back_to_the_review(
    world: World, waiting: Order
) -> None:
    answer = sign_by_page(world.atr, waiting)

    assert goes_to(answer, "orders:review", waiting.pk)
    assert "It waits for the CATR" in messages(answer)[0]


def test_the_catr_approves_on_the_review_and_an_atr_signs(world: World, waiting: Order) -> None:
    assert "Approve as CATR" in text(page(world.catr, "orders:review", waiting.pk))
    assert "Approve as" not in text(page(world.atr, "orders:review", waiting.pk))

    answer = post(world.catr, "orders:approve", waiting.pk, version=waiting.version)

    assert goes_to(answer, "orders:review", waiting.pk)
    assert messages(answer) == [f"{waiting} is approved: any ATR can sign it as it stands."]
    shown = text(page(world.atr, "orders:review", waiting.pk))
    assert "Marcus Webb" in shown
    assert "In force" in shown
    assert "Go on to sign" in shown
    assert "Approve as" not in text(page(world.catr, "orders:review", waiting.pk))
    assert goes_to(sign_by_page(world.atr, waiting), "orders:detail", waiting.pk)


def test_a_form_without_its_version_approves_nothing(world: World, waiting: Order) -> None:
    answer = post(world.catr, "orders:approve", waiting.pk, version="x")

    assert goes_to(answer, "orders:review", waiting.pk)
    assert not Approval.objects.exists()


def test_the_order_shows_void_approvals_too(world: World, waiting: Order) -> None:
    approve(waiting, world.catr)
    taken_back(waiting, world)
    change_line(waiting, world, quantity=2)

    shown = text(page(world.auditor, "orders:detail", waiting.pk))

    assert "The CATR’s approval" in shown
    assert "Void: changed since" in shown


def test_no_contractor_reads_of_approvals_or_what_was_handed_over_with_which_words(
    world: World,
) -> None:
    order = make_ready_order(world)
    signing.hand_over(
        order=order, version=order.version, note="Mind the budget", access=access(world.atr), at=AT
    )
    signing.send_back(order=order, reason="Too dear", access=access(world.catr), at=AT)
    hand_over(order, world.atr)
    approve(order, world.catr)
    make_mailed_order_of(order, world)

    seen = page(world.desk, "orders:detail", order.pk).content.decode()
    for words in ("CATR’s approval", "Mind the budget", "Too dear", "Approve", "Send back"):
        assert words not in seen
    for words in ("The CATR’s approval", "Mind the budget", "Too dear"):
        assert words in text(page(world.auditor, "orders:detail", order.pk))


def make_mailed_order_of(order: Order, world: World) -> None:
    sign(order, by=world.atr)
    Order.objects.filter(pk=order.pk).update(state=State.ROUTED, routed_at=AT)
