"""What a desk says of one order, and what the agency answers: a form page for each."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render

from orders.forms.desk import (
    AnswerForm,
    AskForm,
    CommitForm,
    CompleteForm,
    CorrectForm,
    JeopardyForm,
    LinesForm,
    RejectForm,
)
from orders.models import LineState, Order
from orders.models.progress import RejectionReason
from orders.models.states import LINE_UNDER_WAY
from orders.permissions.order import may, may_at_desk
from orders.reading.desk import progress_of
from orders.services.desk import acts as desk
from orders.views.answering import refusals_answered, visible_order
from orders.workflow.order import Action
from stmm.agencies.middleware import Request
from stmm.look.answering import add_problems, form_page
from stmm.refusals import ChangedMeanwhile, Incomplete, WrongState


def _at_desk(request: Request, pk: int, action: Action) -> Order:
    """The order for its desk alone. What is sent is left to the service: it may be known."""
    order = visible_order(request, pk)
    try:
        may_at_desk(request.access, action, order)
    except WrongState:
        if request.method != "POST":
            raise
    return order


def _done(request: Request, form: Form, act: Callable[[], object], told: Callable[[], str]) -> bool:
    """Whether a valid form was acted on; a refusal is a problem of the form, which is kept."""
    if not form.is_valid():
        return False
    try:
        changed = act()
    except Incomplete as refusal:
        add_problems(form, refusal)
        return False
    except (ChangedMeanwhile, WrongState) as refusal:
        form.add_error(None, str(refusal))
        return False
    if changed:
        messages.success(request, told())
    else:
        messages.info(request, "Nothing has changed: that was known already.")
    return True


def _page(
    request: Request, order: Order, form: Form, template: str = "form", **words: str
) -> HttpResponse:
    """One form about an order. `words`: heading, lead, and what the button says."""
    context = {"order": order, "form": form, **words}
    return render(request, f"orders/desk/{template}.html", context)


def _lines_in_words(count: int) -> str:
    return "1 line is" if count == 1 else f"{count} lines are"


@form_page
@refusals_answered
def reject(request: Request, pk: int) -> HttpResponse:
    order = _at_desk(request, pk, Action.REJECT)
    form = RejectForm(request.POST if request.method == "POST" else None)

    def act() -> bool:
        return desk.reject(
            order=order,
            reason=RejectionReason(form.cleaned_data["reason"]),
            text=form.cleaned_data["text"],
            access=request.access,
            at=request.at,
        )

    if _done(request, form, act, lambda: f"{order} is rejected."):
        return redirect(order)
    return _page(
        request,
        order,
        form,
        heading="Reject this order",
        lead="The order is closed, with all its lines. The agency is told why, and orders anew.",
        button="Reject the order",
    )


@form_page
@refusals_answered
def ask(request: Request, pk: int) -> HttpResponse:
    order = _at_desk(request, pk, Action.ASK)
    form = AskForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        return desk.ask(order=order, **form.cleaned_data, access=request.access, at=request.at)

    told = f"{order.agency.name} is asked. Your clock stands still."
    if _done(request, form, act, lambda: told):
        return redirect(order)
    return _page(
        request,
        order,
        form,
        heading="Ask the agency",
        lead="One question at a time. Its people are told at once.",
        button="Send the question",
    )


@form_page
@refusals_answered
def answer(request: Request, pk: int) -> HttpResponse:
    """By people of the agency; the question is the one that the page showed."""
    order = visible_order(request, pk)
    may(request.access, Action.ANSWER, order)
    question = order.questions.select_related("asked_by").last()
    if question is None or (question.answered_at is not None and request.method != "POST"):
        messages.error(request, f"No question of {order} waits for an answer.")
        return redirect(order)
    form = AnswerForm(request.POST if request.method == "POST" else None, question=question)

    def act() -> object:
        return desk.answer(**form.cleaned_data, access=request.access, at=request.at)

    if _done(request, form, act, lambda: "The contractor is told your answer."):
        return redirect(order)
    context = {"order": order, "form": form, "question": question}
    return render(request, "orders/desk/answer.html", context)


@dataclass(frozen=True, slots=True)
class _SaidOfLines:
    """What is said of chosen lines: by which form and service, which lines it offers checked.

    `told` is what became of them, with what the form holds in braces.
    """

    action: Action
    form: type[LinesForm]
    service: Callable[..., bool]
    checked: frozenset[LineState]
    told: str
    words: dict[str, str]


_COMMITMENT = _SaidOfLines(
    action=Action.COMMIT,
    form=CommitForm,
    service=desk.commit,
    checked=frozenset({LineState.OPEN}),
    told="committed to {committed_on:%B %-d, %Y}.",
    words={
        "heading": "Commit to a date",
        "lead": "One date for the lines you choose.",
        "button": "Commit",
    },
)
_WARNING = _SaidOfLines(
    action=Action.JEOPARDY,
    form=JeopardyForm,
    service=desk.jeopardy,
    checked=frozenset(),
    told="reported in jeopardy.",
    words={
        "heading": "Report in jeopardy",
        "lead": "Lines that may not be done by their day. The agency is told at once.",
        "button": "Report",
    },
)


def _said_of_lines(request: Request, pk: int, kind: _SaidOfLines) -> HttpResponse:
    order = _at_desk(request, pk, kind.action)
    form = kind.form(
        request.POST if request.method == "POST" else None,
        rows=progress_of(order),
        offered=LINE_UNDER_WAY,
        checked=kind.checked,
    )

    def act() -> bool:
        return kind.service(order=order, **form.cleaned_data, access=request.access, at=request.at)

    def told() -> str:
        said = form.cleaned_data
        return f"{_lines_in_words(len(said['lines']))} {kind.told.format(**said)}"

    if _done(request, form, act, told):
        return redirect(order)
    return _page(request, order, form, **kind.words)


@form_page
@refusals_answered
def commit(request: Request, pk: int) -> HttpResponse:
    return _said_of_lines(request, pk, _COMMITMENT)


@form_page
@refusals_answered
def jeopardy(request: Request, pk: int) -> HttpResponse:
    return _said_of_lines(request, pk, _WARNING)


@form_page
@refusals_answered
def complete(request: Request, pk: int) -> HttpResponse:
    order = _at_desk(request, pk, Action.COMPLETE_LINE)
    form = CompleteForm(
        request.POST if request.method == "POST" else None,
        rows=progress_of(order),
        initial={"completed_on": request.today},
    )

    def act() -> bool:
        return desk.complete(
            order=order,
            lines=form.chosen,
            completed_on=form.cleaned_data["completed_on"],
            access=request.access,
            at=request.at,
        )

    if _done(request, form, act, lambda: f"{_lines_in_words(len(form.chosen))} completed."):
        return redirect(order)
    return _page(request, order, form, "complete")


@form_page
@refusals_answered
def correct(request: Request, pk: int) -> HttpResponse:
    order = _at_desk(request, pk, Action.CORRECT)
    form = CorrectForm(
        request.POST if request.method == "POST" else None,
        rows=progress_of(order),
        version=order.version,
    )

    def act() -> bool:
        return desk.correct(
            order=order,
            lines=form.numbers,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            access=request.access,
            at=request.at,
        )

    if _done(request, form, act, lambda: "The numbers are corrected. The agency is told."):
        return redirect(order)
    return _page(request, order, form, "correct")
