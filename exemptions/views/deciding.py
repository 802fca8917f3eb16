"""The Deputy Director's decision, or a delegate's: one page, and the password again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from exemptions.forms.verdict import DecideForm, initial_of
from exemptions.models import Decision, ExemptionRequest, Recommendation, RequestState
from exemptions.models.case import Outcome
from exemptions.permissions import decider, reason_against_deciding, refusal
from exemptions.reading.case import items_of
from exemptions.reading.deciding import as_sent, recommendation_with_parts
from exemptions.reading.earlier import earlier_cases
from exemptions.reading.working import clock_of
from exemptions.services import deciding
from exemptions.verdict import DONE, verdict_of
from exemptions.views.answering import refusals_answered, visible_request
from exemptions.workflow import Action
from stmm.accounts.password_again import password_problem
from stmm.agencies.middleware import Request
from stmm.look.answering import form_page
from stmm.refusals import NotAllowed, WrongState


def _recommendation(request: Request, exemption: ExemptionRequest) -> Recommendation:
    """What the page decides on: of a page that is sent, the one that it showed.

    Raises NotAllowed, WrongState.
    """
    found = refusal(request.access, Action.DECIDE, exemption)
    if isinstance(found, NotAllowed):
        raise found
    if request.method == "POST":
        shown = request.POST.get("recommendation", "")
        if shown.isascii() and shown.isdigit() and len(shown) < 18:
            seen = exemption.recommendations.filter(pk=int(shown)).first()
            if seen is not None:
                return seen
        raise WrongState(f"This page does not say on which recommendation on {exemption}.")
    if found is not None:
        raise found
    return exemption.recommendations.get(voided_at__isnull=True)


@form_page
@refusals_answered
def decide(request: Request, pk: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    recommendation = _recommendation(request, exemption)
    is_undecided = exemption.state == RequestState.RECOMMENDED
    # What has moved on since the page was opened, the service tells better
    if is_undecided and (reason := reason_against_deciding(request.access, exemption)):
        raise NotAllowed(reason)
    items, verdict = list(items_of(exemption)), verdict_of(recommendation)
    form = DecideForm(
        request.POST if request.method == "POST" else None,
        recommendation=recommendation,
        conditions=verdict.conditions,
        items=items,
        on=request.today,
        initial=initial_of(verdict, items),
    )
    if decision := _decided(request, exemption, form):
        messages.success(request, f"{exemption} is {DONE[Outcome(decision.outcome)]}.")
        return redirect(exemption)
    context = {
        "exemption": exemption,
        "form": form,
        "shown": as_sent(exemption),
        "stands": recommendation_with_parts(recommendation),
        "appointment": decider(request.access),
        "clock": clock_of(exemption, on=request.today),
        "earlier": earlier_cases(exemption, grounds=recommendation.reason_codes),
        "starts_before_today": verdict.starts_on is not None and verdict.starts_on < request.today,
    }
    return render(request, "exemptions/deciding/decide.html", context)


def _decided(request: Request, exemption: ExemptionRequest, form: DecideForm) -> Decision | None:
    """The decision, where the form lacks nothing and the password is right.

    The password is asked last: until then nothing is told of anything else.
    """
    if not form.is_valid():
        return None
    if problem := password_problem(request, form.cleaned_data["password"]):
        form.add_error("password", problem)
        return None
    return deciding.decide(
        request=exemption,
        recommendation=form.cleaned_data["recommendation"],
        verdict=form.verdict,
        key=form.cleaned_data["key"],
        access=request.access,
        at=request.at,
    )
