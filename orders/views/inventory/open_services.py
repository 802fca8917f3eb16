"""What works at an agency: the list, its downloads, one service."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from orders.files.inventory import COLUMNS, rows
from orders.forms.inventory import ServiceFilterForm
from orders.models import OpenService
from orders.models.inventory import OpenServiceQuerySet
from orders.permissions.order import may_keep_for
from orders.services.inventory.open_services import confirm_in_use
from orders.views.answering import reasons_told
from orders.views.for_agencies import for_agencies, sees_many_agencies
from stmm.agencies.middleware import Request
from stmm.agencies.models import Agency
from stmm.audit.models import Entry
from stmm.exports import Ending, spreadsheet
from stmm.refusals import NotAllowed

SERVICES_A_PAGE = 50


def visible_services(request: Request) -> OpenServiceQuerySet:
    """Those this person may see, with what pages say of each."""
    return OpenService.objects.visible_to(request.access).select_related(
        "agency",
        "service__contract__contractor",
        "service__category",
        "last_line__order",
        "added_locally_by__order",
    )


def visible_service(request: Request, pk: int) -> OpenService:
    """The service, if this person may see it; 404 otherwise."""
    return get_object_or_404(visible_services(request), pk=pk)


def keeps_for(request: Request, agency: Agency) -> bool:
    """Whether this person keeps the services and budget of an agency."""
    try:
        may_keep_for(request.access, agency)
    except NotAllowed:
        return False
    return True


def _form(request: Request) -> ServiceFilterForm:
    return ServiceFilterForm(
        request.GET,
        visible=visible_services(request),
        of_many_agencies=sees_many_agencies(request),
    )


@require_safe
@for_agencies
def service_list(request: Request) -> HttpResponse:
    form = _form(request)
    found = form.services(on=request.today)
    context = {
        "form": form,
        "page": Paginator(found, SERVICES_A_PAGE).get_page(request.GET.get("page")),
        "total": found.monthly_cost(),
        "narrowed": form.is_narrowed,
        "many_agencies": sees_many_agencies(request),
    }
    return render(request, "orders/inventory/list.html", context)


@require_safe
@for_agencies
def services_file(request: Request, ending: Ending) -> HttpResponseBase:
    """Exactly what the page finds with the same address, all its pages in one file."""
    form = _form(request)
    found = form.services(on=request.today)
    if form.errors:
        return _back_to_the_page(request)
    return spreadsheet(f"services-{request.today}", ending, COLUMNS, rows(found), sheet="Services")


def _back_to_the_page(request: Request) -> HttpResponse:
    return redirect(f"{reverse('orders:services')}?{request.GET.urlencode()}")


@require_safe
@reasons_told
def service_detail(request: Request, pk: int) -> HttpResponse:
    service = visible_service(request, pk)
    context = {
        "service": service,
        "course": service.course.select_related("line__order", "line__service"),
        "may_keep": keeps_for(request, service.agency),
        "entries": list(Entry.objects.about(service)),
    }
    return render(request, "orders/inventory/service.html", context)


@require_POST
@reasons_told
def confirm_service(request: Request, pk: int) -> HttpResponse:
    """In use, said on its page."""
    service = visible_service(request, pk)
    confirm_in_use(services=[service], access=request.access, at=request.at)
    messages.success(request, f"{service} in use, confirmed on {request.today:%B %-d, %Y}.")
    return redirect(service)
