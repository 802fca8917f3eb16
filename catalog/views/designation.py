"""Saying what is mandatory: the pages of STND analysts, and the list of what is left to say."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from catalog.advice import Advise
from catalog.as_of import as_of
from catalog.keeping_forms import ContractFlagForm, FlagForm
from catalog.models import Contract, Designation, Ruling, Service
from catalog.permissions import reason_against_keeping
from catalog.services.designating import set_flag
from stmm.agencies.middleware import Request
from stmm.agencies.views import attempt

SERVICES_A_PAGE = 50

form_page = require_http_methods(["GET", "HEAD", "POST"])


def refuse_all_but_keepers(request: Request) -> None:
    if reason := reason_against_keeping(request.access):
        raise PermissionDenied(reason)


@form_page
def designate_service(request: Request, pk: int, advise: Advise) -> HttpResponse:
    service = get_object_or_404(
        Service.objects.with_designation(request.today).select_related(
            "contract__contractor", "category"
        ),
        pk=pk,
    )
    refuse_all_but_keepers(request)
    form = FlagForm(request.POST or None, initial={"effective_from": request.today})
    row = attempt(
        form,
        lambda: set_flag(
            contract=service.contract,
            service=service,
            **form.cleaned_data,
            access=request.access,
            at=request.at,
        ),
    )
    if row:
        _tell(request, row, service.name)
        return redirect("catalog:service", pk)
    context = {
        "form": form,
        "service": service,
        "now": Designation.Value(service.designation),
    }
    return render(request, "catalog/designation_service.html", context)


@form_page
def designate_contract(request: Request, pk: int, advise: Advise) -> HttpResponse:
    """Of the whole contract, or of one of its categories."""
    contract = get_object_or_404(Contract.objects.select_related("contractor"), pk=pk)
    refuse_all_but_keepers(request)
    form = ContractFlagForm(
        request.POST or None, contract=contract, initial={"effective_from": request.today}
    )
    row = attempt(
        form,
        lambda: set_flag(
            contract=contract, **form.cleaned_data, access=request.access, at=request.at
        ),
    )
    if row:
        _tell(request, row, str(row.category or contract))
        return redirect("catalog:contract", pk)
    own = Designation.objects.filter(service=OuterRef("pk"))
    context = {
        "form": form,
        "contract": contract,
        "services": contract.services.count(),
        "with_own": contract.services.filter(Exists(own)).count(),
    }
    return render(request, "catalog/designation_contract.html", context)


def _tell(request: Request, row: Designation, what: str) -> None:
    messages.success(
        request,
        f"{what}: {row.get_value_display()} from {row.effective_from:%B %-d, %Y} on.",
    )


@require_safe
def undetermined(request: Request, advise: Advise) -> HttpResponse:
    """What can be ordered on a day and of which the Department has not said what it is."""
    when = as_of(request)
    # Given as a mapping: with_designation adds it
    open_yet = {"designation": Designation.Value.UNDETERMINED}
    found = (
        Service.objects.offered(when.day)
        .filter(contract__in=Contract.objects.in_term(when.day))
        .with_designation(when.day)
        .filter(**open_yet)
    )
    by_contract = dict(found.order_by().values_list("contract").annotate(Count("pk")))
    contracts = Contract.objects.filter(pk__in=by_contract).select_related("contractor")
    chosen = next((c for c in contracts if str(c.pk) == request.GET.get("contract")), None)
    if chosen:
        found = found.filter(contract=chosen)
    asked = Ruling.objects.filter(service=OuterRef("pk"), state=Ruling.State.ASKED)
    rows = found.annotate(is_asked=Exists(asked)).select_related("contract__contractor", "category")
    context = {
        "as_of": when,
        "chosen": chosen,
        "contracts": [(contract, by_contract[contract.pk]) for contract in contracts],
        "page": Paginator(rows, SERVICES_A_PAGE).get_page(request.GET.get("page")),
        "may_keep": not reason_against_keeping(request.access),
    }
    return render(request, "catalog/designation_undetermined.html", context)
