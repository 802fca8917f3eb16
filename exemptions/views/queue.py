"""What waits for review or decision, for the Department; and the same as a file."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exemptions.files.queue import COLUMNS, row
from exemptions.forms.working import QueueFilterForm
from exemptions.reading.queue import Ordered, ReviewQueue, Tab
from stmm.agencies.middleware import Request
from stmm.exports import Ending, spreadsheet

PAGE = 25


def _queue(request: Request) -> ReviewQueue:
    if not request.access.sees_everything:
        raise PermissionDenied(
            "The queue of exemption requests is for STND and the Deputy Director. Those of your"
            " own agency are under “Exemptions”."
        )
    return ReviewQueue(request.user, on=request.today)


def _asked(request: Request) -> tuple[QueueFilterForm, Tab]:
    form = QueueFilterForm(request.GET)
    form.is_valid()
    show = form.cleaned_data.get("show", "")
    first = Tab.UNASSIGNED if request.access.is_stnd else Tab.ALL
    return form, Tab(show) if show in Tab.values else first


def _ordered(queue: ReviewQueue, form: QueueFilterForm, tab: Tab) -> Ordered:
    said = form.cleaned_data
    return queue.ordered(queue.requests(tab, text=said.get("q", ""), state=said.get("state", "")))


@require_safe
def queue(request: Request) -> HttpResponse:
    waiting = _queue(request)
    form, tab = _asked(request)
    ordered = _ordered(waiting, form, tab)
    counts = waiting.counts()
    page = Paginator(ordered.keys, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tab": tab,
        "tabs": [(each, counts[each]) for each in Tab],
        "page": page,
        "rows": ordered.waiting(page),
        "filtered": form.is_on,
    }
    return render(request, "exemptions/working/queue.html", context)


def _rows(request: Request) -> Iterator[tuple[Any, ...]]:
    waiting = _queue(request)
    form, tab = _asked(request)
    return (row(each) for each in _ordered(waiting, form, tab).all_waiting())


@require_safe
def queue_file(request: Request, ending: Ending) -> HttpResponseBase:
    """Exactly what the queue shows with the same address, all its pages in one file."""
    return spreadsheet(
        f"exemption-queue-{request.today}", ending, COLUMNS, _rows(request), sheet="Queue"
    )
