"""Many notices of a desk in one file."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from catalog.matrix.problem import Problem
from catalog.matrix.refusal import MatrixRefused
from orders.files.desk_notices import HEADINGS, read_notices
from orders.forms.desk import NoticesForm
from orders.models.progress import RejectionReason
from orders.services.desk.notices import NoticesRefused, TakenIn, take_in
from orders.views.desk.queue import desks_or_refused
from stmm.agencies.middleware import Request
from stmm.exports import csv_download
from stmm.look.answering import form_page

MOST_SHOWN = 200


@form_page
def notices(request: Request) -> HttpResponse:
    """A file is taken whole, or not at all: then the page names every cell that is wrong."""
    desks_or_refused(request)
    is_sent = request.method == "POST"
    form = NoticesForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    problems: list[Problem] = []
    if form.is_valid():
        try:
            outcome, problems = _take(request, form)
        except MatrixRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            if outcome is not None:
                _tell(request, outcome)
                return redirect("orders:desk")
            form.add_error("file", f"Nothing was taken in. {_cells(len(problems))} to be mended.")
    context = {
        "form": form,
        "problems": problems[:MOST_SHOWN],
        "more": max(0, len(problems) - MOST_SHOWN),
        "headings": HEADINGS,
        "reasons": RejectionReason.choices,
    }
    return render(request, "orders/desk/notices.html", context)


def _take(request: Request, form: NoticesForm) -> tuple[TakenIn | None, list[Problem]]:
    file = form.cleaned_data["file"]
    reading = read_notices(name=file.name, content=file.read())
    try:
        return take_in(reading=reading, access=request.access, at=request.at), []
    except NoticesRefused as refusal:
        return None, list(refusal.problems)


def _tell(request: Request, outcome: TakenIn) -> None:
    if outcome.done:
        messages.success(request, f"{_notices(outcome.done)} taken in.")
    if outcome.known:
        rows = ", ".join(str(row) for row in outcome.known[:20])
        more = " and others" if len(outcome.known) > 20 else ""
        messages.info(
            request,
            f"Already so, and left as they are: {len(outcome.known)} (row {rows}{more}).",
        )


def _notices(count: int) -> str:
    return "1 notice is" if count == 1 else f"{count} notices are"


def _cells(count: int) -> str:
    return "1 cell is" if count == 1 else f"{count} cells are"


@require_safe
def template(request: Request) -> HttpResponseBase:
    """The headings alone, to fill in."""
    desks_or_refused(request)
    return csv_download("order-notices.csv", HEADINGS, [])
