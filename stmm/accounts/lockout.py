"""Whose account an attempt to sign in is counted against."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def account_tried(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """The e-mail that was typed, as accounts store it: another case is the same account.

    django-axes' AXES_USERNAME_CALLABLE; called without credentials when it looks at a request.
    """
    typed = (credentials or {}).get("username")
    if typed is None and request is not None:
        typed = request.POST.get("username")
    return (typed or "").strip().lower()
