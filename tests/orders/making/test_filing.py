"""A whole order in one act: the same as step by step, all of it or nothing, once."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from catalog.models import Contract
from orders.files.many_lines import read_pasted
from orders.models import Deputy, Determination, Order, OrderLine, Signature, State
from orders.models.approval import SigningRule
from orders.services.making import filing
from orders.services.making.many_lines import RowsRefused, add_lines
from orders.services.sending import route
from orders.services.signing import approving, signing
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.outbox.models import Notice
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed
from tests.catalog.factories import make_contract, make_offer, make_service
from tests.factories import AT, TODAY, Role, make_appointment
from tests.orders.express import TYPED, asked, file, seen
from tests.orders.factories import World, access, fill, make_draft, off_the_ato, sign

pytestmark = pytest.mark.django_db


def rule(world: World, needs: str) -> None:
    approving.set_signing_rule(
        agency=world.agency,
        needs_catr=needs,
        monthly_above=None,
        once_above=None,
        categories=(),
        access=access(world.catr),
        at=AT,
    )


def nothing_is_stored() -> bool:
    kept = (Order, OrderLine, Determination, Signature, DBTaskResult)
    return not any(model._default_manager.exists() for model in kept)


def rows_of(order: Order) -> dict[str, Any]:
    """All that is stored of a signed order but for keys and numbers of its own."""
    own = {"id", "number", "agency_request_number", "creation_key", "version"}
    stored = Order.objects.filter(pk=order.pk).values().get()
    lines = OrderLine.objects.filter(order=order).order_by("position").values()
    decided = Determination.objects.filter(line__order=order).order_by("line__position").values()
    signature = dict(Signature.objects.filter(order=order).values().get())
    content = json.loads(str(signature.pop("content")))
    parts = own | {"order_id", "line_id", "sha256"}
    return {
        "order": {name: value for name, value in stored.items() if name not in own},
        "lines": [{k: v for k, v in line.items() if k not in parts} for line in lines],
        "decided": [{k: v for k, v in each.items() if k not in parts} for each in decided],
        "signature": {k: v for k, v in signature.items() if k not in parts},
        "content": {k: v for k, v in content.items() if k not in own},
    }


def test_an_order_filed_at_once_is_the_one_made_step_by_step(world: World) -> None:
    text = f"{world.mandatory.product_id}\t3\t\t\t\tDesk phones\n{world.optional.product_id}"
    draft = make_draft(world, by=world.catr)
    add_lines(
        order=draft,
        rows=read_pasted(text, on=TODAY),
        key=uuid4(),
        access=access(world.catr),
        at=AT,
    )
    fill(draft, by=world.catr, **TYPED)
    long_way = sign(draft, by=world.catr)
    own: dict[str, Any] = {
        name: getattr(draft, name) for name in ("general_services_code", "contact_fax")
    }

    at_once = file(asked(world, text=text, **own), by=world.catr)

    assert rows_of(at_once) == rows_of(long_way)


def test_its_record_is_one_entry_and_its_job_waits(world: World) -> None:
    order = file(asked(world, world.mandatory, world.optional), by=world.catr)

    entry = Entry.objects.about(order).get()
    assert (entry.action, entry.actor) == ("sign", world.catr)
    changes = {change.field: change.after for change in entry.changes}
    assert changes["state"] == "Signed, being prepared"
    assert changes["Request #2"].startswith("Add 1 Toll-free line")
    assert changes["content SHA-256"] == order.signature.sha256
    assert verify().faults == ()
    assert DBTaskResult.objects.get().args_kwargs["args"] == [order.pk]
    assert order.number == f"STD20-2026-{order.pk:06d}"


def test_it_can_be_sent(world: World) -> None:
    order = file(asked(world), by=world.catr)

    route(order=order, at=AT)

    assert Order.objects.get(pk=order.pk).state == State.ROUTED


def test_the_same_page_again_gives_back_the_first_order(world: World) -> None:
    what = asked(world)
    first = file(what, by=world.catr)

    assert file(what, by=world.catr) == first
    assert Order.objects.count() == 1
    assert Entry.objects.about(first).count() == 1


def test_a_number_of_another_order_is_refused(world: World) -> None:
    first = file(asked(world), by=world.catr)

    with pytest.raises(Incomplete, match=f"has used the number X-1 for {first}"):
        file(asked(world), by=world.catr)


def test_somebody_elses_page_is_another_page(world: World) -> None:
    what = asked(world)
    file(what, by=world.catr)

    with pytest.raises(Incomplete, match="has used the number"):
        file(what, by=world.atr)


def test_an_atr_files_as_an_atr(world: World) -> None:
    assert file(asked(world), by=world.atr).signature.role == "ATR"


def test_a_purchaser_files_under_the_ato(world: World) -> None:
    order = file(asked(world, by=world.purchaser), by=world.purchaser)

    assert (order.state, order.signature.attestation) == (State.SIGNED, "")


def test_what_is_not_on_the_ato_is_not_filed(world: World) -> None:
    off_the_ato(world.mandatory)

    with pytest.raises(Incomplete, match="is not on the ATO"):
        file(asked(world, by=world.purchaser), by=world.purchaser)
    assert nothing_is_stored()


@pytest.mark.parametrize("who", ["auditor", "desk", "stnd", "stranger", "purchaser"])
def test_others_file_nothing(world: World, who: str) -> None:
    user: User = getattr(world, who)
    with pytest.raises(NotAllowed):
        filing.file(asked(world), seen="", access=access(user), at=AT)
    assert nothing_is_stored()


def test_an_order_that_lacks_something_is_not_filed(world: World) -> None:
    with pytest.raises(Incomplete) as refusal:
        file(asked(world, requested_address="", billing_address=" "), by=world.catr)

    assert {problem.step for problem in refusal.value.problems} == {"where", "contacts"}
    assert nothing_is_stored()


def test_what_no_font_can_print_is_not_filed(world: World) -> None:
    User.objects.filter(pk=world.catr.pk).update(title="Manager \U0001f600")

    with pytest.raises(Incomplete, match="can’t be printed"):
        file(asked(world), by=User.objects.get(pk=world.catr.pk))
    assert nothing_is_stored()


def test_lines_that_are_not_right_are_told_by_row(world: World) -> None:
    withdrawn = make_service("Pagers", world.contract)
    make_offer(withdrawn, effective_from=TODAY - timedelta(9), withdrawn=True, recorded_at=AT)
    text = f"{world.mandatory.product_id}\tmany\nNO-SUCH\n{withdrawn.product_id}"

    with pytest.raises(RowsRefused) as refusal:
        filing.draw_up(asked(world, text=text), access=access(world.catr), at=AT)

    assert [(each.row, each.column) for each in refusal.value.problems] == [
        (1, "Quantity"),
        (2, "Product ID"),
        (3, "Product ID"),
    ]


def test_no_row_names_a_product_of_the_contract(world: World) -> None:
    with pytest.raises(RowsRefused) as refusal:
        filing.draw_up(asked(world, text="NO-SUCH"), access=access(world.catr), at=AT)

    assert refusal.value.problems[0].expected == "a Product ID of contract C4-DNCS-19"


def test_a_contract_that_there_is_not(world: World) -> None:
    what = asked(world)
    with pytest.raises(Contract.DoesNotExist):
        filing.draw_up(
            filing.Asked(what.agency, 987_654, what.fields, what.rows, what.key),
            access=access(world.catr),
            at=AT,
        )


def test_a_contract_that_has_ended(world: World) -> None:
    ended = make_contract("ENDED", until=TODAY)
    service = make_service("Old line", ended)
    what = asked(world, service)

    with pytest.raises(Incomplete, match="ENDED is not in term today"):
        file(filing.Asked(what.agency, ended.pk, what.fields, what.rows, what.key), by=world.catr)


def test_nothing_is_signed_but_what_was_shown(world: World) -> None:
    what = asked(world)
    shown = seen(what, by=world.catr)
    make_offer(world.mandatory, effective_from=TODAY, mrc=97, recorded_at=AT)

    with pytest.raises(ChangedMeanwhile, match="have changed since you checked"):
        filing.file(what, seen=shown, access=access(world.catr), at=AT)
    assert nothing_is_stored()


def test_drawing_up_stores_nothing(world: World) -> None:
    drawn = filing.draw_up(asked(world), access=access(world.catr), at=AT)

    assert [line.pk for line in drawn.lines] == [None]
    assert nothing_is_stored()


def test_where_the_agency_wants_the_catr_an_atr_hands_over(world: World) -> None:
    rule(world, SigningRule.Needs.ALWAYS)
    what = asked(world, by=world.atr)
    with pytest.raises(Incomplete, match="wants its CATR’s approval of every order"):
        file(what, by=world.atr)
    assert nothing_is_stored()

    shown = seen(what, by=world.atr)
    order = filing.file_for_signature(what, seen=shown, access=access(world.atr), at=AT)

    order = Order.objects.get(pk=order.pk)
    assert (order.state, order.number) == (State.REVIEW, f"STD20-2026-{order.pk:06d}")
    entry = Entry.objects.about(order).get()
    assert (entry.action, entry.changes[0].after) == ("hand_over", "Waiting for signature")
    assert Notice.objects.get().user == world.catr
    assert sign(order, by=world.catr).state == State.SIGNED
    assert (
        filing.file_for_signature(what, seen=shown, access=access(world.atr), at=AT).pk == order.pk
    )


def test_what_lacks_something_is_not_handed_over(world: World) -> None:
    what = asked(world, requested_address="")

    with pytest.raises(Incomplete):
        filing.file_for_signature(
            what, seen=seen(what, by=world.atr), access=access(world.atr), at=AT
        )
    assert nothing_is_stored()


def test_the_catr_and_a_deputy_sign_whatever_the_rule(world: World) -> None:
    rule(world, SigningRule.Needs.ALWAYS)
    deputy = make_appointment(Role.ATR, world.agency).user
    Deputy.objects.create(
        agency=world.agency,
        user=deputy,
        starts_on=TODAY,
        until=TODAY + timedelta(1),
        named_by=world.catr,
        named_at=AT,
    )

    assert file(asked(world), by=world.catr).signature.role == "CATR"
    assert "deputy" in file(asked(world, number="X-2"), by=deputy).signature.role


def statements(act: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len([each for each in captured if "SAVEPOINT" not in each["sql"]])


def test_filing_takes_nine_queries_for_1_10_and_100_lines(world: World) -> None:
    services = [make_service(f"VoIP {n}", world.contract, recorded_at=AT) for n in range(100)]

    def taken(lines: int) -> int:
        what = asked(world, *services[:lines], number=f"Q-{lines}")
        shown, who = seen(what, by=world.catr), access(world.catr)
        return statements(lambda: filing.file(what, seen=shown, access=who, at=AT))

    assert [taken(lines) for lines in (1, 10, 100)] == [9, 9, 9]


def test_signing_step_by_step_takes_as_many_for_every_length(world: World) -> None:
    services = [make_service(f"VoIP {n}", world.contract, recorded_at=AT) for n in range(100)]

    def taken(lines: int) -> int:
        draft = fill(make_draft(world, *services[:lines]), by=world.atr, **TYPED)
        version, who = Order.objects.get(pk=draft.pk).version, access(world.catr)
        return statements(lambda: signing.sign(order=draft, version=version, access=who, at=AT))

    assert [taken(lines) for lines in (1, 10, 100)] == [11, 11, 11]
