"""Contracts: what they offer, to whom, until when, on a day."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.advice import Advise
from catalog.as_of import as_of
from catalog.desks import desks
from catalog.histories import contractor_on, timeline
from catalog.models import Contract, ListedBuyer, Service
from catalog.orderability import not_orderable
from catalog.permissions import reason_against_keeping
from catalog.public import catalog_page
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry

CONTRACTS_A_PAGE = 50


@catalog_page
@require_safe
def contracts(request: Request, advise: Advise) -> HttpResponse:
    when = as_of(request)
    rows = Contract.objects.select_related("contractor").prefetch_related(
        "terms", "aliases", "categories"
    )
    page = Paginator(rows, CONTRACTS_A_PAGE).get_page(request.GET.get("page"))
    offered = (
        Service.objects.offered(when.day)
        .filter(contract__in=list(page))
        .order_by()
        .values_list("contract")
        .annotate(Count("pk"))
    )
    counts = dict(offered)
    listed = [(row, not_orderable(row, on=when.day), counts.get(row.pk, 0)) for row in page]
    context = {"page": page, "contracts": listed, "as_of": when}
    return render(request, "catalog/contracts.html", context)


@catalog_page
@require_safe
def contract(request: Request, pk: int, advise: Advise) -> HttpResponse:
    shown = get_object_or_404(
        Contract.objects.select_related("contractor").prefetch_related(
            "terms", "aliases", "categories"
        ),
        pk=pk,
    )
    when = as_of(request)
    context = {
        "contract": shown,
        "as_of": when,
        "contractor_then": contractor_on(shown, on=when.day),
        "not_orderable": not_orderable(shown, on=when.day),
        "services": shown.services.offered(when.day).count(),
        "desks": desks(shown, on=when.day),
        "is_exclusive": Contract.objects.exclusive(when.day).filter(pk=pk).exists(),
        "buyers": ListedBuyer.objects.filter(contract=shown)
        .in_effect(when.day)
        .filter(is_listed=True)
        .select_related("agency")
        .order_by("agency__name"),
        "timeline": timeline(shown),
        "editions": shown.editions.select_related("loaded_by").order_by("-effective_from", "-pk"),
        "may_keep": not reason_against_keeping(request.access),
        "entries": list(Entry.objects.about(shown)),
    }
    return render(request, "catalog/contract.html", context)
