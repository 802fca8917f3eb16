"""Writing a request: begun, and the steps that are one form each."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import dateformat

from catalog.models import Service
from exemptions.asked import STEPS, Step
from exemptions.forms.making import (
    BeginForm,
    KeyForm,
    ProjectForm,
    ReasonsForm,
    StepForm,
    TermForm,
)
from exemptions.models import ExemptionRequest
from exemptions.permissions import (
    agencies_to_ask_for,
    may,
    may_ask_for,
    warning_to_officer,
    why_none_is_needed,
)
from exemptions.services import drafting
from exemptions.views.answering import refusals_answered, visible_request
from exemptions.views.steps import next_step, steps_of
from exemptions.workflow import Action
from stmm.agencies.middleware import Request
from stmm.look.answering import form_page
from stmm.policy.citations import cite
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed


def _service(request: Request) -> Service | None:
    """The one that `?service=` says it is begun for."""
    key = request.GET.get("service", "")
    is_number = key.isascii() and key.isdigit() and len(key) < 18
    return Service.objects.filter(pk=int(key)).first() if is_number else None


@form_page
def begin(request: Request) -> HttpResponse:
    """Who needs an exemption, and the first question; others are told why they need none."""
    agencies = agencies_to_ask_for(request.access)
    if not agencies:
        raise PermissionDenied(
            "Only a CATR, an ATR or an Agency Information Officer of a non-exempt State agency"
            " begins a request for an exemption. Nobody else needs one."
        )
    reasons = {each: why_none_is_needed(each, on=request.today) for each in agencies}
    asking = [each for each, reason in reasons.items() if not reason]
    service = _service(request)
    form = BeginForm(request.POST if request.method == "POST" else None, agencies=asking)
    if form.is_valid() and (exemption := _begun(request, form, service)):
        return redirect("exemptions:project", exemption.pk)
    context = {
        "form": form,
        "asking": asking,
        "needless": [reason for reason in reasons.values() if reason],
        "service": service,
        "citations": [cite("PO-1"), cite("PR-2")],
    }
    return render(request, "exemptions/begin.html", context)


def _begun(request: Request, form: BeginForm, service: Service | None) -> ExemptionRequest | None:
    try:
        return drafting.begin(
            **form.cleaned_data,
            services=[(service, 1)] if service else [],
            access=request.access,
            at=request.at,
        )
    except (Incomplete, NotAllowed) as refusal:
        form.add_error(None, str(refusal))
    return None


def _step(
    request: Request, pk: int, step: Step, make: Callable[..., StepForm], **extra: Any
) -> HttpResponse:
    """One step; what is saved for later may lack answers."""
    exemption = visible_request(request, pk)
    may(request.access, Action.CHANGE, exemption)
    form = make(request.POST if request.method == "POST" else None, instance=exemption, **extra)
    if form.is_valid():
        try:
            drafting.change(
                request=exemption,
                fields=form.changed(),
                version=form.cleaned_data["version"],
                access=request.access,
                at=request.at,
            )
        except ChangedMeanwhile as refusal:
            _show_both(form, pk, str(refusal))
        else:
            return _after(request, pk, step, form)
    # As it is stored: the form has put what was typed into its own
    stored = visible_request(request, pk)
    context = {
        "exemption": stored,
        "form": form,
        "page_name": STEPS[step],
        "steps": steps_of(stored, step),
        "warning": warning_to_officer(request.access, stored),
    }
    return render(request, f"exemptions/step_{step}.html", context)


def _after(request: Request, pk: int, step: Step, form: StepForm) -> HttpResponse:
    if form.is_for_later:
        messages.success(request, "Saved. Go on whenever you like.")
        return redirect("exemptions:request", pk)
    return redirect(f"exemptions:{next_step(step)}", pk)


def _show_both(form: StepForm, pk: int, refusal: str) -> None:
    """Keep what was typed, and say beside each field what someone else made of it."""
    form.add_error(None, f"{refusal} What you typed is kept below; save again to use it.")
    stored = ExemptionRequest.objects.get(pk=pk)
    theirs, typed = form.stored(stored), form.typed()
    for name, value in typed.items():
        if theirs[name] != value:
            form.add_error(name, f"Now in the request: {_in_words(theirs[name])}")
    form.show_version(stored.version)


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "checked" if value else "not checked"
    if isinstance(value, date):
        return dateformat.format(value, "F j, Y")
    return f"“{value}”" if value else "nothing"


@form_page
@refusals_answered
def project(request: Request, pk: int) -> HttpResponse:
    return _step(request, pk, Step.PROJECT, ProjectForm)


@form_page
@refusals_answered
def reasons(request: Request, pk: int) -> HttpResponse:
    return _step(request, pk, Step.REASONS, ReasonsForm)


@form_page
@refusals_answered
def term(request: Request, pk: int) -> HttpResponse:
    return _step(request, pk, Step.TERM, TermForm, on=request.today)


@form_page
@refusals_answered
def extend(request: Request, pk: int) -> HttpResponse:
    """A page that says what an extension is; then its draft."""
    former = visible_request(request, pk)
    may_ask_for(request.access, former.agency)
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        exemption = drafting.extend(
            former=former, **form.cleaned_data, access=request.access, at=request.at
        )
        messages.success(
            request, f"{exemption} is begun as a copy. Say what has changed, and sign it."
        )
        return redirect("exemptions:project", exemption.pk)
    context = {"exemption": former, "form": form, "page_name": "Ask for an extension"}
    return render(request, "exemptions/extend.html", context)
