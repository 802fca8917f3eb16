"""The certificate of a determination: what it prints, read from the very content that is hashed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from catalog.models import Designation
from catalog.side_by_side import TERMS
from orders.compliance.in_words import ON_RECORD, STATED, Fact, date_in_words, facts_of
from orders.models import ElsewhereDetermination
from stmm.audit.models import Entry
from stmm.documents.papers import Paper, paper_pdf
from stmm.documents.qr import qr_path
from stmm.policy.citations import Citation
from stmm.policy.facts import Purchase

SAMPLES = "Prices and product identifiers are sample values."


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One service of the comparison, as it was on the day; amounts in US dollars."""

    name: str
    product_id: str
    contractor: str
    contract: str
    designation: str
    mrc: Decimal | None
    nrc: Decimal | None
    total: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSheet:
    """A determination as it is printed. `months` is the term of the totals compared."""

    number: str
    agency: str
    subject: str
    facts: tuple[Fact, ...]
    headline: str
    sentence: str
    what_would_change_it: str
    day: tuple[str, date] | None
    rules: str
    citations: tuple[Citation, ...]
    compared: tuple[ComparedRow, ...]
    quantity: int
    months: int
    asked_by: str
    asked_as: str
    asked_at: datetime
    content: str
    sha256: str
    audit_entry_hash: str
    sample_notice: str

    @property
    def code(self) -> dict[str, object]:
        """The QR code: the number and the hash of the content."""
        return qr_path(f"{self.number} {self.sha256}")


def sheet_of(determination: ElsewhereDetermination) -> CertificateSheet:
    """What the certificate of a stored determination prints, from stored rows alone."""
    content: dict[str, Any] = json.loads(determination.content)
    decision, asked = content["decision"], content["asked"]
    purchase = Purchase.from_json(decision["purchase"])
    shown = decision["date_shown"]
    entry = Entry.objects.about(determination).get(action="determine_elsewhere")
    return CertificateSheet(
        number=determination.number,
        agency=content["agency"]["name"],
        subject=_subject(content),
        facts=tuple(_facts(content, purchase)),
        headline=decision["headline"],
        sentence=decision["sentence"],
        what_would_change_it=decision["what_would_change_it"],
        day=date_in_words(decision["outcome"], purchase, date.fromisoformat(shown))
        if shown
        else None,
        rules=f"{content['edition']}, version {decision['edition_version']}",
        citations=tuple(
            Citation(cited["id"], cited["heading"], cited["quote"])
            for cited in decision["citations"]
        ),
        compared=tuple(_compared(row) for row in content["compared"]),
        quantity=content["quantity"],
        months=TERMS[-1],
        asked_by=", ".join(filter(None, (asked["by"], asked["title"]))),
        asked_as=f"{asked['as']}, {content['agency']['name']}",
        asked_at=determination.asked_at,
        content=determination.content,
        sha256=determination.sha256,
        audit_entry_hash=entry.hash,
        sample_notice=_sample_notice(content),
    )


def _subject(content: dict[str, Any]) -> str:
    service = content["service"]
    if service is None:
        return str(content["described"])
    return (
        f"{service['name']} ({service['product_id']}), {service['contractor']},"
        f" contract {service['contract']}"
    )


def _facts(content: dict[str, Any], purchase: Purchase) -> Iterator[Fact]:
    yield Fact("What is bought", _subject(content))
    if content["service"] is None:
        yield Fact("In the catalog", "not found there; described in the buyer’s words")
    if content["vendor"]:
        yield Fact("Other source", content["vendor"])
    # Before requests were kept here, an exemption was the buyer's own word
    relies_on = content.get("relies_on")
    basis = ON_RECORD if relies_on else STATED
    yield from facts_of(purchase, plan=content["plan"], exemption_basis=basis)
    if relies_on:
        project = f"{relies_on['project']}: {relies_on['item']}"
        yield Fact("Project of the exemption", project, basis)


def _compared(row: dict[str, Any]) -> ComparedRow:
    return ComparedRow(
        name=row["name"],
        product_id=row["product_id"],
        contractor=row["contractor"],
        contract=row["contract"],
        designation=Designation.Value(row["designation"]).label,
        mrc=_amount(row["mrc"]),
        nrc=_amount(row["nrc"]),
        total=_amount(row["costs"][-1]["total"]),
    )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _sample_notice(content: dict[str, Any]) -> str:
    if any(row["is_sample"] for row in content["compared"]):
        return settings.STMM_SAMPLE_NOTICE or SAMPLES
    return settings.STMM_SAMPLE_NOTICE


def certificate_pdf(sheet: CertificateSheet) -> bytes:
    """The certificate as a file, with the content inside byte for byte as it is hashed.

    Raises stmm.documents.pdf.RenderFailed for a character that no bundled font has.
    """
    return paper_pdf(
        Paper(
            template="orders/elsewhere/pdf/certificate.html",
            context={"sheet": sheet},
            author=sheet.agency,
            at=sheet.asked_at,
            data_name="determination.json",
            data=sheet.content.encode(),
            about_data="This determination as data; its SHA-256 is printed in the file",
        )
    )
