"""Which services an exemption can be asked for: the mandatory ones (domain.md, rule 18)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from catalog.models import Designation, Service

Value = Designation.Value

NONE_NEEDED = (
    "{name} is non-mandatory (Discretionary): you may buy it from any source, and need no"
    " exemption (PU-2)."
)
RULING_FIRST = (
    "The Department has not said whether {name} is mandatory (Required). Ask for a ruling on it"
    " first: only mandatory services need an exemption (PO-3)."
)


def reason_against_item(name: str, designation: str) -> str:
    """Why no exemption can be asked for a service of this designation, and the way; "" if one can.

    Only mandatory services need one (STMM 501.0; SAM 4605).
    """
    if designation == Value.MANDATORY:
        return ""
    words = NONE_NEEDED if designation == Value.NON_MANDATORY else RULING_FIRST
    return words.format(name=name)


def reasons_against_items(
    keys: Iterable[int], *, on: date, known_at: datetime | None = None
) -> Mapping[int, str]:
    """Of services, by key: why they can't be asked for on the Pacific day `on`. One query."""
    services = Service.objects.filter(pk__in=list(keys)).with_designation(on, known_at=known_at)
    return {each.pk: reason_against_item(each.name, each.designation) for each in services}
