"""What the fields of a STD. 20 are filled with: from the address book, or from services."""

from collections.abc import Iterable
from typing import TypeVar

from orders.models import OpenService
from stmm.agencies.models import Agency, BillingAccount, BookEntry, Contact, Site

Fields = dict[str, str]
Entry = TypeVar("Entry", bound=BookEntry)


def of_contact(contact: Contact) -> Fields:
    return {
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "contact_fax": contact.fax,
        "contact_email": contact.email,
    }


def of_account(account: BillingAccount) -> Fields:
    return {"billing_address": account.billing_address}


def requested_at(site: Site) -> Fields:
    return {"requested_address": site.address}


def present_at(site: Site) -> Fields:
    return {"present_address": site.address}


def of_only_entries(agency: Agency) -> Fields:
    """What a new order starts with: of each kind of entry, the one in use if there is just one."""
    filled: Fields = {}
    if contact := _only(Contact, agency):
        filled |= of_contact(contact)
    if account := _only(BillingAccount, agency):
        filled |= of_account(account)
    if site := _only(Site, agency):
        filled |= requested_at(site)
    return filled


def _only(kind: type[Entry], agency: Agency) -> Entry | None:
    first = list(kind._default_manager.filter(agency=agency, is_in_use=True)[:2])
    return first[0] if len(first) == 1 else None


def of_services(services: Iterable[OpenService]) -> Fields:
    """What an order on services, each with its last line, repeats of them: where all agree."""
    working = list(services)
    lines = [each.last_line for each in working if each.last_line]
    said = {
        "requested_address": {each.site for each in working},
        "billing_address": {line.order.billing_address for line in lines},
    }
    return {name: values.pop() for name, values in said.items() if len(values) == 1}
