"""Whether strangers may read the catalogue: STMM_PUBLIC_CATALOG."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpResponseBase

View = Callable[..., HttpResponseBase]


def catalog_page(view: View) -> View:
    """A page that anyone may read where the catalogue is public; else whoever is signed in.

    What it shows a stranger must hold nothing of an agency and no person's name.
    """
    guarded = login_required(view)

    @login_not_required
    @wraps(view)
    def page(*args: Any, **kwargs: Any) -> HttpResponseBase:
        chosen = view if settings.STMM_PUBLIC_CATALOG else guarded
        return chosen(*args, **kwargs)

    return page
