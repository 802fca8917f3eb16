"""Leaving CALNET, the wizard: what and how, which services, when, review and notice."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Contract
from orders.completeness.leaving import gaps_in, problems_of
from orders.forms.leaving import LeavingDetailsForm, NoticeForm, PartsForm, StartLeavingForm
from orders.forms.printed import show_version
from orders.models import Leaving, LeavingPart, OpenService
from orders.permissions.leaving import LeavingAction, agencies_to_leave_for, may
from orders.reading.leaving import choices_for, parts_of, shown_parts
from orders.services.leaving import acts as service_of
from orders.views.leaving.notices import leaving_answered, visible_leaving
from orders.views.step_list import Step, step_list
from stmm.agencies.middleware import Request
from stmm.agencies.models import Agency
from stmm.look.answering import form_page
from stmm.policy.citations import cite
from stmm.policy.decision import Decision
from stmm.refusals import ChangedMeanwhile, Problem

STEPS = (
    ("start-leaving", "Contract"),
    ("leaving-parts", "Services"),
    ("leaving-details", "Day and letter"),
    ("leaving-review", "Review and notice"),
)


def steps_of(leaving: Leaving, current: str, problems: Iterable[Problem]) -> list[Step]:
    """The steps with links; what is chosen first stays as it was begun.

    A step with one of the `problems` is not shown as done.
    """
    lacking = {problem.step for problem in problems}
    return step_list(STEPS, current, pk=leaving.pk, opens_from=2, lacking=lacking)


def _contracts(agencies: list[Agency]) -> list[Contract]:
    """Contracts for which one of the agencies has an ATO or open services."""
    open_services = OpenService.objects.working().filter(agency__in=agencies)
    return list(
        Contract.objects.filter(
            Q(atos__agency__in=agencies) | Q(pk__in=open_services.values("service__contract"))
        ).distinct()
    )


@form_page
def start(request: Request) -> HttpResponse:
    """Step 1."""
    agencies = agencies_to_leave_for(request.access)
    if not agencies:
        raise PermissionDenied(
            "Leaving CALNET with 30 calendar days’ notice is for the authorized purchasers of"
            " bodies outside State government (PO-4.2)."
        )
    form = StartLeavingForm(request.POST or None, agencies=agencies, contracts=_contracts(agencies))
    if form.is_valid():
        leaving = service_of.start(**form.cleaned_data, access=request.access, at=request.at)
        return redirect("orders:leaving-parts", leaving.pk)
    context = {
        "form": form,
        "steps": step_list(STEPS, "start-leaving", pk=None),
        "citations": [cite("PO-4.1"), cite("PO-4.2")],
    }
    return render(request, "orders/leaving/start.html", context)


def _name(part: LeavingPart) -> str:
    """As its choice is called."""
    if part.open_service_id:
        return f"open-{part.open_service_id}"
    if part.category_id:
        return f"category-{part.category_id}"
    return f"service-{part.service_id}"


@form_page
@leaving_answered
def parts(request: Request, pk: int) -> HttpResponse:
    """Step 2: each service with its two years, and when it may leave."""
    leaving = visible_leaving(request, pk)
    may(request.access, LeavingAction.EDIT, leaving)
    form = PartsForm(
        request.POST or None,
        choices=choices_for(leaving, on=request.today),
        chosen=[_name(part) for part in leaving.parts.all()],
        version=leaving.version,
    )
    if form.is_valid():
        service_of.choose(
            leaving=leaving,
            **form.chosen(),
            version=form.cleaned_data["version"],
            access=request.access,
            at=request.at,
        )
        return redirect("orders:leaving-details", pk)
    steps = steps_of(leaving, "leaving-parts", gaps_in(leaving, on=request.today))
    context = {"leaving": leaving, "form": form, "steps": steps}
    return render(request, "orders/leaving/parts.html", context)


@form_page
@leaving_answered
def details(request: Request, pk: int) -> HttpResponse:
    """Step 3."""
    leaving = visible_leaving(request, pk)
    may(request.access, LeavingAction.EDIT, leaving)
    shown = shown_parts(leaving, on=request.today)
    form = LeavingDetailsForm(request.POST or None, instance=leaving)
    if form.is_valid():
        try:
            service_of.change(
                leaving=leaving,
                fields=form.changed(),
                version=form.cleaned_data["version"],
                access=request.access,
                at=request.at,
            )
        except ChangedMeanwhile as refusal:
            form.add_error(None, f"{refusal} What you typed is kept; save again to use it.")
            show_version(form, Leaving.objects.get(pk=pk).version)
        else:
            return redirect("orders:leaving-review", pk)
    stored = visible_leaving(request, pk)
    context = {
        "leaving": stored,
        "form": form,
        "shown": shown,
        "steps": steps_of(stored, "leaving-details", gaps_in(stored, on=request.today)),
    }
    return render(request, "orders/leaving/details.html", context)


@require_safe
@leaving_answered
def review(request: Request, pk: int) -> HttpResponse:
    """Step 4: every decision, the earliest day, and what keeps notice from being given."""
    leaving = visible_leaving(request, pk)
    may(request.access, LeavingAction.GIVE_NOTICE, leaving)
    shown = shown_parts(leaving, on=request.today)
    today: dict[int, Decision] = {
        key: decision for key, decision in shown.decisions.items() if isinstance(decision, Decision)
    }
    problems = problems_of(leaving, parts_of(leaving), today, on=request.today)
    context = {
        "leaving": leaving,
        "shown": shown,
        "problems": problems,
        "steps": steps_of(leaving, "leaving-review", problems),
    }
    return render(request, "orders/leaving/review.html", context)


@require_POST
@leaving_answered
def give_notice(request: Request, pk: int) -> HttpResponse:
    leaving = visible_leaving(request, pk)
    form = NoticeForm(request.POST)
    if not form.is_valid():
        may(request.access, LeavingAction.GIVE_NOTICE, leaving)
        return redirect("orders:leaving-review", pk)
    service_of.give_notice(
        leaving=leaving, **form.cleaned_data, access=request.access, at=request.at
    )
    messages.success(request, f"Notice is given by {leaving}. Its letter is being made and sent.")
    return redirect(leaving)
