"""The list of determinations on buying elsewhere, and the same as a file."""

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from orders.files.determinations import COLUMNS, rows
from orders.forms.elsewhere.question import DeterminationFilterForm
from orders.models import ElsewhereDetermination
from orders.views.for_agencies import for_agencies, sees_many_agencies
from stmm.agencies.middleware import Request
from stmm.exports import Ending, spreadsheet

DETERMINATIONS_A_PAGE = 50


def _form(request: Request) -> DeterminationFilterForm:
    return DeterminationFilterForm(
        request.GET,
        visible=ElsewhereDetermination.objects.visible_to(request.access),
        of_many_agencies=sees_many_agencies(request),
    )


@require_safe
@for_agencies
def determinations(request: Request) -> HttpResponse:
    form = _form(request)
    shown = (
        form.determinations()
        .select_related("agency", "service", "asked_by", "certificate")
        .defer("content")
    )
    context = {
        "form": form,
        "narrowed": form.is_narrowed,
        "page": Paginator(shown, DETERMINATIONS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "orders/elsewhere/determinations.html", context)


@require_safe
@for_agencies
def determinations_file(request: Request, ending: Ending) -> HttpResponseBase:
    """Exactly what the page finds with the same address, all its pages in one file."""
    form = _form(request)
    found = form.determinations()
    if form.errors:
        return _back_to_the_page(request)
    return spreadsheet(
        f"determinations-{request.today}", ending, COLUMNS, rows(found), sheet="Determinations"
    )


def _back_to_the_page(request: Request) -> HttpResponse:
    return redirect(f"{reverse('orders:determinations')}?{request.GET.urlencode()}")
