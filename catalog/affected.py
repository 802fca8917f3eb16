"""What the pages of uploads are told from above: whose orders an edition would touch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from catalog.models import MatrixUpload


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that would be otherwise, in words for people."""

    what: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class AffectedLine:
    """A line of an order that is not signed yet, and what publishing would change of it."""

    order: str
    url: str
    agency: str
    line: str
    service: str
    effects: tuple[Effect, ...]


# The upload, and the Pacific day of today
Affected = Callable[[MatrixUpload, date], list[AffectedLine]]
