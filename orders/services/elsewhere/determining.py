"""From a question to a determination that is kept, and its certificate."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from orders.compliance.elsewhere import Question, answer
from orders.content.determination import determined_content
from orders.jobs import make_certificate
from orders.models import ElsewhereDetermination
from orders.permissions.elsewhere import may_record_for
from orders.reading.elsewhere import equivalents
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.documents.glyphs import normalise, unprintable
from stmm.policy.decision import Decision
from stmm.refusals import Incomplete, Problem

DETERMINE = "determine_elsewhere"


@transaction.atomic
def determine_elsewhere(
    *, agency: Agency, question: Question, key: UUID, access: Access, at: datetime
) -> ElsewhereDetermination:
    """Keep what the chapter says to `agency`, with the facts as known now; ask for its file.

    The same page sent again (`key`) gives back the first determination. Raises NotAllowed,
    Incomplete for what no font can print and
    for an exemption of something else, ValueError for a State entity that means to leave,
    LookupError for a day before any edition.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    appointment = may_record_for(access, agency)
    user = appointment.user
    if existing := ElsewhereDetermination.objects.filter(
        creation_key=key, agency=agency, asked_by=user
    ).first():
        return existing
    _refuse_anothers_exemption(agency, question)
    decision = answer(agency, question, known_at=at)
    made = ElsewhereDetermination.of(decision, known_at=at, agency=agency, asked_by=user)
    made.creation_key, made.plan, made.vendor = key, question.plan, question.vendor
    made.service, made.described = question.service, question.described
    made.relies_on = question.relies_on
    made.asked_as, made.asked_at = appointment.get_role_display(), at
    made.content = _content(made, question, decision)
    made.sha256 = hashlib.sha256(made.content.encode()).hexdigest()
    made.save(force_insert=True)
    make_certificate.enqueue(made.pk)
    changes = {
        "what": (None, made.subject),
        "day": (None, question.on),
        "decision": (None, decision.headline),
        "content SHA-256": (None, made.sha256),
    }
    record(at=at, actor=user, action=DETERMINE, subject=made, changes=changes)
    return made


def _refuse_anothers_exemption(agency: Agency, question: Question) -> None:
    """It counts for its agency and its services alone (domain.md, rule 17)."""
    item = question.relies_on
    if item is None:
        return
    if item.request.agency_id != agency.pk or item.service != question.service:
        message = f"{item.request} is not an exemption request of {agency.name} for this service."
        raise Incomplete([Problem(message, "relies_on")])


def _content(made: ElsewhereDetermination, question: Question, decision: Decision) -> str:
    content = determined_content(
        key=made.creation_key,
        agency=made.agency,
        question=question,
        decision=decision,
        compared=equivalents(question),
        asked_by=made.asked_by,
        asked_as=made.asked_as,
        at=made.asked_at,
    )
    content = normalise(content)
    _refuse_unprintable(content)
    return content


def _refuse_unprintable(content: str) -> None:
    """What people type is checked by its form; what files brought in is checked here."""
    found = dict.fromkeys(str(each) for each in unprintable(content))
    if found:
        raise Incomplete(
            [Problem(f"{each} can’t be printed on the certificate.", "what") for each in found]
        )
