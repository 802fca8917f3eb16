"""The job that routes signed orders, and the sweep that finds those a crash left behind."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from orders.models import Order, State
from orders.services.routing import route
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
