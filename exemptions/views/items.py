"""The services of a draft, each beside what CALNET asks for it; finding more of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Contract, Designation, Offer, Service
from exemptions.asked import STEPS, Step
from exemptions.compliance import reason_against_item
from exemptions.content import draft_content
from exemptions.forms.making import AddServiceForm, DescribedForm, ItemForm
from exemptions.models import ExemptionRequest, RequestedItem
from exemptions.permissions import may, warning_to_officer
from exemptions.reading.case import items_of, shown_request
from exemptions.services import items as service_of
from exemptions.views.answering import refusals_answered, visible_request
from exemptions.views.steps import steps_of
from exemptions.workflow import Action
from stmm.agencies.middleware import Request
from stmm.look.answering import form_page
from stmm.refusals import ChangedMeanwhile, Incomplete

FOUND = 10
LONGEST_QUERY = 100


@require_safe
@refusals_answered
def items(request: Request, pk: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    may(request.access, Action.CHANGE, exemption)
    return _page(request, exemption, DescribedForm())


def _page(request: Request, exemption: ExemptionRequest, form: DescribedForm) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "")[:LONGEST_QUERY]
    shown = shown_request(draft_content(exemption, on=request.today))
    context = {
        "exemption": exemption,
        "shown": shown,
        "rows": list(zip(items_of(exemption), shown.items, strict=True)),
        "form": form,
        "query": query,
        "found": _found(request, exemption, query) if query.strip() else None,
        "page_name": STEPS[Step.ITEMS],
        "steps": steps_of(exemption, Step.ITEMS),
        "warning": warning_to_officer(request.access, exemption),
    }
    return render(request, "exemptions/step_items.html", context)


def _found(request: Request, exemption: ExemptionRequest, query: str) -> dict[str, object]:
    """Services of contracts in term; of those that none can be asked for, why."""
    services = (
        Service.objects.offered(request.today)
        .matching(query)
        .filter(contract__in=Contract.objects.in_term(request.today))
        .with_designation(request.today)
        .select_related("category", "contract__contractor")
    )
    page = Paginator(services, FOUND).get_page(request.GET.get("page"))
    offers = Offer.objects.in_bulk([service.offer_id for service in page])
    there = set(exemption.items.values_list("service", flat=True))
    rows = [
        {
            "service": service,
            "offer": offers[service.offer_id],
            "designation": Designation.Value(service.designation),
            "reason": reason_against_item(service.name, service.designation),
            "is_there": service.pk in there,
        }
        for service in page
    ]
    return {"page": page, "rows": rows}


@require_POST
@refusals_answered
def add_service(request: Request, pk: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    form = AddServiceForm(request.POST)
    if not form.is_valid():
        may(request.access, Action.CHANGE, exemption)
        messages.error(request, "Give a quantity of 1 or more of a service of the catalog.")
        return redirect("exemptions:items", pk)
    try:
        item = service_of.add_service(
            request=exemption, **form.cleaned_data, access=request.access, at=request.at
        )
    except Incomplete as refusal:
        messages.error(request, str(refusal))
        return redirect("exemptions:items", pk)
    return redirect("exemptions:change-item", pk, item.pk)


@require_POST
@refusals_answered
def add_described(request: Request, pk: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    may(request.access, Action.CHANGE, exemption)
    form = DescribedForm(request.POST)
    if not form.is_valid():
        return _page(request, exemption, form)
    service_of.add_described(
        request=exemption, fields=form.cleaned_data, access=request.access, at=request.at
    )
    return redirect("exemptions:items", pk)


def _item(exemption: ExemptionRequest, item: int) -> RequestedItem:
    found = get_object_or_404(items_of(exemption), pk=item)
    found.request = exemption
    return found


@form_page
@refusals_answered
def change_item(request: Request, pk: int, item: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    may(request.access, Action.CHANGE, exemption)
    found = _item(exemption, item)
    form = ItemForm(request.POST if request.method == "POST" else None, item=found)
    if form.is_valid():
        try:
            service_of.change_item(
                item=found,
                fields=form.changed(),
                version=form.cleaned_data["version"],
                access=request.access,
                at=request.at,
            )
        except ChangedMeanwhile as refusal:
            _show_both(form, exemption, item, str(refusal))
        else:
            return redirect("exemptions:items", pk)
    context = {
        "exemption": exemption,
        "item": found,
        "form": form,
        "page_name": f"Service {found.position}",
        "steps": steps_of(exemption, Step.ITEMS),
        "warning": warning_to_officer(request.access, exemption),
    }
    return render(request, "exemptions/item.html", context)


def _show_both(form: ItemForm, exemption: ExemptionRequest, item: int, refusal: str) -> None:
    """Keep what was typed, and say beside each field what the item is now."""
    form.add_error(None, f"{refusal} What you typed is kept below; save again to use it.")
    stored = _item(ExemptionRequest.objects.get(pk=exemption.pk), item)
    for name, value in form.changed().items():
        theirs = getattr(stored, name)
        if theirs != value:
            form.add_error(name, f"Now in the request: {'nothing' if theirs is None else theirs}")
    form.show_version(stored.request.version)


@require_POST
@refusals_answered
def move_up(request: Request, pk: int, item: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    found = RequestedItem(pk=item, request=exemption)
    service_of.move_up(item=found, access=request.access, at=request.at)
    return redirect("exemptions:items", pk)


@require_POST
@refusals_answered
def remove_item(request: Request, pk: int, item: int) -> HttpResponse:
    """Gone already, or never there: nothing happens."""
    exemption = visible_request(request, pk)
    found = RequestedItem(pk=item, request=exemption)
    service_of.remove_item(item=found, access=request.access, at=request.at)
    return redirect("exemptions:items", pk)
