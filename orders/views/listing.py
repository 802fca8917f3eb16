"""The list of orders, and one order."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.forms import OrderFilterForm
from orders.models import Order, Signature
from orders.permissions import reasons_against
from orders.reading import shown_lines
from orders.views import changing, desk
from orders.views.answering import visible_order
from orders.workflow import Party
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.documents.models import StoredDocument
from stmm.outbox.models import OutgoingMail

PAGE = 25


@require_safe
def order_list(request: Request) -> HttpResponse:
    form = OrderFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    orders = Order.objects.visible_to(request.access).matching(wanted.get("q", ""))
    if wanted.get("state"):
        orders = orders.filter(state=wanted["state"])
    orders = orders.select_related("agency", "contract__contractor", "created_by")
    page = Paginator(orders, PAGE).get_page(request.GET.get("page"))
    may_start = bool(request.access.ordering_agencies)
    return render(
        request,
        "orders/list.html",
        {"form": form, "page": page, "may_start": may_start, "filtered": any(wanted.values())},
    )


@require_safe
def order_detail(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    context = {
        "order": order,
        "shown": shown_lines(order, on=request.today),
        "signature": Signature.objects.filter(order=order).first(),
        "document": StoredDocument.objects.filter(
            kind="std20", made_from_kind="orders.order", made_from_key=str(order.pk)
        )
        .defer("content")
        .first(),
        "attachments": order.attachments.select_related("document").defer("document__content"),
        "mails": OutgoingMail.objects.about(order).prefetch_related("attempts"),
        "entries": Entry.objects.about(order),
        "refused": reasons_against(request.access, order, Party.AGENCY),
        **desk.panel(request, order),
        **changing.panel(request, order),
    }
    return render(request, "orders/detail.html", context)
