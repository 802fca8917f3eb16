"""How a person looks at orders: filters they keep. Their own affair: not in the record."""

from django.db import transaction

from orders.models import SavedFilter
from stmm.accounts.models import User
from stmm.refusals import NotAllowed

MOST = 20


@transaction.atomic
def keep_filter(*, user: User, name: str, query: str) -> SavedFilter:
    """Keep what stands in the address of the list under a name; the same name is kept anew.

    Raises NotAllowed for more than 20 of them.
    """
    User.objects.select_for_update().get(pk=user.pk)
    others = SavedFilter.objects.filter(user=user).exclude(name=name)
    if others.count() >= MOST:
        raise NotAllowed(f"You keep {MOST} filters already: remove one first.")
    kept, _ = SavedFilter.objects.update_or_create(user=user, name=name, defaults={"query": query})
    return kept


@transaction.atomic
def remove_filter(*, kept: SavedFilter) -> None:
    """Forget a filter. A second time does nothing."""
    SavedFilter.objects.filter(pk=kept.pk).delete()
