"""Purchases that rely on an exemption: each takes of what was granted, once.

The purchase lies above: it is told as values, and named by `kind` and `key`.
"""

from datetime import datetime
from typing import cast

from django.db import transaction

from exemptions.models import ExemptionRequest, RequestedItem, Use
from exemptions.permissions import WHO, parties_of
from exemptions.reading.cover import Bought, granted_for
from exemptions.services.locking import lock
from exemptions.workflow import Action, Party
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.refusals import NotAllowed, WrongState


@transaction.atomic
def take(
    *,
    item: RequestedItem,
    agency: Agency,
    kind: str,
    key: str,
    label: str,
    bought: Bought,
    access: Access,
    at: datetime,
) -> Use:
    """The purchase `kind`, `key` of `agency` relies on an item granted to it, and takes of it.

    Call it in the transaction that records the purchase: the request stays locked to its end.
    The same purchase again gives back its use. Raises NotCovered with what stands against it,
    NotAllowed, and WrongState where the purchase relies on something else already.
    """
    request = lock(ExemptionRequest(pk=item.request_id))
    relied = Use.objects.filter(kind=kind, key=key, released_at__isnull=True).first()
    if relied is not None:
        return _same(relied, item, bought)
    granted = granted_for(item, request, agency=agency, bought=bought)
    user = _buyer(access, request)
    use = Use.objects.create(
        item=granted,
        agency=agency,
        kind=kind,
        key=key,
        label=label[:200],
        quantity=bought.quantity,
        amount=bought.amount,
        used_on=bought.used_on,
        recorded_at=at,
        recorded_by=user,
    )
    record(
        at=at,
        actor=user,
        action=Action.USE,
        subject=request,
        changes={
            "purchase": (None, use.label),
            "item": (None, str(item)),
            "quantity": (None, use.quantity),
            "amount": (None, use.amount),
            "used on": (None, use.used_on),
        },
    )
    return use


@transaction.atomic
def release(*, kind: str, key: str, reason: str, access: Access, at: datetime) -> Use | None:
    """The purchase was withdrawn: what it took is free again. None where it took nothing.

    A second time does nothing. Raises NotAllowed.
    """
    standing = Use.objects.filter(kind=kind, key=key, released_at__isnull=True)
    found = standing.select_related("item__item").first()
    if found is None:
        return None
    request = lock(ExemptionRequest(pk=found.item.item.request_id))
    user = _buyer(access, request)
    use = standing.filter(pk=found.pk).first()
    if use is None:
        return None
    use.released_at = at
    use.save(update_fields=["released_at"])
    record(
        at=at,
        actor=user,
        action="release_exemption",
        subject=request,
        changes={"purchase": (use.label, None), "quantity": (use.quantity, None)},
        reason=reason,
    )
    return use


def _buyer(access: Access, request: ExemptionRequest) -> User:
    if Party.AGENCY not in parties_of(access, request):
        who = WHO[Party.AGENCY].format(agency=request.agency.name)
        raise NotAllowed(f"Only {who} relies on {request}.")
    return cast(User, access.user)


def _same(relied: Use, item: RequestedItem, bought: Bought) -> Use:
    if (relied.item.item_id, relied.quantity, relied.amount, relied.used_on) == (
        item.pk,
        bought.quantity,
        bought.amount,
        bought.used_on,
    ):
        return relied
    raise WrongState(f"{relied.label} relies on {relied.item.item.request} already.")
