"""Whose order desk a person works at."""

from datetime import date

from django.contrib.auth.models import AnonymousUser

from catalog.models import Contractor
from stmm.accounts.models import User


def desks_of(user: User | AnonymousUser, *, on: date) -> list[Contractor]:
    """The contractors whose order desk `user` belongs to on the Pacific day `on`."""
    if not isinstance(user, User):
        return []
    return list(Contractor.objects.filter(pk__in=user.desks.in_effect(on).values("contractor")))
