"""The page of one request, for the agency and the Department alike."""

import json
from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exemptions.content import draft_content
from exemptions.models import Attachment, ExemptionRequest, RequestState, SentVersion
from exemptions.permissions import agencies_to_ask_for, is_member, reasons_against
from exemptions.reading import deciding, living, working
from exemptions.reading.case import ShownRequest, shown_request, who_has_it
from exemptions.reading.timeline import history_of, in_words, timeline
from exemptions.services.drafting import EXTENDED
from exemptions.views.answering import visible_request
from exemptions.views.files import download
from stmm.agencies.middleware import Request


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _version(
    request: Request, exemption: ExemptionRequest, versions: list[SentVersion]
) -> SentVersion | None:
    """The one that the address asks for, else the latest; None for a draft, to its agency."""
    asked = _number(request.GET.get("version"))
    if found := next((each for each in versions if each.number == asked), None):
        return found
    is_draft = exemption.state == RequestState.DRAFT
    if not versions or (is_draft and is_member(request.access, exemption)):
        return None
    return versions[-1]


def _shown(exemption: ExemptionRequest, version: SentVersion | None, on: date) -> ShownRequest:
    if version is None:
        return shown_request(draft_content(exemption, on=on))
    return shown_request(json.loads(version.content))


@require_safe
def case(request: Request, pk: int) -> HttpResponse:
    """One request: as it was sent, what became of it, and what this person can do."""
    exemption = visible_request(request, pk)
    versions = list(exemption.sent.all())
    version = _version(request, exemption, versions)
    page = timeline(exemption, request.GET.get("page"))
    context = {
        "exemption": exemption,
        "version": version,
        "versions": versions,
        "is_latest": version is None or version == versions[-1],
        "shown": _shown(exemption, version, request.today),
        "who_has_it": who_has_it(exemption),
        "refused": reasons_against(request.access, exemption),
        "may_extend": exemption.state in EXTENDED
        and exemption.agency in agencies_to_ask_for(request.access),
        "extensions": exemption.extensions.visible_to(request.access).order_by("pk"),
        "timeline": page,
        "timeline_steps": [in_words(entry) for entry in page],
        "entries": list(history_of(exemption, request.access)),
    }
    for reading in (working, deciding, living):
        context |= reading.panel(exemption, request.access, request.today)
    return render(request, "exemptions/request.html", context)


@require_safe
def attachment(request: Request, pk: int, attachment: int) -> HttpResponse:
    """A file of the request; the download is recorded.

    Oversight gets what was sent, also of a draft that was taken back.
    """
    exemption = visible_request(request, pk)
    files = Attachment.objects.filter(request=exemption).select_related("document")
    if exemption.state == RequestState.DRAFT and not is_member(request.access, exemption):
        files = files.filter(added_at__lte=exemption.sent.latest("number").signed_at)
    return download(request, get_object_or_404(files, pk=attachment).document)
