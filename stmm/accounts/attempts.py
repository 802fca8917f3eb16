"""Wrong passwords, counted by django-axes."""

from collections.abc import Mapping
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.http import HttpRequest


class AttemptsHandler(AxesDatabaseHandler):  # type: ignore[misc]  # django-axes has no types
    """Keeps with the request what it counted: where there was nothing, nothing is to be ended."""

    def get_failures(
        self, request: HttpRequest, credentials: Mapping[str, Any] | None = None
    ) -> int:
        counted = int(super().get_failures(request, credentials))
        request.wrong_passwords = counted  # type: ignore[attr-defined]  # ours
        return counted
