"""What waits for the person who signed in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.access import desks_of
from catalog.models import Ruling
from orders.models import AuthorizationToOrder, Order, State
from stmm.agencies.middleware import Request

SHOWN = 10


@require_safe
def home(request: Request) -> HttpResponse:
    access = request.access
    agencies = access.ordering_agencies
    orders = Order.objects.select_related("agency", "contract__contractor")
    mine = orders.filter(agency__in=agencies)
    desks = desks_of(request.user, on=request.today)
    context = {
        "agencies": agencies,
        "desks": desks,
        "to_sign": mine.filter(state=State.REVIEW).order_by("changed_at")[:SHOWN],
        "drafts": mine.filter(state=State.DRAFT).order_by("-changed_at")[:SHOWN],
        "rulings": Ruling.objects.visible_to(access)
        .waiting()
        .select_related("agency", "service__contract", "designation")[:SHOWN]
        if access.is_stnd
        else None,
        "sent": orders.visible_to(access).filter(state=State.ROUTED).order_by("-routed_at")[:SHOWN],
        "atos": AuthorizationToOrder.objects.filter(agency__in=agencies)
        .select_related("contract__contractor")
        .prefetch_related("listed__category", "listed__service"),
    }
    return render(request, "orders/home.html", context)
