"""Authorizations To Order, many at once: the list, its downloads, the windows of an agency."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from orders.files.atos import COLUMNS, rows
from orders.forms.atos.listing import AtoFilterForm
from orders.models import AtoPaper, AuthorizationToOrder
from orders.reading.windows import chart_of, windows_of
from orders.views.atos.ato import local_agencies
from stmm.agencies.middleware import Request
from stmm.agencies.views import visible_agency
from stmm.exports import Ending, spreadsheet

ATOS_A_PAGE = 25


def _form(request: Request) -> AtoFilterForm:
    visible = AuthorizationToOrder.objects.visible_to(request.access)
    return AtoFilterForm(request.GET, visible=visible)


@require_safe
def ato_list(request: Request) -> HttpResponse:
    form = _form(request)
    shown = Prefetch("papers", AtoPaper.objects.shown_to(request.access), "shown_papers")
    found = form.atos(on=request.today).select_related("agency", "contract__contractor")
    page = Paginator(found.prefetch_related(shown), ATOS_A_PAGE).get_page(request.GET.get("page"))
    windows = windows_of(page.object_list, on=request.today)
    context = {
        "form": form,
        "narrowed": form.is_narrowed,
        "page": page,
        "rows": [(ato, chart_of(windows[ato.pk], request.today)) for ato in page.object_list],
        "may_begin": bool(local_agencies(request)),
    }
    return render(request, "orders/atos/list.html", context)


@require_safe
def atos_file(request: Request, ending: Ending) -> HttpResponseBase:
    """Exactly what the page finds with the same address, with the two years of each service."""
    form = _form(request)
    found = form.atos(on=request.today)
    if form.errors:
        return _back_to_the_page(request)
    return spreadsheet(
        f"atos-{request.today}",
        ending,
        COLUMNS,
        rows(found, request.access, on=request.today),
        sheet="ATOs",
    )


def _back_to_the_page(request: Request) -> HttpResponse:
    return redirect(f"{reverse('orders:atos')}?{request.GET.urlencode()}")


@require_safe
def agency_windows(request: Request, pk: int) -> HttpResponse:
    """All the windows of an agency's ATOs on one scale."""
    agency = visible_agency(request, pk)
    atos = list(agency.atos.not_ended(request.today).select_related("contract__contractor"))
    by_ato = windows_of(atos, on=request.today)
    context = {
        "agency": agency,
        "charts": [(ato, chart_of(by_ato[ato.pk], request.today)) for ato in atos],
    }
    return render(request, "orders/atos/windows.html", context)
