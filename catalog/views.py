"""The catalogue's pages. Everyone who signs in may read all of it."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.advice import Advise
from catalog.forms import SearchForm
from catalog.histories import flag_history, price_history
from catalog.models import Contract, Service
from catalog.orderability import not_offered, not_orderable
from catalog.results import find, results
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry

SERVICES_A_PAGE = 20
CONTRACTS_A_PAGE = 50


@require_safe
def search(request: Request, advise: Advise) -> HttpResponse:
    form = SearchForm(request.GET)
    form.is_valid()
    services = (
        find(form.cleaned_data, on=request.today)
        .select_related("contract__contractor", "category")
        .prefetch_related("contract__terms")
    )
    page = Paginator(services, SERVICES_A_PAGE).get_page(request.GET.get("page"))
    found, advice = results(page, on=request.today, access=request.access, advise=advise)
    context = {
        "form": form,
        "page": page,
        "results": found,
        "advice": advice,
        "includes_ended": bool(form.cleaned_data.get("ended")),
    }
    return render(request, "catalog/search.html", context)


@require_safe
def service(request: Request, pk: int, advise: Advise) -> HttpResponse:
    shown = get_object_or_404(
        Service.objects.select_related("contract__contractor", "category"), pk=pk
    )
    prices = price_history(shown, on=request.today)
    offer = next((price.offer for price in prices if price.is_in_effect), None)
    refusal = not_orderable(shown.contract, on=request.today) or not_offered(offer)
    advice = advise(request.access, [] if refusal else [shown])
    flags = flag_history(shown, on=request.today)
    about = Entry.objects.about(shown) | Entry.objects.about(shown.contract)
    context = {
        "service": shown,
        "offer": offer,
        "prices": prices,
        "flags": flags,
        "flag": next((flag for flag in flags if flag.is_in_effect), None),
        "not_orderable": refusal,
        "advice": advice,
        "decision": advice.decisions.get(shown.pk) if advice else None,
        "entries": list(about),
    }
    return render(request, "catalog/service.html", context)


@require_safe
def contracts(request: Request, advise: Advise) -> HttpResponse:
    rows = Contract.objects.select_related("contractor").prefetch_related(
        "terms", "aliases", "categories"
    )
    page = Paginator(rows, CONTRACTS_A_PAGE).get_page(request.GET.get("page"))
    offered = (
        Service.objects.offered(request.today)
        .filter(contract__in=list(page))
        .order_by()
        .values_list("contract")
        .annotate(Count("pk"))
    )
    counts = dict(offered)
    listed = [(row, not_orderable(row, on=request.today), counts.get(row.pk, 0)) for row in page]
    return render(request, "catalog/contracts.html", {"page": page, "contracts": listed})


@require_safe
def contract(request: Request, pk: int, advise: Advise) -> HttpResponse:
    shown = get_object_or_404(
        Contract.objects.select_related("contractor").prefetch_related(
            "terms", "aliases", "categories"
        ),
        pk=pk,
    )
    context = {
        "contract": shown,
        "not_orderable": not_orderable(shown, on=request.today),
        "services": shown.services.offered(request.today).count(),
        "editions": shown.editions.select_related("loaded_by").order_by("-effective_from", "-pk"),
        "entries": list(Entry.objects.about(shown)),
    }
    return render(request, "catalog/contract.html", context)
