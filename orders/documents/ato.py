"""A paper of an ATO as it is printed for its signatures (domain.md 3.3)."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from catalog.models import Category, Contract, Term
from orders.documents.std20_layout import Box, Choice, Rows
from orders.models import AtoPaper
from stmm.documents.papers import Paper, json_bytes, paper_pdf
from stmm.policy.citations import Citation, cite
from stmm.policy.dates import in_words, last_day

# What binds the agency that signs, in the manual's own words
CITED = ("PO-4.1", "PO-4.2", "PO-4.3")
_SIGNATORIES = ("Agency", "Contractor", "State of California, Department of Technology")


@dataclass(frozen=True, slots=True)
class AtoForm:
    """All that is printed. `categories` are those of the contract: code, name, listed or not."""

    title: str
    kind: str
    agency: str
    ground: str
    address: str
    contractor: str
    contract: str
    begins_on: date | None
    ends_on: date | None
    is_exclusive: bool
    categories: tuple[tuple[str, bool], ...]
    services: tuple[tuple[str, str], ...]
    e_rate: bool
    funding_year: str
    form_470: str
    form_471: str
    ready_at: datetime
    sample_notice: str


def ato_form_of(paper: AtoPaper) -> AtoForm | None:
    """The form of a paper that was made ready; None of a draft."""
    if paper.ready_at is None:
        return None
    ready_on = timezone.localdate(paper.ready_at)
    exclusive = Contract.objects.exclusive(ready_on, known_at=paper.ready_at)
    contract, listed = paper.ato.contract, list(paper.listed.select_related("category", "service"))
    terms = list(contract.terms.all())
    held = {item.category_id for item in listed}
    services = [item.service for item in listed if item.service]
    return AtoForm(
        title=str(paper),
        kind=paper.name,
        agency=paper.legal_name,
        ground=paper.get_ground_display(),
        address=paper.address,
        contractor=contract.contractor.name,
        contract=contract.number,
        begins_on=min((term.starts_on for term in terms), default=None),
        ends_on=_end(terms),
        is_exclusive=exclusive.filter(pk=contract.pk).exists(),
        categories=tuple(_ticks(contract.categories.all(), held)),
        services=tuple((service.product_id, service.name) for service in services),
        e_rate=paper.e_rate,
        funding_year=paper.funding_year,
        form_470=paper.form_470,
        form_471=paper.form_471,
        ready_at=paper.ready_at,
        sample_notice=settings.STMM_SAMPLE_NOTICE,
    )


def _end(terms: list[Term]) -> date | None:
    return last_day(max(term.until for term in terms)) if terms else None


def _ticks(
    categories: Iterable[Category], held: Container[int | None]
) -> Iterator[tuple[str, bool]]:
    for category in categories:
        yield str(category), category.pk in held


def ato_pdf(form: AtoForm) -> bytes:
    """The form as a file with `ato.json` inside; the same form, the same bytes.

    Raises stmm.documents.pdf.RenderFailed for a character that no bundled font has.
    """
    return paper_pdf(
        Paper(
            template="orders/pdf/ato.html",
            context=_context(form),
            author=form.agency,
            at=form.ready_at,
            data_name="ato.json",
            data=json_bytes({"schema": "ato/1", **asdict(form)}),
            about_data="This authorization as data, for machines",
        )
    )


def _context(form: AtoForm) -> dict[str, object]:
    return {
        "form": form,
        "made_on": in_words(timezone.localdate(form.ready_at)),
        "party_rows": _parties(form),
        "e_rate_rows": _e_rate(form),
        "signature_rows": [(name, _blanks()) for name in _SIGNATORIES],
        "citations": _citations(form),
    }


def _day(day: date | None) -> str:
    return in_words(day) if day else ""


def _parties(form: AtoForm) -> Rows:
    return (
        (Box("Legal name of the agency", 6, form.agency), Box("Eligibility", 6, form.ground)),
        (Box("Address", 12, form.address),),
        (
            Box("Contractor", 4, form.contractor),
            Box("State contract number", 4, form.contract),
            Box("Contract begins", 2, _day(form.begins_on)),
            Box("Contract ends", 2, _day(form.ends_on)),
        ),
    )


def _e_rate(form: AtoForm) -> Rows:
    return (
        (
            Box("Applying for E-Rate funding", 3, choices=(Choice("Yes", form.e_rate),)),
            Box("Funding year", 3, form.funding_year),
            Box("Form 470 application number", 3, form.form_470),
            Box("Form 471 application number", 3, form.form_471),
        ),
    )


def _blanks() -> Rows:
    """Filled in by hand; the other two boxes by who signs."""
    return (
        (Box("Signature", 6), Box("Date", 6)),
        (Box("Name", 6), Box("Title", 6)),
    )


def _citations(form: AtoForm) -> list[Citation]:
    """Of a contract whose ATOs are not exclusive, nothing of the two years."""
    return [cite(each) for each in (CITED if form.is_exclusive else CITED[1:])]
