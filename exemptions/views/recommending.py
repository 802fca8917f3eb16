"""The analyst's recommendation: one page, with the request and earlier cases beside it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from exemptions.forms.verdict import RecommendForm, initial_of
from exemptions.models import ExemptionRequest, Recommendation, RequestedItem
from exemptions.permissions import reason_against_reviewing
from exemptions.reading.case import items_of
from exemptions.reading.deciding import as_sent
from exemptions.reading.earlier import earlier_cases
from exemptions.reading.working import clock_of
from exemptions.services import recommending
from exemptions.verdict import verdict_of
from exemptions.views.answering import refusals_answered
from exemptions.views.working import request_for
from exemptions.workflow import Action
from stmm.agencies.middleware import Request
from stmm.look.answering import form_page
from stmm.policy.dates import last_day
from stmm.refusals import NotAllowed


def _initial(
    exemption: ExemptionRequest, stands: Recommendation | None, items: list[RequestedItem]
) -> dict[str, Any]:
    """From the recommendation that stands; the first one from what the agency wants."""
    if stands is None:
        return initial_of(None, items) | {
            "starts_on": exemption.wanted_from,
            "last_day": exemption.wanted_until and last_day(exemption.wanted_until),
        }
    return initial_of(verdict_of(stands), items) | {
        "reasoning": stands.reasoning,
        "conditions_text": stands.conditions,
    }


@form_page
@refusals_answered
def recommend(request: Request, pk: int) -> HttpResponse:
    exemption = request_for(request, pk, Action.RECOMMEND)
    if reason := reason_against_reviewing(request.access, exemption):
        raise NotAllowed(reason)
    stands = exemption.recommendations.filter(voided_at__isnull=True).first()
    items = list(items_of(exemption))
    form = RecommendForm(
        request.POST if request.method == "POST" else None,
        items=items,
        on=request.today,
        initial=_initial(exemption, stands, items),
    )
    if form.is_valid():
        recommending.recommend(
            request=exemption, verdict=form.verdict, access=request.access, at=request.at
        )
        messages.success(request, f"{exemption} is ready to be decided.")
        return redirect(exemption)
    context = {
        "exemption": exemption,
        "form": form,
        "stands": stands,
        "shown": as_sent(exemption),
        "clock": clock_of(exemption, on=request.today),
        "earlier": earlier_cases(exemption, grounds=stands.reason_codes if stands else ()),
    }
    return render(request, "exemptions/working/recommend.html", context)
