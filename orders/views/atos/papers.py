"""One paper of an ATO, step by step: filled in, signed, approved or returned; its files."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from orders.completeness.ato import what_it_lacks
from orders.forms.atos.ato import ApprovalForm, PaperForm, ScanForm, SignatureForm, WithReasonForm
from orders.forms.printed import show_version
from orders.models import AtoPaper, AuthorizationToOrder
from orders.permissions.ato import may_with_paper, reasons_against_paper
from orders.services.atos import papers as service
from orders.services.atos import signing as ato_signing
from orders.views.atos.ato import ato_refusals, attempted
from orders.views.sending import download
from orders.workflow.ato import AtoAction
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.documents.models import StoredDocument
from stmm.look.answering import form_page
from stmm.refusals import ChangedMeanwhile, Incomplete


def visible_paper(request: Request, pk: int) -> AtoPaper:
    """The paper, if this person may see it; 404 otherwise."""
    papers = AtoPaper.objects.shown_to(request.access).filter(
        ato__in=AuthorizationToOrder.objects.visible_to(request.access)
    )
    return get_object_or_404(
        papers.select_related(
            "ato__agency", "ato__contract__contractor", "form", "scan", "approved_by"
        ).defer("form__content", "scan__content"),
        pk=pk,
    )


@require_safe
def ato_paper(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    context = {
        "paper": paper,
        "listed": paper.listed.select_related("category", "service"),
        "lacks": what_it_lacks(paper) if paper.is_under_way else "",
        "refused": reasons_against_paper(request.access, paper),
        "entries": list(Entry.objects.about(paper.ato)),
    }
    return render(request, "orders/atos/paper.html", context)


@form_page
@ato_refusals
def change_ato(request: Request, pk: int) -> HttpResponse:
    """What was typed is shown again where someone else changed the draft meanwhile."""
    paper = visible_paper(request, pk)
    may_with_paper(request.access, AtoAction.CHANGE, paper)
    form = PaperForm(request.POST if request.method == "POST" else None, instance=paper)
    try:
        if attempted(form, lambda: _keep(request, paper, form)):
            messages.success(request, "The draft is saved. Make it ready when it lacks nothing.")
            return redirect(paper)
    except ChangedMeanwhile as refusal:
        messages.error(request, f"{refusal} What you typed is below: save it again to keep it.")
        show_version(form, visible_paper(request, pk).version)
    # The form wrote what was typed into its instance: the page names the paper as it is kept
    context = {"form": form, "paper": visible_paper(request, pk)}
    return render(request, "orders/atos/change.html", context)


def _keep(request: Request, paper: AtoPaper, form: PaperForm) -> None:
    service.change_paper(
        paper=paper,
        version=form.cleaned_data["version"],
        fields=form.said(),
        categories=form.cleaned_data["categories"],
        services=form.cleaned_data["services"],
        access=request.access,
        at=request.at,
    )


@require_POST
@ato_refusals
def ready_ato(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    try:
        service.make_ready(paper=paper, access=request.access, at=request.at)
    except Incomplete as refusal:
        for problem in refusal.problems:
            messages.error(request, problem.message)
        return redirect("orders:change-ato", pk)
    messages.success(request, f"{paper.name} is ready to be signed. Its PDF is being made.")
    return redirect(paper)


@require_POST
@ato_refusals
def take_back_ato(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    service.take_back(paper=paper, access=request.access, at=request.at)
    messages.success(request, f"{paper.name} is a draft again: it is signed anew once it is ready.")
    return redirect(paper)


@dataclass(frozen=True, slots=True)
class Words:
    """What a page with one form about a paper says."""

    heading: str
    lead: str
    button: str


def _page(request: Request, paper: AtoPaper, form: Form, words: Words) -> HttpResponse:
    context = {"paper": paper, "form": form, "words": words}
    return render(request, "orders/atos/form.html", context)


@form_page
@ato_refusals
def sign_ato_for_agency(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    may_with_paper(request.access, AtoAction.SIGN_FOR_AGENCY, paper)
    form = SignatureForm(request.POST if request.method == "POST" else None)
    if attempted(
        form,
        lambda: ato_signing.sign_for_agency(
            paper=paper, **form.cleaned_data, access=request.access, at=request.at
        ),
    ):
        messages.success(request, "Signed for the agency. The contractor’s order desk is told.")
        return redirect(paper)
    words = Words(
        "Signature of the agency",
        f"Who signed for {paper.ato.agency.name}, as written on the form.",
        "Record the signature",
    )
    return _page(request, paper, form, words)


@form_page
@ato_refusals
def sign_ato_for_contractor(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    may_with_paper(request.access, AtoAction.SIGN_FOR_CONTRACTOR, paper)
    form = SignatureForm(request.POST if request.method == "POST" else None)
    if attempted(
        form,
        lambda: ato_signing.sign_for_contractor(
            paper=paper, **form.cleaned_data, access=request.access, at=request.at
        ),
    ):
        messages.success(request, "Signed for the contractor. STND is told: it approves.")
        return redirect(paper)
    words = Words(
        "Signature of the contractor",
        f"Who signed for {paper.ato.contract.contractor.name}. The agency records it with the scan"
        " of what both have signed.",
        "Record the signature",
    )
    return _page(request, paper, form, words)


@form_page
@ato_refusals
def approve_ato(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    may_with_paper(request.access, AtoAction.APPROVE, paper)
    user = request.user
    initial = {"approver": user.name, "approver_title": user.title, "approved_on": request.today}
    form = ApprovalForm(request.POST if request.method == "POST" else None, initial=initial)
    if attempted(
        form,
        lambda: ato_signing.approve_paper(
            paper=paper, **form.cleaned_data, access=request.access, at=request.at
        ),
    ):
        messages.success(request, f"{paper} is approved by the State. Orders can go through.")
        return redirect(paper)
    words = Words(
        "Approve for the State",
        "Orders for what it lists go through from then on. An approval can’t be changed.",
        "Approve",
    )
    return _page(request, paper, form, words)


@form_page
@ato_refusals
def return_ato(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    may_with_paper(request.access, AtoAction.RETURN, paper)
    form = WithReasonForm(request.POST if request.method == "POST" else None)
    if attempted(
        form,
        lambda: ato_signing.return_paper(
            paper=paper, **form.cleaned_data, access=request.access, at=request.at
        ),
    ):
        messages.success(request, f"{paper} is returned. The agency sees the reason.")
        return redirect(paper)
    words = Words("Return to the agency", "Say what is to be mended.", "Return it")
    return _page(request, paper, form, words)


@form_page
@ato_refusals
def withdraw_ato(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    may_with_paper(request.access, AtoAction.WITHDRAW, paper)
    form = WithReasonForm(request.POST if request.method == "POST" else None)
    if attempted(
        form,
        lambda: service.withdraw_paper(
            paper=paper, **form.cleaned_data, access=request.access, at=request.at
        ),
    ):
        messages.success(request, f"{paper} is withdrawn. It stays on record.")
        return redirect(paper.ato)
    words = Words("Withdraw", "It stays on record, and nothing is ordered under it.", "Withdraw it")
    return _page(request, paper, form, words)


@form_page
@ato_refusals
def scan_ato(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    may_with_paper(request.access, AtoAction.ADD_SCAN, paper)
    posted = request.method == "POST"
    form = ScanForm(request.POST if posted else None, request.FILES if posted else None)

    def keep() -> None:
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        service.add_scan(
            paper=paper,
            file_name=file.name or "scan.pdf",
            content=file.read(),
            access=request.access,
            at=request.at,
        )

    if attempted(form, keep):
        messages.success(request, "The scan is kept with its hash.")
        return redirect(paper)
    words = Words(
        "Scan of the signed form",
        "What was signed on paper. A scan given earlier stays on record.",
        "Upload the scan",
    )
    return _page(request, paper, form, words)


@require_safe
def ato_form(request: Request, pk: int) -> HttpResponse:
    """The PDF for signing; 404 until the job has made it."""
    paper = visible_paper(request, pk)
    return download(request, get_object_or_404(StoredDocument, pk=paper.form_id))


@require_safe
def ato_scan(request: Request, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    return download(request, get_object_or_404(StoredDocument, pk=paper.scan_id))
