"""The job that routes signed orders, and the sweeps: orders left behind, changes untold."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from catalog.models import CatalogChange
from orders.models import Order, State
from orders.services.routing import route
from orders.services.telling import tell_of_change
from stmm.outbox.jobs import send_due_mail

# A signed order older than this has lost its job
OVERDUE = timedelta(seconds=30)


@task()
def route_order(order_id: int) -> None:
    """Make the PDF of a signed order and queue it to the contractor."""
    route(order=Order.objects.get(pk=order_id), at=timezone.now())
    send_due_mail.enqueue()


def left_behind(at: datetime) -> list[int]:
    """Signed orders whose job died before they were routed."""
    waiting = Order.objects.filter(state=State.SIGNED, signed_at__lte=at - OVERDUE)
    return list(waiting.values_list("pk", flat=True))


def tell_of_changes(at: datetime) -> int:
    """Tell whom it concerns of every change of the catalogue not told yet; gives the notices."""
    untold = list(CatalogChange.objects.untold().values_list("pk", flat=True))
    return sum(tell_of_change(change_id=change, at=at) for change in untold)
