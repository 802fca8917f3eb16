"""Eligibility of bodies outside State government: registered by them, decided by STND."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from orders.forms.atos.ato import RegisterForm, WithReasonForm
from orders.models import Registration
from orders.permissions.ato import speaks_for_state
from orders.services.atos import eligibility as service
from orders.views.atos.ato import ato_refusals, attempted, local_agencies
from orders.views.sending import download
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.documents.models import StoredDocument
from stmm.look.answering import form_page
from stmm.refusals import NotAllowed

REGISTRATIONS_A_PAGE = 50


def visible_registration(request: Request, pk: int) -> Registration:
    """The registration, if this person may see it; 404 otherwise."""
    rows = Registration.objects.visible_to(request.access).select_related(
        "agency", "submitted_by", "decided_by"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def registration_list(request: Request) -> HttpResponse:
    """Those that wait first, the longest waiting on top; then those that are decided."""
    place = Case(When(state=Registration.State.SUBMITTED, then=Value(0)), default=Value(1))
    rows = Registration.objects.visible_to(request.access).select_related("agency")
    ordered = rows.annotate(place=place).order_by("place", "submitted_at", "pk")
    context = {
        "page": Paginator(ordered, REGISTRATIONS_A_PAGE).get_page(request.GET.get("page")),
        "may_register": bool(local_agencies(request)),
    }
    return render(request, "orders/atos/registrations.html", context)


@require_safe
def registration_detail(request: Request, pk: int) -> HttpResponse:
    registration = visible_registration(request, pk)
    context = {
        "registration": registration,
        "may_decide": registration.is_open and request.access.is_stnd,
        "may_register": registration.agency in local_agencies(request),
        "entries": list(Entry.objects.about(registration)),
    }
    return render(request, "orders/atos/registration.html", context)


@form_page
@ato_refusals
def register(request: Request) -> HttpResponse:
    agencies = local_agencies(request)
    if not agencies:
        raise NotAllowed("Only an authorized purchaser of a local agency registers it.")
    posted = request.method == "POST"
    form = RegisterForm(
        request.POST if posted else None, request.FILES if posted else None, agencies=agencies
    )
    made: list[Registration] = []

    def keep() -> None:
        said = dict(form.cleaned_data)
        file: UploadedFile[bytes] = said.pop("file")
        made.append(
            service.register(
                **said,
                file_name=file.name or "nespa.pdf",
                content=file.read(),
                access=request.access,
                at=request.at,
            )
        )

    if attempted(form, keep):
        messages.success(request, "STND is told: it approves, or returns it with its reasons.")
        return redirect(made[0])
    return render(request, "orders/atos/register.html", {"form": form})


@require_POST
@ato_refusals
def approve_registration(request: Request, pk: int) -> HttpResponse:
    registration = visible_registration(request, pk)
    service.approve_registration(registration=registration, access=request.access, at=request.at)
    messages.success(request, f"{registration.agency.name} is eligible. Its purchasers are told.")
    return redirect(registration)


@form_page
@ato_refusals
def return_registration(request: Request, pk: int) -> HttpResponse:
    registration = visible_registration(request, pk)
    speaks_for_state(request.access)
    form = WithReasonForm(request.POST if request.method == "POST" else None)
    if attempted(
        form,
        lambda: service.return_registration(
            registration=registration, **form.cleaned_data, access=request.access, at=request.at
        ),
    ):
        messages.success(request, f"Returned to {registration.agency.name} with the reason.")
        return redirect(registration)
    context = {"form": form, "registration": registration}
    return render(request, "orders/atos/return_registration.html", context)


@require_safe
def nespa(request: Request, pk: int) -> HttpResponse:
    registration = visible_registration(request, pk)
    return download(request, get_object_or_404(StoredDocument, pk=registration.nespa_id))
