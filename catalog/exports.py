"""Services found, as rows of a spreadsheet."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from catalog.models import Designation
from catalog.models.services import ListingQuerySet
from catalog.search.stretches import FOREVER

AT_ONCE = 2000  # rows
COLUMNS = (
    "Contractor",
    "Program",
    "Contract",
    "Category",
    "Category name",
    "Section",
    "Product ID",
    "Service",
    "Description",
    "Restrictions",
    "Unit",
    "Monthly (MRC), US dollars",
    "One-time (NRC), US dollars",
    "Usage rate",
    "Price basis",
    "Designation",
    "As of",
    "So from",
    "So through",
)
_FIELDS = (
    "contract__contractor__name",
    "contract__vehicle",
    "contract__number",
    "category__code",
    "category__name",
    "service__section",
    "service__product_id",
    "service__name",
    "offer__description",
    "offer__restrictions",
    "unit",
    "offer__mrc",
    "offer__nrc",
    "offer__usage_rate",
    "offer__price_basis",
    "designation",
    "starts_on",
    "until",
)


def rows(listings: ListingQuerySet, *, on: date) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for each listing, in one query, a few at a time.

    The last two columns say for which Pacific days charges and designation hold; the last one
    is empty while no change is known.
    """
    found = listings.values_list(*_FIELDS).iterator(chunk_size=AT_ONCE)
    for *stated, designation, starts_on, until in found:
        last_day = "" if until == FOREVER else until - timedelta(days=1)
        yield (*stated, Designation.Value(designation).label, on, starts_on, last_day)
