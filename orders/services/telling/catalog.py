"""Telling agencies what changed in the catalogue of services they order or have exemptions for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import dateformat, timezone

from catalog.changes import Difference, concerned, differences, effective_from
from catalog.models import CatalogChange, Service
from exemptions.models import ExemptionRequest, RequestedItem
from orders.models import OrderLine
from orders.models.states import UNFINISHED_STATES
from orders.permissions.order import signers
from stmm.accounts.models import User
from stmm.agencies.models import Agency, Appointment
from stmm.audit.services import record
from stmm.outbox.models import NoticeKind
from stmm.outbox.notices import tell
from stmm.policy.dates import in_words, last_day

EXEMPTED = "In term through {}: see whether CALNET meets the need now."
OPEN = "Not signed yet: it is priced and decided anew when it is signed."
SIGNED = "Signed before: it keeps its charges and its decision."


@transaction.atomic
def tell_of_change(*, change_id: int, at: datetime) -> int:
    """Tell those who order for agencies what changed of what they order or have exemptions for.

    Unfinished orders count, and exemptions in term. Each person once, whichever worker asks and
    however often. Gives the number of notices.
    """
    change = CatalogChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    if change.told_at is not None:
        return 0
    told = 0
    by_agency, found = _concerned(change, at)
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
                why=f"You order for {agency.name}, which has {theirs.what} of these services.",
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


@dataclass
class Theirs:
    """What of one agency a change concerns."""

    lines: list[OrderLine] = field(default_factory=list)
    exempted: list[RequestedItem] = field(default_factory=list)

    @property
    def services(self) -> list[Service]:
        """Each once."""
        of_lines = [line.service for line in self.lines]
        of_exemptions = [item.service for item in self.exempted if item.service]
        return list(dict.fromkeys(of_lines + of_exemptions))

    @property
    def what(self) -> str:
        kinds = ("unfinished orders", self.lines), ("exemptions", self.exempted)
        return " and ".join(kind for kind, found in kinds if found)


def _concerned(
    change: CatalogChange, at: datetime
) -> tuple[Mapping[Agency, Theirs], Mapping[int, tuple[Difference, ...]]]:
    """By agency what is concerned, and by service what changed."""
    lines, items = _lines_concerned(change), _exemptions_concerned(change, at)
    services = {line.service for line in lines} | {each.service for each in items if each.service}
    found = differences(change, services)
    by_agency: dict[Agency, Theirs] = defaultdict(Theirs)
    for line in lines:
        if line.service_id in found:
            by_agency[line.order.agency].lines.append(line)
    for item in items:
        if item.service_id in found:
            by_agency[item.request.agency].exempted.append(item)
    return by_agency, found


def _exemptions_concerned(change: CatalogChange, at: datetime) -> list[RequestedItem]:
    """What was granted of the services under exemptions in term on the day."""
    in_term = ExemptionRequest.objects.in_term(timezone.localdate(at))
    # Who asked later knew of it
    items = RequestedItem.objects.filter(
        request__in=in_term,
        request__created_at__lt=change.made_at,
        granted__isnull=False,
        service__in=concerned(change),
    )
    return list(items.select_related("request__agency", "service").order_by("request", "position"))


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


def _subject(change: CatalogChange, theirs: Theirs) -> str:
    services = theirs.services
    what = services[0].name if len(services) == 1 else f"{len(services)} services"
    day = dateformat.format(effective_from(change), "F j, Y")
    why = "you are ordering" if theirs.lines else "you have an exemption for"
    return f"{what} {why}: what changes on {day}"


def _text(
    change: CatalogChange,
    theirs: Theirs,
    found: Mapping[int, tuple[Difference, ...]],
) -> str:
    """What changed of each service and since when; then what that means for each order."""
    day = dateformat.format(effective_from(change), "F j, Y")
    parts = [f"Contract {change.contract.number}, from {day}:"]
    for service in theirs.services:
        said = "\n".join(f"- {each}" for each in found[service.pk])
        parts.append(f"{service.name} ({service.product_id})\n{said}")
    orders = {line.order: None for line in theirs.lines}
    told = [
        f"Order {order.agency_request_number} ({order}). {OPEN if order.is_open else SIGNED}"
        for order in orders
    ]
    told += [
        f"Exemption {request}, {request.project}. {EXEMPTED.format(in_words(last_day(until)))}"
        for request in {item.request: None for item in theirs.exempted}
        if (until := request.until)
    ]
    return "\n\n".join([*parts, "\n".join(told)])


def _url(change: CatalogChange, theirs: Theirs) -> str:
    """The service's page where it is one service, else the contract's."""
    services = theirs.services
    if len(services) == 1:
        return reverse("catalog:service", args=[services[0].pk])
    return reverse("catalog:contract", args=[change.contract_id])
