"""Leaving CALNET: the list, one notice, and what becomes of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from orders.files.leaving import COLUMNS, rows
from orders.forms.leaving import DisconnectOrderForm, EndedForm
from orders.forms.printed import ReasonForm
from orders.models import Leaving
from orders.models.leaving import LeavingQuerySet
from orders.permissions.leaving import (
    LeavingAction,
    agencies_to_leave_for,
    may,
    may_leave_for,
    reasons_against,
)
from orders.reading.leaving import shown_parts
from orders.services.leaving import acts as service_of
from orders.views.sending import download
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.exports import Ending, spreadsheet
from stmm.look.answering import add_problems, form_page, refusals_answered_at
from stmm.outbox.models import OutgoingMail
from stmm.refusals import Incomplete

PAGE = 25
# What the list shows: its name in the address, and its words
SHOWN = {"": "All", "running": "Running", "late": "Late"}


def visible_leaving(request: Request, pk: int) -> Leaving:
    """The notice, if this person may see it; 404 otherwise."""
    leavings = Leaving.objects.visible_to(request.access)
    return get_object_or_404(
        leavings.select_related("agency", "contract__contractor", "order", "given_by"), pk=pk
    )


leaving_answered = refusals_answered_at("orders:leaving", lacking="orders:leaving-review")


def _shown(request: Request) -> tuple[str, LeavingQuerySet]:
    """By `?show=` those that run, or that are late; all others of the list otherwise."""
    found = Leaving.objects.visible_to(request.access)
    shown = request.GET.get("show", "")
    if shown == "late":
        return shown, found.late(request.today)
    return (shown, found.running()) if shown == "running" else ("", found)


@require_safe
def leaving_list(request: Request) -> HttpResponse:
    """Newest first."""
    shown, found = _shown(request)
    named = found.select_related("agency", "contract__contractor", "order")
    context = {
        "page": Paginator(named, PAGE).get_page(request.GET.get("page")),
        "shown": shown,
        "choices": list(SHOWN.items()),
        "may_start": bool(agencies_to_leave_for(request.access)),
    }
    return render(request, "orders/leaving/list.html", context)


@require_safe
def leavings_file(request: Request, ending: Ending) -> HttpResponseBase:
    """Exactly what the list shows with the same address, each with all that leaves."""
    _, found = _shown(request)
    return spreadsheet(f"leaving-{request.today}", ending, COLUMNS, rows(found), sheet="Leaving")


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    leaving = visible_leaving(request, pk)
    context = {
        "leaving": leaving,
        "shown": shown_parts(leaving, on=request.today),
        "late": leaving.late(request.today),
        "refused": reasons_against(request.access, leaving),
        "mails": OutgoingMail.objects.about(leaving).prefetch_related("attempts"),
        "entries": list(Entry.objects.about(leaving)),
    }
    return render(request, "orders/leaving/detail.html", context)


@require_safe
def letter(request: Request, pk: int) -> HttpResponse:
    """The stored PDF; 404 until the job has made it."""
    leaving = visible_leaving(request, pk)
    if leaving.letter is None:
        raise Http404("The letter is not made yet.")
    return download(request, leaving.letter)


@form_page
@leaving_answered
def order_disconnect(request: Request, pk: int) -> HttpResponse:
    """The small page that asks for the number of the STD. 20, then its draft."""
    leaving = visible_leaving(request, pk)
    may_leave_for(request.access, leaving.agency)
    if leaving.order is not None and leaving.is_running:
        return redirect(leaving.order)
    may(request.access, LeavingAction.ORDER, leaving)
    form = DisconnectOrderForm(request.POST or None)
    if form.is_valid():
        try:
            order = service_of.order_disconnect(
                leaving=leaving, **form.cleaned_data, access=request.access, at=request.at
            )
        except Incomplete as refusal:
            add_problems(form, refusal)
        else:
            messages.success(
                request, f"{order.agency_request_number} is begun. Review and sign to disconnect."
            )
            return redirect("orders:lines", order.pk)
    return render(request, "orders/leaving/order.html", {"leaving": leaving, "form": form})


@form_page
@leaving_answered
def record_end(request: Request, pk: int) -> HttpResponse:
    leaving = visible_leaving(request, pk)
    may_leave_for(request.access, leaving.agency)
    form = EndedForm(request.POST or None, initial={"ended_on": request.today})
    if form.is_valid():
        try:
            service_of.record_end(
                leaving=leaving, **form.cleaned_data, access=request.access, at=request.at
            )
        except Incomplete as refusal:
            add_problems(form, refusal)
        else:
            messages.success(request, f"{leaving}: the end is recorded.")
            return redirect(leaving)
    if not form.is_bound:
        may(request.access, LeavingAction.RECORD_END, leaving)
    return render(request, "orders/leaving/ended.html", {"leaving": leaving, "form": form})


@form_page
@leaving_answered
def withdraw(request: Request, pk: int) -> HttpResponse:
    leaving = visible_leaving(request, pk)
    may_leave_for(request.access, leaving.agency)
    form = ReasonForm(request.POST or None, label="Why the services stay")
    if form.is_valid():
        service_of.withdraw(
            leaving=leaving,
            reason=form.cleaned_data["reason"],
            access=request.access,
            at=request.at,
        )
        messages.success(request, f"{leaving} is withdrawn.")
        return redirect(leaving)
    if not form.is_bound:
        may(request.access, LeavingAction.WITHDRAW, leaving)
    return render(request, "orders/leaving/withdraw.html", {"leaving": leaving, "form": form})
