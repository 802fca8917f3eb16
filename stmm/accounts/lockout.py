"""Whose account an attempt to sign in is counted against."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def account_tried(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """The e-mail that was typed, as accounts store it: another case is the same account.

    django-axes' AXES_USERNAME_CALLABLE; called without credentials when it looks at a request.
    """
    given = credentials or {}
    # A form names the field for itself; our user model calls it email
    typed = given.get("username") or given.get("email")
    if typed is None and request is not None:
        typed = request.POST.get("username")
    return (typed or "").strip().lower()
