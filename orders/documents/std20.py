"""STD. 20 (Rev. 9/2017) as a plain record: every field of the form, then its compliance record.

`std20_layout` says where each field is printed, `std20_pdf` makes the file.
"""

from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

FORM_NAME = "STD. 20 (Rev. 9/2017)"
ATTESTATION = "This request complies with State telecommunication policies."  # section 6
JSON_SCHEMA = "std20/1"


class RequestType(StrEnum):
    """Section 3."""

    SERVICE = "service"
    EQUIPMENT = "equipment"
    OTHER = "other"


class Eligibility(StrEnum):
    """Section 5."""

    STATE = "state"
    LOCAL = "local"
    FEDERAL = "federal"


class OrderType(StrEnum):
    """Section 7."""

    ADD = "add"
    DISCONNECT = "disconnect"
    CHANGE = "change"
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyInformation:
    """Section 4. Addresses may have several lines."""

    department: str
    contact_name: str
    phone: str
    fax: str = ""
    division: str = ""
    agency_code: str = ""
    email: str
    present_service_address: str = ""
    requested_service_address: str = ""
    billing_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """Section 6, of State orders only: the CATR or ATR who signed, `role` being which."""

    name: str
    email: str
    phone: str
    fax: str = ""
    address: str
    city: str
    state: str
    zip_code: str
    title: str
    role: str
    signed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Std20Line:
    """One request of section 7. `mrc` and `nrc` are charges for one unit, None if there is none."""

    order_type: OrderType
    requested_on: date | None = None
    quantity: Decimal
    mrc: Decimal | None
    nrc: Decimal | None
    contract_number: str
    product_id: str
    billing_account: str = ""
    description: str
    comment: str = ""
    catalogue_edition: str

    @property
    def monthly_total(self) -> Decimal:
        return self.quantity * (self.mrc or Decimal(0))

    @property
    def one_time_total(self) -> Decimal:
        return self.quantity * (self.nrc or Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A paragraph of the manual: `id` (PO-4.1), `label` in words, `quote` word for word."""

    id: str
    label: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDecision:
    """The stored determination of one line; `reference` names an exemption or ATO it rests on."""

    headline: str
    sentence: str
    citations: tuple[Citation, ...]
    date_shown: date | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed as what (`capacity`), when (aware), under which words, and its audit entry."""

    name: str
    title: str
    capacity: str
    signed_at: datetime
    attestation: str
    audit_entry_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceRecord:
    """What follows the form. One decision for each line, in the order of the lines."""

    standing: str
    edition_name: str
    edition_version: str
    decisions: tuple[LineDecision, ...]
    signatures: tuple[Signature, ...]
    content_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Std20:
    """A signed order as it is printed.

    `signed_at` (aware) is also the time written into the file. `supersedes` is a sentence naming
    the order before, or empty. `sample_notice`, if not empty, is on each page, and the charges and
    product identifiers are labelled as samples.

    Raises ValueError for an order the form could not hold.
    """

    system_number: str
    agency_request_number: str
    requested_on: date
    request_types: tuple[RequestType, ...]
    contractor_name: str
    agency: AgencyInformation
    eligibility: Eligibility
    representative: Representative | None
    lines: tuple[Std20Line, ...]
    record: ComplianceRecord
    signed_at: datetime
    supersedes: str = ""
    sample_notice: str = ""

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("the form has at least one request")
        if len(self.lines) != len(self.record.decisions):
            raise ValueError("the record has one decision for each request")
        if (self.representative is not None) != (self.eligibility is Eligibility.STATE):
            raise ValueError("section 6 is filled in for State orders and for no others")
        if self.signed_at.tzinfo is None:
            raise ValueError("signed_at needs a time zone")


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def as_json(form: Std20) -> dict[str, object]:
    """The order for machines, embedded in the PDF as `std20.json`.

    Keys are the field names of `Std20` and of the records inside it, after `schema` ("std20/1")
    and `form`. Decimals are strings, dates ISO 8601, times ISO 8601 in UTC; a choice is its lower
    case word; what does not apply is null or an empty string.
    """
    return {
        "schema": JSON_SCHEMA,
        "form": FORM_NAME,
        **{field.name: _plain(getattr(form, field.name)) for field in fields(form)},
    }
