"""Review, sign and send; and the ways back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from exemptions.asked import SIGNED, STEPS, Step
from exemptions.completeness import problems_of
from exemptions.content import draft_content
from exemptions.forms.making import ReasonForm, SignForm, VersionForm
from exemptions.models import ExemptionRequest, RequestState
from exemptions.permissions import (
    is_alone,
    is_written_by,
    may,
    no_officer,
    officers_of,
    reason_against_signing,
)
from exemptions.reading.case import items_of, shown_request
from exemptions.services import sending
from exemptions.views.answering import refusals_answered, visible_request
from exemptions.views.steps import steps_of
from exemptions.workflow import Action
from stmm.accounts.password_again import password_problem
from stmm.agencies.middleware import Request
from stmm.look.answering import form_page
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed


@require_safe
@refusals_answered
def review(request: Request, pk: int) -> HttpResponse:
    """All that it says, and what keeps it from being sent."""
    exemption = visible_request(request, pk)
    may(request.access, Action.CHANGE, exemption)
    items = list(items_of(exemption))
    context = {
        "exemption": exemption,
        "shown": shown_request(draft_content(exemption, on=request.today)),
        "problems": problems_of(exemption, items, on=request.today),
        "officers": officers_of(exemption.agency, on=request.today, but=request.user),
        "no_officer": no_officer(exemption.agency),
        "why_not_sign": reason_against_signing(request.access, exemption),
        "signed_by": SIGNED,
        "version_form": VersionForm(initial={"version": exemption.version}),
        "page_name": STEPS[Step.REVIEW],
        "steps": steps_of(exemption, Step.REVIEW),
    }
    return render(request, "exemptions/step_review.html", context)


@form_page
@refusals_answered
def sign(request: Request, pk: int) -> HttpResponse:
    """The officer’s signature; what was signed goes to STND at once."""
    exemption = visible_request(request, pk)
    if request.method != "POST" or exemption.state == RequestState.DRAFT:
        may(request.access, Action.SEND, exemption)
        if reason := reason_against_signing(request.access, exemption):
            raise NotAllowed(reason)
    form = SignForm(
        request.POST if request.method == "POST" else None, initial={"version": exemption.version}
    )
    if form.is_valid() and _knows_password(request, form):
        try:
            sending.send(
                request=exemption,
                version=form.cleaned_data["version"],
                access=request.access,
                at=request.at,
            )
        except (ChangedMeanwhile, Incomplete) as refusal:
            messages.error(request, str(refusal))
            return redirect("exemptions:review", pk)
        messages.success(request, f"{exemption} is signed and sent to STND.")
        return redirect("exemptions:request", pk)
    return render(request, "exemptions/sign.html", _signing(request, exemption, form))


def _signing(request: Request, exemption: ExemptionRequest, form: SignForm) -> dict[str, object]:
    alone = is_alone(exemption.agency, on=request.today)
    return {
        "exemption": exemption,
        "form": form,
        "shown": shown_request(draft_content(exemption, on=request.today)),
        "problems": problems_of(exemption, list(items_of(exemption)), on=request.today),
        "signed_by": SIGNED,
        "is_by_author": alone and is_written_by(exemption, request.access),
        "page_name": "Sign and send",
        "steps": steps_of(exemption, Step.REVIEW),
    }


def _knows_password(request: Request, form: SignForm) -> bool:
    if problem := password_problem(request, form.cleaned_data["password"]):
        form.add_error("password", problem)
    return not problem


@require_POST
@refusals_answered
def tell_officer(request: Request, pk: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        may(request.access, Action.CHANGE, exemption)
        return redirect("exemptions:review", pk)
    try:
        told = sending.tell_officer(
            request=exemption, **form.cleaned_data, access=request.access, at=request.at
        )
    except (ChangedMeanwhile, Incomplete) as refusal:
        messages.error(request, str(refusal))
        return redirect("exemptions:review", pk)
    if told:
        messages.success(request, "The Agency Information Officer is told that it is ready.")
    else:
        messages.info(request, "They were told of this very version already.")
    return redirect("exemptions:review", pk)


@dataclass(frozen=True, slots=True)
class _WayBack:
    """What an agency does with a request of its own for a reason; its name names the page."""

    name: str
    action: Action
    change: Callable[..., ExemptionRequest]
    done: str


_TAKE_BACK = _WayBack("take_back", Action.TAKE_BACK, sending.take_back, "is a draft again.")
_WITHDRAW = _WayBack("withdraw", Action.WITHDRAW, sending.withdraw, "is withdrawn.")


def _for_a_reason(request: Request, pk: int, way: _WayBack) -> HttpResponse:
    exemption = visible_request(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        way.change(request=exemption, **form.cleaned_data, access=request.access, at=request.at)
        messages.success(request, f"{exemption} {way.done}")
        return redirect("exemptions:request", pk)
    may(request.access, way.action, exemption)
    context = {"exemption": exemption, "form": form}
    return render(request, f"exemptions/{way.name}.html", context)


@form_page
@refusals_answered
def take_back(request: Request, pk: int) -> HttpResponse:
    return _for_a_reason(request, pk, _TAKE_BACK)


@form_page
@refusals_answered
def withdraw(request: Request, pk: int) -> HttpResponse:
    return _for_a_reason(request, pk, _WITHDRAW)
