"""Forty pasted lines from need to working service: desk, amendment, cancellation, inventory."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Contract
from orders.models import LineProgress, LineState, OpenService, Order, State
from orders.std20 import ATTESTATION
from stmm.accounts.models import User
from stmm.audit.services import verify
from stmm.management.commands.load_demo import PASSWORD
from stmm.outbox.models import OutgoingMail
from tests.factories import signed_in
from tests.orders.pages import text
from tests.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

CONTRACT = "C4-DNCS-19-001-40"
LINES = 40


def browser(email: str) -> Client:
    return signed_in(User.objects.get(email=email))


def post(person: Client, name: str, *at: int, **typed: Any) -> str:
    """Send a form; what the page after it says."""
    answer = person.post(reverse(f"orders:{name}", args=at), typed, follow=True)
    assert answer.status_code == 200
    said = text(answer)
    assert "There is a problem" not in said, said
    return said


def pasted() -> str:
    """A heading row, and the contract's services over and over, each ten times a quantity."""
    services = list(Contract.objects.get(number=CONTRACT).services.order_by("product_id"))
    rows = [f"{services[number % len(services)].product_id}\t10\tAdd" for number in range(LINES)]
    return "\n".join(["Product ID\tQuantity\tOrder type", *rows])


def open_quantity() -> int:
    return OpenService.objects.working().aggregate(total=Sum("quantity"))["total"] or 0


def draft_of_forty(atr: Client) -> Order:
    contract = Contract.objects.get(number=CONTRACT)
    agency = User.objects.get(email="atr@chp.example").appointments.get().agency
    post(
        atr, "start", agency=agency.pk, contract=contract.pk,
        agency_request_number="CHP-40", key=uuid4(),
    )  # fmt: skip
    order = Order.objects.get(agency_request_number="CHP-40")
    page = atr.get(reverse("orders:paste-lines", args=[order.pk]))
    key = page.context["form"]["key"].value()
    for _ in range(2):
        atr.post(reverse("orders:paste-lines", args=[order.pk]), {"text": pasted(), "key": key})
    assert order.lines.count() == LINES
    return order


def fill_in(atr: Client, order: Order) -> None:
    version = Order.objects.get(pk=order.pk).version
    post(atr, "where", order.pk, requested_address="1382 W Olive Ave\nFresno", version=version)
    page = atr.get(reverse("orders:contacts", args=[order.pk]))
    kept = {field.name: field.value() or "" for field in page.context["form"]}
    post(atr, "contacts", order.pk, **kept | {"billing_address": "PO Box 942898\nSacramento"})


def sign(catr: Client, order: Order) -> None:
    version = Order.objects.get(pk=order.pk).version
    said = post(catr, "sign", order.pk, attest="on", password=PASSWORD, version=version)
    assert ATTESTATION in said
    run_worker()
    order.refresh_from_db()
    assert order.state == State.ROUTED


def keys(order: Order, first: int, last: int) -> list[int]:
    lines = order.lines.filter(position__gte=first, position__lte=last)
    return list(lines.order_by("position").values_list("pk", flat=True))


def test_forty_lines_from_need_to_working_service() -> None:
    atr, catr, desk = (browser(f"{name}.example") for name in ("atr@chp", "catr@chp", "desk@att"))
    order = draft_of_forty(atr)
    fill_in(atr, order)
    sign(catr, order)
    assert open_quantity() == 0

    post(desk, "acknowledge", order.pk)
    soon = timezone.localdate() + timedelta(days=10)
    post(desk, "commit", order.pk, lines=keys(order, 1, LINES), committed_on=soon)
    done = {f"{key}-done": "on" for key in keys(order, 1, 20)}
    numbers = {f"{key}-sr_number": f"SR-{key}" for key in keys(order, 1, 20)}
    post(desk, "complete", order.pk, completed_on=timezone.localdate(), **done, **numbers)
    assert open_quantity() == 200
    said = post(desk, "jeopardy", order.pk, lines=keys(order, 21, LINES), reason="No fibre yet")
    assert "20 lines are reported in jeopardy" in said
    assert "No fibre yet" in text(atr.get("/"))

    last = keys(order, LINES, LINES)
    post(atr, "cancel", order.pk, what="chosen", lines=last, reason="The desk moved")
    assert LineProgress.objects.filter(state=LineState.CANCELLED).count() == 1
    assert OutgoingMail.objects.filter(subject__startswith="Cancellation:").count() == 1
    assert open_quantity() == 200

    post(atr, "amend", order.pk, reason="Fewer are needed")
    amendment = Order.objects.get(supersedes=order)
    assert amendment.lines.count() == 19
    line = amendment.lines.get(position=1)
    post(
        atr, "change-line", amendment.pk, line.pk, order_type="add", quantity=1,
        version=amendment.version,
    )  # fmt: skip
    assert "Quantity" in text(atr.get(reverse("orders:review", args=[amendment.pk])))
    sign(catr, amendment)
    order.refresh_from_db()
    assert order.state == State.SUPERSEDED
    assert open_quantity() == 200

    post(desk, "acknowledge", amendment.pk)
    post(desk, "commit", amendment.pk, lines=keys(amendment, 1, 19), committed_on=soon)
    every = {f"{key}-done": "on" for key in keys(amendment, 1, 19)}
    post(desk, "complete", amendment.pk, completed_on=timezone.localdate(), **every)
    amendment.refresh_from_db()
    assert amendment.state == State.COMPLETED
    assert open_quantity() == 200 + 18 * 10 + 1

    listed = atr.get(reverse("orders:services"))
    costs = [each.monthly_cost or Decimal(0) for each in OpenService.objects.working()]
    assert f"${sum(costs):,.2f}" in text(listed)
    assert verify().faults == ()
