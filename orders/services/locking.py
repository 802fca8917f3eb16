"""The first steps of each change: lock the order, see that it may be made, see it is fresh."""

from orders.models import Order
from orders.permissions.order import may
from orders.workflow.order import Action
from stmm.agencies.access import Access
from stmm.agencies.models import Appointment
from stmm.refusals import refuse_stale


def lock(order: Order) -> Order:
    """The order as it is now, nobody else changing it until this transaction ends."""
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("agency", "contract__contractor")
        .get(pk=order.pk)
    )


def lock_for(
    action: Action, order: Order, access: Access, version: int | None = None
) -> tuple[Order, Appointment]:
    """Lock an order for one action of one person. Raises as `allowed` does."""
    order = lock(order)
    return order, allowed(action, order, access, version)


def allowed(
    action: Action, locked: Order, access: Access, version: int | None = None
) -> Appointment:
    """The appointment under which a person acts on a locked order.

    `version` is the one the person's page showed. Raises NotAllowed, WrongState, or
    ChangedMeanwhile if someone else changed the order since.
    """
    appointment = may(access, action, locked)
    refuse_stale(locked, locked.version, version)
    return appointment
