"""Leaving CALNET, and orders on local purchasing documents."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Category, Contract, Service
from orders.models import Leaving, LeavingState, LocalLine, LocalOrder, LocalState, Order
from orders.services.leaving import acts as leaving_services
from orders.services.leaving import sending
from tests.catalog.factories import make_category, make_contract, make_free, make_service
from tests.factories import AT, TODAY
from tests.orders import local_orders
from tests.orders.factories import World, access
from tests.permissions.orders import KEY

PDF = b"%PDF-1.7 a letter\n%%EOF\n"

# Of a draft a desk sees nothing; of what it was sent, all, and the acts of the agency are not its
TABLE = """
orders:leavings          -             GET     200 200 200  200   200  200   200  200 200 302
orders:leavings          -             POST    405 405 405  405   405  405   405  405 405 302
orders:leavings-csv      -             GET     200 200 200  200   200  200   200  200 200 302
orders:leavings-csv      -             POST    405 405 405  405   405  405   405  405 405 302
orders:leavings-xlsx     -             GET     200 200 200  200   200  200   200  200 200 302
orders:leavings-xlsx     -             POST    405 405 405  405   405  405   405  405 405 302
orders:start-leaving     -             GET     403 403 403  200   403  403   403  403 403 302
orders:start-leaving     -             POST    403 403 403  302   403  403   403  403 403 302
orders:leaving           leaving       GET     404 404 404  200   404  404   200  200 200 302
orders:leaving           leaving       POST    405 405 405  405   405  405   405  405 405 302
orders:leaving           leaving_given GET     404 404 404  200   200  404   200  200 200 302
orders:leaving-parts     leaving       GET     404 404 404  200   404  404   403  403 403 302
orders:leaving-parts     leaving       POST    404 404 404  302   404  404   403  403 403 302
orders:leaving-details   leaving       GET     404 404 404  200   404  404   403  403 403 302
orders:leaving-details   leaving       POST    404 404 404  302   404  404   403  403 403 302
orders:leaving-review    leaving       GET     404 404 404  200   404  404   403  403 403 302
orders:leaving-review    leaving       POST    405 405 405  405   405  405   405  405 405 302
orders:leaving-review    leaving_given GET     404 404 404  302   403  404   403  403 403 302
orders:give-notice       leaving       GET     405 405 405  405   405  405   405  405 405 302
orders:give-notice       leaving       POST    404 404 404  302   404  404   403  403 403 302
orders:leaving-letter    leaving       GET     404 404 404  404   404  404   404  404 404 302
orders:leaving-letter    leaving_given GET     404 404 404  200   200  404   200  200 200 302
orders:leaving-letter    leaving_given POST    405 405 405  405   405  405   405  405 405 302
orders:leaving-order     leaving_given GET     404 404 404  200   403  404   403  403 403 302
orders:leaving-order     leaving_given POST    404 404 404  302   403  404   403  403 403 302
orders:leaving-ended     leaving_given GET     404 404 404  200   403  404   403  403 403 302
orders:leaving-ended     leaving_given POST    404 404 404  302   403  404   403  403 403 302
orders:withdraw-leaving  leaving       GET     404 404 404  200   404  404   403  403 403 302
orders:withdraw-leaving  leaving       POST    404 404 404  302   404  404   403  403 403 302
orders:withdraw-leaving  leaving_given POST    404 404 404  302   403  404   403  403 403 302
orders:locals            -             GET     200 200 200  200   200  200   200  200 200 302
orders:locals            -             POST    405 405 405  405   405  405   405  405 405 302
orders:locals-csv        -             GET     200 200 200  200   200  200   200  200 200 302
orders:locals-csv        -             POST    405 405 405  405   405  405   405  405 405 302
orders:locals-xlsx       -             GET     200 200 200  200   200  200   200  200 200 302
orders:locals-xlsx       -             POST    405 405 405  405   405  405   405  405 405 302
orders:start-local       -             GET     403 403 403  200   403  403   403  403 403 302
orders:start-local       -             POST    403 403 403  302   403  403   403  403 403 302
orders:local             local         GET     404 404 404  200   404  404   200  200 200 302
orders:local             local         POST    405 405 405  405   405  405   405  405 405 302
orders:local             local_sent    GET     404 404 404  200   200  404   200  200 200 302
orders:local-details     local         GET     404 404 404  200   404  404   403  403 403 302
orders:local-details     local         POST    404 404 404  302   404  404   403  403 403 302
orders:local-lines       local         GET     404 404 404  200   404  404   403  403 403 302
orders:local-lines       local         POST    405 405 405  405   405  405   405  405 405 302
orders:add-local-line    local         GET     405 405 405  405   405  405   405  405 405 302
orders:add-local-line    local         POST    404 404 404  302   404  404   403  403 403 302
orders:remove-local-line local         GET     405 405 405  405   405  405   405  405 405 302
orders:remove-local-line local         POST    404 404 404  302   404  404   403  403 403 302
orders:local-review      local         GET     404 404 404  200   404  404   403  403 403 302
orders:local-review      local         POST    405 405 405  405   405  405   405  405 405 302
orders:record-local      local         GET     405 405 405  405   405  405   405  405 405 302
orders:record-local      local         POST    404 404 404  302   404  404   403  403 403 302
orders:local-record      local         GET     404 404 404  404   404  404   404  404 404 302
orders:local-record      local_sent    GET     404 404 404  200   200  404   200  200 200 302
orders:local-record      local_sent    POST    405 405 405  405   405  405   405  405 405 302
orders:local-document    local         GET     404 404 404  200   404  404   200  200 200 302
orders:local-document    local_sent    GET     404 404 404  200   200  404   200  200 200 302
orders:local-document    local_sent    POST    405 405 405  405   405  405   405  405 405 302
orders:abandon-local     local         GET     404 404 404  200   404  404   403  403 403 302
orders:abandon-local     local         POST    404 404 404  302   404  404   403  403 403 302
orders:cancel-local      local_sent    GET     404 404 404  200   403  404   403  403 403 302
orders:cancel-local      local_sent    POST    404 404 404  302   403  404   403  403 403 302
orders:acknowledge-local local_sent    GET     405 405 405  405   405  405   405  405 405 302
orders:acknowledge-local local_sent    POST    404 404 404  403   302  404   403  403 403 302
orders:complete-local    local_begun   GET     404 404 404  403   200  404   403  403 403 302
orders:complete-local    local_begun   POST    404 404 404  403   302  404   403  403 403 302
orders:reject-local      local_sent    GET     404 404 404  403   200  404   403  403 403 302
orders:reject-local      local_sent    POST    404 404 404  403   302  404   403  403 403 302
"""

DOWNLOADS = {"orders:leaving-letter", "orders:local-record", "orders:local-document"}
UNRECORDED: set[str] = set()
FILES = {
    "orders:leavings-csv",
    "orders:leavings-xlsx",
    "orders:locals-csv",
    "orders:locals-xlsx",
}
BUTTONS: dict[str, dict[str, str]] = {
    "purchaser": {
        "orders:start-leaving": "Start the draft",
        "orders:leaving-details": "Save and continue",
        "orders:leaving-order": "Begin the order",
        "orders:leaving-ended": "Record the end",
        "orders:withdraw-leaving": "Withdraw",
        "orders:start-local": "Save and continue",
        "orders:local-details": "Save and continue",
        "orders:abandon-local": "Abandon",
        "orders:cancel-local": "Cancel",
    },
    "desk": {
        "orders:complete-local": "Complete",
        "orders:reject-local": "Reject",
    },
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """The city leaves a contract that does not bind it, and orders on its own documents."""
    free = make_contract(world.contract.number + "-F", world.contract.contractor.name)
    make_free(free)
    drafted = _leaving(world, free, services=[make_service("Fax line", free)])
    given = _leaving(world, free, categories=[make_category()])
    leaving_services.give_notice(
        leaving=given, version=given.version, access=access(world.purchaser), at=AT
    )
    sending._send(given, PDF, AT)
    local = local_orders.make_draft(world, number="PO-1")
    sent = local_orders.make_sent(world, number="PO-2")
    begun = local_orders.make_acknowledged(world, number="PO-3")
    return {
        "leaving": {"pk": drafted.pk},
        "leaving_given": {"pk": given.pk},
        "local": {"pk": local.pk, "line": local.lines.get().pk},
        "local_sent": {"pk": sent.pk},
        "local_begun": {"pk": begun.pk},
    }


def _leaving(
    world: World,
    contract: Contract,
    *,
    categories: Iterable[Category] = (),
    services: Iterable[Service] = (),
) -> Leaving:
    by = access(world.purchaser)
    leaving = leaving_services.start(
        agency=world.city,
        contract=contract,
        manner=Leaving.Manner.TERMINATE,
        key=uuid4(),
        access=by,
        at=AT,
    )
    return leaving_services.choose(
        leaving=leaving,
        open_services=[],
        categories=categories,
        services=services,
        version=leaving.version,
        access=by,
        at=AT,
    )


CONTACT = {
    "contact_name": "Luis Ortega",
    "contact_phone": "(209) 555-0100",
    "contact_email": "luis@lodi.example",
}
REASON = {"reason": "The council decided so"}


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    return _leaving_forms(world) | _local_forms(world)


def _leaving_forms(world: World) -> dict[str, dict[str, Any]]:
    leaving = Leaving.objects.get(state=LeavingState.DRAFTED)
    return {
        "orders:start-leaving": {
            "agency": world.city.pk,
            "contract": world.contract.pk,
            "manner": "migrate",
            "key": KEY,
        },
        "orders:leaving-parts": {"version": leaving.version},
        "orders:leaving-details": {
            **CONTACT,
            "sender_address": "221 West Pine Street",
            "version": leaving.version,
        },
        "orders:give-notice": {"version": leaving.version},
        "orders:leaving-order": {"agency_request_number": "OFF-1"},
        "orders:leaving-ended": {"ended_on": TODAY.isoformat(), **REASON},
        "orders:withdraw-leaving": REASON,
    }


def _local_forms(world: World) -> dict[str, dict[str, Any]]:
    local = LocalOrder.objects.get(state=LocalState.DRAFT)
    begun = LocalLine.objects.filter(order__state=LocalState.ACKNOWLEDGED)
    document = {
        **CONTACT,
        "document_number": "PO-9",
        "document_date": TODAY.isoformat(),
        "service_address": "221 West Pine Street",
    }
    return {
        "orders:start-local": {
            **document,
            "agency": world.city.pk,
            "contract": world.contract.pk,
            "key": KEY,
            "file": SimpleUploadedFile("po.pdf", PDF, "application/pdf"),
        },
        "orders:local-details": {**document, "version": local.version},
        "orders:add-local-line": {"service": world.optional.pk, "quantity": 3, "key": KEY},
        "orders:record-local": {"version": local.version},
        "orders:abandon-local": REASON,
        "orders:cancel-local": REASON,
        "orders:reject-local": REASON,
        "orders:complete-local": {
            "lines": list(begun.values_list("pk", flat=True)),
            "completed_on": TODAY.isoformat(),
        },
    }
