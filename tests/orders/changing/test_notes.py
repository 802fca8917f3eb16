"""Notes among the people of an agency: added, never changed, and no contractor's to read."""

from uuid import UUID, uuid4

import pytest
from django.db import Error, transaction

from orders.models import Note, Order
from orders.services.changing.notes import add_note
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.factories import AT, Role, make_appointment
from tests.orders.factories import World, access, make_draft, make_sent_order
from tests.orders.pages import errors, goes_to, messages, page, post, text


def write(order: Order, by: User, text: str = "Ask Ana first", key: UUID | None = None) -> Note:
    return add_note(order=order, text=text, key=key or uuid4(), access=access(by), at=AT)


def test_a_note_is_kept_with_who_wrote_it_and_recorded(world: World) -> None:
    order = make_draft(world)

    note = write(order, world.atr)

    assert (note.order, note.by, note.at, note.text) == (order, world.atr, AT, "Ask Ana first")
    assert str(note) == f"Note on {order}"
    entry = Entry.objects.about(note).get()
    assert (entry.action, entry.actor, entry.reason) == ("add_note", world.atr, "Ask Ana first")
    assert "add_note" not in Entry.objects.about(order).values_list("action", flat=True)


def test_the_same_page_sent_twice_adds_one_note(world: World) -> None:
    order, key = make_draft(world), uuid4()

    assert len({write(order, world.atr, key=key) for _ in range(2)}) == 1
    assert Entry.objects.filter(action="add_note").count() == 1


def test_everyone_of_the_agency_writes_whatever_their_role(world: World) -> None:
    aio = make_appointment(Role.AIO, world.agency).user

    for by in (world.atr, world.catr, aio):
        write(make_sent_order(world), by)

    assert Note.objects.count() == 3


@pytest.mark.parametrize("who", ["stranger", "stnd", "auditor", "desk", "purchaser"])
def test_nobody_else_writes(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only people of Highway Patrol write notes"):
        write(make_sent_order(world), getattr(world, who))


def test_a_note_is_never_changed(world: World) -> None:
    note = write(make_draft(world), world.atr)

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(text="Never mind")


def test_a_note_is_added_on_the_order_newest_last(world: World) -> None:
    order = make_sent_order(world)

    for words in ("First of all", "Then this"):
        answer = post(world.atr, "orders:note", order.pk, text=words, key=str(uuid4()))
        assert goes_to(answer, "orders:detail", order.pk)
        assert messages(answer) == ["The note is on the order."]

    shown = text(page(world.catr, "orders:detail", order.pk))
    assert shown.index("First of all") < shown.index("Then this")
    assert "Add a note" in shown


def test_oversight_reads_notes_and_writes_none(world: World) -> None:
    order = make_sent_order(world)
    write(order, world.atr)

    shown = text(page(world.auditor, "orders:detail", order.pk))

    assert "Ask Ana first" in shown
    assert "Add a note" not in shown


def test_a_contractor_sees_no_trace_of_them(world: World) -> None:
    order = make_sent_order(world)
    write(order, world.atr)

    seen = page(world.desk, "orders:detail", order.pk).content.decode()

    assert "Ask Ana first" not in seen
    assert "note" not in seen.lower()


def test_an_empty_note_or_one_too_long_is_shown_again(world: World) -> None:
    order, key = make_sent_order(world), str(uuid4())

    for typed in ("", "  ", "x" * 2001):
        answer = post(world.atr, "orders:note", order.pk, text=typed, key=key)
        assert list(errors(answer)) == ["text"]
        assert key in answer.content.decode()

    assert not Note.objects.exists()
