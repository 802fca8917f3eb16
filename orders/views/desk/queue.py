"""The contractor’s order desk: its queue, and what it said of an order, for all who may see it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalog.access import desks_of
from catalog.models import Contractor
from orders.models import Order
from orders.models.states import SENT_STATES
from orders.reading.desk_panel import desk_panel
from orders.reading.desk_queue import DeskQueue, Tab
from orders.services.desk import acts as desk
from orders.views.answering import refusals_answered, visible_order
from stmm.agencies.middleware import Request

PAGE = 25


def panel(request: Request, order: Order) -> dict[str, object]:
    """What the page of an order shows of it, once it was sent."""
    if order.state not in SENT_STATES:
        return {}
    return {"desk": desk_panel(order, request.access)}


def desks_or_refused(request: Request) -> list[Contractor]:
    """The contractors at whose order desk this person is today; 403 for everyone else."""
    desks = desks_of(request.user, on=request.today)
    if not desks:
        raise PermissionDenied("This page is for people of a contractor’s order desk.")
    return desks


@require_safe
def queue(request: Request) -> HttpResponse:
    desks = desks_or_refused(request)
    waiting = DeskQueue(desks, on=request.today)
    asked = request.GET.get("show", "")
    tab = Tab(asked) if asked in Tab.values else Tab.ACKNOWLEDGE
    counts = waiting.counts()
    page = Paginator(waiting.shown(tab), PAGE).get_page(request.GET.get("page"))
    context = {
        "desks": desks,
        "tab": tab,
        "tabs": [(each, counts[each]) for each in Tab],
        "page": page,
        "rows": waiting.waiting(page),
        "may_acknowledge": tab in (Tab.ACKNOWLEDGE, Tab.WEEK, Tab.LATE, Tab.OPEN),
    }
    return render(request, "orders/desk/queue.html", context)


@require_POST
@refusals_answered
def acknowledge(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    if desk.acknowledge(order=order, access=request.access, at=request.at):
        messages.success(request, f"{order} is acknowledged.")
    else:
        messages.info(request, f"{order} was acknowledged already.")
    return redirect(order)


@require_POST
def acknowledge_many(request: Request) -> HttpResponse:
    """The checked orders of a page of the queue, each for itself."""
    desks = desks_or_refused(request)
    checked = request.POST.getlist("order")[:PAGE]
    keys = [int(key) for key in checked if key.isascii() and key.isdigit() and len(key) < 18]
    orders = Order.objects.filter(
        pk__in=keys, contract__contractor__in=desks, state__in=SENT_STATES
    ).order_by("pk")
    outcome = desk.acknowledge_many(orders=orders, access=request.access, at=request.at)
    if outcome.done:
        messages.success(request, f"{_orders(len(outcome.done))} acknowledged.")
    if outcome.known:
        messages.info(request, f"{_orders(len(outcome.known))} acknowledged already.")
    for refusal in outcome.refused:
        messages.error(request, refusal)
    if not keys:
        messages.error(request, "Check the orders to acknowledge first.")
    return redirect(f"{reverse('orders:desk')}?show={Tab.ACKNOWLEDGE}")


def _orders(count: int) -> str:
    return "1 order is" if count == 1 else f"{count} orders are"
