"""How many notices wait for the person who looks at a page."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from stmm.accounts.models import User
from stmm.outbox.models import Notice


def unread_notices(request: HttpRequest) -> dict[str, object]:
    """Context processor: `unread_notices` in every template, counted only where it is shown."""

    def count() -> int:
        user = getattr(request, "user", None)
        return Notice.objects.visible_to(user).unread().count() if isinstance(user, User) else 0

    return {"unread_notices": SimpleLazyObject(count)}
