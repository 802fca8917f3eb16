"""The address book of an agency: entries added, changed, taken out of use and put back.

Kept by those who order for the agency. The very same change asked for twice is made once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, BillingAccount, BookEntry, Contact, Site
from stmm.audit.services import record
from stmm.refusals import NotAllowed

Kept = TypeVar("Kept", bound=BookEntry)


class EntryChanged(Exception):
    """Someone else changed the entry after its page was opened."""


def reason_against_keeping(access: Access, agency: Agency) -> str:
    """Why this person does not keep the agency's address book; empty if they do."""
    if agency in access.ordering_agencies:
        return ""
    return f"The address book of {agency.name} is kept by the people who order for it."


def _keeper(access: Access, agency: Agency) -> User:
    for appointment in access.appointments:
        if appointment.agency_id == agency.pk and agency in access.ordering_agencies:
            return appointment.user
    raise NotAllowed(reason_against_keeping(access, agency))


def _named(kind: type[Kept], agency: Agency, fields: Mapping[str, Any]) -> Kept | None:
    """The entry of the agency that has this name already."""
    name = kind.named_by
    return kind._default_manager.filter(agency=agency, **{f"{name}__iexact": fields[name]}).first()


def _refuse_name(entry: BookEntry) -> None:
    where = "" if entry.is_in_use else ", out of use: put it back in use there"
    raise NotAllowed(f"{entry} is in the address book already{where}.")


@transaction.atomic
def add_entry(
    *, kind: type[Kept], agency: Agency, fields: Mapping[str, Any], access: Access, at: datetime
) -> Kept:
    """Add a site, a billing account or a contact. The same one again gives back the first.

    Raises NotAllowed for people who do not order for the agency, and for a name in use.
    """
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    actor = _keeper(access, agency)
    if same := _named(kind, agency, fields):
        if not same.is_in_use or _differences(same, fields):
            _refuse_name(same)
        return same
    entry = kind._default_manager.create(agency=agency, **fields)
    _record(entry, "add_{}", {name: (None, value) for name, value in fields.items()}, actor, at)
    return entry


@transaction.atomic
def change_entry(
    *, entry: Kept, fields: Mapping[str, Any], version: int, access: Access, at: datetime
) -> Kept:
    """Change an entry as it stood in `version`.

    Raises NotAllowed for other people and for a name in use, EntryChanged.
    """
    agency, entry = _locked(entry)
    actor = _keeper(access, agency)
    changes = _differences(entry, fields)
    if not changes:
        return entry
    if version != entry.version:
        raise EntryChanged(
            f"{entry} was changed by someone else while you had it open."
            " What you typed is kept; save again to use it."
        )
    holder = _named(type(entry), agency, fields)
    if holder is not None and holder.pk != entry.pk:
        _refuse_name(holder)
    for name, (_, after) in changes.items():
        setattr(entry, name, after)
    entry.version += 1
    entry.save()
    _record(entry, "change_{}", changes, actor, at)
    return entry


@transaction.atomic
def set_in_use(*, entry: Kept, is_in_use: bool, access: Access, at: datetime) -> Kept:
    """Take an entry out of use, or put it back: what is out of use fills no order.

    Raises NotAllowed for people who do not order for the agency.
    """
    agency, entry = _locked(entry)
    actor = _keeper(access, agency)
    if entry.is_in_use == is_in_use:
        return entry
    entry.is_in_use = is_in_use
    entry.version += 1
    entry.save()
    _record(entry, "put_{}_back_in_use" if is_in_use else "take_{}_out_of_use", {}, actor, at)
    return entry


def _locked(entry: Kept) -> tuple[Agency, Kept]:
    """The agency first: it gives each name once."""
    agency = Agency.objects.select_for_update().get(pk=entry.agency_id)
    return agency, type(entry)._default_manager.select_for_update().get(pk=entry.pk)


def _differences(entry: BookEntry, fields: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        name: (before, after)
        for name, after in fields.items()
        if (before := getattr(entry, name)) != after
    }


def _record(
    entry: BookEntry,
    action: str,
    changes: Mapping[str, tuple[Any, Any]],
    actor: User,
    at: datetime,
) -> None:
    """In the history of the agency, which names the entry."""
    labels = {name: str(entry._meta.get_field(name).verbose_name) for name in changes}  # type: ignore[union-attr]  # none of them is a relation
    kind = str(entry._meta.verbose_name)
    said = {f"{entry}: {labels[name]}": change for name, change in changes.items() if any(change)}
    record(
        at=at,
        actor=actor,
        action=action.format(kind.replace(" ", "_")),
        subject=entry.agency,
        changes=said or {kind: (None, str(entry))},
    )


def counts(agency: Agency) -> dict[str, int]:
    """How many sites, billing accounts and contacts of an agency are in use, in one query."""
    kinds = {"sites": Site, "accounts": BillingAccount, "contacts": Contact}
    counted = [
        Coalesce(
            Subquery(
                kind._default_manager.filter(agency=OuterRef("pk"), is_in_use=True)
                .order_by()
                .values("agency")
                .annotate(entries=Count("pk"))
                .values("entries")
            ),
            0,
        )
        for kind in kinds.values()
    ]
    return dict(zip(kinds, Agency.objects.values_list(*counted).get(pk=agency.pk), strict=True))
