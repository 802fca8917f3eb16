"""The contractor's side on the page of an order, and the form pages of desk and agency."""

import pytest

from orders.models import LineState, OpenService, Order, Question
from stmm.audit.models import Entry
from tests.orders.desk_orders import (
    FRIDAY,
    SENT_ON,
    answer,
    ask,
    commit,
    complete,
    keys,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
    progress,
    threaten,
)
from tests.orders.factories import World
from tests.orders.pages import Answer, again, errors, goes_to, messages, page, post, text

# The pages read the real clock: a day that is not over
LATER = "2150-03-02"


# Acknowledging


def test_an_order_is_acknowledged_by_its_button_once(world: World) -> None:
    order = make_order_at_desk(world)

    first = post(world.desk, "orders:acknowledge", order.pk)
    second = post(world.desk, "orders:acknowledge", order.pk)

    assert goes_to(first, "orders:detail", order.pk)
    assert messages(first) == [f"{order} is acknowledged."]
    assert messages(second) == [f"{order} was acknowledged already."]
    assert Entry.objects.filter(action="acknowledge").count() == 1


# The forms

FORMS: dict[str, dict[str, object]] = {
    "reject": {"reason": "duplicate", "text": "See R-2"},
    "ask": {"text": "Which floor?"},
    "commit": {"committed_on": LATER, "reason": "Part on backorder"},
    "jeopardy": {"reason": "No copper"},
    "complete": {"completed_on": f"{SENT_ON}"},
}


def filled(order: Order, name: str) -> dict[str, object]:
    """The form for all lines of the order."""
    lines = keys(order)
    if name in ("commit", "jeopardy"):
        return FORMS[name] | {"lines": lines}
    if name == "complete":
        return FORMS[name] | {f"{line}-done": "on" for line in lines}
    return FORMS[name]


def send(world: World, order: Order, name: str, **typed: object) -> Answer:
    return post(world.desk, f"orders:{name}", order.pk, **filled(order, name) | typed)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_opened_sent_and_does_nothing_a_second_time(world: World, name: str) -> None:
    order = make_committed(world, 2)
    assert page(world.desk, f"orders:{name}", order.pk).status_code == 200

    first = send(world, order, name)
    entries = Entry.objects.count()
    second = send(world, order, name)

    assert goes_to(first, "orders:detail", order.pk)
    assert goes_to(second, "orders:detail", order.pk)
    assert Entry.objects.count() == entries


def test_what_was_known_is_told_as_known(world: World) -> None:
    order = make_committed(world)
    send(world, order, "complete")

    assert messages(send(world, order, "complete")) == [
        "Nothing has changed: that was known already."
    ]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("who", ["atr", "stnd", "auditor"])
def test_who_sees_the_order_but_is_of_no_desk_may_not(world: World, name: str, who: str) -> None:
    order, user = make_committed(world), getattr(world, who)

    assert page(user, f"orders:{name}", order.pk).status_code == 403
    assert post(user, f"orders:{name}", order.pk, **filled(order, name)).status_code == 403


@pytest.mark.parametrize("name", [*FORMS, "acknowledge"])
def test_who_does_not_see_the_order_finds_nothing(world: World, name: str) -> None:
    order = make_committed(world)

    answered = post(world.stranger, f"orders:{name}", order.pk)

    assert answered.status_code == 404


@pytest.mark.parametrize("name", ["commit", "jeopardy", "complete"])
def test_a_form_that_comes_too_early_is_not_opened(world: World, name: str) -> None:
    order = make_order_at_desk(world)

    answered = page(world.desk, f"orders:{name}", order.pk)

    assert goes_to(answered, "orders:detail", order.pk)
    assert "it is “sent to contractor” now" in messages(answered)[0]


@pytest.mark.parametrize("name", [name for name in FORMS if name != "reject"])
def test_a_form_that_comes_too_late_keeps_what_was_typed(world: World, name: str) -> None:
    order = make_committed(world)
    post(world.desk, "orders:reject", order.pk, reason="duplicate")

    answered = send(world, order, name)

    assert answered.status_code == 200
    (refusal,) = errors(answered)["__all__"]
    assert "it is “rejected by contractor” now" in refusal
    typed = FORMS[name].get("reason") or FORMS[name].get("text") or FORMS[name]["completed_on"]
    assert str(typed) in answered.content.decode()


@pytest.mark.parametrize(
    ("name", "typed", "problems"),
    [
        ("reject", {"reason": ""}, {"reason": ["Choose one."]}),
        ("reject", {"reason": "no"}, {"reason": ["Select a valid choice. no is not one of"]}),
        ("reject", {"reason": "other", "text": ""}, {"text": ["Say why, where no other reason"]}),
        ("ask", {"text": " "}, {"text": ["Fill this in."]}),
        ("commit", {"lines": []}, {"lines": ["Choose at least one line."]}),
        ("commit", {"lines": ["x"]}, {"lines": ["Select a valid choice. x is not one"]}),
        ("commit", {"committed_on": ""}, {"committed_on": ["Give a day."]}),
        ("commit", {"committed_on": "2020-01-01"}, {"committed_on": ["This day has passed"]}),
        ("commit", {"reason": ""}, {"reason": ["Changing a committed date needs a reason."]}),
        ("jeopardy", {"reason": ""}, {"reason": ["Fill this in."]}),
        ("complete", {"completed_on": LATER}, {"completed_on": ["This day is still to come"]}),
        ("complete", {"completed_on": ""}, {"completed_on": ["Give a day."]}),
        ("complete", {"completed_on": "2020-03-01"}, {"completed_on": ["The order was sent on"]}),
    ],
)
def test_a_form_that_lacks_something_says_what(
    world: World, name: str, typed: dict[str, object], problems: dict[str, list[str]]
) -> None:
    order = make_committed(world)

    answered = send(world, order, name, **typed)

    found = errors(answered)
    assert found.keys() == problems.keys()
    for field, (expected,) in problems.items():
        assert found[field][0].startswith(expected)
    assert "There is a problem" in text(answered)
    assert progress(order).committed_on == FRIDAY


def test_open_lines_are_checked_for_a_date_and_none_for_jeopardy(world: World) -> None:
    order = make_acknowledged(world, 3)
    commit(world, order, 2)
    complete(world, order, 2)
    first, _, third = keys(order)

    form = page(world.desk, "orders:commit", order.pk).context["form"]
    assert form["lines"].initial == [first, third]
    assert [key for key, _ in form.fields["lines"].choices] == [first, third]
    form = page(world.desk, "orders:jeopardy", order.pk).context["form"]
    assert form["lines"].initial == []


def test_a_line_is_offered_with_how_far_it_is(world: World) -> None:
    order = make_acknowledged(world, 2)
    commit(world, order, 1)
    threaten(world, order, 1)

    shown = text(page(world.desk, "orders:commit", order.pk))

    assert "Request #1: VoIP 0 · committed to March 6, 2020 · in jeopardy" in shown
    assert "Request #2: VoIP 1 · waiting for a date" in shown


def test_lines_are_completed_each_with_its_numbers(world: World) -> None:
    order = make_committed(world, 3)
    first, second, _ = keys(order)

    answered = post(
        world.desk,
        "orders:complete",
        order.pk,
        **{
            "completed_on": f"{SENT_ON}",
            f"{first}-done": "on",
            f"{first}-circuit_numbers": "C-1",
            f"{first}-billing_account": "B-2",
            f"{first}-sr_number": "SR-3",
            f"{second}-done": "on",
        },
    )

    assert messages(answered) == ["2 lines are completed."]
    assert progress(order, 1).sr_number == "SR-3"
    assert progress(order, 2).state == LineState.COMPLETED
    assert progress(order, 3).state == LineState.COMMITTED
    assert OpenService.objects.count() == 2


def test_without_a_checked_line_nothing_is_completed(world: World) -> None:
    order = make_committed(world)
    (line,) = keys(order)

    answered = post(
        world.desk,
        "orders:complete",
        order.pk,
        **{"completed_on": f"{SENT_ON}", f"{line}-sr_number": "SR-3"},
    )

    assert errors(answered)["__all__"] == ["Check at least one line that is completed."]
    assert "SR-3" in answered.content.decode()


def test_a_number_that_is_too_long_is_told_at_its_line(world: World) -> None:
    order = make_committed(world)
    (line,) = keys(order)

    answered = send(world, order, "complete", **{f"{line}-sr_number": "9" * 61})

    assert list(errors(answered)) == [f"{line}-sr_number"]


def test_where_no_line_has_a_date_there_is_nothing_to_complete(world: World) -> None:
    order = make_acknowledged(world)

    assert "No line has a committed date" in text(page(world.desk, "orders:complete", order.pk))


# Answering


def test_a_question_is_answered_by_the_agency(world: World) -> None:
    order = make_order_at_desk(world)
    question = ask(world, order)
    assert "Which floor?" in text(page(world.atr, "orders:answer", order.pk))

    typed = {"question": question.pk, "text": "The third"}
    answered = post(world.atr, "orders:answer", order.pk, **typed)

    assert goes_to(answered, "orders:detail", order.pk)
    assert Question.objects.get().answer == "The third"
    entries = Entry.objects.count()
    assert goes_to(post(world.atr, "orders:answer", order.pk, **typed), "orders:detail", order.pk)
    assert Entry.objects.count() == entries


def test_an_answer_goes_to_the_question_that_the_page_showed(world: World) -> None:
    order = make_order_at_desk(world)
    first = ask(world, order)
    answer(world, first)
    ask(world, order, "Which riser?")

    answered = post(world.catr, "orders:answer", order.pk, question=first.pk, text="The fourth")

    (refusal,) = errors(answered)["__all__"]
    assert "is answered already" in refusal
    assert "The fourth" in answered.content.decode()
    assert Question.objects.get(text="Which riser?").answer == ""


def test_a_question_of_another_order_is_not_answered_here(world: World) -> None:
    order, other = make_order_at_desk(world), make_order_at_desk(world, by=world.purchaser)
    ask(world, order)
    foreign = ask(world, other)

    answered = post(world.atr, "orders:answer", order.pk, question=foreign.pk, text="The third")

    assert list(errors(answered)) == ["question"]


def test_an_empty_answer_is_asked_for_again(world: World) -> None:
    order = make_order_at_desk(world)
    question = ask(world, order)

    answered = post(world.atr, "orders:answer", order.pk, question=question.pk, text="")

    assert errors(answered) == {"text": ["Fill this in."]}


def test_without_a_question_there_is_nothing_to_answer(world: World) -> None:
    order = make_order_at_desk(world)

    answered = page(world.atr, "orders:answer", order.pk)
    assert messages(answered) == [f"No question of {order} waits for an answer."]
    question = ask(world, order)
    answer(world, question)
    assert goes_to(page(world.atr, "orders:answer", order.pk), "orders:detail", order.pk)


@pytest.mark.parametrize(("who", "status"), [("desk", 403), ("auditor", 403), ("purchaser", 404)])
def test_nobody_else_answers(world: World, who: str, status: int) -> None:
    order = make_order_at_desk(world)
    question = ask(world, order)
    user = getattr(world, who)

    answered = post(user, "orders:answer", order.pk, question=question.pk, text="The third")

    assert answered.status_code == status
    assert again(order).questions.get().answered_at is None
