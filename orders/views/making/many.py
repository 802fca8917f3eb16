"""Many lines at once, pasted or from a file; and a new order like an earlier one."""

from collections.abc import Callable
from contextlib import closing
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from catalog.matrix.formats import read_rows
from catalog.matrix.problem import Problem
from catalog.matrix.refusal import MatrixRefused
from orders.files.line_template import LINES, line_template
from orders.files.many_lines import MOST_LINES, Rows, read_lines, read_pasted
from orders.forms.making.many import CopyForm, PasteForm, UploadLinesForm
from orders.models import Order
from orders.permissions.order import may, may_order_for
from orders.services.making.copying import Copied, copy
from orders.services.making.many_lines import RowsRefused, add_lines
from orders.views.answering import refusals_answered, visible_order
from orders.views.making.lines import accounts_of
from orders.views.steps import steps_of
from orders.workflow.order import Action
from stmm.agencies.middleware import Request
from stmm.exports import WORKBOOK
from stmm.look.answering import add_problems, form_page
from stmm.refusals import Incomplete

SHOWN = 200


@form_page
@refusals_answered
def paste(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    form = PasteForm(request.POST if request.method == "POST" else None)
    return _page(
        request,
        order,
        form,
        "text",
        lambda: read_pasted(form.cleaned_data["text"], on=request.today),
    )


@form_page
@refusals_answered
def upload(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    is_sent = request.method == "POST"
    form = UploadLinesForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    return _page(request, order, form, "file", lambda: _rows_of(request, form.cleaned_data["file"]))


def _rows_of(request: Request, file: "UploadedFile[bytes]") -> Rows:
    """Raises MatrixRefused for a file that is not read at all."""
    rows = read_rows(name=file.name or "", content=file.read(), sheet=LINES)
    with closing(rows):
        return read_lines(rows, on=request.today)


def _page(
    request: Request, order: Order, form: Form, field: str, rows: Callable[[], Rows]
) -> HttpResponse:
    """The page of one `field` to put many lines in; `rows` reads them from a valid form."""
    may(request.access, Action.EDIT, order)
    problems: tuple[Problem, ...] = ()
    if form.is_valid():
        try:
            return _added(request, order, rows(), form.cleaned_data["key"])
        except RowsRefused as refusal:
            problems = refusal.problems
            form.add_error(field, str(refusal))
        except MatrixRefused as refusal:
            form.add_error(field, str(refusal))
    context = {
        "order": order,
        "form": form,
        "problems": problems[:SHOWN],
        "more_problems": len(problems[SHOWN:]),
        "most": MOST_LINES,
        "accounts": accounts_of(order),
        "steps": steps_of(order, "lines"),
    }
    return render(request, f"orders/making/many/{field}.html", context)


def _added(request: Request, order: Order, rows: Rows, key: UUID) -> HttpResponse:
    lines = add_lines(order=order, rows=rows, key=key, access=request.access, at=request.at)
    if lines:
        many = "1 line is" if len(lines) == 1 else f"{len(lines)} lines are"
        messages.success(request, f"{many} on the order.")
    else:
        messages.info(
            request,
            "That page was sent before, so nothing was added again. Open it anew for other lines.",
        )
    return redirect("orders:lines", order.pk)


@require_safe
@refusals_answered
def template(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    may(request.access, Action.EDIT, order)
    name = f"lines for {order.contract.number}.xlsx"
    return HttpResponse(
        line_template(order.contract, on=request.today),
        content_type=WORKBOOK,
        headers={"Content-Disposition": content_disposition_header(True, name) or ""},
    )


@form_page
@refusals_answered
def copy_order(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    may_order_for(request.access, order.agency)
    form = CopyForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (copied := _copied(request, order, form)):
        messages.success(request, f"{copied.order} is a draft like {order}.")
        if copied.not_offered:
            names = "; ".join(str(service) for service in copied.not_offered)
            messages.warning(
                request,
                f"Not offered under {order.contract.number} today: {names}. "
                "Take these lines off, or put other services in their place.",
            )
        return redirect("orders:lines", copied.order.pk)
    context = {"order": order, "form": form, "lines": order.lines.count()}
    return render(request, "orders/making/many/copy.html", context)


def _copied(request: Request, order: Order, form: CopyForm) -> Copied | None:
    try:
        return copy(order=order, **form.cleaned_data, access=request.access, at=request.at)
    except Incomplete as refusal:
        add_problems(form, refusal)
        return None
