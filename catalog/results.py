"""What a search finds, each service with all its page needs: few queries however many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F

from catalog.advice import Advice, Advise
from catalog.facets import CONTRACT, Facet, Known, Narrowing, cells, facets, total
from catalog.models import Designation, Listing, Offer, Service
from catalog.models.services import ListingQuerySet
from catalog.orderability import not_orderable
from catalog.search.engine import matches
from catalog.search.index import mended
from catalog.search.words import question
from stmm.agencies.access import Access
from stmm.policy.decision import Decision

BY_NAME = ("sort_name", "service_id")


@dataclass(frozen=True, slots=True)
class Result:
    """One service found. `not_orderable` says why it can't be ordered, "" if it can."""

    service: Service
    offer: Offer
    designation: Designation.Value
    not_orderable: str
    decision: Decision | None


@dataclass(frozen=True)
class Found:
    """The answer to a search: `listings` in order, how many, what to narrow it to.

    `mended` is the text that was searched instead, where nothing was found as it was typed.
    `out_of_term` counts what the same search finds under contracts that can't be ordered from.
    """

    listings: ListingQuerySet
    count: int
    facets: list[Facet]
    out_of_term: int
    mended: str | None


def find(wanted: Mapping[str, Any], *, known: Known, on: date) -> Found:
    """Services offered on the Pacific day `on` that meet every filter in `wanted`.

    `wanted` is SearchForm's cleaned data: what is absent or empty doesn't filter.
    """
    text, instead = wanted.get("q", ""), None
    counted = cells(_searched(text, on))
    if not counted and (nearer := mended(text)):
        counted = cells(_searched(nearer, on))
        text, instead = (nearer, nearer) if counted else (text, None)
    in_term = known.in_term(on)
    everywhere = Narrowing.of(wanted, known.contracts, known)
    narrowing = everywhere if wanted.get("ended") else Narrowing.of(wanted, in_term, known)
    left = everywhere.cells(counted)
    return Found(
        _ordered(_narrowed(_searched(text, on), narrowing), wanted, text),
        total(narrowing.cells(counted)),
        facets(counted, narrowing),
        total(cell for cell in left if cell[CONTRACT] not in in_term),
        instead,
    )


def _searched(text: str, on: date) -> ListingQuerySet:
    return Listing.objects.on(on).matching(text)


def _narrowed(listings: ListingQuerySet, narrowing: Narrowing) -> ListingQuerySet:
    contracts = narrowing.contracts_left
    if contracts != set(narrowing.known.contracts):
        listings = listings.filter(contract__in=sorted(contracts))
    columns = {
        "category": "category",
        "designation": "designation",
        "price": "band",
        "unit": "unit",
    }
    filters = {
        f"{column}__in": narrowing.chosen[name]
        for name, column in columns.items()
        if name in narrowing.chosen
    }
    return listings.filter(**filters)


def _ordered(listings: ListingQuerySet, wanted: Mapping[str, Any], text: str) -> ListingQuerySet:
    """By name, by monthly charge, or what is called so first; always the same way."""
    sort = wanted.get("sort") or "match"
    if sort == "charge":
        return listings.order_by(F("mrc").asc(nulls_last=True), *BY_NAME)
    asked = question(text)
    if sort == "name" or not asked:
        return listings.order_by(*BY_NAME)
    named = ExpressionWrapper(matches("name_words", asked), output_field=BooleanField())
    return listings.order_by(named.desc(), *BY_NAME)


def results(
    keys: Iterable[int], *, known: Known, on: date, access: Access | None, advise: Advise
) -> tuple[list[Result], Advice | None]:
    """A page of listings with charges, contract term and decision, and whose advice it is.

    No advice without `access`: on a day of which the manual's answer is not known.
    """
    keys = list(keys)
    listings = (
        Listing.objects.select_related("service__category", "offer")
        .defer("name_words", "words")
        .in_bulk(keys)
    )
    for listing in listings.values():
        listing.service.contract = known.contracts[listing.contract_id]
    found = [listings[key] for key in keys]
    reasons = {each.pk: not_orderable(each.service.contract, on=on) for each in found}
    orderable = [each.service for each in found if not reasons[each.pk]]
    advice = advise(access, orderable) if access else None
    decisions = advice.decisions if advice else {}
    return [
        Result(
            each.service,
            each.offer,
            Designation.Value(each.designation),
            reasons[each.pk],
            decisions.get(each.service_id),
        )
        for each in found
    ], advice
