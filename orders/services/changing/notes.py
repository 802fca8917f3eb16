"""Notes that people of an agency write each other on an order."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from orders.models import Note, Order
from orders.permissions.inside import refuse_outsiders
from orders.services.locking import lock
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.services import record


@transaction.atomic
def add_note(*, order: Order, text: str, key: UUID, access: Access, at: datetime) -> Note:
    """Write a note, never to be edited. The same page sent again (`key`) gives the first back.

    Raises NotAllowed for everyone who is not of the agency. The entry is of the note, not of
    the order, whose history contractors read.
    """
    order = lock(order)
    refuse_outsiders(access, order)
    # Who is a member has signed in
    author = cast(User, access.user)
    if existing := Note.objects.filter(creation_key=key, order=order, by=author).first():
        return existing
    note = Note.objects.create(order=order, text=text, by=author, at=at, creation_key=key)
    record(at=at, actor=author, action="add_note", subject=note, reason=text)
    return note
