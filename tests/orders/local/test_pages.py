"""Local purchasing documents on their pages: recorded by the purchaser, completed by the desk."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from orders.forms.printed import LARGEST_ATTACHMENT
from orders.models import LocalOrder, LocalState, OpenService
from orders.services.local import sending
from stmm.audit.models import Entry
from tests.catalog.factories import make_category, make_contract, make_service
from tests.factories import TODAY, signed_in
from tests.orders.factories import World, make_ato, off_the_ato
from tests.orders.inventory.test_pages import csv_rows
from tests.orders.local_orders import (
    DOCUMENT,
    RECORD,
    add,
    again,
    complete,
    make_acknowledged,
    make_draft,
    make_recorded,
    make_sent,
    start,
    state,
)
from tests.orders.pages import errors, goes_to, got, messages, page, post, step_states, text
from tests.orders.test_query_counts import counted


def upload(content: bytes = DOCUMENT) -> SimpleUploadedFile:
    return SimpleUploadedFile("purchase order.pdf", content, "application/pdf")


def document(world: World, **fields: object) -> dict[str, Any]:
    """The first page, filled in."""
    return {
        "agency": world.city.pk,
        "contract": world.contract.pk,
        "document_number": "PO-1",
        "document_date": TODAY.isoformat(),
        "contact_name": "Luis Ortega",
        "contact_phone": "(209) 555-0100",
        "contact_email": "luis@lodi.example",
        "service_address": "221 West Pine Street",
        "file": upload(),
        "key": uuid4(),
        **fields,
    }


def test_from_the_document_to_the_order_desk(world: World) -> None:
    browser = signed_in(world.purchaser)
    shown = text(got(browser, reverse("orders:start-local")))
    assert "Local agencies are encouraged to use the STD. 20" in shown
    assert "start a STD. 20 instead" in shown

    started = post(browser, "orders:start-local", **document(world))
    order = LocalOrder.objects.get()
    assert goes_to(started, "orders:local-lines", order.pk)
    found = got(browser, reverse("orders:local-lines", args=[order.pk]), q="hosted")
    assert "Hosted VoIP" in text(found)
    post(
        browser,
        "orders:add-local-line",
        order.pk,
        service=world.mandatory.pk,
        quantity=3,
        key=uuid4(),
    )
    review = text(got(browser, reverse("orders:local-review", args=[order.pk])))
    assert "$288.00 a month" in review
    assert "Allowed: listed on your ATO" in review

    recorded = post(browser, "orders:record-local", order.pk, version=again(order).version)
    assert goes_to(recorded, "orders:local", order.pk)
    assert "record is being made and sent" in text(got(browser, order.get_absolute_url()))
    assert page(world.purchaser, "orders:local-record", order.pk).status_code == 404

    sending._send(order, RECORD, timezone.now())
    assert page(world.desk, "orders:local-record", order.pk).content == RECORD
    assert page(world.desk, "orders:local-document", order.pk).content == DOCUMENT
    assert Entry.objects.filter(action="download", actor=world.desk).count() == 2


def test_the_desk_acknowledges_and_completes_on_its_pages(world: World) -> None:
    order = make_sent(world, world.mandatory, world.optional)
    browser = signed_in(world.desk)
    assert "Acknowledge" in text(got(browser, order.get_absolute_url()))

    first = post(browser, "orders:acknowledge-local", order.pk)
    second = post(browser, "orders:acknowledge-local", order.pk)
    assert messages(first) == [f"{order} is acknowledged."]
    assert messages(second)[-1] == f"{order} was acknowledged already."

    line = order.lines.earliest("position")
    said = {"lines": [line.pk], "completed_on": TODAY.isoformat(), "sr_number": "SR-7"}
    done = post(browser, "orders:complete-local", order.pk, **said)
    assert goes_to(done, "orders:local", order.pk)
    repeated = post(browser, "orders:complete-local", order.pk, **said)
    assert messages(repeated)[-1] == "Completed already."
    shown = text(got(browser, reverse("orders:complete-local", args=[order.pk])))
    assert "Line 2" in shown
    assert "Line 1" not in shown
    assert "SR Number SR-7" in text(got(browser, order.get_absolute_url()))
    rest = [other.pk for other in order.lines.exclude(pk=line.pk)]
    post(browser, "orders:complete-local", order.pk, **said | {"lines": rest})
    assert state(order) == LocalState.COMPLETED
    gone = browser.get(reverse("orders:complete-local", args=[order.pk]))
    assert goes_to(gone, "orders:local", order.pk)


def test_two_lines_completed_together_are_counted(world: World) -> None:
    order = make_acknowledged(world, world.mandatory, world.optional)

    answer = post(
        world.desk,
        "orders:complete-local",
        order.pk,
        lines=[line.pk for line in order.lines.all()],
        completed_on=TODAY.isoformat(),
    )

    assert messages(answer) == ["2 lines are completed."]


def test_a_day_that_can_not_be_is_refused_beside_its_field(world: World) -> None:
    order = make_acknowledged(world)

    answer = post(
        world.desk,
        "orders:complete-local",
        order.pk,
        lines=[order.lines.get().pk],
        completed_on=(TODAY - timedelta(days=1)).isoformat(),
    )

    assert "when the order was sent" in errors(answer)["completed_on"][0]


def test_what_is_completed_is_on_the_list_of_services_and_in_its_files(world: World) -> None:
    order = make_acknowledged(world)
    complete(world, order, billing_account="555")
    service = OpenService.objects.get()

    shown = text(page(world.purchaser, "orders:services"))
    assert order.document_number in shown
    of_one = text(page(world.purchaser, "orders:service", service.pk))
    assert f"{order.document_number} {order.number}" in of_one
    found = page(world.purchaser, "orders:services", q=order.document_number).context["page"]
    assert list(found) == [service]
    (row,) = csv_rows(signed_in(world.purchaser))
    assert (row["Last order"], row["Agency request number"]) == (
        order.number,
        order.document_number,
    )


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ({"file": upload(b"MZ")}, "file", "not a PDF"),
        ({"file": ""}, "file", "Choose a file."),
        ({"document_date": "9999-12-31"}, "document_date", "less than or equal"),
        ({"document_number": "PO \U0001f600"}, "document_number", "GRINNING FACE"),
    ],
)
def test_a_document_that_can_not_be_recorded_is_refused_beside_its_field(
    world: World, said: dict[str, object], field: str, why: str
) -> None:
    answer = post(world.purchaser, "orders:start-local", **document(world, **said))

    assert why in " ".join(errors(answer)[field])
    assert not LocalOrder.objects.exists()


def test_a_file_larger_than_4_mb_is_refused(world: World) -> None:
    large = upload(DOCUMENT + b"0" * LARGEST_ATTACHMENT)

    answer = post(world.purchaser, "orders:start-local", **document(world, file=large))

    assert "larger than 4 MB" in errors(answer)["file"][0]


def changed(order: LocalOrder, world: World, **fields: object) -> dict[str, Any]:
    said = document(world, version=again(order).version, file="", **fields)
    return {name: value for name, value in said.items() if name not in ("agency", "contract")}


def test_the_document_can_be_changed_until_it_is_recorded(world: World) -> None:
    order = start(world, "PO-1")
    said = changed(order, world, contact_name="Mia Chen") | {"file": upload(DOCUMENT + b"2")}

    answer = post(world.purchaser, "orders:local-details", order.pk, **said)

    assert goes_to(answer, "orders:local-lines", order.pk)
    assert again(order).contact_name == "Mia Chen"
    assert bytes(again(order).file.content) == DOCUMENT + b"2"


def test_what_was_typed_is_kept_when_someone_else_changed_it_or_the_number_is_taken(
    world: World,
) -> None:
    order = start(world, "PO-1")
    start(world, "PO-2")
    stale = changed(order, world, contact_name="Mia Chen") | {"version": order.version - 1}

    answer = post(world.purchaser, "orders:local-details", order.pk, **stale)
    assert "What you typed is kept" in errors(answer)["__all__"][0]
    assert answer.context["form"]["version"].value() == str(order.version)
    taken = post(
        world.purchaser,
        "orders:local-details",
        order.pk,
        **changed(order, world, document_number="PO-2"),
    )
    assert "already" in errors(taken)["document_number"][0]


def test_a_quantity_that_can_not_be_adds_nothing(world: World) -> None:
    order = start(world)

    answer = post(
        world.purchaser,
        "orders:add-local-line",
        order.pk,
        service=world.mandatory.pk,
        quantity=0,
        key=uuid4(),
    )

    assert messages(answer) == ["Give a quantity from 1 to 1,000,000."]
    assert not order.lines.exists()


def test_a_line_is_taken_off_on_the_page(world: World) -> None:
    order = make_draft(world)

    post(world.purchaser, "orders:remove-local-line", order.pk, order.lines.get().pk)

    assert not order.lines.exists()
    absent = post(world.purchaser, "orders:remove-local-line", order.pk, 987_654)
    assert absent.status_code == 404


def test_what_is_missing_is_said_on_the_review_and_refused(world: World) -> None:
    order = start(world)

    shown = text(page(world.purchaser, "orders:local-review", order.pk))
    assert "Add at least one service" in shown
    assert "Record and send" not in shown
    answer = post(world.purchaser, "orders:record-local", order.pk, version=order.version)
    assert goes_to(answer, "orders:local-review", order.pk)
    assert messages(answer) == ["Add at least one service that the document orders."]
    assert goes_to(
        post(world.purchaser, "orders:record-local", order.pk), "orders:local-review", order.pk
    )


def test_a_service_that_no_ato_lists_is_refused_with_its_paragraph(world: World) -> None:
    other = make_contract("C4-OTHER", world.contract.contractor.name)
    make_ato(world.city, other, categories=[make_category("9", "Radio")])
    order = start(world, contract=other)
    add(world, order, make_service("Fax", other))

    assert "(PO-4.1)" in text(page(world.purchaser, "orders:local-review", order.pk))


@pytest.mark.parametrize("name", ["local-lines", "local-details", "local-review", "abandon-local"])
def test_what_is_recorded_leads_back_from_its_steps_with_the_reason(
    world: World, name: str
) -> None:
    order = make_recorded(world)

    answer = page(world.purchaser, f"orders:{name}", order.pk)

    assert goes_to(answer, "orders:local", order.pk)
    assert "it is “recorded, being sent” now" in messages(answer)[0]


def test_given_up_or_rejected_with_a_reason(world: World) -> None:
    draft, sent, other = make_draft(world), make_sent(world), make_sent(world)

    post(world.purchaser, "orders:abandon-local", draft.pk, reason="Not needed")
    post(world.purchaser, "orders:cancel-local", sent.pk, reason="No money")
    post(world.desk, "orders:reject-local", other.pk, reason="Not our area")

    assert [state(order) for order in (draft, sent, other)] == [
        LocalState.ABANDONED,
        LocalState.CANCELLED,
        LocalState.REJECTED,
    ]
    assert goes_to(page(world.desk, "orders:reject-local", other.pk), "orders:local", other.pk)


def test_the_list_shows_what_is_with_the_contractor(world: World) -> None:
    draft, sent = make_draft(world), make_sent(world)

    def listed(who: str, **query: str) -> list[LocalOrder]:
        return list(page(getattr(world, who), "orders:locals", **query).context["page"])

    assert listed("purchaser") == [sent, draft]
    assert listed("purchaser", show="open") == listed("desk") == [sent]
    assert listed("stranger") == []
    assert "None is with a contractor" in text(page(world.atr, "orders:locals", show="open"))


def test_the_mail_of_a_document_is_on_the_mail_page(world: World) -> None:
    order = make_sent(world)
    mail = page(world.desk, "mail:list").context["page"][0]

    assert order.document_number in text(page(world.desk, "mail:detail", mail.pk))


def test_pages_take_the_same_queries_for_one_line_and_for_many(world: World) -> None:
    browser, desk = signed_in(world.purchaser), signed_in(world.desk)
    names = ("local", "local-lines", "local-review", "local-details")

    def queries(lines: int) -> dict[str, int]:
        services = [make_service(f"VoIP {n}", world.contract) for n in range(lines)]
        order, sent = make_draft(world, *services), make_acknowledged(world, *services)
        counts = {
            name: counted(browser, reverse(f"orders:{name}", args=[order.pk])) for name in names
        }
        counts["complete"] = counted(desk, reverse("orders:complete-local", args=[sent.pk]))
        counts["sent"] = counted(desk, reverse("orders:local", args=[sent.pk]))
        counts["list"] = counted(browser, reverse("orders:locals"))
        return counts

    few, many = queries(1), queries(20)

    assert few == many
    assert max(few.values()) <= 20


def test_a_step_is_done_where_nothing_is_lacking_of_it(world: World) -> None:
    order = start(world)

    def states() -> dict[str, str]:
        return step_states(page(world.purchaser, "orders:local-review", order.pk))

    assert states() == {"Document": "done", "Lines": "todo", "Review": "current"}
    add(world, order, world.mandatory)
    assert states() == {"Document": "done", "Lines": "done", "Review": "current"}
    LocalOrder.objects.update(document_date=timezone.localdate() + timedelta(days=9))
    assert states()["Document"] == "todo"


def test_lines_of_a_document_that_the_chapter_refuses_are_not_done(world: World) -> None:
    order = make_draft(world)
    off_the_ato(world.mandatory)

    shown = step_states(page(world.purchaser, "orders:local-review", order.pk))

    assert shown == {"Document": "done", "Lines": "todo", "Review": "current"}
