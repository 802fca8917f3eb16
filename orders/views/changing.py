"""What the agency does with an order besides: amend, cancel, hurry, note."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from orders.forms.changing import AmendForm, CancelForm, ExpediteForm, NoteForm
from orders.models import SENT_STATES, ExpediteRequest, LineProgress, Note, Order, State
from orders.models.states import LINE_UNDER_WAY
from orders.permissions.inside import is_member, refuse_outsiders, sees_inside
from orders.permissions.order import may
from orders.reading.differences import Difference, differences
from orders.reading.order import shown_lines
from orders.services.changing import acts as changing
from orders.services.changing.amending import begin_amendment
from orders.services.changing.notes import add_note
from orders.signing_rules import Judged, contents_of, judged
from orders.views.answering import refusals_answered, visible_order
from orders.workflow.order import Action
from stmm.agencies.middleware import Request
from stmm.look.answering import form_page


@dataclass(frozen=True, slots=True)
class Panel:
    """Of one order, for one person: `inside` matters are empty for people of a contractor."""

    inside: bool
    was_sent: bool
    former: Order | None
    amendment: Order | None
    differences: list[Difference]
    expedites: list[ExpediteRequest]
    approvals: list[Judged]
    notes: list[Note]
    note_form: NoteForm | None


def panel(request: Request, order: Order) -> dict[str, object]:
    """What the page of an order shows of it."""
    inside = sees_inside(request.access, order)
    was_sent = order.state in SENT_STATES
    shown = Panel(
        inside=inside,
        was_sent=was_sent,
        former=order.supersedes,
        amendment=_amendment(order, inside=inside) if was_sent else None,
        differences=_differences(request, order),
        expedites=list(order.expedites.select_related("asked_by")) if was_sent else [],
        approvals=_approvals(request, order) if inside else [],
        notes=list(order.notes.select_related("by")) if inside else [],
        note_form=NoteForm() if is_member(request.access, order) else None,
    )
    return {"changing": shown}


def _amendment(order: Order, *, inside: bool) -> Order | None:
    """The contractor sees it as soon as it was sent, the agency from its draft on."""
    amendments = order.amendments.exclude(state=State.ABANDONED)
    return (amendments if inside else amendments.filter(state__in=SENT_STATES)).first()


def _differences(request: Request, order: Order) -> list[Difference]:
    if order.supersedes_id is None:
        return []
    return differences(order, shown_lines(order, on=request.today))


def _approvals(request: Request, order: Order) -> list[Judged]:
    if not order.approvals.exists():
        return []
    return judged(order, contents_of(shown_lines(order, on=request.today)))


@dataclass(frozen=True, slots=True)
class Words:
    """What a page with one form says."""

    heading: str
    lead: str
    button: str


def _page(
    request: Request,
    order: Order,
    form: AmendForm | CancelForm | ExpediteForm | NoteForm,
    done: Callable[[], HttpResponse],
    words: Words,
) -> HttpResponse:
    if form.is_valid():
        return done()
    context = {"order": order, "form": form, "words": words}
    return render(request, "orders/changing/form.html", context)


@form_page
@refusals_answered
def amend(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    may(request.access, Action.AMEND, order)
    form = AmendForm(request.POST if request.method == "POST" else None)

    def done() -> HttpResponse:
        draft = begin_amendment(
            order=order, **form.cleaned_data, access=request.access, at=request.at
        )
        messages.success(request, f"{draft} is a draft of what {order} says: change it, sign it.")
        return redirect("orders:lines", draft.pk)

    words = Words(
        "Amend this order",
        "A new draft takes over its lines under way. Once that is signed, it supersedes this one;"
        " until then this one stays in force.",
        "Start the amendment",
    )
    return _page(request, order, form, done, words)


@form_page
@refusals_answered
def cancel(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    may(request.access, Action.CANCEL, order)
    under_way = LineProgress.objects.filter(line__order=order, state__in=LINE_UNDER_WAY)
    form = CancelForm(request.POST if request.method == "POST" else None, under_way=under_way)

    def done() -> HttpResponse:
        after = changing.cancel(
            order=order,
            lines=form.chosen,
            reason=form.cleaned_data["reason"],
            access=request.access,
            at=request.at,
        )
        messages.success(request, f"{_cancelled(after)} The order desk is told by mail.")
        return redirect("orders:detail", pk)

    words = Words(
        "Cancel lines or all",
        "The contractor leaves undone what you cancel. What is completed stays.",
        "Cancel what I chose",
    )
    return _page(request, order, form, done, words)


def _cancelled(order: Order) -> str:
    if order.state == State.CANCELLED:
        return f"{order} is cancelled."
    if order.state == State.COMPLETED:
        return f"The rest of {order} is cancelled; it is completed with what was done before."
    return f"Lines of {order} are cancelled."


@form_page
@refusals_answered
def expedite(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    may(request.access, Action.EXPEDITE, order)
    form = ExpediteForm(request.POST if request.method == "POST" else None, on=request.today)

    def done() -> HttpResponse:
        asked = changing.expedite(
            order=order, **form.cleaned_data, access=request.access, at=request.at
        )
        messages.success(request, f"The order desk is asked by mail: {asked}.")
        return redirect("orders:detail", pk)

    words = Words(
        "Ask for a sooner day",
        "What comes of it is the contractor’s to say: its committed date shows it.",
        "Ask the contractor",
    )
    return _page(request, order, form, done, words)


@form_page
@refusals_answered
def note(request: Request, pk: int) -> HttpResponse:
    """A note from the order's page; this page where it lacks something."""
    order = visible_order(request, pk)
    refuse_outsiders(request.access, order)
    form = NoteForm(request.POST if request.method == "POST" else None)

    def done() -> HttpResponse:
        add_note(order=order, **form.cleaned_data, access=request.access, at=request.at)
        messages.success(request, "The note is on the order.")
        return redirect("orders:detail", pk)

    words = Words("Add a note", "It can’t be changed afterwards.", "Add the note")
    return _page(request, order, form, done, words)
