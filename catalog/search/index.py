"""What the rest of the catalogue calls: keep the search right, mend a misspelt question.

Whoever changes what a service is called, costs or is designated, or what its contract or
contractor is called, calls `reindex` in the same transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.db import transaction

from catalog.models import Category, Contract, Designation, Listing, Offer, SearchWord, Service
from catalog.search.bands import band_of
from catalog.search.engine import candidates
from catalog.search.stretches import FlagRow, OfferRow, Stretch, stretches
from catalog.search.words import indexed, nearest, spellable, words_in

AT_ONCE = 2000  # services
# No listing is stored, so it has no end
NOTHING: tuple[int | None, date | None] = (None, None)
# As facts take effect, the one that counts last
_IN_ORDER = ("effective_from", "recorded_at", "pk")


@transaction.atomic
def reindex(*, contract: Contract, services: Iterable[int] | None = None) -> int:
    """Make a contract's listings agree with its rows; those of `services` (keys) alone, if given.

    What agrees already is not written. Gives the number of listings that were written.
    """
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    of_contract = contract.services.order_by("pk")
    if services is not None:
        of_contract = of_contract.filter(pk__in=services)
    texts = _ContractTexts.of(contract)
    written = 0
    chunk: list[Service] = []
    for service in of_contract.iterator(chunk_size=AT_ONCE):
        chunk.append(service)
        if len(chunk) == AT_ONCE:
            written += _write(texts, chunk)
            chunk = []
    return written + _write(texts, chunk)


@dataclass(frozen=True, slots=True)
class _ContractTexts:
    """What all services of a contract are found by, and what is said of them all."""

    contract: Contract
    names: tuple[str, ...]
    categories: dict[int, Category]
    flags: list[FlagRow]
    of_category: dict[int, list[FlagRow]]

    @classmethod
    def of(cls, contract: Contract) -> "_ContractTexts":
        shared: dict[int | None, list[FlagRow]] = defaultdict(list)
        rows = Designation.objects.filter(contract=contract, service=None).order_by(*_IN_ORDER)
        for category, day, value in rows.values_list("category", "effective_from", "value"):
            shared[category].append(FlagRow(day, value))
        contractor = contract.contractor
        names = (
            contract.number,
            *contract.aliases.order_by("pk").values_list("number", flat=True),
            contractor.name,
            *contractor.names.order_by("pk").values_list("name", flat=True),
        )
        flags = shared.pop(None, [])
        of_category = {key: rows for key, rows in shared.items() if key is not None}
        return cls(contract, names, Category.objects.in_bulk(), flags, of_category)


def _write(texts: _ContractTexts, services: Sequence[Service]) -> int:
    """Replace those listings of the services that are not as they should be."""
    keys = [service.pk for service in services]
    stored = {
        (service, day, digest): (pk, until)
        for pk, service, day, digest, until in Listing.objects.filter(service__in=keys).values_list(
            "pk", "service", "starts_on", "digest", "until"
        )
    }
    new, ending = [], defaultdict(list)
    for draft in _drafts(texts, services):
        pk, until = stored.pop((draft.service.pk, draft.stretch.starts_on, draft.digest), NOTHING)
        if pk is None:
            new.append(draft)
        elif until != draft.stretch.until:
            ending[draft.stretch.until].append(pk)
    Listing.objects.filter(pk__in=[pk for pk, _ in stored.values()]).delete()
    # Only its end is another: its words stay as they are indexed
    for until, listings in ending.items():
        Listing.objects.filter(pk__in=listings).update(until=until)
    added = Listing.objects.bulk_create([draft.listing() for draft in new], batch_size=AT_ONCE)
    _learn(added)
    return len(added) + sum(map(len, ending.values()))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A listing to be, before the work of cutting its texts into words."""

    service: Service
    stretch: Stretch
    texts: tuple[str, ...]

    @property
    def digest(self) -> str:
        service, stretch = self.service, self.stretch
        facts = (
            service.category_id,
            service.name,
            service.unit,
            stretch.offer.pk,
            stretch.designation,
            self.texts,
        )
        return blake2b(repr(facts).encode(), digest_size=16).hexdigest()

    def listing(self) -> Listing:
        service, stretch = self.service, self.stretch
        return Listing(
            service_id=service.pk,
            contract_id=service.contract_id,
            category_id=service.category_id,
            offer_id=stretch.offer.pk,
            starts_on=stretch.starts_on,
            until=stretch.until,
            designation=stretch.designation,
            mrc=stretch.offer.mrc,
            band=band_of(stretch.offer.mrc),
            unit=service.unit,
            sort_name=service.name.casefold()[:500],
            name_words=_words((service.name,)),
            words=_words((service.name, *self.texts)),
            digest=self.digest,
        )


# Where only a charge moves, the stretches of a service have the same texts, one after the other
_words = lru_cache(maxsize=8)(indexed)


def _drafts(texts: _ContractTexts, services: Sequence[Service]) -> Iterator[_Draft]:
    keys = [service.pk for service in services]
    offers: dict[int, list[OfferRow]] = defaultdict(list)
    stated = ("pk", "effective_from", "withdrawn", "description", "restrictions", "mrc")
    of_offers = Offer.objects.filter(service__in=keys).order_by(*_IN_ORDER)
    for service, *offer in of_offers.values_list("service", *stated):
        offers[service].append(OfferRow(*offer))
    own: dict[int, list[FlagRow]] = defaultdict(list)
    of_flags = Designation.objects.filter(service__in=keys).order_by(*_IN_ORDER)
    for service, day, value in of_flags.values_list("service", "effective_from", "value"):
        own[service].append(FlagRow(day, value))
    for each in services:
        flags = (own[each.pk], texts.of_category.get(each.category_id, []), texts.flags)
        category = texts.categories[each.category_id]
        found_by = (each.product_id, each.section, category.code, category.name)
        for stretch in stretches(offers[each.pk], flags):
            told = (stretch.offer.description, stretch.offer.restrictions)
            yield _Draft(each, stretch, (*found_by, *texts.names, *told))


def _learn(listings: Iterable[Listing]) -> None:
    """Keep the words of these listings for mending misspellings."""
    words = {word for listing in listings for word in spellable(listing.words)}
    known = set(SearchWord.objects.filter(word__in=words).values_list("word", flat=True))
    new = [SearchWord(word=word) for word in sorted(words - known)]
    SearchWord.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)


@transaction.atomic
def reindex_all() -> int:
    """Make the whole search anew from the catalogue's rows; gives the number of listings."""
    Listing.objects.all().delete()
    SearchWord.objects.all().delete()
    return sum(reindex(contract=contract) for contract in Contract.objects.order_by("pk"))


def mended(text: str) -> str | None:
    """The text with each word that the catalogue doesn't use replaced by the nearest it does.

    None if there is nothing to mend, or nothing near.
    """
    words = words_in(text)
    strange = {word for word in words if word.isalpha() and len(word) > 2}
    strange -= set(SearchWord.objects.filter(word__in=strange).values_list("word", flat=True))
    mending: dict[str, Any] = {word: nearest(word, candidates(word)) for word in sorted(strange)}
    if not any(mending.values()):
        return None
    return " ".join(mending.get(word) or word for word in words)
