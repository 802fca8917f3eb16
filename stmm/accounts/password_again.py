"""The password once more, at the moment of an act that binds: an unattended screen decides nothing.

A wrong one counts against the account as at sign-in; a right one, as there, ends the count.
"""

from typing import cast

from axes.helpers import get_client_ip_address
from axes.utils import reset
from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from stmm.accounts.models import User

WRONG = "This is not your password."
LOCKED = "Too many wrong passwords. Wait 15 minutes, then try again. What you typed is kept."


class PasswordField(forms.CharField):
    """Named `password` in its form: by that name attempts are recorded without it."""

    def __init__(self) -> None:
        super().__init__(
            label="Your password",
            strip=False,
            error_messages={"required": "Type the password that you sign in with."},
            widget=forms.PasswordInput({"autocomplete": "current-password"}),
        )


def password_problem(request: HttpRequest, password: str) -> str:
    """Why this does not show that the person who signed in is at the screen; "" if it does."""
    user = cast(User, request.user)
    person = authenticate(request, username=user.email, password=password)
    locked = getattr(request, "axes_locked_out", False)
    # The form says so: the page that otherwise takes its place would lose what was typed
    request.axes_locked_out = False  # type: ignore[attr-defined]  # of django-axes
    if locked:
        return LOCKED
    if person != user:
        return WRONG
    if getattr(request, "wrong_passwords", 0):
        reset(username=user.email, ip=get_client_ip_address(request))
    return ""
