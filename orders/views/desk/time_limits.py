"""In how many working days contractors acknowledge and commit: read by all, set by STND."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalog.models import Contract
from catalog.permissions import reason_against_keeping
from orders.forms.desk import TimeLimitsForm
from orders.models import TimeLimits
from orders.services.desk.time_limits import set_time_limits
from stmm.agencies.middleware import Request
from stmm.agencies.views import attempt
from stmm.audit.dated import LATEST_FIRST
from stmm.look.answering import form_page

PAGE = 50


@require_safe
def limit_list(request: Request) -> HttpResponse:
    """Every contract, with the limits that hold today."""
    contracts = Contract.objects.select_related("contractor")
    page = Paginator(contracts, PAGE).get_page(request.GET.get("page"))
    now = TimeLimits.objects.filter(contract__in=list(page)).in_effect(request.today)
    by_contract = {row.contract_id: row for row in now}
    context = {
        "page": page,
        "rows": [(contract, by_contract.get(contract.pk)) for contract in page],
        "may_set": not reason_against_keeping(request.access),
    }
    return render(request, "orders/desk/time_limits.html", context)


@form_page
def set_limits(request: Request, pk: int) -> HttpResponse:
    contract = get_object_or_404(Contract.objects.select_related("contractor"), pk=pk)
    if reason := reason_against_keeping(request.access):
        raise PermissionDenied(reason)
    rows = TimeLimits.objects.filter(contract=contract)
    initial = TimeLimitsForm.initial_of(rows.in_effect(request.today).first())
    form = TimeLimitsForm(
        request.POST if request.method == "POST" else None,
        initial={"effective_from": request.today, **initial},
    )
    saved = attempt(
        form,
        lambda: set_time_limits(
            contract=contract, **form.cleaned_data, access=request.access, at=request.at
        ),
    )
    if saved:
        messages.success(
            request,
            f"The time limits of {contract.number} from {saved.effective_from:%B %-d, %Y} on"
            " are recorded.",
        )
        return redirect("orders:time-limits")
    context = {
        "contract": contract,
        "form": form,
        "history": rows.select_related("recorded_by").order_by(*LATEST_FIRST),
    }
    return render(request, "orders/desk/set_time_limits.html", context)
