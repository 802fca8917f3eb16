"""What a monitor asks, and the record of everything that happened, for oversight."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from stmm.agencies.middleware import Request
from stmm.audit.models import Entry, EntryQuerySet
from stmm.exports import csv_download
from stmm.forms import RecordFilterForm, kind_in_words

ENTRIES_A_PAGE = 50
COLUMNS = (
    "Number",
    "At (Pacific time)",
    "Person",
    "What happened",
    "Kind",
    "Key",
    "To what",
    "Changes",
    "Reason",
    "Hash of the entry before",
    "Hash",
)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" while the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def _refuse_all_but_oversight(request: Request) -> None:
    if not request.access.sees_everything:
        raise PermissionDenied(
            "The record of everything is read by auditors, the Deputy Director and STND analysts. "
            "What happened to your own orders and agencies is on their pages."
        )


@require_safe
def record_list(request: Request) -> HttpResponse:
    _refuse_all_but_oversight(request)
    form = RecordFilterForm(request.GET)
    page = Paginator(form.entries(), ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    entries = [(entry, kind_in_words(entry.subject_kind)) for entry in page]
    context = {"form": form, "page": page, "entries": entries}
    return render(request, "record/list.html", context)


@require_safe
def record_csv(request: Request) -> HttpResponseBase:
    """Exactly what the list shows with the same address, all its pages in one file."""
    _refuse_all_but_oversight(request)
    form = RecordFilterForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('audit:list')}?{request.GET.urlencode()}")
    return csv_download(f"record-{request.today}.csv", COLUMNS, _rows(form.entries()))


def _rows(entries: EntryQuerySet) -> Iterator[tuple[Any, ...]]:
    for entry in entries.iterator(chunk_size=2000):
        yield _row(entry)


def _row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.sequence,
        timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds"),
        entry.actor_name,
        entry.label,
        entry.subject_kind,
        entry.subject_key,
        entry.subject_label,
        entry.changes_json,
        entry.reason,
        entry.previous_hash,
        entry.hash,
    )
