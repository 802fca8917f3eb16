"""The files of a draft."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from exemptions.asked import STEPS, Step
from exemptions.forms.making import AttachForm
from exemptions.models import Attachment
from exemptions.permissions import may, warning_to_officer
from exemptions.reading.case import attachments_of
from exemptions.services import attaching
from exemptions.views.answering import refusals_answered, visible_request
from exemptions.views.steps import steps_of
from exemptions.workflow import Action
from stmm.agencies.middleware import Request
from stmm.look.answering import form_page
from stmm.refusals import Incomplete


@form_page
@refusals_answered
def files(request: Request, pk: int) -> HttpResponse:
    """Those there are, and one more with each post."""
    exemption = visible_request(request, pk)
    may(request.access, Action.CHANGE, exemption)
    form = AttachForm(request.POST, request.FILES) if request.method == "POST" else AttachForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            attaching.attach(
                request=exemption,
                file_name=file.name,
                content=file.read(),
                access=request.access,
                at=request.at,
            )
        except Incomplete as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("exemptions:files", pk)
    context = {
        "exemption": exemption,
        "form": form,
        "files": attachments_of(exemption),
        "page_name": STEPS[Step.FILES],
        "steps": steps_of(exemption, Step.FILES),
        "warning": warning_to_officer(request.access, exemption),
    }
    return render(request, "exemptions/step_files.html", context)


@require_POST
@refusals_answered
def detach(request: Request, pk: int, attachment: int) -> HttpResponse:
    exemption = visible_request(request, pk)
    found = get_object_or_404(Attachment, request=exemption, pk=attachment)
    found.request = exemption
    attaching.detach(attachment=found, access=request.access, at=request.at)
    return redirect("exemptions:files", pk)
