"""What do you need? The search, its answer as a page, as CSV and as Excel."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.advice import Advise
from catalog.as_of import as_of
from catalog.exports import COLUMNS, rows
from catalog.facets import LABELS, Facet, Known
from catalog.forms import SORTS, SearchForm
from catalog.public import catalog_page
from catalog.results import Found, find, results
from stmm.agencies.middleware import Request
from stmm.exports import Ending, spreadsheet

SERVICES_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address of the search without it."""

    label: str
    without: str


@catalog_page
@require_safe
def search(request: Request, advise: Advise) -> HttpResponse:
    known = Known.read()
    form = SearchForm(request.GET, known=known)
    form.is_valid()
    when = as_of(request)
    found = find(form.cleaned_data, known=known, on=when.day)
    paginator = Paginator(found.listings.values_list("pk", flat=True), SERVICES_A_PAGE)
    # Counted already, with the facets
    paginator.count = found.count
    page = paginator.get_page(request.GET.get("page"))
    shown, advice = results(
        page, known=known, on=when.day, access=when.access(request.access), advise=advise
    )
    context = {
        "form": form,
        "as_of": when,
        "kept": [
            (name, value)
            for name, values in request.GET.lists()
            if name not in ("on", "page")
            for value in values
        ],
        "found": found,
        "facets": [(facet, form[facet.name]) for facet in found.facets],
        "chips": _chips(request.GET, form, found.facets),
        "sorts": SORTS,
        "sort": form.cleaned_data.get("sort", ""),
        "page": page,
        "results": shown,
        "advice": advice,
        "includes_ended": bool(form.cleaned_data.get("ended")),
    }
    return render(request, "catalog/search.html", context)


@catalog_page
@require_safe
def search_file(request: Request, ending: Ending, advise: Advise) -> HttpResponseBase:
    """Exactly what the page shows with the same address, all its pages in one file."""
    found = _asked(request)
    if found is None:
        return _back_to_the_page(request)
    day = as_of(request).day
    return spreadsheet(
        f"catalog-{day}", ending, COLUMNS, rows(found.listings, on=day), sheet="Catalog"
    )


def _asked(request: Request) -> Found | None:
    """What is found, None where a filter can't be read: its page says which."""
    known = Known.read()
    form = SearchForm(request.GET, known=known)
    return find(form.cleaned_data, known=known, on=as_of(request).day) if form.is_valid() else None


def _back_to_the_page(request: Request) -> HttpResponse:
    return redirect(f"{reverse('catalog:search')}?{request.GET.urlencode()}")


def _chips(query: QueryDict, form: SearchForm, facets: list[Facet]) -> list[Chip]:
    chips = [
        Chip(f"{LABELS[facet.name]}: {choice.label}", _without(query, facet.name, choice.value))
        for facet in facets
        for choice in facet.choices
        if choice.is_chosen
    ]
    if form.cleaned_data.get("ended"):
        chips.append(Chip("Also contracts out of term", _without(query, "ended", "on")))
    return chips


def _without(query: QueryDict, name: str, value: str) -> str:
    rest = query.copy()
    rest.setlist(name, [each for each in rest.getlist(name) if each != value])
    rest.pop("page", None)
    return f"?{rest.urlencode()}"
