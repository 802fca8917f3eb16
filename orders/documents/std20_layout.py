"""Where each field of STD. 20 (Rev. 9/2017) stands on paper, and the words and figures in it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from orders.documents.std20 import (
    ATTESTATION,
    AgencyInformation,
    Citation,
    Eligibility,
    OrderType,
    Representative,
    RequestType,
    Std20,
    Std20Line,
)
from stmm.documents.qr import qr_path

# A longer request fills more than half a page, and flows over pages below its heading.
_KEPT_ON_ONE_PAGE = 1_500  # characters
# A longer address would be a narrow column over pages, its neighbors empty beside it.
_FITS_A_THIRD = 240  # characters

_PACIFIC = ZoneInfo("America/Los_Angeles")

_REQUEST_TYPES = {
    RequestType.SERVICE: "Service",
    RequestType.EQUIPMENT: "Equipment (Requires a Form 65)",
    RequestType.OTHER: "Other",
}
_ORDER_TYPES = {
    OrderType.ADD: "Add",
    OrderType.DISCONNECT: "Disconnect",
    OrderType.CHANGE: "Change",
    OrderType.MOVE: "Move",
}


class Choice(NamedTuple):
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One bordered box of the form; `twelfths` of the page's width."""

    label: str
    twelfths: int
    value: str = ""
    choices: tuple[Choice, ...] = ()
    note: str = ""
    number: bool = False


class Fact(NamedTuple):
    """One row of the compliance record."""

    label: str
    value: str
    is_hash: bool = False


Rows = tuple[tuple[Box, ...], ...]


def _day(day: date | None) -> str:
    return f"{day:%B} {day.day}, {day.year}" if day else ""


def _moment(at: datetime) -> str:
    local = at.astimezone(_PACIFIC)
    return f"{_day(local)}, {local.hour % 12 or 12}:{local:%M %p} Pacific time"


def _decimals(value: Decimal) -> int:
    return len(f"{value:f}".partition(".")[2].rstrip("0"))


def _number(value: Decimal) -> str:
    return f"{value:,.{_decimals(value)}f}"


def _money(amount: Decimal | None) -> str:
    """Two decimals, or as many more as the price has: usage rates go below a cent."""
    return "" if amount is None else f"${amount:,.{max(2, _decimals(amount))}f}"


def _sample(form: Std20) -> str:
    return " (sample)" if form.sample_notice else ""


def request_rows(form: Std20) -> Rows:
    """Sections 1 to 3 and the contractor."""
    kinds = tuple(
        Choice(label, kind in form.request_types) for kind, label in _REQUEST_TYPES.items()
    )
    return (
        (
            Box("1. Agency Request Number", 3, form.agency_request_number),
            Box("2. Date", 3, _day(form.requested_on)),
            Box("3. Request Type", 6, choices=kinds),
        ),
        (Box("Contractor Name", 12, form.contractor_name),),
    )


def agency_rows(agency: AgencyInformation) -> Rows:
    """Section 4."""
    return (
        (
            Box("Department", 4, agency.department),
            Box("Contact Name", 4, agency.contact_name),
            Box("Phone Number", 2, agency.phone),
            Box("Fax Number", 2, agency.fax),
        ),
        (
            Box("Division (Unit, etc.)", 4, agency.division),
            Box("General Services Agency Code", 4, agency.agency_code),
            Box("Email Address", 4, agency.email),
        ),
        *_address_rows(
            Box("Present Service Address", 4, agency.present_service_address),
            Box("Requested Service Address", 4, agency.requested_service_address),
            Box("Billing Address", 4, agency.billing_address),
        ),
    )


def _address_rows(*thirds: Box) -> Rows:
    """Side by side, as on the printed form; one below the other where one is long."""
    if all(len(box.value) <= _FITS_A_THIRD for box in thirds):
        return (thirds,)
    return tuple((replace(box, twelfths=12),) for box in thirds)


def eligibility_rows(eligibility: Eligibility) -> Rows:
    """Section 5, with the printed form's help texts."""
    return (
        (
            Box(
                "",
                6,
                choices=(Choice("State Government", eligibility is Eligibility.STATE),),
                note="Complete Section 6. CATR/ATR Information below.",
            ),
            Box(
                "",
                6,
                choices=(
                    Choice("Local Government", eligibility is Eligibility.LOCAL),
                    Choice("Federal Government", eligibility is Eligibility.FEDERAL),
                ),
                note="Requires a Non-State Agency Service Policy and an Authorization Order (ATO) "
                "to obtain eligibility prior to first order.",
            ),
        ),
    )


def representative_rows(signer: Representative | None) -> Rows:
    """Section 6; empty boxes for agencies that have no CATR."""
    signature = ""
    if signer:
        day = _day(signer.signed_on)
        signature = f"Signed electronically by {signer.name}, as {signer.role}, on {day}"

    def of_signer(field: str) -> str:
        return getattr(signer, field) if signer else ""

    return (
        (
            Box("Name", 4, of_signer("name")),
            Box("Email Address", 4, of_signer("email")),
            Box("Phone Number", 2, of_signer("phone")),
            Box("Fax Number", 2, of_signer("fax")),
        ),
        (
            Box("Address", 4, of_signer("address")),
            Box("City", 4, of_signer("city")),
            Box("State", 2, of_signer("state")),
            Box("Zip Code", 2, of_signer("zip_code")),
        ),
        (
            Box("Signature", 4, signature, note=ATTESTATION),
            Box("Title", 4, of_signer("title")),
            Box("Date", 4, _day(signer.signed_on) if signer else ""),
        ),
    )


def _line_rows(line: Std20Line, sample: str) -> Rows:
    orders = tuple(Choice(label, kind is line.order_type) for kind, label in _ORDER_TYPES.items())
    return (
        (
            Box("Order Type", 8, choices=orders),
            Box("Requested Date of Service", 4, _day(line.requested_on)),
        ),
        (
            Box("Quantity", 4, _number(line.quantity), number=True),
            Box(f"Monthly Recurring Cost (MRC){sample}", 4, _money(line.mrc), number=True),
            Box(f"Non Recurring Cost (NRC){sample}", 4, _money(line.nrc), number=True),
        ),
        (
            Box("State Contract Number", 4, line.contract_number),
            Box(f"Feature ID / USOC / Product ID{sample}", 4, line.product_id),
            Box("Existing Billing Account Number", 4, line.billing_account),
        ),
        (Box("Description", 12, line.description),),
        (Box("Comment", 12, line.comment),),
    )


def editions(form: Std20) -> list[str]:
    """The catalogue editions the prices come from, each once."""
    return list(dict.fromkeys(line.catalogue_edition for line in form.lines))


def line_blocks(form: Std20) -> list[dict[str, object]]:
    """Section 7: each request's boxes, and its figures for the table of charges."""
    numbered = editions(form)
    return [
        {
            "number": number,
            "kept": len(line.description) + len(line.comment) <= _KEPT_ON_ONE_PAGE,
            "rows": _line_rows(line, _sample(form)),
            "order_type": _ORDER_TYPES[line.order_type],
            "product_id": line.product_id,
            "quantity": _number(line.quantity),
            "mrc": _money(line.mrc),
            "nrc": _money(line.nrc),
            "monthly_total": _money(line.monthly_total),
            "one_time_total": _money(line.one_time_total),
            "edition": numbered.index(line.catalogue_edition) + 1,
        }
        for number, line in enumerate(form.lines, start=1)
    ]


def charge_totals(form: Std20) -> list[dict[str, str]]:
    """What the order costs. A disconnected service's monthly charge ends, and is shown apart."""
    ending = [line for line in form.lines if line.order_type is OrderType.DISCONNECT]
    going_on = [line for line in form.lines if line.order_type is not OrderType.DISCONNECT]
    one_time = sum((line.one_time_total for line in form.lines), Decimal(0))
    totals = [
        {"label": "Order total", "monthly": _monthly(going_on), "one_time": _money(one_time)},
    ]
    if ending:
        totals.append(
            {"label": "Monthly charges that end", "monthly": _monthly(ending), "one_time": ""}
        )
    return totals


def _monthly(lines: Iterable[Std20Line]) -> str:
    return _money(sum((line.monthly_total for line in lines), Decimal(0)))


def decision_rows(form: Std20) -> list[dict[str, object]]:
    """Each request's decision with the ids of its paragraphs."""
    return [
        {
            "line": number,
            "headline": decision.headline,
            "sentence": decision.sentence,
            "reference": decision.reference,
            "date_shown": _day(decision.date_shown),
            "cited": ", ".join(citation.id for citation in decision.citations),
        }
        for number, decision in enumerate(form.record.decisions, start=1)
    ]


def citations(form: Std20) -> list[Citation]:
    """Every paragraph cited, once, in the order first cited."""
    cited = (citation for made in form.record.decisions for citation in made.citations)
    return list(dict.fromkeys(cited))


def facts(form: Std20) -> list[Fact]:
    """The head of the compliance record; what does not apply is left out."""
    record = form.record
    rows = (
        Fact("Order", form.system_number),
        Fact("Supersedes", form.supersedes),
        Fact("Agency request number", form.agency_request_number),
        Fact("Contractor", form.contractor_name),
        Fact("Buyer", form.agency.department),
        Fact("Standing", record.standing),
        Fact("Rules applied", f"{record.edition_name}, version {record.edition_version}"),
        Fact("Signed content, SHA-256", record.content_sha256, is_hash=True),
    )
    return [row for row in rows if row.value]


def signatures(form: Std20) -> list[list[Fact]]:
    """Who signed as what, when, under which words."""
    return [
        [
            Fact("Signed by", ", ".join(filter(None, (signed.name, signed.title)))),
            Fact("Signed as", signed.capacity),
            Fact("Signed at", _moment(signed.signed_at)),
            Fact("Attestation", signed.attestation),
            Fact("Audit entry, SHA-256", signed.audit_entry_hash, is_hash=True),
        ]
        for signed in form.record.signatures
    ]


def code(form: Std20) -> dict[str, object]:
    """The QR code: the order's number and the hash of what was signed."""
    return qr_path(f"{form.system_number} {form.record.content_sha256}")


def context(form: Std20) -> dict[str, object]:
    """Everything the template prints."""
    return {
        "form": form,
        "sample": _sample(form),
        "request_rows": request_rows(form),
        "agency_rows": agency_rows(form.agency),
        "eligibility_rows": eligibility_rows(form.eligibility),
        "representative_rows": representative_rows(form.representative),
        "lines": line_blocks(form),
        "editions": editions(form),
        "totals": charge_totals(form),
        "decisions": decision_rows(form),
        "dated": any(made.date_shown for made in form.record.decisions),
        "citations": citations(form),
        "facts": facts(form),
        "signatures": signatures(form),
        "code": code(form),
    }
