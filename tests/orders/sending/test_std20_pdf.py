import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from orders.documents.std20 import ATTESTATION, Eligibility, OrderType, RequestType, Std20
from orders.documents.std20_pdf import std20_pdf
from stmm.documents.pdf import RenderFailed
from tests.documents.printed import complaints, pages, words
from tests.orders.std20_samples import (
    AGENCY,
    CITATIONS,
    DECISION,
    LINE,
    RECORD,
    REPRESENTATIVE,
    local_agency_std20,
    long_fields,
    make_std20,
    many_lines,
    many_scripts,
)

SUPERSEDES = "This order supersedes order STMM-2026-000098, signed February 2, 2026."
VARIANTS = {
    "one request": make_std20(),
    "forty requests": make_std20(lines=many_lines(40)),
    "long fields": long_fields(),
    "local agency": local_agency_std20(),
    "several request types": make_std20(request_types=tuple(RequestType)),
    "superseding": make_std20(supersedes=SUPERSEDES),
    "superseding for a long reason": make_std20(supersedes=f"{SUPERSEDES} {'Wide words. ' * 83}"),
    "official prices": make_std20(sample_notice=""),
    "decided with a date": make_std20(
        record=replace(
            RECORD,
            decisions=(
                replace(
                    DECISION,
                    date_shown=date(2027, 1, 1),
                    reference="Exemption EX-2026-0007",
                ),
            ),
        )
    ),
    "two signatures": make_std20(record=replace(RECORD, signatures=RECORD.signatures * 2)),
}


made = cache(std20_pdf)


def embedded(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return opened.attachments["std20.json"].get_file().read_bytes()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_form_is_archival_and_accessible(variant: str, tmp_path: Path) -> None:
    assert complaints(made(VARIANTS[variant]), tmp_path) == []


def test_every_box_of_the_form_is_printed() -> None:
    line = replace(LINE, billing_account="9391000123")
    text = words(made(make_std20(lines=(line,))))
    for label, value in (
        ("1. Agency Request Number", "DWR-2026-0417"),
        ("2. Date", "March 2, 2026"),
        ("Contractor Name", "AT&T Corp."),
        ("Department", AGENCY.department),
        ("Contact Name", AGENCY.contact_name),
        ("Phone Number", AGENCY.phone),
        ("Fax Number", AGENCY.fax),
        ("Division (Unit, etc.)", AGENCY.division),
        ("General Services Agency Code", AGENCY.agency_code),
        ("Email Address", AGENCY.email),
        ("Present Service Address", "1416 9th Street, Room 215 Sacramento, CA 95814"),
        ("Requested Service Address", "901 P Street, Floor 4 Sacramento, CA 95814"),
        ("Billing Address", "P.O. Box 942836 Sacramento, CA 94236"),
        ("Name", REPRESENTATIVE.name),
        ("Email Address", REPRESENTATIVE.email),
        ("Phone Number", REPRESENTATIVE.phone),
        ("Address", REPRESENTATIVE.address),
        ("City", REPRESENTATIVE.city),
        ("State", REPRESENTATIVE.state),
        ("Zip Code", REPRESENTATIVE.zip_code),
        ("Title", REPRESENTATIVE.title),
        ("Requested Date of Service", "April 1, 2026"),
        ("Quantity", "12"),
        ("Monthly Recurring Cost (MRC) (sample)", "$24.50"),
        ("Non Recurring Cost (NRC) (sample)", "$75.00"),
        ("State Contract Number", LINE.contract_number),
        ("Feature ID / USOC / Product ID (sample)", LINE.product_id),
        ("Existing Billing Account Number", "9391000123"),
        ("Description", LINE.description),
        ("Comment", LINE.comment),
    ):
        assert f"{label} {value}" in text


def test_a_state_order_shows_who_signed_as_what_and_under_which_words() -> None:
    text = words(made(make_std20()))
    assert "Signed electronically by Thomas Okafor, as CATR, on March 2, 2026" in text
    assert text.count(ATTESTATION) == 2


def test_a_local_agencys_section_6_is_empty() -> None:
    page = pages(made(local_agency_std20()))[0]
    section = page.partition("\n6. CATR/ATR Information\n")[2].partition("7. Order Detail")[0]
    labels = {
        *("Name", "Email Address", "Phone Number", "Fax Number", "Address", "City", "State"),
        *("Zip Code", "Signature", "Title", "Date"),
    }
    assert set(" ".join(section.split()).replace(ATTESTATION, "").split()) == {
        word for label in labels for word in label.split()
    }


def test_no_character_of_a_long_field_is_cut() -> None:
    form = long_fields()
    text = "".join("".join(pages(made(form))).split())
    assert text.count("W") >= 3 * 2000
    assert text.count("Ελλάδα,Čeština.") >= 3 * (2000 // 55)


def test_a_long_address_has_the_width_of_the_page() -> None:
    form = make_std20(agency=replace(AGENCY, billing_address="Care of the mail room. " * 20))
    first = pages(made(form))[0]
    for label in ("Present Service Address", "Requested Service Address", "Billing Address"):
        assert f"\n{label}\n" in first
    assert "Care of the mail room. " * 4 in first.replace("\n", " ")
    # Three columns of 460 characters would leave no room for this
    assert "7. Order Detail" in first


def test_who_signed_stands_at_the_head_of_the_record_and_never_alone_on_a_page() -> None:
    for lines in (1, 3, 40):
        sheets = pages(made(make_std20(lines=many_lines(lines))))
        (record,) = [sheet for sheet in sheets if "Compliance record" in sheet]
        assert "Signed by" in record.partition("Charges")[0]


def test_a_request_is_not_parted_from_its_heading() -> None:
    for form in (make_std20(lines=many_lines(12)), long_fields()):
        for page in pages(made(form)):
            parts = page.split("Request #")[1:]
            assert all(part.split("\n")[1].startswith("Order Type") for part in parts)


def test_requests_without_a_comment_start_on_the_first_page() -> None:
    lines = tuple(replace(line, comment="") for line in many_lines(4))
    assert "Request #1" in pages(made(make_std20(lines=lines)))[0]


def test_the_header_and_the_page_number_are_on_every_page() -> None:
    sheets = pages(made(make_std20(lines=many_lines(8))))
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, start=1):
        for words_of_header in (
            "STATE OF CALIFORNIA",
            "California Department of Technology",
            "TELECOMMUNICATIONS SERVICE REQUEST",
            "STD. 20 (Rev. 9/2017)",
            "Attach additional information as needed",
        ):
            assert sheet.count(words_of_header) == 1
        assert f"Page {number} of {len(sheets)}" in sheet
        assert "Order STMM-2026-000123" in sheet
        assert "Prices and product identifiers are sample values." in " ".join(sheet.split())


def test_official_prices_are_not_called_samples() -> None:
    assert "sample" not in words(made(make_std20(sample_notice="")))


def test_the_record_totals_quantity_times_charge() -> None:
    lines = (
        replace(LINE, quantity=Decimal(3), mrc=Decimal("1000.50"), nrc=None),
        replace(LINE, quantity=Decimal(2), mrc=Decimal("0.0125"), nrc=Decimal(40)),
    )
    text = words(made(make_std20(lines=lines)))
    assert "$3,001.50 $0.00" in text
    assert "$0.0125 $40.00 $0.025 $80.00" in text
    assert "Order total $3,001.525 $80.00" in text


def test_a_disconnected_services_charge_is_not_in_the_monthly_total() -> None:
    lines = (LINE, replace(LINE, order_type=OrderType.DISCONNECT, nrc=Decimal(5)))
    text = words(made(make_std20(lines=lines)))
    assert "Order total $294.00 $960.00" in text
    assert "Monthly charges that end $294.00" in text


def test_the_record_quotes_each_paragraph_once() -> None:
    text = words(made(make_std20(lines=many_lines(3))))
    for cited in CITATIONS:
        assert text.count(cited.quote) == 1
        assert f"{cited.id}: {cited.label}" in text


def test_the_record_names_hashes_standing_edition_and_catalogue() -> None:
    text = words(made(make_std20()))
    for expected in (
        RECORD.content_sha256,
        RECORD.signatures[0].audit_entry_hash,
        RECORD.standing,
        "STMM 0400.1, rev. 2013-07-01, version 1",
        f"Catalogue 1: {LINE.catalogue_edition}",
        "Signed at March 2, 2026, 10:15 AM Pacific time",
    ):
        assert expected in text


def test_a_decision_shows_its_date_and_what_it_rests_on() -> None:
    text = words(made(VARIANTS["decided with a date"]))
    assert "Exemption EX-2026-0007" in text
    assert "January 1, 2027" in text


def test_a_superseding_order_names_the_one_before() -> None:
    assert words(made(VARIANTS["superseding"])).count(SUPERSEDES) == 2


def test_choices_are_read_aloud_as_selected_or_not() -> None:
    with pikepdf.open(BytesIO(made(make_std20()))) as pdf:
        described = [str(each.Alt) for each in pdf.objects if _is_figure(each)]
    assert described.count("Selected:") == 3
    assert described.count("Not selected:") == 7
    assert "QR code: order STMM-2026-000123 and the hash of its signed content" in described


def _is_figure(each: pikepdf.Object) -> bool:
    return isinstance(each, pikepdf.Dictionary) and each.get("/S") == pikepdf.Name.Figure


def test_the_order_is_inside_as_data() -> None:
    data = json.loads(embedded(made(make_std20())))
    assert data["schema"] == "std20/1"
    assert data["form"] == "STD. 20 (Rev. 9/2017)"
    assert data["requested_on"] == "2026-03-02"
    assert data["signed_at"] == "2026-03-02T18:15:00+00:00"
    assert data["request_types"] == ["service"]
    assert data["agency"]["department"] == AGENCY.department
    assert data["representative"]["signed_on"] == "2026-03-02"
    assert data["lines"][0]["order_type"] == "add"
    assert data["lines"][0]["mrc"] == "24.50"
    assert data["record"]["decisions"][0]["citations"][0]["id"] == "PO-1"


def test_the_data_of_a_local_agency_has_no_representative() -> None:
    assert json.loads(embedded(made(local_agency_std20())))["representative"] is None


def test_every_process_makes_the_same_bytes() -> None:
    make = (
        "import django; django.setup(); from hashlib import sha256;"
        "from orders.documents.std20_pdf import std20_pdf;"
        "from tests.orders.std20_samples import many_scripts;"
        "print(sha256(std20_pdf(many_scripts())).hexdigest())"
    )
    std20_pdf(make_std20())  # a process that has rendered before makes no other bytes
    hashes = {sha256(std20_pdf(many_scripts())).hexdigest()}
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", make],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "TZ": "Asia/Tokyo",
                "DJANGO_SETTINGS_MODULE": "tests.settings",
            },
            check=True,
            capture_output=True,
            text=True,
        )
        hashes.add(ran.stdout.strip())
    assert len(hashes) == 1


def test_a_character_without_a_font_fails_the_form() -> None:
    with pytest.raises(RenderFailed, match="CJK UNIFIED IDEOGRAPH-6F22"):
        made(make_std20(agency=replace(AGENCY, contact_name="漢")))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lines": ()}, "at least one request"),
        ({"lines": (LINE, LINE)}, "one decision for each"),
        ({"representative": None}, "section 6"),
        ({"eligibility": Eligibility.LOCAL}, "section 6"),
        ({"signed_at": datetime(2026, 3, 2)}, "time zone"),  # noqa: DTZ001  the very mistake
    ],
)
def test_a_form_that_contradicts_itself_is_refused(change: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(make_std20(), **change)  # type: ignore[arg-type]  # each change is of one field


def test_times_are_pacific_in_summer_and_winter() -> None:
    def signed_at(moment: datetime) -> str:
        signature = replace(RECORD.signatures[0], signed_at=moment)
        form: Std20 = make_std20(record=replace(RECORD, signatures=(signature,)))
        return words(made(form)).partition("Signed at ")[2]

    summer = signed_at(datetime(2026, 7, 1, 6, 59, tzinfo=UTC))
    assert summer.startswith("June 30, 2026, 11:59 PM Pacific time")
