"""Reports on exemptions for oversight, and the same as files."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from exemptions.forms.reporting import PeriodForm
from exemptions.reading.charts import bar_chart
from exemptions.reading.report import (
    Held,
    Step,
    approvals_by_ground,
    decided_between,
    ending_soon,
    held,
    held_scope,
    open_by_age,
    spreads,
    with_steps,
)
from stmm.agencies.middleware import Request
from stmm.exports import Ending, spreadsheet
from stmm.policy.dates import last_day

SHOWN = 50
TIMES = (
    "Number", "Agency", "Sent on", "Decided on", "Outcome", "Days in all",
    *(f"Days: {step.value.lower()}" for step in Step),
)  # fmt: skip
SCOPE = (
    "Number", "Agency", "Service", "Granted", "Used", "Left", "Limit", "Spent", "Left to spend",
    "Last day",
)  # fmt: skip


def _refuse_all_but_oversight(request: Request) -> None:
    if not request.access.sees_everything:
        raise PermissionDenied(
            "Reports on exemptions are read by STND analysts, the Deputy Director and auditors."
        )


@require_safe
def report(request: Request) -> HttpResponse:
    _refuse_all_but_oversight(request)
    form = PeriodForm(request.GET)
    form.is_valid()
    since, to = form.period(request.today)
    decided = with_steps(list(decided_between(since, to)))
    times, grounds = spreads(decided), approvals_by_ground(since, to)
    ages, scope = open_by_age(request.today), held_scope(request.today)
    ending = ending_soon(request.today)
    context = {
        "form": form,
        "since": since,
        "to": to,
        "steps": list(Step),
        "ages": [(label, counts.items(), sum(counts.values())) for label, counts in ages],
        "ages_chart": bar_chart(
            "Open requests", "requests", [(label, sum(each.values())) for label, each in ages]
        ),
        "decided": len(decided),
        "times": times,
        "times_chart": bar_chart(
            "Median days of each step", "days", [(each.name, each.median or 0) for each in times]
        ),
        "grounds": grounds,
        "grounds_chart": bar_chart("Approvals by ground", "approvals", grounds),
        "ending": ending[:SHOWN],
        "ending_in_all": ending.count(),
        "scope": held(list(scope[:SHOWN])),
        "scope_in_all": scope.count(),
    }
    return render(request, "exemptions/reports/report.html", context)


def _period(request: Request) -> tuple[date, date] | None:
    """Of the address; None where it can't be read: the page says what is wrong."""
    form = PeriodForm(request.GET)
    return form.period(request.today) if form.is_valid() else None


def _back(request: Request) -> HttpResponse:
    return redirect(f"{reverse('exemptions:report')}?{request.GET.urlencode()}")


@require_safe
def times_file(request: Request, ending: Ending) -> HttpResponseBase:
    """The decisions of the period with the days of each step."""
    _refuse_all_but_oversight(request)
    period = _period(request)
    if period is None:
        return _back(request)
    return spreadsheet(
        f"exemption-times-{request.today}", ending, TIMES, _times(*period), sheet="Time to decide"
    )


def _times(since: date, to: date) -> Iterator[tuple[Any, ...]]:
    for each in with_steps(list(decided_between(since, to))):
        request = each.decision.request
        yield (
            request.number,
            request.agency.name,
            timezone.localdate(request.sent_at) if request.sent_at else None,
            timezone.localdate(each.decision.at),
            each.decision.get_outcome_display(),
            each.total,
            *(each.steps[step] for step in Step),
        )


@require_safe
def scope_file(request: Request, ending: Ending) -> HttpResponseBase:
    """What remains of every exemption in term today."""
    _refuse_all_but_oversight(request)
    return spreadsheet(
        f"exemption-scope-{request.today}",
        ending,
        SCOPE,
        _scope(request.today),
        sheet="What remains",
    )


def _scope(on: date) -> Iterator[tuple[Any, ...]]:
    return (_line(each) for each in held(list(held_scope(on))))


def _line(each: Held) -> tuple[Any, ...]:
    left, request = each.left, each.request
    return (
        request.number,
        request.agency.name,
        str(each.item.item),
        left.quantity,
        left.used_quantity,
        left.quantity_left,
        left.amount,
        left.used_amount,
        left.amount_left,
        last_day(request.until) if request.until else None,
    )
