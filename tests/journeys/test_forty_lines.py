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
from orders.documents.std20 import ATTESTATION
from orders.models import LineProgress, LineState, OpenService, Order, State
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


def page(person: Client, name: str, *at: int) -> str:
    answer: Any = person.get(reverse(f"orders:{name}", args=at))
    return text(answer)


def post(person: Client, name: str, *at: int, **typed: Any) -> str:
    """Send a form; what the page after it says."""
    answer: Any = person.post(reverse(f"orders:{name}", args=at), typed, follow=True)
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


def half_done(desk: Client, order: Order) -> None:
    """Acknowledged, committed, the first twenty completed, the others in jeopardy."""
    commit(desk, order)
    complete(desk, order, 20)
    said = post(desk, "jeopardy", order.pk, lines=keys(order, 21, LINES), reason="No fibre yet")
    assert "20 lines are reported in jeopardy" in said


def commit(desk: Client, order: Order) -> None:
    soon = timezone.localdate() + timedelta(days=10)
    post(desk, "acknowledge", order.pk)
    post(desk, "commit", order.pk, lines=keys(order, 1, LINES), committed_on=soon)


def complete(desk: Client, order: Order, last: int) -> None:
    done = {f"{key}-done": "on" for key in keys(order, 1, last)}
    numbers = {f"{key}-sr_number": f"SR-{key}" for key in keys(order, 1, last)}
    post(desk, "complete", order.pk, completed_on=timezone.localdate(), **done, **numbers)


def amended(atr: Client, order: Order) -> Order:
    """What is left, but of the first line one instead of ten."""
    post(atr, "amend", order.pk, reason="Fewer are needed")
    amendment = Order.objects.get(supersedes=order)
    assert amendment.lines.count() == 19
    line = amendment.lines.get(position=1)
    typed = {"order_type": "add", "quantity": 1, "version": amendment.version}
    post(atr, "change-line", amendment.pk, line.pk, **typed)
    assert "Quantity" in page(atr, "review", amendment.pk)
    return amendment


def test_forty_lines_from_need_to_working_service() -> None:
    atr, catr, desk = (browser(f"{name}.example") for name in ("atr@chp", "catr@chp", "desk@att"))
    order = draft_of_forty(atr)
    fill_in(atr, order)
    sign(catr, order)
    assert open_quantity() == 0

    half_done(desk, order)
    assert "No fibre yet" in page(atr, "detail", order.pk)
    assert open_quantity() == 200

    last = keys(order, LINES, LINES)
    post(atr, "cancel", order.pk, what="chosen", lines=last, reason="The desk moved")
    assert LineProgress.objects.filter(state=LineState.CANCELLED).count() == 1
    assert OutgoingMail.objects.filter(subject__startswith="Cancellation:").count() == 1
    assert open_quantity() == 200

    amendment = amended(atr, order)
    sign(catr, amendment)
    order.refresh_from_db()
    assert order.state == State.SUPERSEDED
    assert open_quantity() == 200

    commit(desk, amendment)
    complete(desk, amendment, 19)
    amendment.refresh_from_db()
    assert amendment.state == State.COMPLETED
    assert open_quantity() == 200 + 18 * 10 + 1
    costs = [each.monthly_cost or Decimal(0) for each in OpenService.objects.working()]
    assert f"${sum(costs):,.2f}" in page(atr, "services")
    assert verify().faults == ()
