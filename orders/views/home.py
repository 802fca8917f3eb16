"""What waits for the person who signed in, the oldest clock first."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.access import desks_of
from catalog.models import Contractor, Ruling
from exemptions.reading.agency_home import requests_at_home
from exemptions.reading.home import exemptions_at_home
from exemptions.reading.living_home import living_at_home
from orders.models import LineProgress, Order, Question, State
from orders.models.states import WITH_CONTRACTOR
from orders.reading.ato_home import atos_at_home
from orders.reading.desk_queue import DeskQueue, Tab, Waiting
from orders.reading.outside_home import outside_at_home
from stmm.agencies.middleware import Request
from stmm.agencies.models import Agency

SHOWN = 10
DESK_TABS = (Tab.ACKNOWLEDGE, Tab.COMMIT, Tab.WEEK, Tab.LATE)
Section = tuple[Tab, int, list[Waiting]]


@require_safe
def home(request: Request) -> HttpResponse:
    access = request.access
    agencies = access.ordering_agencies
    desks = desks_of(request.user, on=request.today)
    context = {
        "agencies": agencies,
        "desks": desks,
        "desk_sections": list(_at_desk(desks, request.today)) if desks else [],
        "rulings": Ruling.objects.visible_to(access)
        .waiting()
        .select_related("agency", "service__contract", "designation")[:SHOWN]
        if access.is_stnd
        else None,
        "exemptions": exemptions_at_home(access, on=request.today),
        "requests": requests_at_home(access),
        "living": living_at_home(access, on=request.today),
        "atos": atos_at_home(access, desks, on=request.today),
        "outside": outside_at_home(access, desks),
        **(_of_agencies(agencies) if agencies else _of_others(request)),
    }
    return render(request, "orders/home.html", context)


def _at_desk(desks: list[Contractor], on: date) -> Iterator[Section]:
    """Of each tab the first orders; what is next of all of them is read at once."""
    queue = DeskQueue(desks, on=on)
    counts = queue.counts(DESK_TABS)
    shown = {tab: list(queue.shown(tab)[:SHOWN]) for tab in DESK_TABS}
    once = {order.pk: order for orders in shown.values() for order in orders}
    waiting = {each.order.pk: each for each in queue.waiting(once.values())}
    for tab, orders in shown.items():
        yield tab, counts[tab], [waiting[order.pk] for order in orders]


def _of_agencies(agencies: Iterable[Agency]) -> dict[str, object]:
    """What people who order find: to sign, to finish, to answer, and what contractors owe them."""
    orders = Order.objects.filter(agency__in=agencies).select_related(
        "agency", "contract__contractor"
    )
    questions = Question.objects.filter(
        order__agency__in=agencies, order__state__in=WITH_CONTRACTOR, answered_at__isnull=True
    )
    threatened = LineProgress.objects.filter(
        line__order__agency__in=agencies, line__order__state__in=WITH_CONTRACTOR
    ).exclude(jeopardy="")
    return {
        "to_sign": orders.filter(state=State.REVIEW).order_by("changed_at")[:SHOWN],
        "drafts": orders.filter(state=State.DRAFT).order_by("-changed_at")[:SHOWN],
        "questions": questions.select_related("order__contract__contractor")[:SHOWN],
        "sent": orders.filter(state=State.ROUTED).order_by("routed_at", "pk")[:SHOWN],
        "in_jeopardy": threatened.select_related("line__order__contract__contractor").order_by(
            "committed_on", "pk"
        )[:SHOWN],
    }


def _of_others(request: Request) -> dict[str, object]:
    """What oversight sees of orders on their way."""
    orders = Order.objects.visible_to(request.access).filter(state=State.ROUTED)
    return {
        "sent": orders.select_related("agency", "contract__contractor").order_by("-routed_at")[
            :SHOWN
        ]
    }
