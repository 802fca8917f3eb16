"""The record that goes with a local purchasing document: its lines, charges and decisions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from catalog.models import Contract
from orders.models import LocalDecision, LocalLine, LocalOrder
from stmm.documents.papers import Paper, json_bytes, paper_html, paper_pdf
from stmm.policy.citations import Citation
from stmm.policy.dates import in_words, last_day
from stmm.policy.editions import edition_named

JSON_SCHEMA = "local-order/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedLine:
    """One line with its charges in US dollars for one unit, and what the chapter said of it."""

    position: int
    service: str
    product_id: str
    quantity: int
    mrc: Decimal | None
    nrc: Decimal | None
    mrc_total: Decimal | None
    nrc_total: Decimal | None
    usage_rate: str
    edition: str
    headline: str
    sentence: str
    window: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that the record says; times are aware, days are Pacific."""

    number: str
    agency: str
    contractor: str
    contract: str
    document_number: str
    document_date: date
    file_name: str
    file_sha256: str
    contact: str
    service_address: str
    lines: tuple[RecordedLine, ...]
    recorded_by: str
    recorded_at: datetime
    edition: str
    edition_version: str
    audit_entry_hash: str
    sample_notice: str

    @property
    def mrc_total(self) -> Decimal:
        return sum((line.mrc_total or Decimal(0) for line in self.lines), Decimal(0))

    @property
    def nrc_total(self) -> Decimal:
        return sum((line.nrc_total or Decimal(0) for line in self.lines), Decimal(0))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every paragraph cited, once, in the order first cited."""
        cited = (citation for line in self.lines for citation in line.citations)
        return tuple(dict.fromkeys(cited))


def printed_record(order: LocalOrder, *, audit_entry_hash: str) -> Record:
    """The record of a document that was recorded, from stored rows alone. ValueError before."""
    if order.recorded_at is None or order.recorded_by is None:
        raise ValueError(f"{order} is not recorded.")
    decisions = {each.line_id: each for each in LocalDecision.objects.filter(line__order=order)}
    lines = list(order.lines.all())
    said = decisions[lines[0].pk].said
    edition = edition_named(said["edition_key"])
    recorded_on, person = timezone.localdate(order.recorded_at), order.recorded_by
    exclusive = Contract.objects.exclusive(recorded_on, known_at=order.recorded_at)
    binds = exclusive.filter(pk=order.contract_id).exists()
    return Record(
        number=str(order),
        agency=order.agency.name,
        contractor=order.contract.contractor.name,
        contract=order.contract.number,
        document_number=order.document_number,
        document_date=order.document_date,
        file_name=order.file.file_name,
        file_sha256=order.file.sha256,
        contact=f"{order.contact_name}, {order.contact_phone}, {order.contact_email}",
        service_address=order.service_address,
        lines=tuple(_recorded(line, decisions[line.pk], binds=binds) for line in lines),
        recorded_by=", ".join(filter(None, (person.name, person.title))),
        recorded_at=order.recorded_at,
        edition=edition.name,
        edition_version=said["edition_version"],
        audit_entry_hash=audit_entry_hash,
        sample_notice=_sample_notice(lines),
    )


def _sample_notice(lines: Iterable[LocalLine]) -> str:
    if not any(line.price_basis == "sample" for line in lines):
        return ""
    return settings.STMM_SAMPLE_NOTICE or "Prices and product identifiers are sample values."


def _recorded(line: LocalLine, decision: LocalDecision, *, binds: bool) -> RecordedLine:
    """`binds`: whether the contract was exclusive when the document was recorded."""
    window = decision.window if binds else None
    return RecordedLine(
        position=line.position,
        service=line.service_name,
        product_id=line.product_id,
        quantity=line.quantity,
        mrc=line.mrc,
        nrc=line.nrc,
        mrc_total=line.mrc_total,
        nrc_total=line.nrc_total,
        usage_rate=line.usage_rate,
        edition=line.price_edition,
        headline=decision.headline,
        sentence=decision.sentence,
        window=f"{in_words(window[0])} to {in_words(last_day(window[1]))}" if window else "",
        citations=decision.citations,
    )


def as_json(record: Record) -> dict[str, object]:
    """The record as data, for the file inside the PDF; money as text."""
    return {
        "schema": JSON_SCHEMA,
        "number": record.number,
        "agency": record.agency,
        "contractor": record.contractor,
        "contract": record.contract,
        "document_number": record.document_number,
        "document_date": record.document_date.isoformat(),
        "document_sha256": record.file_sha256,
        "service_address": record.service_address,
        "lines": [
            {
                "position": line.position,
                "service": line.service,
                "product_id": line.product_id,
                "quantity": line.quantity,
                "mrc": None if line.mrc is None else str(line.mrc),
                "nrc": None if line.nrc is None else str(line.nrc),
                "usage_rate": line.usage_rate,
                "catalogue_edition": line.edition,
                "decision": f"{line.headline}. {line.sentence}",
                "window": line.window,
                "cites": [citation.id for citation in line.citations],
            }
            for line in record.lines
        ],
        "recorded_by": record.recorded_by,
        "recorded_at": record.recorded_at.astimezone(UTC).isoformat(),
        "edition": record.edition,
        "edition_version": record.edition_version,
        "audit_entry_sha256": record.audit_entry_hash,
    }


def _paper(record: Record) -> Paper:
    return Paper(
        template="orders/local/record.html",
        context={"record": record},
        author=record.agency,
        at=record.recorded_at,
        data_name="local-order.json",
        data=json_bytes(as_json(record)),
        about_data="This record as data, for machines",
    )


def record_html(record: Record) -> str:
    """The record as HTML; whatever people typed is escaped."""
    return paper_html(_paper(record))


def record_pdf(record: Record) -> bytes:
    """The record as a file with `local-order.json` inside; the same record, the same bytes.

    Raises stmm.documents.pdf.RenderFailed for a character that no bundled font has.
    """
    return paper_pdf(_paper(record))
