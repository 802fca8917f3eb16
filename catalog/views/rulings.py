"""Rulings: asked by agencies, answered by the Department, seen by both."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.advice import Advise
from catalog.keeping_forms import AnswerForm, AskForm
from catalog.models import Designation, Ruling, Service
from catalog.services import rulings as service_of
from catalog.views.designation import form_page, refuse_all_but_keepers
from stmm.agencies.middleware import Request
from stmm.agencies.views import attempt
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed

RULINGS_A_PAGE = 50


def _visible(request: Request, pk: int) -> Ruling:
    rulings = Ruling.objects.visible_to(request.access).select_related(
        "agency", "service__contract__contractor", "service__category", "asked_by", "designation"
    )
    return get_object_or_404(rulings, pk=pk)


@require_safe
def ruling_list(request: Request, advise: Advise) -> HttpResponse:
    """Open ones first, the longest waiting on top; then those that are closed."""
    open_first = Case(When(state=Ruling.State.ASKED, then=Value(0)), default=Value(1))
    rows = (
        Ruling.objects.visible_to(request.access)
        .select_related("agency", "service__contract", "designation")
        .annotate(place=open_first)
        .order_by("place", "asked_at", "pk")
    )
    page = Paginator(rows, RULINGS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalog/rulings.html", {"page": page})


@require_safe
def ruling_detail(request: Request, pk: int, advise: Advise) -> HttpResponse:
    ruling = _visible(request, pk)
    context = {
        "ruling": ruling,
        "may_withdraw": ruling.is_open and ruling.agency in request.access.ordering_agencies,
        "entries": list(Entry.objects.about(ruling)),
    }
    return render(request, "catalog/ruling.html", context)


@form_page
def ask(request: Request, pk: int, advise: Advise) -> HttpResponse:
    service = get_object_or_404(
        Service.objects.with_designation(request.today).select_related("contract__contractor"),
        pk=pk,
    )
    agencies = request.access.ordering_agencies
    if not agencies:
        raise PermissionDenied("Only a CATR, an ATR or an authorized purchaser asks for a ruling.")
    form = AskForm(request.POST or None, agencies=agencies)
    ruling = attempt(
        form,
        lambda: service_of.ask(
            service=service, **form.cleaned_data, access=request.access, at=request.at
        ),
    )
    if ruling:
        messages.success(request, f"{ruling} waits for the Department’s answer.")
        return redirect(ruling)
    waiting = Ruling.objects.filter(
        service=service, agency__in=agencies, state=Ruling.State.ASKED
    ).first()
    context = {
        "form": form,
        "service": service,
        "now": Designation.Value(service.designation),
        "waiting": waiting,
    }
    return render(request, "catalog/ruling_ask.html", context)


@form_page
def answer(request: Request, pk: int, advise: Advise) -> HttpResponse:
    ruling = _visible(request, pk)
    refuse_all_but_keepers(request)
    form = AnswerForm(request.POST or None, initial={"effective_from": request.today})
    answered = attempt(
        form,
        lambda: service_of.answer(
            ruling=ruling, **form.cleaned_data, access=request.access, at=request.at
        ),
    )
    if answered:
        messages.success(request, f"{answered} is answered: the flag of the service is recorded.")
        return redirect(answered)
    if not ruling.is_open and not form.is_bound:
        return redirect(ruling)
    return render(request, "catalog/ruling_answer.html", {"form": form, "ruling": ruling})


@require_POST
def withdraw(request: Request, pk: int, advise: Advise) -> HttpResponse:
    ruling = _visible(request, pk)
    try:
        service_of.withdraw(ruling=ruling, access=request.access, at=request.at)
    except NotAllowed as refusal:
        if ruling.agency not in request.access.ordering_agencies:
            raise PermissionDenied(str(refusal)) from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{ruling} is withdrawn.")
    return redirect(ruling)
