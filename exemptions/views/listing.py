"""The list of exemption requests, and the same as a file."""

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from exemptions.files.requests import COLUMNS, rows
from exemptions.forms.lists import RequestFilterForm
from exemptions.permissions import agencies_to_ask_for
from stmm.agencies.middleware import Request
from stmm.exports import Ending, spreadsheet

PAGE = 25


@require_safe
def request_list(request: Request) -> HttpResponse:
    form = RequestFilterForm(request.GET, access=request.access)
    form.is_valid()
    found = form.requests().select_related("agency", "analyst", "created_by")
    context = {
        "form": form,
        "filtered": form.is_on,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "may_begin": bool(agencies_to_ask_for(request.access)),
    }
    return render(request, "exemptions/list.html", context)


def _asked(request: Request) -> RequestFilterForm | None:
    """The filters of the address, None where one can't be read: the list says which."""
    form = RequestFilterForm(request.GET, access=request.access)
    return form if form.is_valid() else None


def _back(request: Request) -> HttpResponse:
    return redirect(f"{reverse('exemptions:requests')}?{request.GET.urlencode()}")


@require_safe
def requests_file(request: Request, ending: Ending) -> HttpResponseBase:
    """Exactly what the list shows with the same address, all its pages in one file."""
    form = _asked(request)
    if form is None:
        return _back(request)
    return spreadsheet(
        f"exemptions-{request.today}", ending, COLUMNS, rows(form.requests()), sheet="Exemptions"
    )
