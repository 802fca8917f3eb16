"""Orders on local purchasing documents: the list, one of them, its files, giving it up."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from orders.files.local import COLUMNS, rows
from orders.forms.printed import ReasonForm
from orders.models import LocalOrder
from orders.models.local import LOCAL_WITH_CONTRACTOR, LocalOrderQuerySet
from orders.permissions.local import (
    LocalAction,
    may,
    may_order_locally_for,
    reasons_against,
)
from orders.reading.local import shown_local_lines
from orders.services.local import desk
from orders.services.local import recording as service_of
from orders.views.sending import download
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.exports import Ending, spreadsheet
from stmm.look.answering import form_page, refusals_answered_at
from stmm.outbox.models import OutgoingMail

PAGE = 25


def visible_local(request: Request, pk: int) -> LocalOrder:
    """The document, if this person may see it; 404 otherwise."""
    orders = LocalOrder.objects.visible_to(request.access)
    return get_object_or_404(
        orders.select_related(
            "agency", "contract__contractor", "file", "record", "recorded_by"
        ).defer("file__content", "record__content"),
        pk=pk,
    )


local_answered = refusals_answered_at("orders:local", lacking="orders:local-review")


def _shown(request: Request) -> tuple[bool, LocalOrderQuerySet]:
    """By `?show=open` those that the contractor has something to do for; all otherwise."""
    found = LocalOrder.objects.visible_to(request.access)
    if request.GET.get("show") != "open":
        return False, found
    return True, found.filter(state__in=LOCAL_WITH_CONTRACTOR)


@require_safe
def local_list(request: Request) -> HttpResponse:
    """Newest first."""
    only_open, found = _shown(request)
    named = found.select_related("agency", "contract__contractor")
    context = {
        "page": Paginator(named, PAGE).get_page(request.GET.get("page")),
        "only_open": only_open,
        "may_start": any(not each.is_state for each in request.access.ordering_agencies),
    }
    return render(request, "orders/local/list.html", context)


@require_safe
def locals_file(request: Request, ending: Ending) -> HttpResponseBase:
    """Exactly what the list shows with the same address, each with its lines."""
    _, found = _shown(request)
    return spreadsheet(
        f"local-documents-{request.today}", ending, COLUMNS, rows(found), sheet="Local documents"
    )


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    order = visible_local(request, pk)
    context = {
        "order": order,
        "shown": shown_local_lines(order, on=request.today),
        "refused": reasons_against(request.access, order),
        "mails": OutgoingMail.objects.about(order),
        "entries": list(Entry.objects.about(order)),
    }
    return render(request, "orders/local/detail.html", context)


@require_safe
def record_file(request: Request, pk: int) -> HttpResponse:
    """The stored PDF of the record; 404 until the job has made it."""
    order = visible_local(request, pk)
    if order.record is None:
        raise Http404("The record is not made yet.")
    return download(request, order.record)


@require_safe
def document_file(request: Request, pk: int) -> HttpResponse:
    """The agency's own document as it was uploaded."""
    return download(request, visible_local(request, pk).file)


@form_page
@local_answered
def abandon(request: Request, pk: int) -> HttpResponse:
    order = visible_local(request, pk)
    return _given_up(request, order, LocalAction.ABANDON, service_of.abandon)


@form_page
@local_answered
def cancel(request: Request, pk: int) -> HttpResponse:
    order = visible_local(request, pk)
    return _given_up(request, order, LocalAction.CANCEL, desk.cancel)


def _given_up(
    request: Request, order: LocalOrder, action: LocalAction, give_up: Callable[..., LocalOrder]
) -> HttpResponse:
    may_order_locally_for(request.access, order.agency)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        order = give_up(
            order=order, reason=form.cleaned_data["reason"], access=request.access, at=request.at
        )
        messages.success(request, f"{order} is {order.get_state_display().lower()}.")
        return redirect(order)
    if not form.is_bound:
        may(request.access, action, order)
    return render(
        request, "orders/local/give_up.html", {"order": order, "form": form, "action": action}
    )
