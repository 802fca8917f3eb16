"""The letter of a decision or a revocation: made once, kept with its hash, mailed to the agency."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from exemptions.documents.letter import Sheet, letter_of_decision, letter_of_revocation, letter_pdf
from exemptions.models import Decision, ExemptionRequest, Letter, Revocation
from exemptions.permissions import OFFICERS
from exemptions.services.locking import lock
from exemptions.services.telling import people_of_agency
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.audit.services import record
from stmm.documents.services import store
from stmm.outbox.services import queue

Signed = Decision | Revocation


def write_letter(*, signed: Signed, at: datetime) -> None:
    """Make the letter once, keep it, queue it to the agency's people. Safe to repeat.

    Rendering comes before the lock: it is slow, and the same record gives the same bytes.
    """
    if Letter.objects.filter(**_side(signed)).exists():
        return
    sheet = (
        letter_of_decision(signed) if isinstance(signed, Decision) else letter_of_revocation(signed)
    )
    _send(signed, sheet, letter_pdf(sheet), at)


def _side(signed: Signed) -> dict[str, Signed]:
    return {"decision" if isinstance(signed, Decision) else "revocation": signed}


@transaction.atomic
def _send(signed: Signed, sheet: Sheet, content: bytes, at: datetime) -> None:
    request = lock(signed.request)
    if Letter.objects.filter(**_side(signed)).exists():
        return
    document = store(
        kind="exemption_letter",
        title=f"{sheet.headline}: {request}",
        file_name=f"{request}-{sheet.outcome}-{sheet.on}.pdf",
        media_type="application/pdf",
        content=content,
        made_from=signed,
        at=at,
    )
    letter = Letter.objects.create(document=document, **_side(signed))
    mail = queue(
        about=letter,
        purpose="exemption_letter",
        recipients=[user.email for user in receivers(request, at)],
        subject=f"{request}: {sheet.headline}",
        text=_text(request, sheet),
        documents=[document],
        at=at,
    )
    record(
        at=at,
        actor=None,
        action="write_letter",
        subject=request,
        changes={
            "document SHA-256": (None, document.sha256),
            "to": (None, ", ".join(mail.recipients)),
            "Message-ID": (None, mail.message_id),
        },
    )


def receivers(request: ExemptionRequest, at: datetime) -> list[User]:
    """The agency's information officers of the day, and who wrote or signed the request."""
    on = timezone.localdate(at)
    held = Appointment.objects.in_effect(on).filter(agency=request.agency_id, role__in=OFFICERS)
    officers = [each.user for each in held.select_related("user")]
    others = people_of_agency(request, on=on).users
    return list({user.pk: user for user in (*officers, *others)}.values())


def _text(request: ExemptionRequest, sheet: Sheet) -> str:
    sample = f"\n{settings.STMM_SAMPLE_NOTICE}\n" if settings.STMM_SAMPLE_NOTICE else ""
    return f"""\
{sheet.headline}

Request: {request}
Project: {sheet.project}
Agency:  {sheet.agency}
Date:    {sheet.on:%B %-d, %Y}

The letter of the Deputy Director of STND is attached. The request with all its papers:
{settings.STMM_SITE_URL}{request.get_absolute_url()}
{sample}
You get this mail because you act for {sheet.agency}, which sent the request.
"""
