"""The ranges of monthly charges that a search can be narrowed to."""

from bisect import bisect_right
from decimal import Decimal

# From which MRC in US dollars each band begins; the first is of no monthly charge at all
_FROM = tuple(Decimal(amount) for amount in ("0.0001", "10", "50", "100", "500", "1000"))
BANDS = (
    "No monthly charge",
    "Under $10",
    "$10 to $49.99",
    "$50 to $99.99",
    "$100 to $499.99",
    "$500 to $999.99",
    "$1,000 and more",
)


def band_of(mrc: Decimal | None) -> int:
    """The place in BANDS of a monthly charge; of none as of zero."""
    return bisect_right(_FROM, mrc or Decimal(0))
