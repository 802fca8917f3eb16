"""The contractor’s order desk."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from orders.models import Order, OrderLine, Question
from tests.factories import SINCE
from tests.orders.desk_orders import (
    SENT_ON,
    ask,
    complete,
    make_acknowledged,
    make_committed,
    make_order_at_desk,
)
from tests.orders.factories import World

# Days that are not over, whenever the table is asked
LATER = "2150-03-02"

TABLE = """
orders:desk             -            GET     403 403  403  403   200  200   403  403 403 302
orders:desk             -            POST    405 405  405  405   405  405   405  405 405 302
orders:acknowledge-many -            GET     405 405  405  405   405  405   405  405 405 302
orders:acknowledge-many -            POST    403 403  403  403   302  302   403  403 403 302
orders:notices          -            GET     403 403  403  403   200  200   403  403 403 302
orders:notices          -            POST    403 403  403  403   302  200   403  403 403 302
orders:notices-template -            GET     403 403  403  403   200  200   403  403 403 302
orders:notices-template -            POST    405 405  405  405   405  405   405  405 405 302
orders:time-limits      -            GET     200 200  200  200   200  200   200  200 200 302
orders:time-limits      -            POST    405 405  405  405   405  405   405  405 405 302
orders:set-time-limits  contract     GET     403 403  403  403   403  403   200  403 403 302
orders:set-time-limits  contract     POST    403 403  403  403   403  403   302  403 403 302
orders:acknowledge      at_desk      GET     405 405  405  405   405  405   405  405 405 302
orders:acknowledge      at_desk      POST    403 403  404  404   302  404   403  403 403 302
orders:acknowledge      draft        POST    403 403  404  404   404  404   403  403 403 302
orders:reject           at_desk      GET     403 403  404  404   200  404   403  403 403 302
orders:reject           at_desk      POST    403 403  404  404   302  404   403  403 403 302
orders:ask              at_desk      GET     403 403  404  404   200  404   403  403 403 302
orders:ask              at_desk      POST    403 403  404  404   302  404   403  403 403 302
orders:commit           at_desk      GET     403 403  404  404   302  404   403  403 403 302
orders:commit           acknowledged GET     403 403  404  404   200  404   403  403 403 302
orders:commit           acknowledged POST    403 403  404  404   302  404   403  403 403 302
orders:jeopardy         acknowledged GET     403 403  404  404   200  404   403  403 403 302
orders:jeopardy         acknowledged POST    403 403  404  404   302  404   403  403 403 302
orders:complete         committed    GET     403 403  404  404   200  404   403  403 403 302
orders:complete         committed    POST    403 403  404  404   302  404   403  403 403 302
orders:correct          done         GET     403 403  404  404   200  404   403  403 403 302
orders:correct          done         POST    403 403  404  404   302  404   403  403 403 302
orders:answer           asked        GET     200 200  404  404   403  404   403  403 403 302
orders:answer           asked        POST    302 302  404  404   403  404   403  403 403 302
orders:detail           committed    GET     200 200  404  404   200  404   200  200 200 302
orders:detail           asked        GET     200 200  404  404   200  404   200  200 200 302
"""

DOWNLOADS: set[str] = set()
UNRECORDED: set[str] = set()
FILES = {"orders:notices-template"}
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {"orders:answer": "Send the answer"},
    "stnd": {"orders:set-time-limits": "Record the limits"},
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """The parameters by which addresses name what there is on the stage, by what it is called."""
    # Of a service that there is: another would change the catalogue that the stage compares
    services = [world.mandatory]
    at_desk = make_order_at_desk(world, services=services)
    acknowledged = make_acknowledged(world, services=services)
    committed = make_committed(world, services=services)
    asked = make_acknowledged(world, services=services)
    ask(world, asked)
    done = make_committed(world, services=services)
    complete(world, done)
    found = {
        "at_desk": at_desk,
        "acknowledged": acknowledged,
        "committed": committed,
        "asked": asked,
        "done": done,
    }
    return {name: {"pk": order.pk} for name, order in found.items()}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    sent = Order.objects.filter(state="acknowledged").order_by("pk")
    lines = OrderLine.objects.filter(order__in=sent).order_by("pk")
    question = Question.objects.first()
    done = Order.objects.filter(state="completed").last()
    if len(lines) < 2 or question is None or done is None:
        return {}
    open_, committed = lines[0].pk, lines[1].pk
    notices = f"Order,Line,Notice,Date\n{sent[0]},1,commit,{LATER}\n".encode()
    return {
        "orders:acknowledge-many": {"order": [order.pk]},
        "orders:notices": {"file": SimpleUploadedFile("notices.csv", notices, "text/csv")},
        "orders:set-time-limits": {
            "acknowledge_within": 2,
            "effective_from": SINCE,
            "reason": "Clause 12",
        },
        "orders:reject": {"reason": "duplicate"},
        "orders:ask": {"text": "Which floor?"},
        "orders:commit": {"lines": [open_], "committed_on": LATER},
        "orders:jeopardy": {"lines": [open_], "reason": "No copper"},
        "orders:complete": {f"{committed}-done": "on", "completed_on": SENT_ON},
        "orders:correct": {
            "version": done.version,
            "reason": "Mistyped",
            f"{done.lines.get().pk}-sr_number": "SR-2",
        },
        "orders:answer": {"question": question.pk, "text": "The third"},
    }
