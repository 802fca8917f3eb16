"""Review, hand over, sign, and the ways back, as the pages offer them."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from orders.documents.std20 import ATTESTATION
from orders.models import Order, Signature, State
from orders.services.making import drafting
from orders.services.signing import signing
from stmm.accounts.models import User
from stmm.accounts.password_again import LOCKED
from stmm.audit.models import Entry
from tests.factories import AT, PASSWORD, signed_in
from tests.orders.factories import (
    World,
    access,
    fill,
    make_draft,
    make_mailed_order,
    make_ready_order,
    make_signed_order,
)
from tests.orders.pages import Answer, again, errors, goes_to, messages, page, post, text

ACTIONS = ("sign", "hand-over", "take-back", "send-back", "abandon")


def sign_by_page(user: User | Client, order: Order, **typed: object) -> Answer:
    data = {"attest": "on", "password": PASSWORD, "version": again(order).version} | typed
    return post(user, "orders:sign", order.pk, **data)


def in_review(world: World) -> Order:
    order = make_ready_order(world)
    return signing.hand_over(
        order=order, version=order.version, note="", access=access(world.atr), at=AT
    )


# Review


def test_the_review_names_what_is_missing_with_the_step_to_mend_it(world: World) -> None:
    order = make_draft(world)

    answer = page(world.atr, "orders:review", order.pk)

    assert "Add at least one service (section 7)." in text(answer)
    assert f'href="/orders/{order.pk}/contacts/"' in answer.content.decode()
    assert "Go on to sign" not in text(answer)


def test_the_review_of_a_ready_order_leads_to_the_signature(world: World) -> None:
    shown = text(page(world.catr, "orders:review", make_ready_order(world).pk))

    assert "Go on to sign" in shown
    assert "Hand over for signature" in shown
    assert "Nothing has been sent." in shown


def test_who_may_not_sign_is_shown_the_reason_beside_the_button(world: World) -> None:
    shown = text(page(world.auditor, "orders:review", make_ready_order(world).pk))

    assert "Only a CATR or ATR of Highway Patrol, appointed today, may do this." in shown
    assert "Hand over for signature" not in shown


def test_there_is_no_review_of_a_signed_order(world: World) -> None:
    order = make_signed_order(world)

    assert goes_to(page(world.atr, "orders:review", order.pk), "orders:detail", order.pk)


# Signing


def test_the_page_to_sign_shows_section_6_and_its_sentence(world: World) -> None:
    shown = text(page(world.catr, "orders:sign", make_ready_order(world).pk))

    assert ATTESTATION in shown
    assert "Marcus Webb" in shown
    assert "CATR of Highway Patrol, since January 1, 2020" in shown


def test_the_page_to_submit_for_a_local_agency_leaves_section_6_empty(world: World) -> None:
    order = make_ready_order(world, by=world.purchaser)

    shown = text(page(world.purchaser, "orders:sign", order.pk))

    assert ATTESTATION not in shown
    assert "I am authorized to submit this order" in shown


def test_there_is_nothing_to_sign_while_something_is_missing(world: World) -> None:
    answer = page(world.catr, "orders:sign", make_draft(world).pk)

    assert "Add at least one service" in text(answer)
    assert 'name="password"' not in answer.content.decode()


def test_an_order_is_signed_and_shown(world: World) -> None:
    order = make_ready_order(world)

    answer = sign_by_page(world.catr, order)

    assert goes_to(answer, "orders:detail", order.pk)
    assert again(order).state == State.SIGNED
    shown = text(page(world.atr, "orders:detail", order.pk))
    assert "CATR of Highway Patrol" in shown
    assert f"“{ATTESTATION}”" in shown
    assert Signature.objects.get().sha256 in shown


def test_signing_twice_signs_once(world: World) -> None:
    order = make_ready_order(world)
    for _ in range(2):
        assert goes_to(sign_by_page(world.catr, order), "orders:detail", order.pk)

    assert Entry.objects.filter(action="sign").count() == 1


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"attest": ""}, {"attest": ["Check this box to sign."]}),
        ({"password": ""}, {"password": ["Type the password that you sign in with."]}),
        ({"password": "wrong horse"}, {"password": ["This is not your password."]}),
        ({"version": "x"}, {"version": ["Enter a whole number."]}),
    ],
)
def test_a_signature_needs_the_attestation_and_the_password(
    world: World, typed: dict[str, object], problems: dict[str, list[str]]
) -> None:
    order = make_ready_order(world)

    answer = sign_by_page(world.catr, order, **typed)

    assert errors(answer) == problems
    assert again(order).state == State.DRAFT
    assert PASSWORD not in answer.content.decode()


def test_an_empty_form_signs_nothing_and_says_what_is_missing(world: World) -> None:
    answer = post(world.catr, "orders:sign", make_ready_order(world).pk)

    assert set(errors(answer)) == {"attest", "password", "version"}


def test_another_persons_password_does_not_sign(world: World) -> None:
    world.atr.set_password("another password")
    world.atr.save()

    answer = sign_by_page(world.atr, make_ready_order(world))

    assert errors(answer) == {"password": ["This is not your password."]}


def test_what_was_changed_while_the_page_was_open_is_reviewed_first(world: World) -> None:
    order = make_ready_order(world)
    fill(order, by=world.atr, division="North")

    answer = sign_by_page(world.catr, order, version=order.version)

    assert goes_to(answer, "orders:review", order.pk)
    assert "changed by someone else while you had it open" in messages(answer)[0]
    assert again(order).state == State.DRAFT


def test_an_order_that_became_incomplete_goes_back_to_its_review(world: World) -> None:
    order = make_draft(world)

    answer = sign_by_page(world.catr, order)

    assert goes_to(answer, "orders:review", order.pk)
    assert "Add at least one service (section 7)." in messages(answer)


# Handing over, and the ways back


def test_an_order_is_handed_over_with_a_note(world: World) -> None:
    order = make_ready_order(world)

    answer = post(world.atr, "orders:hand-over", order.pk, version=order.version, note="For Friday")

    assert goes_to(answer, "orders:detail", order.pk)
    assert again(order).state == State.REVIEW
    assert "For Friday" in text(page(world.catr, "orders:detail", order.pk))


def test_who_signs_reads_the_note_on_the_review_and_who_mends_it_the_reason(world: World) -> None:
    order = make_ready_order(world)
    post(world.atr, "orders:hand-over", order.pk, version=order.version, note="For Friday")

    said = [text(page(world.catr, f"orders:{name}", order.pk)) for name in ("review", "detail")]
    assert all("Handed over by Ana Reyes" in each for each in said)
    assert all(": For Friday" in each for each in said)

    post(world.catr, "orders:send-back", order.pk, reason="Wrong site")
    said = [text(page(world.atr, f"orders:{name}", order.pk)) for name in ("review", "detail")]
    assert all("Sent back by Marcus Webb" in each for each in said)
    assert not any("Handed over by" in each for each in said)


def test_an_order_that_was_taken_back_or_handed_over_without_a_word_says_nothing(
    world: World,
) -> None:
    order = make_ready_order(world)
    post(world.atr, "orders:hand-over", order.pk, version=order.version, note="")
    assert "Handed over by" not in text(page(world.catr, "orders:review", order.pk))

    post(world.atr, "orders:take-back", order.pk)
    assert "Handed over by" not in text(page(world.atr, "orders:review", order.pk))


def test_handing_over_twice_hands_over_once(world: World) -> None:
    order = make_ready_order(world)
    answers = [
        post(world.atr, "orders:hand-over", order.pk, version=order.version) for _ in range(2)
    ]

    assert "can’t be handed over" in messages(answers[1])[0]
    assert Entry.objects.filter(action="hand_over").count() == 1


@pytest.mark.parametrize("typed", [{"note": "😀"}, {"note": "x" * 1001}, {"version": "x"}])
def test_a_note_that_can_not_be_kept_hands_nothing_over(
    world: World, typed: dict[str, str]
) -> None:
    order = make_ready_order(world)

    answer = post(world.atr, "orders:hand-over", order.pk, **{"version": order.version} | typed)

    assert goes_to(answer, "orders:review", order.pk)
    assert again(order).state == State.DRAFT


def test_an_incomplete_order_is_not_handed_over(world: World) -> None:
    order = make_draft(world)

    answer = post(world.atr, "orders:hand-over", order.pk, version=order.version)

    assert goes_to(answer, "orders:review", order.pk)
    assert "Add at least one service (section 7)." in messages(answer)


def test_an_order_changed_meanwhile_is_not_handed_over(world: World) -> None:
    order = make_ready_order(world)

    answer = post(world.atr, "orders:hand-over", order.pk, version=order.version - 1)

    assert goes_to(answer, "orders:detail", order.pk)
    assert again(order).state == State.DRAFT


def test_an_order_is_taken_back_once(world: World) -> None:
    order = in_review(world)

    first, second = (post(world.atr, "orders:take-back", order.pk) for _ in range(2))

    assert goes_to(first, "orders:review", order.pk)
    assert goes_to(second, "orders:detail", order.pk)
    assert again(order).state == State.DRAFT
    assert Entry.objects.filter(action="take_back").count() == 1


@pytest.mark.parametrize(
    ("name", "state"), [("send-back", State.DRAFT), ("abandon", State.ABANDONED)]
)
def test_an_order_is_sent_back_or_abandoned_with_a_reason_once(
    world: World, name: str, state: State
) -> None:
    order, action = in_review(world), name.replace("-", "_")
    assert page(world.catr, f"orders:{name}", order.pk).status_code == 200

    for _ in range(2):
        answer = post(world.catr, f"orders:{name}", order.pk, reason="Two stations")
        assert goes_to(answer, "orders:detail", order.pk)

    assert again(order).state == state
    assert Entry.objects.get(action=action).reason == "Two stations"


@pytest.mark.parametrize("reason", ["", "  ", "😀", "x" * 1001])
@pytest.mark.parametrize("name", ["send-back", "abandon"])
def test_a_reason_is_needed_and_can_be_printed(world: World, name: str, reason: str) -> None:
    order = in_review(world)

    answer = post(world.catr, f"orders:{name}", order.pk, reason=reason)

    assert list(errors(answer)) == ["reason"]
    assert "Problem:" in text(answer)
    assert again(order).state == State.REVIEW


# Who, how, and of what


@pytest.mark.parametrize("name", ACTIONS)
def test_who_sees_an_order_but_may_not_decide_is_told_why(world: World, name: str) -> None:
    order = in_review(world)

    answer = post(world.auditor, f"orders:{name}", order.pk, version=order.version, note="")

    assert answer.status_code == 403
    assert "Only a CATR or ATR of Highway Patrol, appointed today" in text(answer)
    assert again(order).state == State.REVIEW


@pytest.mark.parametrize("name", [*ACTIONS, "review", "detail"])
@pytest.mark.parametrize("who", ["stranger", "desk", "purchaser"])
def test_the_order_of_another_agency_is_not_found(world: World, name: str, who: str) -> None:
    order, client = in_review(world), signed_in(getattr(world, who))
    send = client.get if name in ("review", "detail") else client.post

    assert send(reverse(f"orders:{name}", args=[order.pk])).status_code == 404
    assert send(reverse(f"orders:{name}", args=[order.pk + 1000])).status_code == 404


@pytest.mark.parametrize("name", ["hand-over", "take-back"])
def test_what_changes_an_order_is_sent_not_read(world: World, name: str) -> None:
    assert page(world.atr, f"orders:{name}", in_review(world).pk).status_code == 405


@pytest.mark.parametrize("name", ["review", "detail"])
def test_what_is_read_is_not_sent(world: World, name: str) -> None:
    assert post(world.atr, f"orders:{name}", in_review(world).pk).status_code == 405


@pytest.mark.parametrize("name", ["sign", "send-back", "abandon"])
def test_a_form_is_read_or_sent_and_nothing_else(world: World, name: str) -> None:
    url = reverse(f"orders:{name}", args=[in_review(world).pk])

    assert signed_in(world.atr).put(url).status_code == 405


def test_a_routed_order_is_not_signed_again(world: World) -> None:
    order = make_mailed_order(world)

    assert goes_to(sign_by_page(world.atr, order), "orders:detail", order.pk)
    assert again(order) == order
    assert Signature.objects.count() == 1


# The order itself


def test_a_draft_shows_the_way_on_to_who_may_go_on(world: World) -> None:
    order = make_draft(world, world.mandatory)

    assert "Continue the draft" in text(page(world.atr, "orders:detail", order.pk))
    assert "Continue the draft" not in text(page(world.auditor, "orders:detail", order.pk))


def test_a_signed_order_says_that_it_is_being_prepared(world: World) -> None:
    shown = text(page(world.atr, "orders:detail", make_signed_order(world).pk))

    assert "The form is being prepared and sent." in shown


def test_a_routed_order_shows_the_form_the_mail_and_the_history(world: World) -> None:
    order = make_mailed_order(world)

    shown = text(page(world.desk, "orders:detail", order.pk))

    assert "Download the STD. 20" in shown
    assert f"STD. 20 {order.number} from Highway Patrol" in shown
    assert "Sent to contractor" in shown


def test_an_abandoned_order_is_shown_without_a_way_on(world: World) -> None:
    order = make_draft(world, world.mandatory)
    drafting.abandon(order=order, reason="No need", access=access(world.atr), at=AT)

    shown = text(page(world.atr, "orders:detail", order.pk))

    assert "Abandoned" in shown
    assert "Continue the draft" not in shown
    assert "Take back" not in shown


def test_guessing_at_an_unattended_screen_soon_ends(world: World, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    order, screen = make_ready_order(world), signed_in(world.catr)
    for _ in range(3):
        sign_by_page(screen, order, password="a guess")

    answer = sign_by_page(screen, order)

    assert errors(answer) == {"password": [LOCKED]}
    assert again(order).state == State.DRAFT
