"""The letter that gives 30 calendar days' notice (PO-4.2), as the file that everyone gets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings

from orders.models import Leaving, LeavingDecision, LeavingPart
from stmm.documents.papers import Paper, json_bytes, paper_html, paper_pdf
from stmm.policy.citations import Citation, cite
from stmm.policy.dates import in_words, last_day
from stmm.policy.editions import edition_named

JSON_SCHEMA = "leaving-notice/1"
_DONE = {
    Leaving.Manner.MIGRATE: "migrates the services listed below to another provider",
    Leaving.Manner.TRANSFER: "transfers the services listed below to another party",
    Leaving.Manner.TERMINATE: "terminates the services listed below",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPart:
    """One row of the letter's table: what leaves, and why it may."""

    what: str
    product_id: str
    facts: str
    window: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything that the letter says; times are aware, days are Pacific."""

    number: str
    agency: str
    sender_address: str
    contractor: str
    order_desk: str
    contract: str
    done: str
    given_on: date
    given_at: datetime
    ends_on: date
    parts: tuple[LetterPart, ...]
    remarks: str
    contact: tuple[str, ...]
    signed_by: str
    signer_title: str
    capacity: str
    edition: str
    edition_version: str
    audit_entry_hash: str
    sample_notice: str

    @property
    def citations(self) -> tuple[Citation, ...]:
        return cite("PO-4.1"), cite("PO-4.2")


def letter_of(leaving: Leaving, *, order_desk: str, capacity: str, audit_entry_hash: str) -> Letter:
    """The letter of a notice that was given, from stored rows alone.

    ValueError before it is given.
    """
    if leaving.given_on is None or leaving.given_at is None or leaving.ends_on is None:
        raise ValueError(f"No notice was given by {leaving}.")
    signer = leaving.given_by
    parts = list(_printed(leaving))
    said = _said(leaving)
    edition = edition_named(said["edition_key"])
    return Letter(
        number=str(leaving),
        agency=leaving.agency.name,
        sender_address=leaving.sender_address,
        contractor=leaving.contract.contractor.name,
        order_desk=order_desk,
        contract=leaving.contract.number,
        done=_DONE[Leaving.Manner(leaving.manner)],
        given_on=leaving.given_on,
        given_at=leaving.given_at,
        ends_on=leaving.ends_on,
        parts=tuple(parts),
        remarks=leaving.remarks,
        contact=(leaving.contact_name, leaving.contact_phone, leaving.contact_email),
        signed_by=signer.name if signer else "",
        signer_title=signer.title if signer else "",
        capacity=capacity,
        edition=edition.name,
        edition_version=said["edition_version"],
        audit_entry_hash=audit_entry_hash,
        sample_notice=settings.STMM_SAMPLE_NOTICE,
    )


def _said(leaving: Leaving) -> Mapping[str, str]:
    """The stored words of the first decision; all were made under the same edition."""
    said: Mapping[str, str] = LeavingDecision.objects.filter(part__leaving=leaving)[0].said
    return said


def _printed(leaving: Leaving) -> Iterable[LetterPart]:
    rows = LeavingDecision.objects.filter(part__leaving=leaving).order_by("part")
    for decision in rows.select_related(
        "part__open_service__service", "part__category", "part__service"
    ):
        yield LetterPart(
            what=_what(decision.part),
            product_id=_product_id(decision.part),
            facts=_facts(decision.part),
            window=_window(decision),
            sentence=decision.sentence,
        )


def _what(part: LeavingPart) -> str:
    if part.open_service:
        return f"{part.open_service.quantity} × {part.open_service.service.name}"
    if part.category:
        return f"Every service of category {part.category}"
    return part.service.name if part.service else ""


def _product_id(part: LeavingPart) -> str:
    service = part.open_service.service if part.open_service else part.service
    return service.product_id if service else ""


def _facts(part: LeavingPart) -> str:
    service = part.open_service
    if service is None:
        return ""
    told = (
        service.billing_account and f"Account {service.billing_account}",
        service.sr_number and f"SR Number {service.sr_number}",
        service.circuit_numbers,
        " ".join(service.site.split()),
    )
    return "; ".join(filter(None, told))


def _window(decision: LeavingDecision) -> str:
    window = decision.window
    if window is None:
        return "None started"
    return f"{in_words(window[0])} to {in_words(last_day(window[1]))}"


def as_json(letter: Letter) -> dict[str, object]:
    """The letter as data, for the file inside the PDF."""
    return {
        "schema": JSON_SCHEMA,
        "number": letter.number,
        "agency": letter.agency,
        "contractor": letter.contractor,
        "contract": letter.contract,
        "notice_given_on": letter.given_on.isoformat(),
        "notice_given_at": letter.given_at.astimezone(UTC).isoformat(),
        "services_end_on": letter.ends_on.isoformat(),
        "services": [
            {
                "what": part.what,
                "product_id": part.product_id,
                "facts": part.facts,
                "window": part.window,
                "decision": part.sentence,
            }
            for part in letter.parts
        ],
        "remarks": letter.remarks,
        "signed_by": letter.signed_by,
        "capacity": letter.capacity,
        "cites": [citation.as_json() for citation in letter.citations],
        "edition": letter.edition,
        "edition_version": letter.edition_version,
        "audit_entry_sha256": letter.audit_entry_hash,
    }


def _paper(letter: Letter) -> Paper:
    return Paper(
        template="orders/leaving/letter.html",
        context={"letter": letter},
        author=letter.agency,
        at=letter.given_at,
        data_name="notice.json",
        data=json_bytes(as_json(letter)),
        about_data="This notice as data, for machines",
    )


def letter_html(letter: Letter) -> str:
    """The letter as HTML; whatever people typed is escaped."""
    return paper_html(_paper(letter))


def letter_pdf(letter: Letter) -> bytes:
    """The letter as a file with `notice.json` inside; the same letter, the same bytes.

    Raises stmm.documents.pdf.RenderFailed for a character that no bundled font has.
    """
    return paper_pdf(_paper(letter))
