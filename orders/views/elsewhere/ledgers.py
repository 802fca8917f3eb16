"""Purchase ledgers: sent, read and matched by a job, looked at, withdrawn."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from orders.files.ledger import HEADINGS, NEEDED
from orders.forms.elsewhere.outside import LedgerForm, WithdrawForm
from orders.models import Ledger
from orders.permissions.elsewhere import may_record_for, recording_agencies, records_for
from orders.services.elsewhere.ledgers import upload_ledger, withdraw_ledger
from orders.views.elsewhere.outside_acts import ORDERING_ONLY
from orders.views.for_agencies import for_agencies
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.documents.services import hand_out
from stmm.exports import csv_download
from stmm.look.answering import form_page
from stmm.refusals import NotAllowed, WrongState

LEDGERS_A_PAGE = 50
ERRORS_A_PAGE = 50


def visible_ledger(request: Request, pk: int) -> Ledger:
    """The ledger, if this person may see it; 404 otherwise."""
    rows = Ledger.objects.visible_to(request.access).select_related("agency", "uploaded_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
@for_agencies
def ledger_list(request: Request) -> HttpResponse:
    rows = Ledger.objects.visible_to(request.access).select_related("agency", "uploaded_by")
    context = {
        "page": Paginator(rows, LEDGERS_A_PAGE).get_page(request.GET.get("page")),
        "may_upload": bool(recording_agencies(request.access)),
    }
    return render(request, "orders/elsewhere/ledgers.html", context)


@form_page
def upload(request: Request) -> HttpResponse:
    agencies = recording_agencies(request.access)
    if not agencies:
        raise PermissionDenied(ORDERING_ONLY)
    is_sent = request.method == "POST"
    form = LedgerForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, agencies=agencies
    )
    if form.is_valid():
        sent = form.cleaned_data
        made = upload_ledger(
            agency=sent["agency"],
            file_name=sent["file"].name,
            content=sent["file"].read(),
            key=sent["key"],
            access=request.access,
            at=request.at,
        )
        if made.creation_key == sent["key"]:
            messages.success(request, f"{made.file_name} is uploaded. It is read and matched now.")
        else:
            messages.info(request, "This very file was uploaded before: here it is.")
        return redirect(made)
    context = {"form": form, "headings": HEADINGS, "needed": NEEDED}
    return render(request, "orders/elsewhere/upload.html", context)


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    ledger = visible_ledger(request, pk)
    if ledger.is_waiting:
        return render(request, "orders/elsewhere/ledger_waiting.html", {"ledger": ledger})
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx: the waiting page asks
        return HttpResponseClientRefresh()
    context = {
        "ledger": ledger,
        "page": Paginator(ledger.errors.all(), ERRORS_A_PAGE).get_page(request.GET.get("page")),
        "open_findings": ledger.purchases.open_findings().count(),
        "may_withdraw": ledger.state == Ledger.State.RECORDED
        and records_for(request.access, ledger.agency),
        "entries": list(Entry.objects.about(ledger)),
    }
    return render(request, "orders/elsewhere/ledger.html", context)


@require_safe
def file(request: Request, pk: int) -> HttpResponse:
    """The very bytes that were uploaded; the download is recorded."""
    document = visible_ledger(request, pk).file
    return HttpResponse(
        hand_out(document=document, actor=request.user, at=request.at),
        content_type=document.media_type,
        headers={"Content-Disposition": content_disposition_header(True, document.file_name) or ""},
    )


@require_safe
@for_agencies
def template(request: Request) -> HttpResponseBase:
    """The headings alone, to fill in."""
    return csv_download("purchase-ledger.csv", HEADINGS, [])


@form_page
def withdraw(request: Request, pk: int) -> HttpResponse:
    ledger = visible_ledger(request, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    try:
        may_record_for(request.access, ledger.agency)
        if form.is_valid():
            withdraw_ledger(
                ledger=ledger,
                reason=form.cleaned_data["reason"],
                access=request.access,
                at=request.at,
            )
            messages.success(request, "The ledger is withdrawn with its purchases.")
            return redirect(ledger)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return redirect(ledger)
    return render(request, "orders/elsewhere/withdraw.html", {"subject": ledger, "form": form})
