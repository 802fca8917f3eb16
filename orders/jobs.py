"""The jobs that make PDFs of orders and ATOs, and the sweeps: what was left behind or is untold."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from catalog.models import CatalogChange
from orders.models import (
    AtoPaper,
    ElsewhereDetermination,
    Leaving,
    Ledger,
    LocalOrder,
    LocalState,
    Order,
    PaperState,
    State,
)
from orders.services.atos.form import make_form
from orders.services.atos.notices import endings, tell_of_ending
from orders.services.elsewhere.certifying import certify
from orders.services.elsewhere.ledger_reading import LEASE, read_ledger
from orders.services.leaving.following import follow, to_follow
from orders.services.leaving.sending import send_notice
from orders.services.local.sending import send
from orders.services.sending import route
from orders.services.telling.catalog import tell_of_change
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


@task()
def make_ato_form(paper_id: int) -> None:
    """Make the PDF of an ATO's paper that is ready to be signed."""
    make_form(paper=AtoPaper.objects.get(pk=paper_id), at=timezone.now())


def ato_forms_left_behind(at: datetime) -> list[int]:
    """Papers made ready whose job died before their PDF was made."""
    waiting = AtoPaper.objects.filter(
        state=PaperState.READY, form__isnull=True, ready_at__lte=at - OVERDUE
    )
    return list(waiting.values_list("pk", flat=True))


def tell_of_endings(at: datetime) -> int:
    """Tell agencies 90 and 30 days before the two years of services end; gives the notices."""
    due = list(endings(timezone.localdate(at)))
    return sum(tell_of_ending(ending=ending, at=at) for ending in due)


@task()
def make_notice_letter(leaving_id: int) -> None:
    """Make the letter of a notice that was given and queue it to the contractor."""
    send_notice(leaving=Leaving.objects.get(pk=leaving_id), at=timezone.now())
    send_due_mail.enqueue()


def notices_left_behind(at: datetime) -> list[int]:
    """Notices whose job died before their letter was made."""
    waiting = Leaving.objects.running().filter(letter__isnull=True, given_at__lte=at - OVERDUE)
    return list(waiting.values_list("pk", flat=True))


def follow_leavings(at: datetime) -> int:
    """Do what follows from disconnect orders that moved on; gives the number of notices."""
    moved = to_follow()
    for leaving_id in moved:
        follow(leaving=Leaving(pk=leaving_id), at=at)
    return len(moved)


@task()
def make_certificate(determination_id: int) -> None:
    """Make the certificate of a determination on buying elsewhere."""
    certify(
        determination=ElsewhereDetermination.objects.get(pk=determination_id), at=timezone.now()
    )


def certificates_left_behind(at: datetime) -> list[int]:
    """Determinations whose job died before their certificate was made."""
    waiting = ElsewhereDetermination.objects.without_certificate()
    return list(waiting.filter(asked_at__lte=at - OVERDUE).values_list("pk", flat=True))


@task()
def match_ledger(ledger_id: int) -> None:
    """Read a purchase ledger, match its lines to the catalogue, record them."""
    read_ledger(ledger_id=ledger_id, clock=timezone.now)


def ledgers_left_behind(at: datetime) -> list[int]:
    """Ledgers that a job should have read, or be reading, and nothing was heard of it."""
    waiting = Ledger.objects.filter(
        state__in=(Ledger.State.UPLOADED, Ledger.State.READING), progress_at__lte=at - LEASE
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True))


@task()
def send_local_order(order_id: int) -> None:
    """Make the record of a local purchasing document and queue both to the contractor."""
    send(order=LocalOrder.objects.get(pk=order_id), at=timezone.now())
    send_due_mail.enqueue()


def local_orders_left_behind(at: datetime) -> list[int]:
    """Recorded documents whose job died before they were sent."""
    waiting = LocalOrder.objects.filter(state=LocalState.RECORDED, recorded_at__lte=at - OVERDUE)
    return list(waiting.values_list("pk", flat=True))
