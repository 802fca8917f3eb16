"""Recording a local purchasing document: its particulars, its lines, review and record."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from orders.completeness.local import gaps_in, problems_of
from orders.compliance.decisions import contracts_open_to
from orders.forms.local import ChangeLocalForm, RecordForm, StartLocalForm
from orders.forms.making.lines import QUANTITY, AddLineForm, FindForm
from orders.forms.printed import show_version
from orders.models import LocalOrder
from orders.permissions.local import LocalAction, may
from orders.reading.local import decide_lines, lines_of, shown_local_lines
from orders.reading.offered import offered_under
from orders.reading.priced import offers_for
from orders.services.local import recording as service_of
from orders.views.local.documents import local_answered, visible_local
from orders.views.step_list import Step, step_list
from stmm.agencies.middleware import Request
from stmm.look.answering import add_problems, form_page
from stmm.policy.citations import cite
from stmm.refusals import ChangedMeanwhile, Incomplete, Problem

STEPS = (("local-details", "Document"), ("local-lines", "Lines"), ("local-review", "Review"))


def steps_of(
    order: LocalOrder | None, current: str, problems: Iterable[Problem] | None = None
) -> list[Step]:
    """The steps with links; before the draft exists only the first one can be opened.

    A step with one of the `problems` is not shown as done; where a page does not know them, one
    that still has to be filled in.
    """
    if order is None:
        return step_list(STEPS, current, pk=None)
    found = gaps_in(order) if problems is None else problems
    return step_list(STEPS, current, pk=order.pk, lacking={problem.step for problem in found})


@form_page
def start(request: Request) -> HttpResponse:
    """Step 1 of a new document."""
    agencies = [each for each in request.access.ordering_agencies if not each.is_state]
    if not agencies:
        raise PermissionDenied(
            "A locally authorized purchasing document is for the authorized purchasers of bodies"
            " outside State government (PO-4.3)."
        )
    contracts = {
        contract.pk: contract
        for agency in agencies
        for contract in contracts_open_to(agency, on=request.today)
    }
    person = request.user
    form = StartLocalForm(
        request.POST or None,
        request.FILES or None,
        agencies=agencies,
        contracts=contracts.values(),
        initial={
            "contact_name": person.name,
            "contact_phone": person.phone,
            "contact_email": person.email,
        },
    )
    if form.is_valid() and (order := _started(request, form)):
        return redirect("orders:local-lines", order.pk)
    context = {
        "form": form,
        "steps": steps_of(None, "local-details"),
        "citations": [cite("PO-4.3")],
    }
    return render(request, "orders/local/start.html", context)


def _started(request: Request, form: StartLocalForm) -> LocalOrder | None:
    cleaned = form.cleaned_data
    try:
        return service_of.start(
            agency=cleaned["agency"],
            contract=cleaned["contract"],
            key=cleaned["key"],
            fields=form.said(),
            **form.upload(),
            access=request.access,
            at=request.at,
        )
    except Incomplete as refusal:
        add_problems(form, refusal)
        return None


@form_page
@local_answered
def details(request: Request, pk: int) -> HttpResponse:
    """Step 1 again."""
    order = visible_local(request, pk)
    may(request.access, LocalAction.EDIT, order)
    form = ChangeLocalForm(request.POST or None, request.FILES or None, instance=order)
    if form.is_valid():
        try:
            service_of.change(
                order=order,
                fields=form.said(),
                version=form.cleaned_data["version"],
                **form.upload(),
                access=request.access,
                at=request.at,
            )
        except ChangedMeanwhile as refusal:
            form.add_error(None, f"{refusal} What you typed is kept; save again to use it.")
            show_version(form, LocalOrder.objects.get(pk=pk).version)
        except Incomplete as refusal:
            add_problems(form, refusal)
        else:
            return redirect("orders:local-lines", pk)
    stored = visible_local(request, pk)
    context = {"order": stored, "form": form, "steps": steps_of(stored, "local-details")}
    return render(request, "orders/local/details.html", context)


@require_safe
@local_answered
def lines(request: Request, pk: int) -> HttpResponse:
    """Step 2: what the document orders, each with what the manual says of it."""
    order = visible_local(request, pk)
    may(request.access, LocalAction.EDIT, order)
    form = FindForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "order": order,
        "shown": shown_local_lines(order, on=request.today),
        "query": query,
        "found": offered_under(order.contract, query, request.GET.get("page"), on=request.today),
        "steps": steps_of(order, "local-lines"),
    }
    return render(request, "orders/local/lines.html", context)


@require_POST
@local_answered
def add_line(request: Request, pk: int) -> HttpResponse:
    order = visible_local(request, pk)
    form = AddLineForm(request.POST)
    if form.is_valid():
        service_of.add_line(order=order, **form.cleaned_data, access=request.access, at=request.at)
    else:
        may(request.access, LocalAction.EDIT, order)
        messages.error(request, QUANTITY)
    return redirect("orders:local-lines", pk)


@require_POST
@local_answered
def remove_line(request: Request, pk: int, line: int) -> HttpResponse:
    order = visible_local(request, pk)
    found = get_object_or_404(order.lines.select_related("order"), pk=line)
    service_of.remove_line(line=found, access=request.access, at=request.at)
    return redirect("orders:local-lines", pk)


@require_safe
@local_answered
def review(request: Request, pk: int) -> HttpResponse:
    """Step 3: every decision, and what keeps the document from being sent."""
    order = visible_local(request, pk)
    may(request.access, LocalAction.RECORD, order)
    on, found = request.today, lines_of(order)
    problems = problems_of(
        order, found, decide_lines(order, found, on=on), offers_for(found, on=on), on=on
    )
    context = {
        "order": order,
        "shown": shown_local_lines(order, on=on),
        "problems": problems,
        "steps": steps_of(order, "local-review", problems),
    }
    return render(request, "orders/local/review.html", context)


@require_POST
@local_answered
def record(request: Request, pk: int) -> HttpResponse:
    order = visible_local(request, pk)
    form = RecordForm(request.POST)
    if not form.is_valid():
        may(request.access, LocalAction.RECORD, order)
        return redirect("orders:local-review", pk)
    service_of.record_document(
        order=order, **form.cleaned_data, access=request.access, at=request.at
    )
    messages.success(request, f"{order} is recorded, and is being sent to the order desk.")
    return redirect(order)
