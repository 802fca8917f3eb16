"""Telling agencies what changed in the catalogue of services they are ordering, once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import dateformat, timezone

from catalog.changes import Difference, concerned, differences, effective_from
from catalog.models import CatalogChange
from orders.models import OrderLine
from orders.models.states import UNFINISHED_STATES
from orders.permissions.order import signers
from stmm.accounts.models import User
from stmm.agencies.models import Agency, Appointment
from stmm.audit.services import record
from stmm.outbox.models import NoticeKind
from stmm.outbox.notices import tell

OPEN = "Not signed yet: it is priced and decided anew when it is signed."
SIGNED = "Signed before: it keeps its charges and its decision."


@transaction.atomic
def tell_of_change(*, change_id: int, at: datetime) -> int:
    """Tell those who order for agencies with unfinished orders of what changed for them.

    Each person once, whichever worker asks and however often. Gives the number of notices.
    """
    change = CatalogChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    if change.told_at is not None:
        return 0
    told = 0
    lines = _lines_concerned(change)
    found = differences(change, {line.service for line in lines})
    by_agency: dict[Agency, list[OrderLine]] = defaultdict(list)
    for line in lines:
        if line.service_id in found:
            by_agency[line.order.agency].append(line)
    people = _people_of(by_agency, at)
    for agency, theirs in by_agency.items():
        told += len(
            tell(
                users=people[agency.pk],
                kind=NoticeKind.CATALOG,
                cause=f"catalog-change-{change.pk}-agency-{agency.pk}",
                subject=_subject(change, theirs),
                text=_text(change, theirs, found),
                url=_url(change, theirs),
                why=f"You order for {agency.name}, which has unfinished orders of these services.",
                at=at,
            )
        )
    change.told_at = at
    change.save(update_fields=["told_at"])
    if told:
        record(
            at=at,
            actor=None,
            action="tell_of_change",
            subject=change.contract,
            changes={
                "change": (None, str(change)),
                "agencies told": (None, ", ".join(sorted(each.name for each in by_agency))),
                "notices": (None, told),
            },
        )
    return told


def _lines_concerned(change: CatalogChange) -> list[OrderLine]:
    # Who began an order later has seen nothing else
    lines = OrderLine.objects.filter(
        order__created_at__lt=change.made_at,
        order__contract=change.contract_id,
        order__state__in=UNFINISHED_STATES,
        service__in=concerned(change),
    )
    return list(
        lines.select_related("order__agency", "service").order_by("order__number", "position")
    )


def _people_of(agencies: Iterable[Agency], at: datetime) -> Mapping[int, list[User]]:
    """Who orders for each agency on the day, by its key."""
    found: dict[int, list[User]] = defaultdict(list)
    on = timezone.localdate(at)
    rows = Appointment.objects.in_effect(on).filter(agency__in=agencies)
    for appointment in rows.select_related("user", "agency"):
        if appointment.role in signers(appointment.agency):
            found[appointment.agency_id].append(appointment.user)
    return found


def _subject(change: CatalogChange, lines: list[OrderLine]) -> str:
    services = {line.service for line in lines}
    what = next(iter(services)).name if len(services) == 1 else f"{len(services)} services"
    day = dateformat.format(effective_from(change), "F j, Y")
    return f"{what} you are ordering: what changes on {day}"


def _text(
    change: CatalogChange,
    lines: list[OrderLine],
    found: Mapping[int, tuple[Difference, ...]],
) -> str:
    """What changed of each service and since when; then what that means for each order."""
    day = dateformat.format(effective_from(change), "F j, Y")
    parts = [f"Contract {change.contract.number}, from {day}:"]
    for service in {line.service: None for line in lines}:
        said = "\n".join(f"- {each}" for each in found[service.pk])
        parts.append(f"{service.name} ({service.product_id})\n{said}")
    orders = {line.order: None for line in lines}
    parts.append(
        "\n".join(
            f"Order {order.agency_request_number} ({order}). {OPEN if order.is_open else SIGNED}"
            for order in orders
        )
    )
    return "\n\n".join(parts)


def _url(change: CatalogChange, lines: list[OrderLine]) -> str:
    """The service's page where it is one service, else the contract's."""
    services = {line.service_id for line in lines}
    if len(services) == 1:
        return reverse("catalog:service", args=list(services))
    return reverse("catalog:contract", args=[change.contract_id])
