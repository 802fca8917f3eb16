"""The address book of an agency: read by whoever sees the agency, kept by who orders for it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from stmm.agencies.address_book import (
    EntryChanged,
    add_entry,
    change_entry,
    reason_against_keeping,
    set_in_use,
)
from stmm.agencies.address_book_forms import EntryForm, Kind, UseForm
from stmm.agencies.middleware import Request
from stmm.agencies.models import Agency, BookEntry
from stmm.agencies.views import attempt, form_page, visible_agency

PAGE = 50


def _kept_agency(request: Request, pk: int) -> Agency:
    """404 for who does not see the agency, 403 for who sees it and orders nothing for it."""
    agency = visible_agency(request, pk)
    if reason := reason_against_keeping(request.access, agency):
        raise PermissionDenied(reason)
    return agency


def _entry(agency: Agency, kind: Kind, entry: int) -> BookEntry:
    return get_object_or_404(kind.model._default_manager.filter(agency=agency), pk=entry)


@require_safe
def entry_list(request: Request, pk: int, kind: Kind) -> HttpResponse:
    agency = visible_agency(request, pk)
    entries = kind.model._default_manager.filter(agency=agency)
    page = Paginator(
        entries.order_by("-is_in_use", *(kind.model._meta.ordering or ())), PAGE
    ).get_page(request.GET.get("page"))
    columns = kind.columns
    context = {
        "agency": agency,
        "kind": kind,
        "columns": columns.values(),
        "page": page,
        "rows": [
            (entry, [(label, getattr(entry, name)) for name, label in columns.items()])
            for entry in page
        ],
        "reason_against": reason_against_keeping(request.access, agency),
        **_addresses(kind),
    }
    return render(request, "agencies/address_book/list.html", context)


def _addresses(kind: Kind) -> dict[str, str]:
    """The names of a kind's addresses, for its pages."""
    word = kind.word
    return {
        "list_name": f"agencies:{word}s",
        "add_name": f"agencies:add-{word}",
        "change_name": f"agencies:change-{word}",
        "use_name": f"agencies:use-{word}",
    }


@form_page
def entry_add(request: Request, pk: int, kind: Kind) -> HttpResponse:
    agency = _kept_agency(request, pk)
    form = kind.form(request.POST if request.method == "POST" else None)
    entry = attempt(
        form,
        lambda: add_entry(
            kind=kind.model, agency=agency, fields=form.said, access=request.access, at=request.at
        ),
    )
    if entry:
        messages.success(request, f"{entry} is in the address book.")
        return redirect(f"agencies:{kind.word}s", pk)
    return _form_page(request, agency, kind, form, None)


@form_page
def entry_change(request: Request, pk: int, kind: Kind, entry: int) -> HttpResponse:
    agency = _kept_agency(request, pk)
    found = _entry(agency, kind, entry)
    form = kind.form(request.POST if request.method == "POST" else None, entry=found)
    try:
        changed = attempt(
            form,
            lambda: change_entry(
                entry=found,
                fields=form.said,
                version=form.cleaned_data["version"] or 0,
                access=request.access,
                at=request.at,
            ),
        )
    except EntryChanged as refusal:
        changed = None
        form.show_both(str(refusal), _entry(agency, kind, entry))
    if changed:
        messages.success(request, f"{changed} is as you wrote it.")
        return redirect(f"agencies:{kind.word}s", pk)
    return _form_page(request, agency, kind, form, found)


def _form_page(
    request: Request, agency: Agency, kind: Kind, form: EntryForm, entry: BookEntry | None
) -> HttpResponse:
    context = {"agency": agency, "kind": kind, "form": form, "entry": entry, **_addresses(kind)}
    return render(request, "agencies/address_book/form.html", context)


@require_POST
def entry_use(request: Request, pk: int, kind: Kind, entry: int) -> HttpResponse:
    """Out of use, or back: the button says which, so that a second click changes nothing."""
    agency = _kept_agency(request, pk)
    found = _entry(agency, kind, entry)
    form = UseForm(request.POST)
    if form.is_valid():
        is_in_use = form.cleaned_data["in_use"] == "yes"
        set_in_use(entry=found, is_in_use=is_in_use, access=request.access, at=request.at)
        messages.success(request, f"{found} is {'in use again' if is_in_use else 'out of use'}.")
    return redirect(f"agencies:{kind.word}s", pk)
