"""What every page answers: the order asked for, and how refusals of the services are told."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from orders.models import Order
from stmm.agencies.middleware import Request
from stmm.look.answering import refusals_answered_at
from stmm.refusals import NotAllowed

AnyView = Callable[..., HttpResponseBase]


def visible_order(request: Request, pk: int) -> Order:
    """The order, if this person may see it; 404 otherwise."""
    orders = Order.objects.visible_to(request.access)
    return get_object_or_404(orders.select_related("agency", "contract__contractor"), pk=pk)


refusals_answered = refusals_answered_at("orders:detail", lacking="orders:review")


def reasons_told(view: AnyView) -> AnyView:
    """NotAllowed is 403 with its reason."""

    @wraps(view)
    def told(request: Request, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    return told
