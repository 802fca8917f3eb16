"""The list of orders: filtered, kept, downloaded; and one order."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from orders.files.orders import COLUMNS, archive, rows, std20s_of
from orders.forms.lists import KeepFilterForm, OrderFilterForm
from orders.models import Follow, Order, SavedFilter, Signature
from orders.permissions.inside import history_of, said_on_handing
from orders.permissions.order import reasons_against
from orders.reading.order import shown_lines
from orders.services.lists import keep_filter, remove_filter
from orders.services.telling.turns import follow, unfollow
from orders.views import changing
from orders.views.answering import visible_order
from orders.views.desk import queue
from orders.workflow.order import Party
from stmm.agencies.middleware import Request
from stmm.exports import Ending, spreadsheet
from stmm.outbox.models import OutgoingMail
from stmm.refusals import NotAllowed

PAGE = 25
# Forms in one archive
MOST_FORMS = 100


@require_safe
def order_list(request: Request) -> HttpResponse:
    return _list(request, KeepFilterForm(initial={"query": request.GET.urlencode()}))


def _list(request: Request, keep_form: KeepFilterForm) -> HttpResponse:
    form = OrderFilterForm(request.GET)
    form.is_valid()
    orders = form.orders(request.access).select_related(
        "agency", "contract__contractor", "created_by"
    )
    context = {
        "form": form,
        "page": Paginator(orders, PAGE).get_page(request.GET.get("page")),
        "may_start": bool(request.access.ordering_agencies),
        "filtered": form.is_on,
        "kept": SavedFilter.objects.filter(user=request.user),
        "keep_form": keep_form,
        "most_forms": MOST_FORMS,
    }
    return render(request, "orders/lists/list.html", context)


@require_POST
def keep(request: Request) -> HttpResponse:
    """Keep the filter that is on, under a name."""
    form = KeepFilterForm(request.POST)
    if form.is_valid():
        try:
            kept = keep_filter(user=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"The filter is kept as “{kept.name}”.")
            return redirect(f"{reverse('orders:list')}?{kept.query}")
    return _list(request, form)


@require_POST
def forget(request: Request, pk: int) -> HttpResponse:
    kept = get_object_or_404(SavedFilter, user=request.user, pk=pk)
    remove_filter(kept=kept)
    return redirect("orders:list")


def _asked(request: Request) -> OrderFilterForm | None:
    """The filters of the address, None where one can't be read: the list says which."""
    form = OrderFilterForm(request.GET)
    return form if form.is_valid() else None


def _back(request: Request) -> HttpResponse:
    return redirect(f"{reverse('orders:list')}?{request.GET.urlencode()}")


@require_safe
def orders_file(request: Request, ending: Ending) -> HttpResponseBase:
    """Exactly what the list shows with the same address, all its pages in one file."""
    form = _asked(request)
    if form is None:
        return _back(request)
    return spreadsheet(
        f"orders-{request.today}",
        ending,
        COLUMNS,
        rows(form.orders(request.access)),
        sheet="Orders",
    )


@require_safe
def std20s(request: Request) -> HttpResponseBase:
    """The forms of all orders that the list shows with the same address, in one archive."""
    form = _asked(request)
    if form is None:
        return _back(request)
    documents = list(std20s_of(form.orders(request.access))[: MOST_FORMS + 1])
    if not 0 < len(documents) <= MOST_FORMS:
        messages.error(request, _no_archive(len(documents)))
        return _back(request)
    return HttpResponse(
        archive(documents, actor=request.user, at=request.at),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="std20-{request.today}.zip"'},
    )


def _no_archive(count: int) -> str:
    if count:
        return f"There are more than {MOST_FORMS} forms: narrow the list down first."
    return "None of these orders has a STD. 20 yet: it is made when the order is signed."


@require_safe
def order_detail(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    context = {
        "order": order,
        "shown": shown_lines(order, on=request.today),
        "signature": Signature.objects.filter(order=order).first(),
        "document": std20s_of(Order.objects.filter(pk=order.pk)).defer("content").first(),
        "attachments": order.attachments.select_related("document").defer("document__content"),
        "mails": OutgoingMail.objects.about(order).prefetch_related("attempts"),
        "handed": said_on_handing(order, request.access),
        "entries": history_of(order, request.access),
        "refused": reasons_against(request.access, order, Party.AGENCY),
        "is_followed": Follow.objects.filter(order=order, user=request.user).exists(),
        **queue.panel(request, order),
        **changing.panel(request, order),
    }
    return render(request, "orders/lists/detail.html", context)


@require_POST
def follow_order(request: Request, pk: int) -> HttpResponse:
    """Be told of an order, or no longer."""
    order = visible_order(request, pk)
    if "stop" in request.POST:
        unfollow(order=order, user=request.user)
    else:
        follow(order=order, user=request.user)
    return redirect(order)
