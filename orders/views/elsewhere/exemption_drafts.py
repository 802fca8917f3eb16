"""One click from where an exemption is needed to a draft of its request."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from exemptions.models import ExemptionRequest
from orders.forms.elsewhere.outside import ChosenPurchasesForm
from orders.forms.elsewhere.question import AskForServiceForm, KeyForm
from orders.models import OutsidePurchase
from orders.permissions.elsewhere import asking_agencies, may_record_for
from orders.reading.order import shown_lines
from orders.reading.ways_out import mandatory_lines
from orders.services.elsewhere.exemption_drafts import (
    ask_for_findings,
    ask_for_lines,
    ask_for_service,
)
from orders.views.answering import refusals_answered, visible_order
from orders.views.elsewhere.outside import back_to_purchases, visible_purchase
from orders.views.elsewhere.outside_acts import refusals_told
from orders.views.elsewhere.question import NOT_A_BUYER
from orders.views.for_agencies import for_agencies
from stmm.agencies.middleware import Request
from stmm.refusals import Incomplete, NotAllowed, WrongState


@require_POST
def service_exemption(request: Request) -> HttpResponse:
    """For what “May I buy this elsewhere?” was asked of."""
    agencies = asking_agencies(request.access)
    if not agencies:
        raise PermissionDenied(NOT_A_BUYER)
    form = AskForServiceForm(request.POST, agencies=agencies)
    if not form.is_valid():
        messages.error(request, "Ask the question again, and choose the service.")
        return redirect("orders:question")
    try:
        made = ask_for_service(**form.cleaned_data, access=request.access, at=request.at)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Incomplete as refusal:
        messages.error(request, str(refusal))
        return redirect("orders:question")
    return _begun(request, made)


@require_POST
@refusals_answered
def order_exemption(request: Request, pk: int) -> HttpResponse:
    """For the lines of an order that were checked."""
    order = visible_order(request, pk)
    lines = [each.line for each in mandatory_lines(shown_lines(order, on=request.today).lines)]
    chosen = set(request.POST.getlist("line"))
    key = KeyForm(request.POST)
    if not key.is_valid() or not chosen & {str(line.pk) for line in lines}:
        messages.error(request, "Check the box of at least one service that CALNET does not meet.")
        return redirect("orders:review", pk)
    made = ask_for_lines(
        order=order,
        lines=[line for line in lines if str(line.pk) in chosen],
        key=key.cleaned_data["key"],
        access=request.access,
        at=request.at,
    )
    return _begun(request, made)


@require_POST
@refusals_told
def finding_exemption(request: Request, pk: int) -> HttpResponse:
    """For possible leakage in a purchase."""
    purchase = visible_purchase(request, pk)
    may_record_for(request.access, purchase.agency)
    key = KeyForm(request.POST)
    if not key.is_valid():
        return redirect(purchase)
    try:
        made = ask_for_findings(
            purchases=[purchase], key=key.cleaned_data["key"], access=request.access, at=request.at
        )
    except Incomplete as refusal:
        messages.error(request, str(refusal))
        return redirect(purchase)
    return _begun(request, made)


@require_POST
@for_agencies
def findings_exemption(request: Request) -> HttpResponse:
    """For the possible leakage in purchases that were checked in the list."""
    visible = OutsidePurchase.objects.visible_to(request.access)
    form, key = ChosenPurchasesForm(request.POST, visible=visible), KeyForm(request.POST)
    if not form.is_valid() or not key.is_valid():
        raise Http404
    try:
        made = ask_for_findings(
            purchases=form.cleaned_data["purchase"],
            key=key.cleaned_data["key"],
            access=request.access,
            at=request.at,
        )
    except (Incomplete, WrongState) as refusal:
        messages.error(request, str(refusal))
        return back_to_purchases(request)
    return _begun(request, made)


def _begun(request: Request, made: ExemptionRequest) -> HttpResponse:
    messages.success(request, f"{made} is begun with what is known. Nothing is sent yet.")
    return redirect(made)
