"""What happens to a form that is sent by someone whose session has ended."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect

SAFE = ("GET", "HEAD", "OPTIONS")
NOTHING_SENT = "Nothing was done: you were signed out meanwhile. Sign in and send it again."


class SignInFirst(LoginRequiredMiddleware):
    """As Django's, but a form leads back to the page it stood on.

    The address it was sent to may have no page of its own to come back to.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method in SAFE:
            return super().handle_no_permission(request, view_func)
        messages.warning(request, NOTHING_SENT)
        return redirect_to_login(_page_of(request), settings.LOGIN_URL)


def _page_of(request: HttpRequest) -> str:
    """The page of this site that the form was sent from; its own address if that is not said."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if not came_from.path or came_from.netloc != request.get_host():
        return request.get_full_path()
    return came_from._replace(scheme="", netloc="", fragment="").geturl()
