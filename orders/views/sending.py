"""Downloads: the STD. 20 as it was made, attachments; and the mails that carried them."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from orders.models import Leaving, LocalOrder, Order
from orders.views.answering import visible_order
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry, subject_kind
from stmm.documents.models import StoredDocument
from stmm.documents.services import hand_out
from stmm.outbox.models import OutgoingMail
from stmm.outbox.services import try_again

PAGE = 25
About = Order | Leaving | LocalOrder
# What mails go to contractors about
ABOUT: tuple[type[Order] | type[Leaving] | type[LocalOrder], ...] = (Order, Leaving, LocalOrder)


def download(request: Request, document: StoredDocument) -> HttpResponse:
    """The stored bytes; the download is recorded."""
    content = hand_out(document=document, actor=request.user, at=request.at)
    return HttpResponse(
        content,
        content_type=document.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, document.file_name) or "",
            "ETag": f'"{document.sha256}"',
        },
    )


@require_safe
def std20(request: Request, pk: int) -> HttpResponse:
    """The stored PDF; 404 until the job has made it."""
    order = visible_order(request, pk)
    documents = StoredDocument.objects.filter(
        kind="std20", made_from_kind=subject_kind(order), made_from_key=str(order.pk)
    )
    return download(request, get_object_or_404(documents))


@require_safe
def attachment(request: Request, pk: int, attachment: int) -> HttpResponse:
    order = visible_order(request, pk)
    found = get_object_or_404(order.attachments.select_related("document"), pk=attachment)
    return download(request, found.document)


def _visible_mails(request: Request) -> QuerySet[OutgoingMail]:
    """Mails to contractors about what this person may see."""
    wanted = Q()
    for model in ABOUT:
        seen = model.objects.visible_to(request.access)
        keys = seen.order_by().annotate(key=Cast("pk", CharField())).values("key")
        wanted |= Q(about_kind=subject_kind(model), about_key__in=keys)
    return OutgoingMail.objects.filter(wanted)


def _about(mail: OutgoingMail) -> About:
    model = next(model for model in ABOUT if subject_kind(model) == mail.about_kind)
    return model.objects.get(pk=mail.about_key)


@require_safe
def mail_list(request: Request) -> HttpResponse:
    page = Paginator(_visible_mails(request), PAGE).get_page(request.GET.get("page"))
    return render(request, "orders/sending/mail_list.html", {"page": page})


@require_safe
def mail_detail(request: Request, pk: int) -> HttpResponse:
    mail = get_object_or_404(_visible_mails(request), pk=pk)
    context = {
        "mail": mail,
        "about": _about(mail),
        "documents": mail.documents.defer("content"),
        "attempts": mail.attempts.all(),
        "entries": Entry.objects.about(mail),
    }
    return render(request, "orders/sending/mail.html", context)


@require_safe
def mail_document(request: Request, pk: int, document: int) -> HttpResponse:
    mail = get_object_or_404(_visible_mails(request), pk=pk)
    return download(request, get_object_or_404(mail.documents, pk=document))


@require_POST
def mail_again(request: Request, pk: int) -> HttpResponse:
    """Back in the queue: for STND, who can mend an address or a server."""
    mail = get_object_or_404(_visible_mails(request), pk=pk)
    if not request.access.is_stnd:
        raise PermissionDenied("Only STND sends a mail again.")
    try_again(mail=mail, actor=request.user, at=request.at)
    return redirect("mail:detail", pk)
