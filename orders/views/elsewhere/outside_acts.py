"""What people do with purchases outside CALNET: record, match, settle, withdraw."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form, ModelForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from catalog.models import Service
from orders.forms.elsewhere.outside import (
    ChosenPurchasesForm,
    MatchForm,
    PurchaseForm,
    SettleForm,
    WithdrawForm,
)
from orders.models import ElsewhereDetermination, OutsidePurchase
from orders.permissions.elsewhere import may_record_for, recording_agencies
from orders.reading.elsewhere import services_like
from orders.services.elsewhere.findings import reopen_finding, resolve_finding
from orders.services.elsewhere.outside import (
    confirm_matches,
    match_purchase,
    record_purchase,
    withdraw_purchase,
)
from orders.views.elsewhere.outside import back_to_purchases, visible_purchase
from orders.views.for_agencies import for_agencies
from stmm.agencies.middleware import Request
from stmm.look.answering import add_problems, form_page, refusals_answered_at
from stmm.refusals import Incomplete, WrongState

View = Callable[..., HttpResponse]
AnyForm = Form | ModelForm[Any]
ORDERING_ONLY = "Purchases outside CALNET are recorded by those who order for the agency."


refusals_told = refusals_answered_at("orders:outside-purchase")


@form_page
def record_outside(request: Request) -> HttpResponse:
    agencies = recording_agencies(request.access)
    if not agencies:
        raise PermissionDenied(ORDERING_ONLY)
    data = request.POST if request.method == "POST" else None
    form = PurchaseForm(data, agencies=agencies, initial=_asked_before(request))
    if form.is_valid() and (made := _recorded(request, form)):
        messages.success(request, f"{made} is recorded.")
        return redirect(made)
    return render(request, "orders/elsewhere/record.html", {"form": form})


def _recorded(request: Request, form: PurchaseForm) -> OutsidePurchase | None:
    cleaned = form.cleaned_data
    try:
        return record_purchase(
            agency=cleaned["agency"],
            fields=form.facts(),
            said=form.said(),
            determination=cleaned["determination"],
            key=cleaned["key"],
            access=request.access,
            at=request.at,
        )
    except Incomplete as refusal:
        add_problems(form, refusal)
        return None


def _asked_before(request: Request) -> dict[str, Any]:
    """What a determination, named in the address, says already."""
    key = request.GET.get("determination", "")
    rows = ElsewhereDetermination.objects.visible_to(request.access).select_related("service")
    found = rows.filter(pk=key).first() if key.isascii() and key.isdigit() else None
    if found is None:
        return {"purchased_on": request.today}
    return {
        "agency": found.agency_id,
        "vendor": found.vendor,
        "description": found.service.name if found.service else found.described,
        "purchased_on": request.today,
        "match": OutsidePurchase.Match.MATCHED if found.service else "",
        "product_id": found.service.product_id if found.service else "",
        "determination": found.pk,
        "relies_on": found.relies_on_id,
    }


@require_POST
@for_agencies
def confirm(request: Request) -> HttpResponse:
    """Say of the proposals that were ticked that they are right."""
    visible = OutsidePurchase.objects.visible_to(request.access)
    form = ChosenPurchasesForm(request.POST, visible=visible)
    if not form.is_valid():
        raise Http404
    chosen = list(form.cleaned_data["purchase"])
    if chosen:
        fresh = confirm_matches(purchases=chosen, access=request.access, at=request.at)
        matches = "1 match is" if len(fresh) == 1 else f"{len(fresh)} matches are"
        messages.success(request, f"{matches} confirmed.")
    else:
        messages.error(request, "Check the box of at least one purchase first.")
    return back_to_purchases(request)


@form_page
@refusals_told
def match(request: Request, pk: int) -> HttpResponse:
    """Choose among services that the words find; the words can be changed."""
    purchase = visible_purchase(request, pk)
    may_record_for(request.access, purchase.agency)
    words = request.GET.get("q", "")[:200]
    services = _candidates(purchase, words)
    data = request.POST if request.method == "POST" else None
    form = MatchForm(data, purchase=purchase, services=services)
    if form.is_valid() and _matched(request, purchase, form):
        messages.success(request, f"{purchase}: what it is in the catalog is recorded.")
        return redirect(purchase)
    context = {"purchase": purchase, "form": form, "words": words, "found": services}
    return render(request, "orders/elsewhere/match.html", context)


def _matched(request: Request, purchase: OutsidePurchase, form: MatchForm) -> bool:
    try:
        match_purchase(purchase=purchase, said=form.said(), access=request.access, at=request.at)
    except Incomplete as refusal:
        add_problems(form, refusal)
        return False
    return True


def _candidates(purchase: OutsidePurchase, words: str) -> list[Service]:
    """The service it is matched to now, then what the words find on the day it was bought."""
    found = services_like(words or purchase.description, on=purchase.purchased_on)
    own = [purchase.service] if purchase.service else []
    return [*own, *(each.service for each in found if each.service != purchase.service)]


@form_page
@refusals_told
def settle(request: Request, pk: int) -> HttpResponse:
    purchase = visible_purchase(request, pk)
    may_record_for(request.access, purchase.agency)
    data = request.POST if request.method == "POST" else None
    form = SettleForm(data)
    if form.is_valid():
        is_resolved = form.cleaned_data["state"] == OutsidePurchase.FindingState.RESOLVED
        act = resolve_finding if is_resolved else reopen_finding
        act(
            purchase=purchase,
            reason=form.cleaned_data["reason"],
            access=request.access,
            at=request.at,
        )
        messages.success(request, "What becomes of the possible leakage is recorded.")
        return redirect(purchase)
    if not purchase.finding:
        raise WrongState("There is no possible leakage in this purchase.")
    return render(request, "orders/elsewhere/settle.html", {"purchase": purchase, "form": form})


@form_page
@refusals_told
def withdraw(request: Request, pk: int) -> HttpResponse:
    purchase = visible_purchase(request, pk)
    may_record_for(request.access, purchase.agency)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        withdraw_purchase(
            purchase=purchase,
            reason=form.cleaned_data["reason"],
            access=request.access,
            at=request.at,
        )
        messages.success(request, "The purchase is withdrawn. The record of it stays.")
        return redirect(purchase)
    context = {"subject": purchase, "form": form}
    return render(request, "orders/elsewhere/withdraw.html", context)
