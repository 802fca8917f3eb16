"""On which orders a person has something to do now."""

from django.db.models import Exists, OuterRef, Q

from catalog.access import desks_of
from orders.models import LineProgress, LineState, Question, State
from orders.models.order import OrderQuerySet
from orders.models.states import WITH_CONTRACTOR
from stmm.agencies.access import Access


def my_turn(orders: OrderQuerySet, access: Access) -> OrderQuerySet:
    """To sign, to finish, to answer, to acknowledge, to give a date for: what waits for `access`.

    A draft waits for who began it; everything else for anyone of the agency or of the desk.
    """
    asked = Question.objects.filter(order=OuterRef("pk"), answered_at__isnull=True)
    without_date = LineProgress.objects.filter(line__order=OuterRef("pk"), state=LineState.OPEN)
    of_agency = (
        Q(state=State.REVIEW)
        | Q(state=State.DRAFT, created_by=access.user.pk)
        | Q(Exists(asked), state__in=WITH_CONTRACTOR)
    )
    of_desk = Q(state=State.ROUTED) | Q(Exists(without_date), state=State.ACKNOWLEDGED)
    agencies = [agency.pk for agency in access.ordering_agencies]
    desks = desks_of(access.user, on=access.on)
    return orders.filter(
        Q(agency__in=agencies) & of_agency | Q(contract__contractor__in=desks) & of_desk
    )
