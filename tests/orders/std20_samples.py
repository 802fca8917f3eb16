"""STD. 20 forms to print: `make_std20` takes what a test cares about and fills in the rest."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from orders.documents.std20 import (
    ATTESTATION,
    AgencyInformation,
    Citation,
    ComplianceRecord,
    Eligibility,
    LineDecision,
    OrderType,
    Representative,
    RequestType,
    Signature,
    Std20,
    Std20Line,
)

SIGNED_AT = datetime(2026, 3, 2, 18, 15, tzinfo=UTC)

CITATIONS = (
    Citation(
        id="PO-1",
        label="Policy, paragraph 1",
        quote="All non-exempt state agencies are required to utilize the CALNET MSAs to obtain "
        "mandatory telecommunications and network services.",
    ),
    Citation(
        id="PR-1",
        label="Procedures, paragraph 1",
        quote="To obtain mandatory services from the CALNET MSA, the agency submits a State "
        "STD. 20 to the supplying vendor, requesting the desired services.",
    ),
)

LINE = Std20Line(
    order_type=OrderType.ADD,
    requested_on=date(2026, 4, 1),
    quantity=Decimal(12),
    mrc=Decimal("24.50"),
    nrc=Decimal("75.00"),
    contract_number="C4-DNCS-19-001-40",
    product_id="VOIP-STD-01",
    description="Hosted VoIP station, standard, with voicemail to e-mail",
    comment="Install after 5 p.m.; call the site contact before arrival.",
    catalogue_edition="AT&T C4-DNCS-19-001-40, in force from January 1, 2026",
)

DECISION = LineDecision(
    headline="Allowed",
    sentence="A mandatory (Required) service from CALNET: order it with this form.",
    citations=CITATIONS,
)

AGENCY = AgencyInformation(
    department="Department of Water Resources",
    contact_name="Maria Alvarez",
    phone="(916) 555-0142",
    fax="(916) 555-0143",
    division="Division of Technology Services",
    agency_code="3860",
    email="maria.alvarez@example.org",
    present_service_address="1416 9th Street, Room 215\nSacramento, CA 95814",
    requested_service_address="901 P Street, Floor 4\nSacramento, CA 95814",
    billing_address="P.O. Box 942836\nSacramento, CA 94236",
)

REPRESENTATIVE = Representative(
    name="Thomas Okafor",
    email="thomas.okafor@example.org",
    phone="(916) 555-0188",
    address="1416 9th Street",
    city="Sacramento",
    state="CA",
    zip_code="95814",
    title="Chief, Telecommunications",
    role="CATR",
    signed_on=date(2026, 3, 2),
)

RECORD = ComplianceRecord(
    standing="State agency, non-exempt, since July 1, 2013",
    edition_name="STMM 0400.1, rev. 2013-07-01",
    edition_version="1",
    decisions=(DECISION,),
    signatures=(
        Signature(
            name="Thomas Okafor",
            title="Chief, Telecommunications",
            capacity="CATR of the Department of Water Resources",
            signed_at=SIGNED_AT,
            attestation=ATTESTATION,
            audit_entry_hash="b5" * 32,
        ),
    ),
    content_sha256="a3" * 32,
)


def make_std20(
    *,
    lines: tuple[Std20Line, ...] = (LINE,),
    eligibility: Eligibility = Eligibility.STATE,
    request_types: tuple[RequestType, ...] = (RequestType.SERVICE,),
    agency: AgencyInformation = AGENCY,
    representative: Representative | None = REPRESENTATIVE,
    record: ComplianceRecord = RECORD,
    supersedes: str = "",
    sample_notice: str = "Prices and product identifiers are sample values.",
) -> Std20:
    if len(record.decisions) != len(lines):
        record = replace(record, decisions=(DECISION,) * len(lines))
    return Std20(
        system_number="STMM-2026-000123",
        agency_request_number="DWR-2026-0417",
        requested_on=date(2026, 3, 2),
        request_types=request_types,
        contractor_name="AT&T Corp.",
        agency=agency,
        eligibility=eligibility,
        representative=representative if eligibility is Eligibility.STATE else None,
        lines=lines,
        record=record,
        signed_at=SIGNED_AT,
        supersedes=supersedes,
        sample_notice=sample_notice,
    )


def local_agency_std20() -> Std20:
    return make_std20(
        eligibility=Eligibility.LOCAL, agency=replace(AGENCY, department="City of Lodi")
    )


def many_lines(count: int) -> tuple[Std20Line, ...]:
    kinds = tuple(OrderType)
    return tuple(
        replace(
            LINE,
            order_type=kinds[index % 4],
            quantity=Decimal(index + 1),
            billing_account=f"9391{index:06d}",
            product_id=f"VOIP-{index:03d}",
        )
        for index in range(count)
    )


def many_scripts() -> Std20:
    return make_std20(
        agency=replace(
            AGENCY,
            contact_name="Nguyễn Thị Phương Ánh",
            department="Олександр Шевченко / محمد عبد الله",
        )
    )


def long_fields() -> Std20:
    words = ("Thành phố Hồ Chí Minh, Київ, القاهرة, Ελλάδα, Čeština. " * 40)[:2000]
    unbroken = "W" * 2000
    return make_std20(
        lines=(
            replace(LINE, description=words, comment=unbroken),
            replace(LINE, description=unbroken, comment=words, product_id="P" * 120),
        ),
        agency=replace(
            many_scripts().agency, billing_address=unbroken, present_service_address=words
        ),
    )
