"""Review, hand over, approve, sign; and the ways back."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from orders.completeness.order import problems_of
from orders.documents.std20 import ATTESTATION
from orders.forms.elsewhere.question import KeyForm
from orders.forms.printed import ReasonForm
from orders.forms.signing import ApproveForm, ConfirmForm, HandOverForm, SignForm
from orders.models import Order, State
from orders.permissions.elsewhere import asks_for_exemptions_of
from orders.permissions.inside import said_on_handing
from orders.permissions.order import may, reasons_against
from orders.reading.differences import differences
from orders.reading.order import ShownLines, as_judged, grounds_for, lines_of
from orders.reading.ways_out import mandatory_lines
from orders.services.making import drafting
from orders.services.signing import approving, signing
from orders.signing_rules import contents_of, word_on
from orders.views.answering import refusals_answered, visible_order
from orders.views.steps import steps_of
from orders.workflow.order import Action, Party
from stmm.accounts.password_again import password_problem
from stmm.agencies.middleware import Request
from stmm.look.answering import form_page
from stmm.refusals import ChangedMeanwhile, Problem


def _judged(request: Request, order: Order) -> tuple[ShownLines, list[Problem]]:
    """The lines of an open order as they stand today, and what keeps it from going out."""
    lines = lines_of(order)
    grounds = grounds_for(order, lines, on=request.today)
    return as_judged(lines, grounds), problems_of(order, lines, grounds, on=request.today)


@require_safe
def review(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    if not order.is_open:
        return redirect("orders:detail", pk)
    shown, problems = _judged(request, order)
    context = {
        "order": order,
        "shown": shown,
        "problems": problems,
        "word": word_on(order, contents_of(shown), request.access),
        "differences": differences(order, shown),
        "hand_over_form": HandOverForm(initial={"version": order.version}),
        "approve_form": ApproveForm(initial={"version": order.version}),
        "refused": reasons_against(request.access, order, Party.AGENCY),
        "steps": steps_of(order, "review", problems),
        "handed": said_on_handing(order, request.access),
        "in_review": order.state == State.REVIEW,
        "mandatory": mandatory_lines(shown.lines)
        if asks_for_exemptions_of(request.access, order.agency)
        else [],
        "key_form": KeyForm(initial={"key": uuid4()}),
    }
    return render(request, "orders/signing/review.html", context)


@require_POST
@refusals_answered
def approve(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    form = ApproveForm(request.POST)
    may(request.access, Action.APPROVE, order)
    if form.is_valid():
        approving.approve(
            order=order,
            version=form.cleaned_data["version"],
            access=request.access,
            at=request.at,
        )
        messages.success(request, f"{order} is approved: any ATR can sign it as it stands.")
    return redirect("orders:review", pk)


@form_page
@refusals_answered
def sign(request: Request, pk: int) -> HttpResponse:
    """Step 6. The password again, so that an unattended screen signs nothing."""
    order = visible_order(request, pk)
    if not order.is_open:
        return redirect("orders:detail", pk)
    appointment = may(request.access, Action.SIGN, order)
    form = SignForm(
        request.POST if request.method == "POST" else None, initial={"version": order.version}
    )
    if form.is_valid() and knows_password(request, form):
        try:
            signing.sign(
                order=order,
                version=form.cleaned_data["version"],
                access=request.access,
                at=request.at,
            )
        except ChangedMeanwhile as refusal:
            messages.error(request, str(refusal))
            return redirect("orders:review", pk)
        messages.success(request, f"{order} is signed. The form is being prepared and sent.")
        return redirect("orders:detail", pk)
    shown, problems = _judged(request, order)
    context = {
        "order": order,
        "shown": shown,
        "problems": problems,
        "form": form,
        "appointment": appointment,
        "word": word_on(order, contents_of(shown), request.access),
        "attestation": ATTESTATION if order.agency.is_state else "",
        "steps": steps_of(order, "sign", problems),
    }
    return render(request, "orders/signing/sign.html", context)


def knows_password(request: Request, form: ConfirmForm) -> bool:
    """Whether the person who signed in gave their own password again; else the form says so."""
    if problem := password_problem(request, form.cleaned_data["password"]):
        form.add_error("password", problem)
    return not problem


@require_POST
@refusals_answered
def hand_over(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    form = HandOverForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The note can’t be printed, or is longer than 1,000 characters.")
        return redirect("orders:review", pk)
    signing.hand_over(
        order=order,
        version=form.cleaned_data["version"],
        note=form.cleaned_data["note"],
        access=request.access,
        at=request.at,
    )
    messages.success(request, f"{order} waits for a signature.")
    return redirect("orders:detail", pk)


@require_POST
@refusals_answered
def take_back(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    signing.take_back(order=order, access=request.access, at=request.at)
    messages.success(request, f"{order} is a draft again.")
    return redirect("orders:review", pk)


def _with_reason(request: Request, pk: int, action: Action, label: str) -> HttpResponse:
    order = visible_order(request, pk)
    may(request.access, action, order)
    form = ReasonForm(request.POST if request.method == "POST" else None, label=label)
    if form.is_valid():
        service = signing.send_back if action is Action.SEND_BACK else drafting.abandon
        service(
            order=order,
            reason=form.cleaned_data["reason"],
            access=request.access,
            at=request.at,
        )
        messages.success(
            request, f"{order} is {'sent back' if action is Action.SEND_BACK else 'abandoned'}."
        )
        return redirect("orders:detail", pk)
    context = {"order": order, "form": form, "action": action.value}
    return render(request, "orders/signing/reason.html", context)


@form_page
@refusals_answered
def send_back(request: Request, pk: int) -> HttpResponse:
    return _with_reason(request, pk, Action.SEND_BACK, "What is to be mended")


@form_page
@refusals_answered
def abandon(request: Request, pk: int) -> HttpResponse:
    return _with_reason(request, pk, Action.ABANDON, "Why it is given up")
