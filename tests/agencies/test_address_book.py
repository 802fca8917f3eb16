"""The address book of an agency: who reads it, who keeps it, and that nothing in it gets lost."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stmm.accounts.models import User
from stmm.agencies.access import Access, access_of
from stmm.agencies.address_book import (
    EntryChanged,
    add_entry,
    change_entry,
    counts,
    set_in_use,
)
from stmm.agencies.models import Agency, BillingAccount, BookEntry, Contact, Site
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.agencies.book import ACCOUNT, CONTACT, SITE
from tests.factories import (
    AT,
    TODAY,
    Kind,
    Role,
    make_agency,
    make_appointment,
    signed_in,
)

pytestmark = pytest.mark.django_db

SAID: dict[type[BookEntry], dict[str, str]] = {
    Site: SITE,
    BillingAccount: ACCOUNT,
    Contact: CONTACT,
}
every_kind = pytest.mark.parametrize(
    ("word", "kind"), [("site", Site), ("account", BillingAccount), ("contact", Contact)]
)


@pytest.fixture
def atr() -> User:
    return make_appointment(Role.ATR, make_agency(name="Highway Patrol")).user


@pytest.fixture
def agency(atr: User) -> Agency:
    return Agency.objects.get(name="Highway Patrol")


def at_work(user: User) -> Access:
    return access_of(user, on=TODAY)


def kept(kind: type[BookEntry], agency: Agency, by: User, **fields: str) -> Any:
    said = SAID[kind] | fields
    return add_entry(kind=kind, agency=agency, fields=said, access=at_work(by), at=AT)


def address(name: str, agency: Agency, entry: BookEntry | None = None) -> str:
    return reverse(f"agencies:{name}", args=[agency.pk, *([entry.pk] if entry else [])])


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@every_kind
def test_an_entry_is_added_from_its_page_and_recorded_with_the_agency(
    agency: Agency, atr: User, word: str, kind: type[BookEntry]
) -> None:
    said = SAID[kind]
    client = signed_in(atr)

    answer = client.post(address(f"add-{word}", agency), said)

    entry = kind._default_manager.get(agency=agency)
    assert answer["Location"] == address(f"{word}s", agency)
    assert {name: getattr(entry, name) for name in said} == said
    recorded = Entry.objects.about(agency)[0]
    assert recorded.action == f"add_{'billing_account' if word == 'account' else word}"
    assert {change.after for change in recorded.changes} == set(said.values())
    assert said[kind.named_by] in shown(client, address(f"{word}s", agency))


@every_kind
def test_the_same_entry_sent_twice_is_there_once(
    agency: Agency, atr: User, word: str, kind: type[BookEntry]
) -> None:
    said = SAID[kind]
    for _ in range(2):
        assert signed_in(atr).post(address(f"add-{word}", agency), said).status_code == 302

    assert kind._default_manager.count() == 1
    assert Entry.objects.about(agency).filter(action__startswith="add_").count() == 2
    assert Entry.objects.about(agency).filter(action="add_agency").count() == 1


@pytest.mark.parametrize(("kind", "name"), [(Site, "name"), (BillingAccount, "number")])
def test_a_name_is_used_once_an_agency_whatever_its_capitals(
    agency: Agency, atr: User, kind: type[BookEntry], name: str
) -> None:
    kept(kind, agency, atr, **{name: "Fresno"})

    with pytest.raises(NotAllowed, match=r"is in the address book already\.$"):
        kept(kind, agency, atr, **{name: "FRESNO"})
    kept(kind, make_agency(Kind.LOCAL), _purchaser_of_the_last(), **{name: "Fresno"})


def _purchaser_of_the_last() -> User:
    return make_appointment(Role.PURCHASER, Agency.objects.latest("pk")).user


def test_a_name_that_is_out_of_use_is_put_back_and_not_added_again(
    agency: Agency, atr: User
) -> None:
    set_in_use(entry=kept(Site, agency, atr), is_in_use=False, access=at_work(atr), at=AT)

    with pytest.raises(NotAllowed, match="put it back in use"):
        kept(Site, agency, atr)


@every_kind
def test_nothing_in_it_is_empty(
    agency: Agency, atr: User, word: str, kind: type[BookEntry]
) -> None:
    said = SAID[kind]
    for name in said.keys() - {"fax", "label"}:
        with pytest.raises(IntegrityError), transaction.atomic():
            kind._default_manager.create(agency=agency, **said | {name: ""})
    answer = signed_in(atr).post(address(f"add-{word}", agency), dict.fromkeys(said, ""))

    assert set(answer.context["form"].errors) == said.keys() - {"fax", "label"}
    assert b"Problem: Add a" in answer.content
    assert not kind._default_manager.exists()


def test_what_no_font_can_print_is_refused_by_name(agency: Agency, atr: User) -> None:
    answer = signed_in(atr).post(address("add-site", agency), SITE | {"name": "😀"})

    assert "GRINNING FACE" in str(answer.context["form"].errors["name"])


@every_kind
def test_an_entry_is_changed_once_and_recorded_with_before_and_after(
    agency: Agency, atr: User, word: str, kind: type[BookEntry]
) -> None:
    said = SAID[kind]
    entry, client = kept(kind, agency, atr), signed_in(atr)
    changed = said | {kind.named_by: "Fresno area", "version": "1"}
    assert said[kind.named_by] in shown(client, address(f"change-{word}", agency, entry))
    for _ in range(2):
        answer = client.post(address(f"change-{word}", agency, entry), changed)
        assert answer["Location"] == address(f"{word}s", agency)

    entry.refresh_from_db()
    assert (getattr(entry, kind.named_by), entry.version) == ("Fresno area", 2)
    (change,) = Entry.objects.about(agency)[0].changes
    assert (change.before, change.after) == (said[kind.named_by], "Fresno area")
    assert Entry.objects.about(agency).filter(action__startswith="change_").count() == 1


def test_what_someone_else_made_of_it_is_shown_and_what_was_typed_is_kept(
    agency: Agency, atr: User
) -> None:
    site, client = kept(Site, agency, atr), signed_in(atr)
    theirs = SITE | {"address": "1 Main Street"}
    change_entry(entry=site, fields=theirs, version=1, access=at_work(atr), at=AT)
    typed = SITE | {"address": "2 Main Street", "version": "1"}

    answer = client.post(address("change-site", agency, site), typed)

    errors = answer.context["form"].errors
    assert "changed by someone else" in str(errors["__all__"])
    assert "Now in the address book: “1 Main Street”" in str(errors["address"])
    page = answer.content.decode()
    assert "2 Main Street" in page
    version = answer.context["form"]["version"].value()
    assert (
        client.post(address("change-site", agency, site), typed | {"version": version}).status_code
        == 302
    )
    site.refresh_from_db()
    assert site.address == "2 Main Street"


def test_a_name_of_another_entry_is_refused_and_a_version_is_needed(
    agency: Agency, atr: User
) -> None:
    kept(Site, agency, atr, name="Fresno")
    site = kept(Site, agency, atr)
    fields = SITE | {"name": "Fresno"}

    with pytest.raises(NotAllowed, match="Fresno is in the address book already"):
        change_entry(entry=site, fields=fields, version=1, access=at_work(atr), at=AT)
    with pytest.raises(EntryChanged):
        change_entry(
            entry=site, fields=SITE | {"address": "x"}, version=0, access=at_work(atr), at=AT
        )


@every_kind
def test_an_entry_is_taken_out_of_use_and_put_back_once_each(
    agency: Agency, atr: User, word: str, kind: type[BookEntry]
) -> None:
    entry, client = kept(kind, agency, atr), signed_in(atr)
    url = address(f"use-{word}", agency, entry)
    for _ in range(2):
        assert client.post(url, {"in_use": "no"}).status_code == 302
    page = shown(client, address(f"{word}s", agency))
    assert "Out of use" in page
    assert "Put back in use" in page

    for _ in range(2):
        client.post(url, {"in_use": "yes"})
    client.post(url, {"in_use": "perhaps"})

    entry.refresh_from_db()
    assert entry.is_in_use
    assert kind._default_manager.count() == 1
    acts = [each.action.split("_")[0] for each in Entry.objects.about(agency)[:3]]
    assert acts == ["put", "take", "add"]


def test_the_agencys_page_counts_what_is_in_use(agency: Agency, atr: User) -> None:
    kept(Site, agency, atr, name="Fresno")
    out = kept(Site, agency, atr)
    set_in_use(entry=out, is_in_use=False, access=at_work(atr), at=AT)
    kept(Contact, agency, atr)

    assert counts(agency) == {"sites": 1, "accounts": 0, "contacts": 1}
    page = shown(signed_in(atr), address("detail", agency))
    assert f'<a href="{address("sites", agency)}">Sites</a>: 1 in use' in page


@pytest.mark.parametrize("role", [Role.STND, Role.DEPUTY_DIRECTOR, Role.AUDITOR, Role.AIO])
@every_kind
def test_who_sees_the_agency_and_orders_nothing_for_it_reads_and_keeps_nothing(
    agency: Agency, atr: User, role: str, word: str, kind: type[BookEntry]
) -> None:
    said = SAID[kind]
    entry = kept(kind, agency, atr)
    where = agency if role == Role.AIO else None
    user = make_appointment(role, where).user
    client = signed_in(user)

    page = shown(client, address(f"{word}s", agency))
    assert SAID[kind][kind.named_by] in page
    assert "is kept by the people who order for it" in page
    assert "Take out of use" not in page
    for url in (address(f"add-{word}", agency), address(f"change-{word}", agency, entry)):
        assert client.get(url).status_code == 403
        assert client.post(url, said | {"version": 1}).status_code == 403
    assert client.post(address(f"use-{word}", agency, entry), {"in_use": "no"}).status_code == 403
    refused = "The address book of Highway Patrol is kept by"
    with pytest.raises(NotAllowed, match=refused):
        kept(kind, agency, user, **{kind.named_by: "Other"})
    with pytest.raises(NotAllowed, match=refused):
        set_in_use(entry=entry, is_in_use=False, access=at_work(user), at=AT)
    with pytest.raises(NotAllowed, match=refused):
        change_entry(entry=entry, fields=said, version=1, access=at_work(user), at=AT)


@every_kind
def test_the_book_of_another_agency_is_not_found(
    agency: Agency, atr: User, word: str, kind: type[BookEntry]
) -> None:
    entry = kept(kind, agency, atr)
    stranger = make_appointment(Role.CATR)
    client = signed_in(stranger.user)

    for url in (
        address(f"{word}s", agency),
        address(f"add-{word}", agency),
        address(f"change-{word}", agency, entry),
        address(f"change-{word}", stranger.agency, entry),
    ):
        assert client.get(url).status_code == 404
    foreign = address(f"use-{word}", stranger.agency, entry)
    assert client.post(foreign, {"in_use": "no"}).status_code == 404


def test_an_empty_book_says_what_it_is_for(agency: Agency, atr: User) -> None:
    assert "fills new orders of itself" in shown(signed_in(atr), address("contacts", agency))
    auditor = signed_in(make_appointment(Role.AUDITOR).user)
    assert "Nothing is kept here yet" in shown(auditor, address("contacts", agency))


def test_a_list_takes_the_same_queries_for_any_length(agency: Agency, atr: User) -> None:
    client, url = signed_in(atr), address("sites", agency)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(client, url)
        return len(captured)

    kept(Site, agency, atr)
    few = queries()
    for number in range(60):
        kept(Site, agency, atr, name=f"Office {number}")

    assert queries() == few <= 8
    assert "Page </span>2" in shown(client, url)


def test_a_purchaser_keeps_the_book_of_a_city() -> None:
    appointment = make_appointment(Role.PURCHASER)

    kept(Contact, appointment.agency, appointment.user)

    assert str(Contact.objects.get()) == "Ana Reyes"


def test_an_account_is_told_by_its_number_and_what_it_is_for(agency: Agency, atr: User) -> None:
    assert str(kept(BillingAccount, agency, atr)) == "0008310001234567 (Area offices)"
    assert str(kept(BillingAccount, agency, atr, number="2", label="")) == "2 (AT&T)"
