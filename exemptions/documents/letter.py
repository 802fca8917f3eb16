"""The letter of a decision on an exemption request, or of a revocation, as it is printed."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from exemptions.models import Decision, ExemptionRequest, Revocation, SentVersion
from exemptions.models.case import Outcome
from exemptions.reading.uses import standing_uses
from stmm.audit.models import Entry
from stmm.documents.papers import Paper, json_bytes, paper_pdf
from stmm.policy.citations import Citation, cite
from stmm.policy.dates import in_words, last_day

SCHEMA = "exemption-letter/1"
# The request itself, and what it asks to be exempt from
CITED = ("PO-1", "RE-2", "PR-2")
HEADLINES = {
    Outcome.APPROVED: "Your exemption request is approved",
    Outcome.APPROVED_IN_PART: "Your exemption request is approved in part",
    Outcome.DENIED: "Your exemption request is denied",
    Outcome.RETURNED: "Your exemption request is returned with a question",
}
REVOKED = "Your exemption is revoked"


@dataclass(frozen=True, slots=True)
class Item:
    """One requested service: what was asked for and, of a grant, how much of it is granted."""

    service: str
    asked: int
    granted: int
    # US dollars, all charges of the term together
    limit: Decimal | None


@dataclass(frozen=True, slots=True)
class Obligation:
    """A condition, and by when it is to be met, in words."""

    text: str
    due: str


@dataclass(frozen=True, slots=True)
class Relied:
    """A purchase that relied on an exemption before it was revoked."""

    label: str
    service: str
    quantity: int
    used_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Who signs for the State, or whom the letter is for."""

    name: str
    title: str
    role: str

    @property
    def addressed(self) -> str:
        """Name and title; a title that only repeats the role is left out."""
        return ", ".join(filter(None, (self.name, self.title if self.title != self.role else "")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that the letter says; times are aware, days are Pacific."""

    number: str
    outcome: str
    headline: str
    at: datetime
    on: date
    to: Signatory
    agency: str
    signed_by: Signatory
    project: str
    version: int
    sent_on: date
    starts_on: date | None
    last_day: date | None
    items: tuple[Item, ...]
    conditions: tuple[Obligation, ...]
    reasons: tuple[str, ...]
    reasoning: str
    purchases: tuple[Relied, ...]
    delegation: str
    next_steps: tuple[str, ...]
    request_sha256: str
    audit_entry_sha256: str
    sample_notice: str

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(cite(each) for each in CITED)

    @property
    def is_grant(self) -> bool:
        return self.starts_on is not None and self.outcome != "revoked"

    @property
    def granted(self) -> list[Item]:
        return [item for item in self.items if item.granted]

    @property
    def not_granted(self) -> list[Item]:
        return [item for item in self.items if self.is_grant and not item.granted]


def letter_of_decision(decision: Decision) -> Sheet:
    """The letter of a decision, from stored rows alone."""
    request = decision.request
    version = decision.recommendation.version
    limits = {each.item_id: (each.quantity, each.amount) for each in decision.items.all()}
    items = request.items.select_related("service")
    return Sheet(
        **_frame(request, version, decision, "decide_exemption_request"),
        outcome=decision.outcome,
        headline=HEADLINES[Outcome(decision.outcome)],
        starts_on=decision.starts_on,
        last_day=decision.last_day,
        items=tuple(
            Item(str(item), item.quantity, *limits.get(item.pk, (0, None))) for item in items
        ),
        conditions=tuple(
            Obligation(
                each.text,
                f"by {in_words(each.due_on)}" if each.due_on else "before the first purchase",
            )
            for each in decision.conditions.all()
        ),
        reasons=tuple(each.text for each in decision.reasons.all()),
        reasoning=decision.reasoning,
        purchases=(),
        delegation=_delegation(request) if decision.is_grant else "",
        next_steps=tuple(_next_steps(decision)),
    )


def letter_of_revocation(revocation: Revocation) -> Sheet:
    """The letter of a revocation, from stored rows alone, naming what relied on the exemption."""
    request = revocation.request
    version = request.sent.latest("number")
    uses = standing_uses(request).filter(recorded_at__lte=revocation.at)
    return Sheet(
        **_frame(request, version, revocation, "revoke_exemption"),
        outcome="revoked",
        headline=REVOKED,
        starts_on=request.starts_on,
        last_day=last_day(request.until) if request.until else None,
        items=(),
        conditions=(),
        reasons=(),
        reasoning=revocation.reason,
        purchases=tuple(
            Relied(use.label, str(use.item.item), use.quantity, use.used_on) for use in uses
        ),
        delegation="",
        next_steps=(
            "From the moment of this letter nothing may be bought under this exemption.",
            "Purchases made before it, listed above, stand as they were recorded.",
            "If the project still needs a source other than CALNET, send a new request.",
        ),
    )


def _frame(
    request: ExemptionRequest, version: SentVersion, signed: Decision | Revocation, action: str
) -> dict[str, Any]:
    """What every letter says, whatever was decided."""
    entry = Entry.objects.about(request).filter(action=action, at=signed.at).last()
    return {
        "number": request.number,
        "at": signed.at,
        "on": timezone.localdate(signed.at),
        "to": Signatory(name=version.name, title=version.title, role=version.role),
        "agency": request.agency.name,
        "signed_by": Signatory(name=signed.name, title=signed.title, role=signed.role),
        "project": request.project,
        "version": version.number,
        "sent_on": timezone.localdate(version.signed_at),
        "request_sha256": version.sha256,
        "audit_entry_sha256": entry.hash if entry else "",
        "sample_notice": settings.STMM_SAMPLE_NOTICE,
    }


def _delegation(request: ExemptionRequest) -> str:
    """An exemption gives no delegation (SAM 4603, 4605): whether one is recorded is said."""
    if request.delegation:
        has = f"The General Telecommunications Delegation {request.delegation} is recorded for it."
    elif request.asks_for_delegation:
        has = "The delegation that the request asks for is given separately, where it is given."
    else:
        has = "None is recorded for it."
    return f"A delegation may be required even if an exemption is granted. {has}"


def _next_steps(decision: Decision) -> Iterator[str]:
    if decision.is_grant:
        yield "Buy what is granted, within the term, and record each purchase under this number."
        yield (
            "An exemption is never lengthened. To go on after its last day, send a new request in "
            "time: it is reviewed like any other."
        )
    elif decision.outcome == Outcome.DENIED:
        yield "Order the services from the CALNET contractor with a STD. 20."
        yield (
            "This decision is not reopened. If the project or the facts change, send a new request."
        )
    else:
        yield "Answer the question on the page of the request; its review then goes on."
        yield "Nothing may be bought elsewhere until the request is approved."


def letter_pdf(letter: Sheet) -> bytes:
    """The letter as a file with `exemption.json` inside; the same letter, the same bytes.

    Raises stmm.documents.pdf.RenderFailed for a character that no bundled font has.
    """
    cites = [citation.as_json() for citation in letter.citations]
    return paper_pdf(
        Paper(
            template="exemptions/pdf/letter.html",
            context={"letter": letter},
            author="California Department of Technology",
            at=letter.at,
            data_name="exemption.json",
            data=json_bytes({"schema": SCHEMA, **asdict(letter), "cites": cites}),
            about_data="This letter as data, for machines",
        )
    )
