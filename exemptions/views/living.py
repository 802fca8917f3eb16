"""An exemption that was decided: its letters, conditions met, purchases under it, revocation."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from exemptions.forms.living import MeetForm, RevokeForm
from exemptions.models import Condition, ExemptionRequest, Letter
from exemptions.permissions import may
from exemptions.reading.living import scope_of
from exemptions.reading.uses import buyers, standing_uses
from exemptions.services.conditions import meet
from exemptions.services.revoking import revoke
from exemptions.views.answering import refusals_answered, visible_request
from exemptions.views.files import download
from exemptions.workflow import Action
from stmm.accounts.password_again import password_problem
from stmm.agencies.middleware import Request
from stmm.exports import csv_download
from stmm.look.answering import form_page

USES = ("Purchase", "Service", "Quantity", "Amount", "Day", "Recorded at", "Recorded by")


@form_page
@refusals_answered
def meet_condition(request: Request, pk: int, condition: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    found = get_object_or_404(Condition, pk=condition, decision__request=exemption)
    may(request.access, Action.MEET, exemption)
    if found.is_met:
        messages.info(request, f"Condition {found.position} is met already.")
        return redirect(exemption)
    form = MeetForm(request.POST or None)
    if form.is_valid():
        meet(condition=found, how=form.cleaned_data["how"], access=request.access, at=request.at)
        messages.success(request, f"Condition {found.position} is recorded as met.")
        return redirect(exemption)
    context = {"exemption": exemption, "condition": found, "form": form}
    return render(request, "exemptions/meet_condition.html", context)


@form_page
@refusals_answered
def revoke_exemption(request: Request, pk: int) -> HttpResponse:
    """What revoking would do, then the reason and the password again: nothing undoes it."""
    exemption = visible_request(request, pk)
    may(request.access, Action.REVOKE, exemption)
    form = RevokeForm(request.POST or None)
    if form.is_valid() and _is_who_signed_in(request, form):
        revoke(
            request=exemption,
            reason=form.cleaned_data["reason"],
            access=request.access,
            at=request.at,
        )
        messages.success(request, f"{exemption} is revoked. Its letter is being made.")
        return redirect(exemption)
    uses = list(standing_uses(exemption))
    context = {
        "exemption": exemption,
        "form": form,
        "uses": uses,
        "buyers": buyers(uses),
        "scope": scope_of(exemption),
    }
    return render(request, "exemptions/revoke.html", context)


def _is_who_signed_in(request: Request, form: RevokeForm) -> bool:
    problem = password_problem(request, form.cleaned_data["password"])
    if problem:
        form.add_error("password", problem)
    return not problem


@require_safe
def letter(request: Request, pk: int, letter: int) -> HttpResponse:
    """The very file that was mailed; the download is recorded."""
    exemption = visible_request(request, pk)
    letters = Letter.objects.filter(
        Q(decision__request=exemption) | Q(revocation__request=exemption)
    )
    return download(request, get_object_or_404(letters, pk=letter).document)


@require_safe
def uses_csv(request: Request, pk: int) -> HttpResponseBase:
    """All purchases that rely on an exemption, in the order of their days."""
    exemption = visible_request(request, pk)
    return csv_download(f"{exemption}-purchases.csv", USES, _rows(exemption))


def _rows(exemption: ExemptionRequest) -> Iterator[tuple[Any, ...]]:
    for use in standing_uses(exemption).iterator(chunk_size=2000):
        yield (
            use.label,
            str(use.item.item),
            use.quantity,
            use.amount,
            use.used_on,
            use.recorded_at.isoformat(timespec="seconds"),
            use.recorded_by.name,
        )
