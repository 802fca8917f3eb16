"""The same kind of service from several contractors, side by side."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.advice import Advise
from catalog.as_of import as_of
from catalog.keeping_forms import EquivalentForm, QuantityForm
from catalog.models import Service
from catalog.permissions import reason_against_keeping
from catalog.public import catalog_page
from catalog.services.equivalents import mark_equivalent, unmark_equivalent
from catalog.side_by_side import TERMS, compare
from catalog.views.designation import refuse_all_but_keepers
from stmm.agencies.middleware import Request
from stmm.agencies.views import attempt


def _service(pk: int) -> Service:
    return get_object_or_404(
        Service.objects.select_related("contract__contractor", "category"), pk=pk
    )


@catalog_page
@require_safe
def comparison(request: Request, pk: int, advise: Advise) -> HttpResponse:
    return _shown(request, _service(pk), EquivalentForm())


def _shown(request: Request, service: Service, form: EquivalentForm) -> HttpResponse:
    when = as_of(request)
    quantities = QuantityForm(request.GET if "quantity" in request.GET else None)
    quantity = quantities.cleaned_data["quantity"] if quantities.is_valid() else 1
    compared = compare(service, on=when.day, quantity=quantity)
    context = {
        "service": service,
        "as_of": when,
        "quantities": quantities,
        "quantity": quantity,
        "terms": TERMS,
        "compared": compared,
        "others": sum(row.service != service for row in compared),
        "form": form,
        "may_keep": not reason_against_keeping(request.access),
    }
    return render(request, "catalog/comparison.html", context)


@require_POST
def mark(request: Request, pk: int, advise: Advise) -> HttpResponse:
    service = _service(pk)
    refuse_all_but_keepers(request)
    form = EquivalentForm(request.POST)
    marked = attempt(
        form,
        lambda: mark_equivalent(
            service=service,
            other=form.cleaned_data["service"],
            access=request.access,
            at=request.at,
        ),
    )
    if marked is None:
        return _shown(request, service, form)
    messages.success(request, f"Marked as equivalent to {form.cleaned_data['service'].name}.")
    return redirect("catalog:comparison", pk)


@require_POST
def unmark(request: Request, pk: int, advise: Advise) -> HttpResponse:
    """Take this service out of its group of equivalents."""
    service = _service(pk)
    refuse_all_but_keepers(request)
    unmark_equivalent(service=service, access=request.access, at=request.at)
    messages.success(request, f"{service.name} is marked as equivalent to no other.")
    return redirect("catalog:comparison", pk)
