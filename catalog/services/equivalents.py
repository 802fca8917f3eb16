"""Which services do the same: kept by the Department, for comparing."""

from datetime import datetime

from django.db import transaction

from catalog.models import Equivalent, EquivalentGroup, Service
from catalog.permissions import keeper
from stmm.agencies.access import Access
from stmm.audit.services import record
from stmm.refusals import NotAllowed


def _locked(*services: Service) -> None:
    """Always in the order of their keys, so that two who pair them never wait for each other."""
    keys = [service.pk for service in services]
    list(Service.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))


@transaction.atomic
def mark_equivalent(
    *, service: Service, other: Service, access: Access, at: datetime
) -> EquivalentGroup:
    """Put both services into one group; groups they are in are joined.

    A second time does nothing. Raises NotAllowed for other people, and for one and the same.
    """
    actor = keeper(access)
    if service == other:
        raise NotAllowed("This is the service itself: choose another one.")
    _locked(service, other)
    theirs = {
        member.service_id: member.group
        for member in Equivalent.objects.filter(service__in=[service, other]).select_related(
            "group"
        )
    }
    groups = set(theirs.values())
    if len(theirs) == 2 and len(groups) == 1:
        return groups.pop()
    group = theirs.get(service.pk) or theirs.get(other.pk)
    group = group or EquivalentGroup.objects.create(created_at=at)
    for each in (service, other):
        if each.pk not in theirs:
            Equivalent.objects.create(group=group, service=each)
    for joined in groups - {group}:
        joined.members.update(group=group)
        joined.delete()
    record(
        at=at,
        actor=actor,
        action="mark_equivalent",
        subject=service,
        changes={"equivalent": (None, f"{other}, contract {other.contract.number}")},
    )
    return group


@transaction.atomic
def unmark_equivalent(*, service: Service, access: Access, at: datetime) -> None:
    """Take a service out of its group; the last one left goes out too.

    A second time does nothing. Raises NotAllowed for other people.
    """
    actor = keeper(access)
    _locked(service)
    member = Equivalent.objects.select_related("group").filter(service=service).first()
    if member is None:
        return
    group = member.group
    member.delete()
    if group.members.count() < 2:
        group.members.all().delete()
        group.delete()
    record(
        at=at,
        actor=actor,
        action="unmark_equivalent",
        subject=service,
        changes={"equivalents": ("in a group", "in none")},
    )
