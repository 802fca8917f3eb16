"""Purchases outside CALNET: recorded, matched to the catalogue, their findings settled."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog.models import Service
from orders.compliance.leakage import decide_purchases, finding_of
from orders.models import ElsewhereDetermination, OutsideDecision, OutsidePurchase
from orders.permissions.elsewhere import may_record_for
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import Changes, record
from stmm.refusals import Incomplete, Problem, WrongState

Match = OutsidePurchase.Match
FindingState = OutsidePurchase.FindingState
# What a person can say of a purchase
SAID = (Match.MATCHED, Match.NOT_OFFERED, Match.UNSURE)


@transaction.atomic
def record_purchase(
    *,
    agency: Agency,
    fields: Mapping[str, Any],
    match: Match,
    service: Service | None,
    determination: ElsewhereDetermination | None,
    key: UUID,
    access: Access,
    at: datetime,
) -> OutsidePurchase:
    """Record what `agency` bought elsewhere, with what the chapter says of it on that day.

    The same page sent again (`key`) gives back the first purchase. Raises NotAllowed, and
    Incomplete, by field, for a day to come, a determination of another agency, a match without
    its service.
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
        **_match(purchase, match, service, at, is_new=True),
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


def _lock(purchase: OutsidePurchase) -> OutsidePurchase:
    return (
        OutsidePurchase.objects.select_for_update(of=("self",))
        .select_related("agency", "service")
        .get(pk=purchase.pk)
    )


def _refuse_withdrawn(purchase: OutsidePurchase) -> None:
    if purchase.withdrawn_at is not None:
        raise WrongState("This purchase is withdrawn. Nothing was changed.")


@transaction.atomic
def match_purchase(
    *,
    purchase: OutsidePurchase,
    match: Match,
    service: Service | None,
    access: Access,
    at: datetime,
) -> OutsidePurchase:
    """Say what a purchase stands for in the catalogue: a service, nothing, or that one is unsure.

    The chapter is asked anew; a finding that was settled is open again if it is another one.
    The same said again does nothing. Raises NotAllowed, WrongState, Incomplete.
    """
    purchase = _lock(purchase)
    user = may_record_for(access, purchase.agency).user
    _refuse_withdrawn(purchase)
    if purchase.match == match and purchase.service == service:
        return purchase
    changes = _match(purchase, match, service, at)
    record(at=at, actor=user, action="match_purchase", subject=purchase, changes=changes)
    return purchase


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


def _match(
    purchase: OutsidePurchase,
    match: Match,
    service: Service | None,
    at: datetime,
    *,
    is_new: bool = False,
) -> Changes:
    """Set the match with its decision and finding, and save the purchase; gives what changed."""
    if match not in SAID or (match == Match.MATCHED) != (service is not None):
        raise Incomplete([Problem("Choose the service of the catalog that it is.", "product_id")])
    changes: dict[str, tuple[Any, Any]] = {
        "match": (None if is_new else purchase.get_match_display(), match.label),
        "service": (purchase.service and str(purchase.service), service and str(service)),
    }
    finding = purchase.finding
    is_same = purchase.service == service and service is not None
    purchase.match, purchase.service = match, service
    made = None
    if service is None:
        purchase.outcome = purchase.finding = ""
    elif not is_same:
        asked = (service.pk, purchase.purchased_on)
        decision = decide_purchases(purchase.agency, [asked])[asked]
        made = OutsideDecision.of(decision, known_at=at, bought=purchase, service=service)
        found = finding_of(decision, exemption_reference=purchase.exemption_reference)
        purchase.outcome, purchase.finding = decision.outcome, found or ""
    if not is_same:
        purchase.proposed_by, purchase.likeness = "", None
        _open_finding(purchase)
    purchase.save()
    if made is not None:
        made.bought = purchase  # now that it has its key
        made.save(force_insert=True)
        changes["decision"] = (None, made.headline)
    if purchase.finding != finding:
        changes["possible leakage"] = (
            OutsidePurchase.Finding(finding).label if finding else None,
            purchase.get_finding_display() or None,
        )
    return {name: change for name, change in changes.items() if change[0] != change[1]}


def _open_finding(purchase: OutsidePurchase) -> None:
    """What was said of a former finding does not settle this one."""
    purchase.finding_state = FindingState.OPEN if purchase.finding else ""
    purchase.finding_reason = ""
    purchase.settled_at = purchase.settled_by = None


@transaction.atomic
def settle_finding(
    *,
    purchase: OutsidePurchase,
    state: FindingState,
    reason: str,
    access: Access,
    at: datetime,
) -> OutsidePurchase:
    """Resolve possible leakage with a reason, or mark it to become an exemption request.

    The same said again does nothing. Raises NotAllowed; WrongState where there is no finding,
    and for an exemption of what no exemption is for (only mandatory services have them).
    """
    purchase = _lock(purchase)
    user: User = may_record_for(access, purchase.agency).user
    _refuse_withdrawn(purchase)
    if not purchase.finding:
        raise WrongState("There is no possible leakage in this purchase.")
    if state == FindingState.EXEMPTION and purchase.finding != OutsidePurchase.Finding.MANDATORY:
        raise WrongState("An exemption is for mandatory services; the two years have none.")
    if (purchase.finding_state, purchase.finding_reason) == (state, reason):
        return purchase
    before = FindingState(purchase.finding_state).label
    purchase.finding_state, purchase.finding_reason = state, reason
    purchase.settled_at, purchase.settled_by = at, user
    purchase.save(update_fields=["finding_state", "finding_reason", "settled_at", "settled_by"])
    record(
        at=at,
        actor=user,
        action="settle_finding",
        subject=purchase,
        changes={"possible leakage": (before, state.label)},
        reason=reason,
    )
    return purchase


@transaction.atomic
def withdraw_purchase(
    *, purchase: OutsidePurchase, reason: str, access: Access, at: datetime
) -> OutsidePurchase:
    """Take back what was recorded in error; the row stays. A second time does nothing.

    Raises NotAllowed.
    """
    purchase = _lock(purchase)
    user = may_record_for(access, purchase.agency).user
    if purchase.withdrawn_at is not None:
        return purchase
    purchase.withdrawn_at = at
    purchase.save(update_fields=["withdrawn_at"])
    record(
        at=at,
        actor=user,
        action="withdraw_purchase",
        subject=purchase,
        changes={"withdrawn": (None, "yes")},
        reason=reason,
    )
    return purchase
