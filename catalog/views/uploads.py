"""From a contractor's matrix to an edition: uploaded, compared, decided by a second person."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from catalog.affected import Affected
from catalog.comparison import CSV_HEADER, csv_rows, differences, shown, views
from catalog.matrix.columns import HEADINGS
from catalog.models import MatrixUpload, UploadedLine
from catalog.services import publishing, uploading
from catalog.upload_forms import ColumnsForm, CompareForm, PublishForm, RejectForm, UploadForm
from catalog.upload_workflow import Action, may_step
from catalog.views.designation import form_page, refuse_all_but_keepers
from stmm.agencies.middleware import Request
from stmm.agencies.views import attempt
from stmm.audit.models import Entry
from stmm.documents.services import hand_out
from stmm.exports import csv_download

PAGE = 50
MOST_ORDERS = 50
READERS_ONLY = (
    "Uploads are read by STND analysts, the Deputy Director and auditors. What is published is on"
    " the page of its contract."
)


def visible_upload(request: Request, pk: int) -> MatrixUpload:
    """The upload, for those who see everything; 404 for all others, as if there were none."""
    uploads = MatrixUpload.objects.select_related(
        "contract__contractor", "uploaded_by", "decided_by"
    )
    return get_object_or_404(uploads if request.access.sees_everything else uploads.none(), pk=pk)


@require_safe
def upload_list(request: Request, affected: Affected) -> HttpResponse:
    if not request.access.sees_everything:
        raise PermissionDenied(READERS_ONLY)
    uploads = MatrixUpload.objects.select_related("contract__contractor", "uploaded_by")
    context = {
        "page": Paginator(uploads, PAGE).get_page(request.GET.get("page")),
        "may_upload": request.access.is_stnd,
    }
    return render(request, "catalog/uploads/list.html", context)


@form_page
def new(request: Request, affected: Affected) -> HttpResponse:
    refuse_all_but_keepers(request)
    initial = {"contract": request.GET.get("contract"), "effective_from": request.today}
    if request.method != "POST":
        return render(request, "catalog/uploads/new.html", {"form": UploadForm(initial=initial)})
    form = UploadForm(request.POST, request.FILES)

    def send() -> MatrixUpload:
        wanted = form.cleaned_data
        return uploading.upload(
            contract=wanted["contract"],
            file_name=wanted["file"].name,
            content=wanted["file"].read(),
            effective_from=wanted["effective_from"],
            key=wanted["key"],
            access=request.access,
            at=request.at,
        )

    if made := attempt(form, send):
        messages.success(request, f"{made.file_name} is uploaded. Nothing is published by that.")
        return redirect(made)
    return render(request, "catalog/uploads/new.html", {"form": form})


@require_safe
def detail(request: Request, pk: int, affected: Affected) -> HttpResponse:
    upload = visible_upload(request, pk)
    if upload.is_waiting:
        return render(request, "catalog/uploads/waiting.html", {"upload": upload})
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx: the waiting page asks
        return HttpResponseClientRefresh()
    return _compared(request, upload, affected, CompareForm(initial=_as_compared(upload)))


def _as_compared(upload: MatrixUpload) -> dict[str, object]:
    return {"effective_from": upload.effective_from}


def _compared(
    request: Request, upload: MatrixUpload, affected: Affected, compare_form: Form
) -> HttpResponse:
    """The dry run, and once it is decided what became of it."""
    lists = views(upload)
    keys = [view.key for view in lists]
    key = request.GET.get("show", "")
    key = key if key in keys else next(iter(keys), "")
    page = Paginator(differences(upload, key), PAGE).get_page(request.GET.get("page"))
    touched = affected(upload, request.today) if upload.is_open else []
    context = {
        "upload": upload,
        "views": lists,
        "key": key,
        "page": page,
        "rows": [shown(row) if isinstance(row, UploadedLine) else row for row in page],
        "columns": [(head, HEADINGS.get(attribute, "")) for head, attribute, _ in upload.columns],
        "affected": touched[:MOST_ORDERS],
        "more_affected": max(0, len(touched) - MOST_ORDERS),
        "keeps": request.access.is_stnd and upload.is_open,
        "may_publish": may_step(Action.PUBLISH, upload),
        "reason_against": publishing.reason_against_publishing(upload, request.user),
        "publish_form": PublishForm(initial={"shown": upload.round}),
        "compare_form": compare_form,
        "entries": list(Entry.objects.about(upload)),
    }
    return render(request, "catalog/uploads/detail.html", context)


@form_page
def columns(request: Request, pk: int, affected: Affected) -> HttpResponse:
    upload = visible_upload(request, pk)
    refuse_all_but_keepers(request)
    if not (may_step(Action.ASK_AGAIN, upload) and upload.columns):
        messages.error(request, "The columns of this upload can’t be changed now.")
        return redirect(upload)
    form = ColumnsForm(request.POST if request.method == "POST" else None, upload=upload)
    made = attempt(
        form,
        lambda: uploading.choose_columns(
            upload=upload, chosen=form.chosen(), access=request.access, at=request.at
        ),
    )
    if made:
        messages.success(request, "The columns are remembered; the file is read again.")
        return redirect(upload)
    return render(request, "catalog/uploads/columns.html", {"upload": upload, "form": form})


@require_POST
def compare(request: Request, pk: int, affected: Affected) -> HttpResponse:
    """Again, with the catalogue as it is now, or for another day."""
    upload = visible_upload(request, pk)
    refuse_all_but_keepers(request)
    form = CompareForm(request.POST)
    if attempt(
        form,
        lambda: uploading.compare_again(
            upload=upload,
            effective_from=form.cleaned_data["effective_from"],
            access=request.access,
            at=request.at,
        ),
    ):
        return redirect(upload)
    return _compared(request, upload, affected, form)


@require_POST
def publish(request: Request, pk: int, affected: Affected) -> HttpResponse:
    upload = visible_upload(request, pk)
    refuse_all_but_keepers(request)
    form = PublishForm(request.POST)
    published = attempt(
        form,
        lambda: publishing.publish(
            upload=upload,
            shown=form.cleaned_data["shown"],
            access=request.access,
            at=request.at,
        ),
    )
    if published:
        messages.success(request, f"{published.edition} is published.")
    for problem in form.non_field_errors():
        messages.error(request, str(problem))
    return redirect(upload)


@form_page
def reject(request: Request, pk: int, affected: Affected) -> HttpResponse:
    upload = visible_upload(request, pk)
    refuse_all_but_keepers(request)
    form = RejectForm(request.POST if request.method == "POST" else None)
    rejected = attempt(
        form,
        lambda: publishing.reject(
            upload=upload,
            reason=form.cleaned_data["reason"],
            access=request.access,
            at=request.at,
        ),
    )
    if rejected:
        messages.success(request, f"{upload.file_name} is rejected. The catalog is as it was.")
        return redirect(upload)
    return render(request, "catalog/uploads/reject.html", {"upload": upload, "form": form})


@require_safe
def comparison(request: Request, pk: int, affected: Affected) -> HttpResponseBase:
    upload = visible_upload(request, pk)
    touched = affected(upload, request.today) if upload.is_open else []
    name = f"comparison-{upload.pk}-{upload.effective_from}.csv"
    return csv_download(name, CSV_HEADER, csv_rows(upload, touched))


@require_safe
def file(request: Request, pk: int, affected: Affected) -> HttpResponse:
    """The very bytes that were uploaded."""
    document = visible_upload(request, pk).file
    return HttpResponse(
        hand_out(document=document, actor=request.user, at=request.at),
        content_type=document.media_type,
        headers={"Content-Disposition": content_disposition_header(True, document.file_name) or ""},
    )
