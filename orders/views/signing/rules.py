"""Who signs for an agency: when its CATR's word is wanted, and who stands in for the CATR."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from orders.forms.signing import DeputyForm, SigningRuleForm
from orders.models import Deputy, SigningRule
from orders.services.signing import approving
from stmm.agencies.middleware import Request
from stmm.agencies.models import Agency
from stmm.agencies.views import visible_agency
from stmm.look.answering import add_problems, form_page
from stmm.refusals import Incomplete, NotAllowed


def _reason_against(request: Request, agency: Agency) -> str:
    """Why this person changes nothing here; empty for the CATR."""
    try:
        approving.catr_of(request.access, agency)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def _is_made(form: Form, change: Callable[[], object]) -> bool:
    """Whether the change was made that a valid form asks for; what it lacks is an error of it."""
    if not form.is_valid():
        return False
    try:
        change()
    except Incomplete as refusal:
        add_problems(form, refusal)
        return False
    return True


@form_page
def signing_rule(request: Request, pk: int) -> HttpResponse:
    """The rule and the deputies, for people of the agency and oversight; the CATR's to change."""
    agency = visible_agency(request, pk)
    reason_against = _reason_against(request, agency)
    if request.method == "POST" and reason_against:
        raise PermissionDenied(reason_against)
    rule = SigningRule.objects.filter(agency=agency).prefetch_related("categories").first()
    form = SigningRuleForm(request.POST if request.method == "POST" else None, rule=rule)
    if _is_made(
        form,
        lambda: approving.set_signing_rule(
            agency=agency, **form.cleaned_data, access=request.access, at=request.at
        ),
    ):
        messages.success(request, "The rule is recorded. It holds for every order from now on.")
        return redirect("orders:signing-rule", pk)
    deputies = agency.deputies.select_related("user", "named_by")
    context = {
        "agency": agency,
        "rule": rule,
        "form": form,
        "reason_against": reason_against,
        "deputies": deputies.not_over(request.today),
        "past": deputies.over(request.today),
    }
    return render(request, "orders/signing/rule.html", context)


@form_page
def name_deputy(request: Request, pk: int) -> HttpResponse:
    agency = visible_agency(request, pk)
    if reason_against := _reason_against(request, agency):
        raise PermissionDenied(reason_against)
    form = DeputyForm(
        request.POST if request.method == "POST" else None,
        agency=agency,
        user=request.user,
        on=request.today,
    )
    if _is_made(
        form,
        lambda: approving.name_deputy(
            agency=agency, **form.cleaned_data, access=request.access, at=request.at
        ),
    ):
        messages.success(request, f"{form.cleaned_data['user']} stands in for the CATR.")
        return redirect("orders:signing-rule", pk)
    return render(request, "orders/signing/deputy.html", {"agency": agency, "form": form})


@require_POST
def end_deputy(request: Request, pk: int) -> HttpResponse:
    agencies = Agency.objects.visible_to(request.access)
    deputies = Deputy.objects.select_related("agency", "user")
    deputy = get_object_or_404(deputies, pk=pk, agency__in=agencies)
    if reason_against := _reason_against(request, deputy.agency):
        raise PermissionDenied(reason_against)
    approving.end_deputy(deputy=deputy, access=request.access, at=request.at)
    messages.success(request, f"{deputy.user} does not stand in for the CATR any more.")
    return redirect("orders:signing-rule", deputy.agency_id)
