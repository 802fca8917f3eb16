"""How refusals of the services reach the person, and which requests they may see."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from exemptions.models import ExemptionRequest
from stmm.agencies.middleware import Request
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState

View = Callable[..., HttpResponse]
form_page = require_http_methods(["GET", "HEAD", "POST"])


def visible_request(request: Request, pk: int) -> ExemptionRequest:
    """The exemption request, if this person may see it; 404 otherwise."""
    found = ExemptionRequest.objects.visible_to(request.access)
    return get_object_or_404(
        found.select_related("agency", "delegation", "extends", "analyst", "created_by"), pk=pk
    )


def refusals_answered(view: View) -> View:
    """NotAllowed is 403 with its reason; the rest go back to the request with a message."""

    @wraps(view)
    def answered(request: Request, pk: int, **kwargs: object) -> HttpResponse:
        try:
            return view(request, pk, **kwargs)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Incomplete as refusal:
            for problem in refusal.problems:
                messages.error(request, problem.message)
            return redirect("exemptions:request", pk)
        except (WrongState, ChangedMeanwhile) as refusal:
            messages.error(request, str(refusal))
            return redirect("exemptions:request", pk)

    return answered
