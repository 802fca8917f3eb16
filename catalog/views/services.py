"""One service: what it is, costs, and may be bought elsewhere or not, on a day."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.advice import Advice, Advise
from catalog.as_of import AsOf, as_of
from catalog.charts import StepChart, step_chart
from catalog.histories import PastOffer, flag_history, price_history, price_steps
from catalog.models import Ruling, Service
from catalog.orderability import not_a_buyer, not_offered, not_orderable
from catalog.public import catalog_page
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry


@catalog_page
@require_safe
def service(request: Request, pk: int, advise: Advise) -> HttpResponse:
    """As of the day that `?on=` asks for; ordered is only today."""
    shown = get_object_or_404(
        Service.objects.select_related("contract__contractor", "category"), pk=pk
    )
    when = as_of(request)
    prices = price_history(shown, on=when.day)
    offer = next((price.offer for price in prices if price.is_in_effect), None)
    refusal = not_orderable(shown.contract, on=when.day) or not_offered(offer)
    advice = _advice(request, when, [] if refusal else [shown], advise)
    closed = not_a_buyer(shown.contract, advice.agency, on=when.day) if advice else ""
    flags = flag_history(shown, on=when.day)
    about = Entry.objects.about(shown) | Entry.objects.about(shown.contract)
    rulings = Ruling.objects.visible_to(request.access).filter(service=shown)
    context = {
        "service": shown,
        "as_of": when,
        "offer": offer,
        "prices": prices,
        "charts": _charts(prices, when, request),
        "flags": flags,
        "flag": next((flag for flag in flags if flag.is_in_effect), None),
        "not_orderable": refusal,
        "not_a_buyer": closed,
        "advice": advice,
        "decision": advice.decisions.get(shown.pk) if advice else None,
        "rulings": rulings.select_related("agency"),
        "entries": list(about),
    }
    return render(request, "catalog/service.html", context)


def _advice(
    request: Request, when: AsOf, services: Iterable[Service], advise: Advise
) -> Advice | None:
    access = when.access(request.access)
    return advise(access, services) if access else None


def _charts(prices: list[PastOffer], when: AsOf, request: Request) -> list[StepChart]:
    """Of the monthly charge, and of the one-time charge if it ever moved."""
    monthly, once = price_steps(prices, "mrc"), price_steps(prices, "nrc")
    drawn = [step_chart("Monthly charge (MRC)", monthly, on=when.day, until=request.today)]
    if len({step.amount for step in once}) > 1:
        drawn.append(step_chart("One-time charge (NRC)", once, on=when.day, until=request.today))
    return [chart for chart in drawn if chart]
