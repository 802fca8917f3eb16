"""Step 2: the lines of an order, each with what the manual says of it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from orders.forms.making.lines import QUANTITY, AddLineForm, DateLinesForm, FindForm, LineForm
from orders.models import Order, OrderLine
from orders.permissions.order import may
from orders.reading.offered import offered_under
from orders.reading.order import lines_of, shown_lines
from orders.services.making import drafting, many_lines
from orders.views.answering import refusals_answered, visible_order
from orders.views.making.both_versions import show_both
from orders.views.steps import steps_of
from orders.workflow.order import Action
from stmm.agencies.middleware import Request
from stmm.agencies.models import BillingAccount
from stmm.look.answering import form_page
from stmm.refusals import ChangedMeanwhile


@require_safe
@refusals_answered
def lines(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    may(request.access, Action.EDIT, order)
    form = FindForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "order": order,
        "shown": shown_lines(order, on=request.today),
        "query": query,
        "found": offered_under(order.contract, query, request.GET.get("page"), on=request.today),
        "accounts": accounts_of(order),
        "dates": DateLinesForm(on=request.today),
        "steps": steps_of(order, "lines"),
    }
    return render(request, "orders/making/lines.html", context)


def accounts_of(order: Order) -> QuerySet[BillingAccount]:
    """The agency's account numbers, to copy onto lines."""
    return BillingAccount.objects.filter(agency=order.agency_id, is_in_use=True)


@require_POST
@refusals_answered
def add_line(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    form = AddLineForm(request.POST)
    if form.is_valid():
        cleaned = form.cleaned_data
        drafting.add_line(
            order=order,
            service=cleaned["service"],
            key=cleaned["key"],
            fields={"quantity": cleaned["quantity"]},
            access=request.access,
            at=request.at,
        )
    else:
        may(request.access, Action.EDIT, order)
        messages.error(request, QUANTITY)
    return redirect("orders:lines", pk)


@require_POST
@refusals_answered
def date_lines(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    form = DateLinesForm(request.POST, on=request.today)
    if form.is_valid():
        wanted = form.cleaned_data["wanted_on"]
        count = many_lines.date_lines(
            order=order, wanted=wanted, access=request.access, at=request.at
        )
        if count:
            told = "1 line is" if count == 1 else f"{count} lines are"
            messages.success(request, f"{told} wanted on {wanted:%B %-d, %Y}.")
    else:
        may(request.access, Action.EDIT, order)
        for problem in form.errors["wanted_on"]:
            messages.error(request, f"Requested date of service: {problem}")
    return redirect("orders:lines", pk)


def _line(order: Order, line: int) -> OrderLine:
    found = get_object_or_404(order.lines.select_related("service"), pk=line)
    found.order = order
    return found


@form_page
@refusals_answered
def change_line(request: Request, pk: int, line: int) -> HttpResponse:
    order = visible_order(request, pk)
    may(request.access, Action.EDIT, order)
    found = _line(order, line)
    form = LineForm(
        request.POST if request.method == "POST" else None, instance=found, on=request.today
    )
    if form.is_valid():
        try:
            drafting.change_line(
                line=found,
                fields=form.changed(),
                version=form.cleaned_data["version"],
                access=request.access,
                at=request.at,
            )
        except ChangedMeanwhile:
            stored = OrderLine.objects.select_related("order").get(pk=line)
            show_both(form, stored, stored.order.version)
        else:
            return redirect("orders:lines", pk)
    context = {"order": order, "line": found, "form": form, "steps": steps_of(order, "lines")}
    return render(request, "orders/making/line.html", context)


@require_POST
@refusals_answered
def remove_line(request: Request, pk: int, line: int) -> HttpResponse:
    order = visible_order(request, pk)
    found = next((each for each in lines_of(order) if each.pk == line), None)
    if found is None:
        return redirect("orders:lines", pk)
    drafting.remove_line(line=found, access=request.access, at=request.at)
    return redirect("orders:lines", pk)
