"""The pages of agencies: members see their own, oversight all, STND analysts record."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.contrib.auth.forms import PasswordResetForm
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from stmm.accounts.models import User
from stmm.agencies.address_book import counts
from stmm.agencies.forms import (
    AgencyFilterForm,
    AgencyForm,
    AppointmentForm,
    EndForm,
    StandingForm,
)
from stmm.agencies.middleware import Request
from stmm.agencies.models import Agency, Appointment
from stmm.agencies.permissions import reason_against_changes
from stmm.agencies.services import (
    Appointed,
    add_agency,
    appoint_by_email,
    end_appointment,
    set_standing,
)
from stmm.audit.models import Entry
from stmm.documents.services import hand_out
from stmm.refusals import NotAllowed

Made = TypeVar("Made")

PAGE = 25

form_page = require_http_methods(["GET", "HEAD", "POST"])


def visible_agency(request: Request, pk: int) -> Agency:
    """The agency, if this person may see it; 404 otherwise."""
    agencies = Agency.objects.visible_to(request.access).with_standing(request.today)
    return get_object_or_404(agencies, pk=pk)


def visible_appointment(request: Request, pk: int) -> Appointment:
    """An appointment at an agency that this person may see; 404 otherwise."""
    appointments = Appointment.objects.filter(
        agency__in=Agency.objects.visible_to(request.access)
    ).select_related("agency", "user")
    return get_object_or_404(appointments, pk=pk)


def refuse_all_but_stnd(request: Request) -> None:
    if reason := reason_against_changes(request.access):
        raise PermissionDenied(reason)


def attempt(form: Form, change: Callable[[], Made]) -> Made | None:
    """What the change makes that a valid form asks for; None where the form has problems.

    A refusal of the service is one of them, shown with what was typed.
    """
    if not form.is_valid():
        return None
    try:
        return change()
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None


@require_safe
def agency_list(request: Request) -> HttpResponse:
    form = AgencyFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    agencies = (
        Agency.objects.visible_to(request.access)
        .matching(wanted.get("q", ""))
        .with_standing(request.today, only=wanted.get("standing", ""))
    )
    if wanted.get("kind"):
        agencies = agencies.filter(kind=wanted["kind"])
    context = {
        "form": form,
        "page": Paginator(agencies, PAGE).get_page(request.GET.get("page")),
        "filtered": any(wanted.values()),
        "may_change": not reason_against_changes(request.access),
    }
    return render(request, "agencies/list.html", context)


@require_safe
def agency_detail(request: Request, pk: int) -> HttpResponse:
    agency = visible_agency(request, pk)
    appointments = agency.appointments.select_related("user").defer("form__content")
    order = list(Appointment.Role)
    held = sorted(
        appointments.at_or_after(request.today),
        key=lambda each: (order.index(Appointment.Role(each.role)), each.user.name),
    )
    context = {
        "agency": agency,
        "standings": agency.standings.select_related("recorded_by").order_by(
            "-effective_from", "-recorded_at", "-pk"
        ),
        "names": agency.names.order_by("-effective_from", "-recorded_at", "-pk"),
        "current": [each for each in held if each.starts_on <= request.today],
        "coming": [each for each in held if each.starts_on > request.today],
        "past": appointments.filter(until__lte=request.today).order_by("-until", "-pk"),
        "entries": Entry.objects.about(agency),
        "address_book": counts(agency),
        "reason_against": reason_against_changes(request.access),
    }
    return render(request, "agencies/detail.html", context)


@form_page
def agency_add(request: Request) -> HttpResponse:
    refuse_all_but_stnd(request)
    form = AgencyForm(request.POST or None)
    agency = attempt(
        form, lambda: add_agency(**form.cleaned_data, actor=request.user, at=request.at)
    )
    if agency:
        messages.success(request, f"{agency} is recorded.")
        return redirect("agencies:detail", agency.pk)
    return render(request, "agencies/add.html", {"form": form})


@form_page
def standing_set(request: Request, pk: int) -> HttpResponse:
    agency = visible_agency(request, pk)
    refuse_all_but_stnd(request)
    form = StandingForm(request.POST or None, initial={"effective_from": request.today})
    standing = attempt(
        form,
        lambda: set_standing(agency=agency, **form.cleaned_data, actor=request.user, at=request.at),
    )
    if standing:
        messages.success(
            request, f"{agency.name}: {standing} from {standing.effective_from:%B %-d, %Y} on."
        )
        return redirect("agencies:detail", pk)
    return render(request, "agencies/set_standing.html", {"agency": agency, "form": form})


@form_page
def person_appoint(request: Request, pk: int) -> HttpResponse:
    agency = visible_agency(request, pk)
    refuse_all_but_stnd(request)
    form = AppointmentForm(
        request.POST or None,
        request.FILES or None,
        agency=agency,
        initial={"starts_on": request.today, "state": "CA"},
    )
    made = attempt(
        form,
        lambda: appoint_by_email(
            **form.appointment,
            details=form.details,
            agency=agency,
            actor=request.user,
            at=request.at,
        ),
    )
    if made:
        _tell(request, made, details_typed="name" in form.details)
        return redirect("agencies:detail", pk)
    return render(request, "agencies/appoint.html", {"agency": agency, "form": form})


def _tell(request: Request, made: Appointed, *, details_typed: bool) -> None:
    appointment, user = made.appointment, made.appointment.user
    messages.success(
        request,
        f"{user} is {appointment.get_role_display()} of {appointment.agency.name}, "
        f"{appointment.period}.",
    )
    if made.is_new_person:
        _invite(request, user)
        messages.info(request, f"A link to set a password is on its way to {user.email}.")
    elif details_typed:
        messages.info(
            request, f"{user} had an account already; the name and address typed were not used."
        )


def _invite(request: Request, user: User) -> None:
    """Mail the link by which a new person chooses a password."""
    form = PasswordResetForm({"email": user.email})
    form.full_clean()
    form.save(
        request=request,
        use_https=request.is_secure(),
        subject_template_name="agencies/invitation_subject.txt",
        email_template_name="agencies/invitation.txt",
    )


@form_page
def appointment_end(request: Request, pk: int) -> HttpResponse:
    appointment = visible_appointment(request, pk)
    refuse_all_but_stnd(request)
    form = EndForm(request.POST or None, initial={"last_day": request.today})
    ended = attempt(
        form,
        lambda: end_appointment(
            appointment=appointment,
            until=form.until,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=request.at,
        ),
    )
    if ended:
        messages.success(request, f"{ended.user} is {ended.get_role_display()} {ended.period}.")
        return redirect("agencies:detail", ended.agency_id)
    context = {"appointment": appointment, "agency": appointment.agency, "form": form}
    return render(request, "agencies/end_appointment.html", context)


@require_safe
def appointment_form(request: Request, pk: int) -> HttpResponse:
    """The signed CDT-965 as it was uploaded. The download is recorded."""
    document = visible_appointment(request, pk).form
    if document is None:
        raise Http404("No form CDT-965 was uploaded.")
    content = hand_out(document=document, actor=request.user, at=request.at)
    disposition = content_disposition_header(True, document.file_name) or ""
    return HttpResponse(
        content,
        content_type=document.media_type,
        headers={"Content-Disposition": disposition},
    )
