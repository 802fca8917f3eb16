"""What STND does with one request, and what the agency answers: a form page for each."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from exemptions.forms.working import AnswerForm, AskForm, AssignForm, NoteForm
from exemptions.models import ExemptionRequest
from exemptions.permissions import may
from exemptions.services import working
from exemptions.views.answering import refusals_answered, visible_request
from exemptions.workflow import Action
from stmm.agencies.middleware import Request
from stmm.look.answering import form_page
from stmm.refusals import WrongState


def request_for(request: Request, pk: int, action: Action) -> ExemptionRequest:
    """The request for who may act. What is sent is left to the service: it may be known."""
    exemption = visible_request(request, pk)
    try:
        may(request.access, action, exemption)
    except WrongState:
        if request.method != "POST":
            raise
    return exemption


def _done(form: Form, act: Callable[[], object]) -> bool:
    """Whether a valid form was acted on; what has moved on is a problem of the form, kept."""
    if not form.is_valid():
        return False
    try:
        act()
    except WrongState as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(
    request: Request, exemption: ExemptionRequest, form: Form, **words: object
) -> HttpResponse:
    """One form about a request. `words`: heading, lead, and what the button says."""
    context = {"exemption": exemption, "form": form, **words}
    return render(request, "exemptions/working/form.html", context)


@form_page
@refusals_answered
def assign(request: Request, pk: int) -> HttpResponse:
    """Take it, take it over, or hand it over."""
    exemption = request_for(request, pk, Action.ASSIGN)
    form = AssignForm(request.POST if request.method == "POST" else None, on=request.today)

    def act() -> None:
        working.assign(request=exemption, **form.cleaned_data, access=request.access, at=request.at)

    if _done(form, act):
        analyst = form.cleaned_data["analyst"]
        whose = "yours" if analyst == request.user else f"{analyst}’s"
        messages.success(request, f"{exemption} is {whose} to review.")
        return redirect(exemption)
    return _page(
        request,
        exemption,
        form,
        heading="Hand over the review",
        lead="The analyst is told at once, and from then on of what the agency answers.",
        button="Hand over",
    )


@form_page
@refusals_answered
def ask(request: Request, pk: int) -> HttpResponse:
    exemption = request_for(request, pk, Action.ASK)
    form = AskForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        working.ask(request=exemption, **form.cleaned_data, access=request.access, at=request.at)

    if _done(form, act):
        messages.success(request, f"{exemption.agency.name} is asked. The clock stands still.")
        return redirect(exemption)
    return _page(
        request,
        exemption,
        form,
        heading="Ask the agency",
        lead="One question at a time. A recommendation that was made is void.",
        button="Send the question",
    )


@require_POST
@refusals_answered
def take_question_back(request: Request, pk: int, question: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    found = get_object_or_404(exemption.questions, pk=question)
    working.take_question_back(question=found, access=request.access, at=request.at)
    messages.success(request, f"The question is taken back. The review of {exemption} goes on.")
    return redirect(exemption)


@form_page
@refusals_answered
def answer(request: Request, pk: int) -> HttpResponse:
    """By people of the agency; the question is the one that the page showed."""
    exemption = request_for(request, pk, Action.ANSWER)
    question = exemption.questions.select_related("asked_by").last()
    if question is None or (not question.is_open and request.method != "POST"):
        raise WrongState(f"No question on {exemption} waits for an answer.")
    form = AnswerForm(request.POST if request.method == "POST" else None, question=question)

    def act() -> None:
        working.answer(**form.cleaned_data, access=request.access, at=request.at)

    if _done(form, act):
        messages.success(request, "The Department has your answer. The review goes on.")
        return redirect(exemption)
    return _page(
        request,
        exemption,
        form,
        heading="Answer the Department",
        lead="The review goes on with your answer. To change the request itself, take it back.",
        button="Send the answer",
        question=question,
    )


@form_page
@refusals_answered
def note(request: Request, pk: int) -> HttpResponse:
    exemption = request_for(request, pk, Action.NOTE)
    form = NoteForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        working.note(request=exemption, **form.cleaned_data, access=request.access, at=request.at)

    if _done(form, act):
        messages.success(request, "The note is kept.")
        return redirect(exemption)
    return _page(
        request,
        exemption,
        form,
        heading="Write a note",
        lead="Notes are never edited.",
        button="Keep the note",
    )
