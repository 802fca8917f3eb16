"""What the contractor's order desk says of a local purchasing document."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from orders.forms.local import CompleteLocalForm
from orders.forms.printed import ReasonForm
from orders.permissions.local import LocalAction, at_desk, may_at_desk
from orders.reading.local import lines_of, shown_local_lines
from orders.services.local import desk
from orders.views.local.documents import local_answered, visible_local
from stmm.agencies.middleware import Request
from stmm.look.answering import add_problems, form_page
from stmm.refusals import Incomplete


@require_POST
@local_answered
def acknowledge(request: Request, pk: int) -> HttpResponse:
    order = visible_local(request, pk)
    if desk.acknowledge(order=order, access=request.access, at=request.at):
        messages.success(request, f"{order} is acknowledged.")
    else:
        messages.info(request, f"{order} was acknowledged already.")
    return redirect(order)


@form_page
@local_answered
def complete(request: Request, pk: int) -> HttpResponse:
    order = visible_local(request, pk)
    at_desk(request.access, order)
    posted = request.POST or None
    # What was sent before is known and not refused, so a form that is sent offers all
    offered = lines_of(order) if posted else shown_local_lines(order, on=request.today).open_lines
    form = CompleteLocalForm(posted, lines=offered, initial={"completed_on": request.today})
    if form.is_valid():
        try:
            done = desk.complete(
                order=order,
                lines=form.numbers(),
                completed_on=form.cleaned_data["completed_on"],
                access=request.access,
                at=request.at,
            )
        except Incomplete as refusal:
            add_problems(form, refusal)
        else:
            messages.success(request, _completed(done))
            return redirect(order)
    if not form.is_bound:
        may_at_desk(request.access, LocalAction.COMPLETE, order)
    return render(request, "orders/local/complete.html", {"order": order, "form": form})


def _completed(lines: int) -> str:
    if not lines:
        return "Completed already."
    return "1 line is completed." if lines == 1 else f"{lines} lines are completed."


@form_page
@local_answered
def reject(request: Request, pk: int) -> HttpResponse:
    order = visible_local(request, pk)
    at_desk(request.access, order)
    form = ReasonForm(request.POST or None, label="Why you do not take the order on")
    if form.is_valid():
        desk.reject(
            order=order,
            reason=form.cleaned_data["reason"],
            access=request.access,
            at=request.at,
        )
        messages.success(request, f"{order} is rejected.")
        return redirect(order)
    if not form.is_bound:
        may_at_desk(request.access, LocalAction.REJECT, order)
    return render(request, "orders/local/reject.html", {"order": order, "form": form})
