"""What every page answers: the order asked for, and how refusals of the services are told."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from orders.models import Order
from stmm.agencies.middleware import Request
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState

View = Callable[..., HttpResponse]
AnyView = Callable[..., HttpResponseBase]

# Shown when asked for, and again where what was sent lacks something
form_page = require_http_methods(["GET", "HEAD", "POST"])


def visible_order(request: Request, pk: int) -> Order:
    """The order, if this person may see it; 404 otherwise."""
    orders = Order.objects.visible_to(request.access)
    return get_object_or_404(orders.select_related("agency", "contract__contractor"), pk=pk)


def refusals_answered(view: View) -> View:
    """NotAllowed is 403 with its reason; the rest go back to the order with a message."""

    @wraps(view)
    def answered(request: Request, pk: int, **kwargs: object) -> HttpResponse:
        try:
            return view(request, pk, **kwargs)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Incomplete as refusal:
            for problem in refusal.problems:
                messages.error(request, problem.message)
            return redirect("orders:review", pk)
        except (WrongState, ChangedMeanwhile) as refusal:
            messages.error(request, str(refusal))
            return redirect("orders:detail", pk)

    return answered


def reasons_told(view: AnyView) -> AnyView:
    """NotAllowed is 403 with its reason."""

    @wraps(view)
    def told(request: Request, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    return told
