"""General Telecommunications Delegations: STND records them, the agency's people read their own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from exemptions.forms.living import (
    DelegationFilterForm,
    DelegationForm,
    NameDelegationForm,
    WithdrawForm,
)
from exemptions.models import Delegation, ExemptionRequest
from exemptions.reading.delegations import without_delegation
from exemptions.services.delegating import (
    name_delegation,
    record_delegation,
    withdraw_delegation,
)
from exemptions.views.answering import visible_request
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.look.answering import form_page
from stmm.refusals import WrongState

PAGE = 50
RECORDED_BY = "Only an STND analyst of the Department of Technology records delegations."


def _refuse_all_but_stnd(request: Request) -> None:
    if not request.access.is_stnd:
        raise PermissionDenied(RECORDED_BY)


def _visible(request: Request, pk: int) -> Delegation:
    """The delegation, if this person may see it; 404 otherwise."""
    found = Delegation.objects.visible_to(request.access)
    return get_object_or_404(found.select_related("agency", "recorded_by"), pk=pk)


@require_safe
def delegation_list(request: Request) -> HttpResponse:
    form = DelegationFilterForm(request.GET, access=request.access)
    form.is_valid()
    found = form.delegations(request.today).select_related("agency")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(each, *each.standing(request.today)) for each in page],
        "filtered": any(form.cleaned_data.values()),
        "may_record": request.access.is_stnd,
        "lacking": without_delegation(request.today).count() if request.access.is_stnd else 0,
    }
    return render(request, "exemptions/delegations/list.html", context)


@require_safe
def delegation(request: Request, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    word, tone = found.standing(request.today)
    naming = ExemptionRequest.objects.visible_to(request.access).filter(delegation=found)
    context = {
        "delegation": found,
        "word": word,
        "tone": tone,
        "requests": naming.select_related("agency"),
        "may_withdraw": request.access.is_stnd and found.withdrawn_at is None,
        "entries": list(Entry.objects.about(found)),
    }
    return render(request, "exemptions/delegations/detail.html", context)


@form_page
def record_one(request: Request) -> HttpResponse:
    """A new delegation; `?agency=` chooses the agency beforehand."""
    _refuse_all_but_stnd(request)
    form = DelegationForm(request.POST or None, initial={"agency": request.GET.get("agency")})
    if form.is_valid():
        try:
            made = record_delegation(
                **form.fields_of_delegation, access=request.access, at=request.at
            )
        except WrongState as refusal:
            form.add_error("reference", str(refusal))
        else:
            messages.success(request, f"{made} of {made.agency.name} is recorded.")
            return redirect(made)
    return render(request, "exemptions/delegations/record.html", {"form": form})


@form_page
def withdraw_one(request: Request, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    _refuse_all_but_stnd(request)
    form = WithdrawForm(request.POST or None)
    if found.withdrawn_at is not None:
        messages.info(request, f"{found} is withdrawn already.")
        return redirect(found)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        withdraw_delegation(delegation=found, reason=reason, access=request.access, at=request.at)
        messages.success(request, f"{found} is withdrawn.")
        return redirect(found)
    context = {"delegation": found, "form": form}
    return render(request, "exemptions/delegations/withdraw.html", context)


@require_safe
def lacking(request: Request) -> HttpResponse:
    """Requests without a delegation in effect; those that ask for one first."""
    _refuse_all_but_stnd(request)
    found = without_delegation(request.today).select_related("agency", "delegation")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "exemptions/delegations/lacking.html", {"page": page})


@form_page
def name_one(request: Request, pk: int) -> HttpResponse:
    """Say which of the agency's delegations a request has."""
    exemption = visible_request(request, pk)
    _refuse_all_but_stnd(request)
    form = NameDelegationForm(request.POST or None, request=exemption)
    if form.is_valid():
        chosen = form.cleaned_data["delegation"]
        try:
            name_delegation(
                request=exemption, delegation=chosen, access=request.access, at=request.at
            )
        except WrongState as refusal:
            form.add_error("delegation", str(refusal))
        else:
            messages.success(request, f"{exemption} has the delegation {chosen}.")
            return redirect(exemption)
    context = {"exemption": exemption, "form": form}
    return render(request, "exemptions/delegations/name.html", context)
