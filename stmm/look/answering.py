"""How refusals of the services reach the person who asked."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState

View = Callable[..., HttpResponse]

# Shown when asked for, and again where what was sent lacks something
form_page = require_http_methods(["GET", "HEAD", "POST"])


def refusals_answered_at(page: str, *, lacking: str = "") -> Callable[[View], View]:
    """NotAllowed is 403 with its reason; the rest go to the thing's own `page`, with a message.

    What it lacks is told on the page `lacking`, where it has one for that.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, pk, **kwargs)
            except NotAllowed as refusal:
                raise PermissionDenied(str(refusal)) from refusal
            except Incomplete as refusal:
                for problem in refusal.problems:
                    messages.error(request, problem.message)
                return redirect(lacking or page, pk)
            except (WrongState, ChangedMeanwhile) as refusal:
                messages.error(request, str(refusal))
                return redirect(page, pk)

        return answered

    return decorate


def add_problems(form: BaseForm, refusal: Incomplete) -> None:
    """Each problem beside its field, or above the form where it is of none."""
    for problem in refusal.problems:
        form.add_error(problem.step if problem.step in form.fields else None, problem.message)
