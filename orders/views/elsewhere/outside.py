"""Purchases outside CALNET: the list with its possible leakage, its downloads, one purchase."""

from uuid import uuid4

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from orders.compliance.in_words import ON_RECORD, date_in_words, facts_of
from orders.files.outside import COLUMNS, rows
from orders.forms.elsewhere.outside import OutsideFilterForm
from orders.forms.elsewhere.question import KeyForm
from orders.models import OutsidePurchase
from orders.models.outside import OutsidePurchaseQuerySet
from orders.permissions.elsewhere import recording_agencies, records_for
from orders.views.for_agencies import for_agencies, sees_many_agencies
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.exports import Ending, spreadsheet

PURCHASES_A_PAGE = 50


def visible_purchase(request: Request, pk: int) -> OutsidePurchase:
    """The purchase, if this person may see it; 404 otherwise."""
    rows = OutsidePurchase.objects.visible_to(request.access).select_related(
        "agency",
        "service__contract__contractor",
        "service__category",
        "determination",
        "ledger",
        "recorded_by",
        "settled_by",
        "relies_on__request__revocation",
        "exemption_request",
    )
    return get_object_or_404(rows, pk=pk)


def _standing(request: Request) -> OutsidePurchaseQuerySet:
    return OutsidePurchase.objects.visible_to(request.access).standing()


def _form(request: Request) -> OutsideFilterForm:
    return OutsideFilterForm(
        request.GET, visible=_standing(request), of_many_agencies=sees_many_agencies(request)
    )


@require_safe
@for_agencies
def purchase_list(request: Request) -> HttpResponse:
    form = _form(request)
    found = form.purchases()
    shown = found.select_related(
        "agency",
        "service__contract__contractor",
        "ledger",
        "relies_on__request",
        "exemption_request",
    )
    page = Paginator(shown, PURCHASES_A_PAGE).get_page(request.GET.get("page"))
    records = {agency.pk for agency in recording_agencies(request.access)}
    own = [each for each in page if each.agency_id in records]
    context = {
        "form": form,
        "page": page,
        "total": found.spent(),
        "open_findings": _standing(request).open_findings().count(),
        "narrowed": form.is_narrowed,
        "many_agencies": sees_many_agencies(request),
        "records": records,
        "to_confirm": any(each.match == OutsidePurchase.Match.PROPOSED for each in own),
        "to_ask": any(each.may_be_asked_for for each in own),
        "key_form": KeyForm(initial={"key": uuid4()}),
    }
    return render(request, "orders/elsewhere/purchases.html", context)


@require_safe
@for_agencies
def purchases_file(request: Request, ending: Ending) -> HttpResponseBase:
    """Exactly what the page finds with the same address, all its pages in one file."""
    form = _form(request)
    found = form.purchases()
    if form.errors:
        return back_to_purchases(request)
    return spreadsheet(
        f"outside-calnet-{request.today}", ending, COLUMNS, rows(found), sheet="Purchases"
    )


def back_to_purchases(request: Request) -> HttpResponse:
    """With the filters of this address."""
    url = f"{reverse('orders:outside-purchases')}?{request.GET.urlencode()}"
    return redirect(url.rstrip("?"))


@require_safe
def purchase(request: Request, pk: int) -> HttpResponse:
    found = visible_purchase(request, pk)
    decision = found.decisions.order_by("-pk").first() if found.outcome else None
    context = {
        "purchase": found,
        "decision": decision,
        "facts": list(facts_of(decision.purchase, plan="elsewhere", exemption_basis=ON_RECORD))
        if decision
        else [],
        "day": date_in_words(decision.outcome, decision.purchase, decision.date_shown)
        if decision
        else None,
        "may_record": records_for(request.access, found.agency) and not found.withdrawn_at,
        "key_form": KeyForm(initial={"key": uuid4()}),
        "entries": _entries(found),
    }
    return render(request, "orders/elsewhere/purchase.html", context)


def _entries(found: OutsidePurchase) -> list[Entry]:
    """What happened to a purchase, and before that to the ledger it was read from."""
    of_ledger = Entry.objects.about(found.ledger) if found.ledger else []
    return [*Entry.objects.about(found), *of_ledger]
