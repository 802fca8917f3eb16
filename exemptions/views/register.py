"""The register of decisions: for everybody where STMM_PUBLIC_EXEMPTIONS is set."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from exemptions.forms.reporting import RegisterFilterForm
from exemptions.reading.register import Row, rows
from stmm.agencies.middleware import Request
from stmm.exports import csv_download

View = Callable[..., HttpResponseBase]
PAGE = 50
COLUMNS = (
    "Number", "Agency", "Services", "Decided on", "Outcome", "Grounds", "First day", "Last day",
    "Now",
)  # fmt: skip


def register_page(view: View) -> View:
    """A page that anyone may read where STMM_PUBLIC_EXEMPTIONS is set; else who is signed in.

    What it shows is the same for everybody, and names no person.
    """
    guarded = login_required(view)

    @login_not_required
    @wraps(view)
    def page(*args: Any, **kwargs: Any) -> HttpResponseBase:
        chosen = view if settings.STMM_PUBLIC_EXEMPTIONS else guarded
        return chosen(*args, **kwargs)

    return page


@register_page
@require_safe
def register(request: Request) -> HttpResponse:
    form = RegisterFilterForm(request.GET)
    form.is_valid()
    page = Paginator(form.decisions(), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": rows(page, request.today),
        "filtered": any(form.cleaned_data.values()),
    }
    return render(request, "exemptions/reports/register.html", context)


@register_page
@require_safe
def register_csv(request: Request) -> HttpResponseBase:
    """Exactly what the register shows with the same address, all its pages in one file."""
    form = RegisterFilterForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('exemptions:register')}?{request.GET.urlencode()}")
    lines = _lines(rows(form.decisions(), request.today))
    return csv_download(f"exemption-decisions-{request.today}.csv", COLUMNS, lines)


def _lines(shown: list[Row]) -> Iterator[tuple[Any, ...]]:
    for row in shown:
        yield (
            row.number, row.agency, "; ".join(row.services), row.decided_on, row.outcome,
            "; ".join(row.grounds), row.starts_on, row.last_day, row.now,
        )  # fmt: skip
