"""Purchases outside CALNET: recorded, matched to the catalogue, withdrawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog.models import Service
from exemptions.in_effect import exemption_of
from exemptions.models import RequestedItem
from exemptions.reading.cover import Bought, NotCovered
from exemptions.services.using import release, take
from orders.compliance.leakage import decide_purchases, finding_of
from orders.models import ElsewhereDetermination, OutsideDecision, OutsidePurchase
from orders.permissions.elsewhere import may_record_for
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import Changes, record
from stmm.policy.facts import NO_EXEMPTION
from stmm.refusals import Incomplete, Problem, WrongState

Match = OutsidePurchase.Match
FindingState = OutsidePurchase.FindingState
# What a person can say of a purchase
SAYABLE = (Match.MATCHED, Match.NOT_OFFERED, Match.UNSURE)
# By what name the exemptions know a purchase
KIND = "orders.outsidepurchase"


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a purchase: what it is in the catalogue, under which exemption."""

    match: Match
    service: Service | None = None
    relies_on: RequestedItem | None = None
    quantity: int | None = None


@transaction.atomic
def record_purchase(
    *,
    agency: Agency,
    fields: Mapping[str, Any],
    said: Said,
    determination: ElsewhereDetermination | None,
    key: UUID,
    access: Access,
    at: datetime,
) -> OutsidePurchase:
    """Record what `agency` bought elsewhere, with what the chapter says of it on that day.

    The same page sent again (`key`) gives back the first purchase. Raises NotAllowed, and
    Incomplete, by field, for a day to come, a determination of another agency, a match without
    its service, an exemption that does not cover it.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    user = may_record_for(access, agency).user
    if existing := OutsidePurchase.objects.filter(
        creation_key=key, agency=agency, recorded_by=user
    ).first():
        return existing
    _refuse_contradictions(agency, fields, determination, on=timezone.localdate(at))
    purchase = OutsidePurchase(
        **fields,
        agency=agency,
        creation_key=key,
        determination=determination,
        recorded_at=at,
        recorded_by=user,
    )
    changes = {
        "what": (None, str(purchase)),
        "amount": (None, purchase.amount),
        "bought on": (None, purchase.purchased_on),
        **_say(purchase, said, access=access, at=at),
    }
    record(at=at, actor=user, action="record_purchase", subject=purchase, changes=changes)
    return purchase


def _refuse_contradictions(
    agency: Agency,
    fields: Mapping[str, Any],
    determination: ElsewhereDetermination | None,
    *,
    on: date,
) -> None:
    problems = []
    if fields["purchased_on"] > on:
        message = "This day has not come. Record what has been bought."
        problems.append(Problem(message, "purchased_on"))
    if determination is not None and determination.agency_id != agency.pk:
        message = f"{determination} is of another agency. Choose one of {agency.name}."
        problems.append(Problem(message, "determination"))
    if problems:
        raise Incomplete(problems)


def lock_purchase(purchase: OutsidePurchase) -> OutsidePurchase:
    """The purchase as it is now, nobody else changing it until this transaction ends."""
    return (
        OutsidePurchase.objects.select_for_update(of=("self",))
        .select_related("agency", "service", "relies_on__request", "exemption_request")
        .get(pk=purchase.pk)
    )


def refuse_withdrawn(purchase: OutsidePurchase) -> None:
    if purchase.withdrawn_at is not None:
        raise WrongState("This purchase is withdrawn. Nothing was changed.")


@transaction.atomic
def match_purchase(
    *, purchase: OutsidePurchase, said: Said, access: Access, at: datetime
) -> OutsidePurchase:
    """Say what a purchase stands for in the catalogue, and which exemption it relies on.

    The chapter is asked anew; a finding that was settled is open again if it is another one.
    What it took of another exemption is free again. The same said again does nothing. Raises
    NotAllowed, WrongState, Incomplete.
    """
    purchase = lock_purchase(purchase)
    user = may_record_for(access, purchase.agency).user
    refuse_withdrawn(purchase)
    if _is_said(purchase, said):
        return purchase
    changes = _say(purchase, said, access=access, at=at)
    record(at=at, actor=user, action="match_purchase", subject=purchase, changes=changes)
    return purchase


def _is_said(purchase: OutsidePurchase, said: Said) -> bool:
    return (purchase.match, purchase.service, purchase.relies_on, purchase.quantity) == (
        said.match,
        said.service,
        said.relies_on,
        said.quantity,
    )


@transaction.atomic
def confirm_matches(
    *, purchases: Iterable[OutsidePurchase], access: Access, at: datetime
) -> list[OutsidePurchase]:
    """Say of several proposals that they are right; gives those of which that is news.

    Raises NotAllowed for people who record for the agency of none of them, or not of one.
    """
    chosen = sorted(purchases, key=lambda each: each.pk)
    users = {each.agency_id: may_record_for(access, each.agency).user for each in chosen}
    rows = OutsidePurchase.objects.select_for_update(of=("self",)).filter(
        pk__in=[each.pk for each in chosen], match=Match.PROPOSED, withdrawn_at__isnull=True
    )
    fresh = list(rows.select_related("agency", "service").order_by("pk"))
    for purchase in fresh:
        purchase.match = Match.MATCHED
        purchase.save(update_fields=["match"])
    for purchase in fresh:
        record(
            at=at,
            actor=users[purchase.agency_id],
            action="match_purchase",
            subject=purchase,
            changes={"match": (Match.PROPOSED.label, Match.MATCHED.label)},
        )
    return fresh


def _say(purchase: OutsidePurchase, said: Said, *, access: Access, at: datetime) -> Changes:
    """Set match and exemption with decision and finding, save the purchase; gives what changed."""
    _refuse_unfit(purchase, said)
    before = _in_words(purchase) if purchase.pk else {}
    is_same = purchase.service == said.service and said.service is not None
    relied = purchase.relies_on, purchase.quantity
    relies_anew = relied != (said.relies_on, said.quantity)
    if purchase.relies_on and relies_anew:
        _release(purchase, "It relies on something else now", access=access, at=at)
    decides_anew = not is_same or purchase.relies_on != said.relies_on
    purchase.match, purchase.service = said.match, said.service
    purchase.relies_on, purchase.quantity = said.relies_on, said.quantity
    made = _decide(purchase, at) if decides_anew else None
    if not is_same:
        purchase.proposed_by, purchase.likeness = "", None
    purchase.save()
    if made is not None:
        made.bought = purchase  # now that it has its key
        made.save(force_insert=True)
    if relies_anew and purchase.relies_on:
        _take(purchase, purchase.relies_on, access=access, at=at)
    after = _in_words(purchase) | ({"decision": made.headline} if made else {})
    return {
        name: (before.get(name), word) for name, word in after.items() if before.get(name) != word
    }


def _refuse_unfit(purchase: OutsidePurchase, said: Said) -> None:
    if said.match not in SAYABLE or (said.match == Match.MATCHED) != (said.service is not None):
        raise Incomplete([Problem("Choose the service of the catalog that it is.", "product_id")])
    item = said.relies_on
    if item is None:
        return
    if item.request.agency_id != purchase.agency_id or item.service != said.service:
        message = f"{item.request} covers {item}, and this purchase is of something else."
        raise Incomplete([Problem(message, "relies_on")])
    if said.quantity is None:
        raise Incomplete([Problem("Say how many it takes of what was granted.", "quantity")])


def _in_words(purchase: OutsidePurchase) -> dict[str, Any]:
    """What of a purchase follows from what is said of it, for the record."""
    return {
        "match": purchase.get_match_display(),
        "service": purchase.service and str(purchase.service),
        "exemption": purchase.relies_on and purchase.relies_on.request.number,
        "quantity": purchase.quantity,
        "possible leakage": purchase.get_finding_display() or None,
    }


def _decide(purchase: OutsidePurchase, at: datetime) -> OutsideDecision | None:
    """Ask the chapter of a purchase, set outcome and finding; gives the decision, not saved."""
    item, service = purchase.relies_on, purchase.service
    made = None
    purchase.outcome = purchase.finding = ""
    if service is not None:
        asked = (service.pk, purchase.purchased_on)
        exemption = exemption_of(item.request, item) if item else NO_EXEMPTION
        decision = decide_purchases(purchase.agency, [asked], exemption=exemption)[asked]
        made = OutsideDecision.of(decision, known_at=at, bought=purchase, service=service)
        purchase.outcome, purchase.finding = decision.outcome, finding_of(decision) or ""
    # What was said of a former finding does not settle this one
    purchase.finding_state = FindingState.OPEN if purchase.finding else ""
    purchase.finding_reason = ""
    purchase.settled_at = purchase.settled_by = purchase.exemption_request = None
    return made


def _take(purchase: OutsidePurchase, item: RequestedItem, *, access: Access, at: datetime) -> None:
    # The database stores none that relies on an item without its quantity
    quantity = cast(int, purchase.quantity)
    try:
        take(
            item=item,
            agency=purchase.agency,
            kind=KIND,
            key=str(purchase.pk),
            label=str(purchase),
            bought=Bought(quantity, purchase.amount, purchase.purchased_on),
            access=access,
            at=at,
        )
    except NotCovered as refusal:
        raise Incomplete([Problem(str(refusal), "relies_on")]) from refusal


def _release(purchase: OutsidePurchase, reason: str, *, access: Access, at: datetime) -> None:
    release(kind=KIND, key=str(purchase.pk), reason=reason, access=access, at=at)


@transaction.atomic
def withdraw_purchase(
    *, purchase: OutsidePurchase, reason: str, access: Access, at: datetime
) -> OutsidePurchase:
    """Take back what was recorded in error; the row stays, its exemption has the room again.

    A second time does nothing. Raises NotAllowed.
    """
    purchase = lock_purchase(purchase)
    user = may_record_for(access, purchase.agency).user
    if purchase.withdrawn_at is not None:
        return purchase
    purchase.withdrawn_at = at
    purchase.save(update_fields=["withdrawn_at"])
    _release(purchase, reason, access=access, at=at)
    record(
        at=at,
        actor=user,
        action="withdraw_purchase",
        subject=purchase,
        changes={"withdrawn": (None, "yes")},
        reason=reason,
    )
    return purchase


def release_all(
    purchases: Iterable[OutsidePurchase], *, reason: str, access: Access, at: datetime
) -> None:
    """Free what these purchases, withdrawn together, took of exemptions."""
    for purchase in purchases:
        _release(purchase, reason, access=access, at=at)
