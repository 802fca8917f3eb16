"""Handing out stored files."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from stmm.agencies.middleware import Request
from stmm.documents.models import StoredDocument
from stmm.documents.services import hand_out


def download(request: Request, document: StoredDocument) -> HttpResponse:
    """The stored bytes, never shown in the browser; the download is recorded."""
    content = hand_out(document=document, actor=request.user, at=request.at)
    return HttpResponse(
        content,
        content_type=document.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, document.file_name) or "",
            "ETag": f'"{document.sha256}"',
        },
    )
