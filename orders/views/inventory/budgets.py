"""What an agency means to spend, and what it may expect to."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from orders.forms.inventory import BudgetAmountForm, BudgetCodeForm, BudgetLineForm
from orders.models import BudgetLine
from orders.permissions.order import may_keep_for
from orders.reading.costs import COLUMNS, expected_costs, rows
from orders.services.inventory import budgets
from orders.views.answering import reasons_told, visible_order
from orders.views.for_agencies import for_agencies, sees_many_agencies
from orders.views.inventory.open_services import visible_service
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.exports import csv_download
from stmm.look.answering import add_problems, form_page
from stmm.refusals import Incomplete, NotAllowed, WrongState

CODES_A_PAGE = 50


@require_safe
@for_agencies
def expected_cost(request: Request) -> HttpResponse:
    costs = expected_costs(request.access)
    context = {
        "page": Paginator(costs, CODES_A_PAGE).get_page(request.GET.get("page")),
        "total": sum(cost.expected for cost in costs),
        "keeps": {agency.pk for agency in request.access.ordering_agencies},
        "many_agencies": sees_many_agencies(request),
    }
    return render(request, "orders/inventory/cost.html", context)


@require_safe
@for_agencies
def expected_cost_csv(request: Request) -> HttpResponseBase:
    name = f"expected-cost-{request.today}.csv"
    return csv_download(name, COLUMNS, rows(expected_costs(request.access)))


@form_page
@for_agencies
def add_budget_line(request: Request) -> HttpResponse:
    agencies = request.access.ordering_agencies
    if not agencies:
        raise NotAllowed("Only people who order for an agency keep its budget.")
    form = BudgetLineForm(request.POST if request.method == "POST" else None, agencies=agencies)
    if form.is_valid():
        try:
            line = budgets.add_budget_line(
                **form.cleaned_data, access=request.access, at=request.at
            )
        except Incomplete as refusal:
            add_problems(form, refusal)
        else:
            messages.success(request, f"Budget line {line}: added.")
            return redirect("orders:expected-cost")
    return render(request, "orders/inventory/budget_line.html", {"form": form})


def _visible_line(request: Request, pk: int) -> BudgetLine:
    lines = BudgetLine.objects.visible_to(request.access).select_related("agency")
    return get_object_or_404(lines, pk=pk)


@form_page
@reasons_told
def change_budget_line(request: Request, pk: int) -> HttpResponse:
    line = _visible_line(request, pk)
    may_keep_for(request.access, line.agency)
    initial = {"name": line.name, "monthly": line.monthly}
    form = BudgetAmountForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            budgets.change_budget_line(
                line=line, **form.cleaned_data, access=request.access, at=request.at
            )
        except WrongState as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Budget line {line.code}: kept.")
        return redirect("orders:expected-cost")
    context = {"form": form, "line": line, "entries": _entries(line)}
    return render(request, "orders/inventory/budget_line.html", context)


def _entries(line: BudgetLine) -> list[Entry]:
    """What the agency's record tells of its budget lines."""
    return list(Entry.objects.about(line.agency).filter(action__in=budgets.ACTIONS))


@require_POST
@reasons_told
def remove_budget_line(request: Request, pk: int) -> HttpResponse:
    line = _visible_line(request, pk)
    budgets.remove_budget_line(line=line, access=request.access, at=request.at)
    messages.success(request, f"Budget line {line.code}: removed. Orders and services keep it.")
    return redirect("orders:expected-cost")


@form_page
@reasons_told
def order_budget(request: Request, pk: int) -> HttpResponse:
    """The agency's own affair: its contractor, who sees the order, does not see this."""
    order = visible_order(request, pk)
    may_keep_for(request.access, order.agency)
    form = BudgetCodeForm(
        request.POST if request.method == "POST" else None,
        now=order.budget_code,
        lines=order.agency.budget_lines.all(),
    )
    if form.is_valid():
        code = form.cleaned_data["budget_code"]
        budgets.set_order_code(order=order, code=code, access=request.access, at=request.at)
        messages.success(request, f"Budget code of {order}: {code or 'none'}.")
        return redirect(order)
    context = {"form": form, "subject": order, "name": order.agency_request_number}
    return render(request, "orders/inventory/budget_code.html", context)


@form_page
@reasons_told
def service_budget(request: Request, pk: int) -> HttpResponse:
    service = visible_service(request, pk)
    may_keep_for(request.access, service.agency)
    form = BudgetCodeForm(
        request.POST if request.method == "POST" else None,
        now=service.budget_code,
        lines=service.agency.budget_lines.all(),
    )
    if form.is_valid():
        code = form.cleaned_data["budget_code"]
        budgets.set_service_code(service=service, code=code, access=request.access, at=request.at)
        messages.success(request, f"Budget code of {service}: {code or 'none'}.")
        return redirect(service)
    context = {"form": form, "subject": service, "name": service}
    return render(request, "orders/inventory/budget_code.html", context)
