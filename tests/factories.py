"""Rows of the kernel for tests: each `make_*` takes what a test cares about, fills in the rest.

They go through the services, as the site does, so that what they make could exist.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.test import Client

from stmm.accounts.models import User
from stmm.agencies.models import Agency, Appointment, Standing
from stmm.agencies.services import DEPARTMENT_CODE, add_agency, appoint, set_standing
from stmm.documents.models import StoredDocument
from stmm.documents.services import store
from stmm.outbox.models import OutgoingMail
from stmm.outbox.services import queue

Kind = Agency.Kind
Role = Appointment.Role

# Monday, March 2, 2026, 10 in the morning
AT = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
TODAY = AT.date()
# Long before AT: what these rows say holds at AT, and at the real now
SINCE = date(2020, 1, 1)
PASSWORD = "correct horse battery"

_numbers = count(1)


def make_user(name: str = "Ana Reyes", email: str = "", **fields: Any) -> User:
    """A person with PASSWORD; the e-mail is made up from the name, and unique."""
    email = email or f"{name.lower().replace(' ', '.')}.{next(_numbers)}@stmm.example"
    return User.objects.create_user(email, PASSWORD, name=name, **fields)


def make_agency(
    kind: str = Kind.STATE,
    standing: str | None = Standing.Value.NON_EXEMPT,
    *,
    name: str = "",
    code: str | None = None,
) -> Agency:
    """An agency; a State one with its standing since SINCE, or with none for `standing` None."""
    number = next(_numbers)
    if kind == Kind.STATE:
        code = code or f"{number:05d}"
    agency = add_agency(
        kind=kind, code=code, name=name or f"Agency number {number}", actor=None, at=AT
    )
    if kind == Kind.STATE and standing is not None:
        set_standing(
            agency=agency,
            value=standing,
            effective_from=SINCE,
            reason="For this test",
            actor=None,
            at=AT,
        )
    return agency


def make_appointment(
    role: str = Role.CATR,
    agency: Agency | None = None,
    user: User | None = None,
    *,
    starts_on: date = SINCE,
) -> Appointment:
    """An appointment since SINCE; agency and person are made where none are given."""
    if agency is None and role in (Role.STND, Role.DEPUTY_DIRECTOR, Role.DEPUTY_DELEGATE):
        agency = Agency.objects.filter(code=DEPARTMENT_CODE).first() or make_agency(
            name="Technology, Department of", code=DEPARTMENT_CODE
        )
    if agency is None:
        agency = make_agency(Kind.LOCAL if role == Role.PURCHASER else Kind.STATE)
    return appoint(
        user=user or make_user(Role(role).label),
        agency=agency,
        role=role,
        starts_on=starts_on,
        actor=None,
        at=AT,
    )


def make_document(
    content: bytes = b"%PDF-1.7 some bytes",
    *,
    kind: str = "letter",
    file_name: str = "letter.pdf",
    made_from: Model | None = None,
) -> StoredDocument:
    return store(
        kind=kind,
        title="A letter",
        file_name=file_name,
        media_type="application/pdf",
        content=content,
        made_from=made_from or make_agency(),
        at=AT,
    )


def make_mail(
    documents: Iterable[StoredDocument] = (),
    *,
    recipients: Iterable[str] = ("desk@contractor.example",),
    subject: str = "STD. 20 for you",
    purpose: str = "route",
    at: datetime = AT,
) -> OutgoingMail:
    return queue(
        about=make_agency(),
        purpose=purpose,
        recipients=recipients,
        subject=subject,
        text="The form is attached.\n",
        documents=documents,
        at=at,
    )


def signed_in(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    return client
