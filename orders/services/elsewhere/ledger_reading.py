"""What the job does with a purchase ledger: read it, match it, record all of it or nothing."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.matrix.refusal import MatrixRefused
from orders.compliance.leakage import Asked, decide_purchases, finding_of
from orders.files.ledger import LedgerContent, LedgerLine, read_lines
from orders.files.ledger_matching import Matcher, Proposal
from orders.models import Ledger, LedgerError, OutsideDecision, OutsidePurchase
from stmm.audit.services import record
from stmm.documents.services import content_of
from stmm.policy.decision import Decision

State = Ledger.State
Match = OutsidePurchase.Match
# A reading that nothing was heard of for so long has lost its worker
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 3
GIVEN_UP = (
    f"Reading the file was broken off {MOST_ATTEMPTS} times. Save it anew as a plain .xlsx or"
    " .csv, and upload that file."
)
BATCH = 1_000

Matched = tuple[LedgerLine, Proposal | None]


def read_ledger(*, ledger_id: int, clock: Callable[[], datetime]) -> None:
    """Read and match a ledger that waits for it, outside any transaction, then record it whole.

    `clock` tells the moment, now and again. Whoever else read it meanwhile has precedence.
    """
    ledger = _begin(ledger_id, at=clock())
    if ledger is None:
        return
    until = timezone.localdate(ledger.uploaded_at)
    try:
        content = read_lines(
            name=ledger.file_name,
            content=content_of(ledger.file),
            until=until,
            progress=lambda lines: _tell(ledger, clock(), lines_read=lines),
        )
    except MatrixRefused as refusal:
        _refuse(ledger, str(refusal), at=clock())
        return
    if content.problems:
        _refuse_cells(ledger, content, at=clock())
        return
    _tell(ledger, clock(), lines_read=len(content.lines))
    matched = list(_match(ledger, content.lines, clock))
    asked = {_asked(line, found) for line, found in matched if found}
    decisions = decide_purchases(ledger.agency, asked)
    _keep(ledger, matched, dict(decisions), at=clock())


def _asked(line: LedgerLine, found: Proposal) -> Asked:
    return found.service, line.purchased_on


def _match(
    ledger: Ledger, lines: Iterable[LedgerLine], clock: Callable[[], datetime]
) -> Iterator[Matched]:
    matcher = Matcher()
    for count, line in enumerate(lines, start=1):
        yield (
            line,
            matcher.propose(
                identifier=line.identifier, description=line.description, on=line.purchased_on
            ),
        )
        if count % BATCH == 0:
            _tell(ledger, clock(), lines_matched=count)


def _this_reading(ledger: Ledger) -> QuerySet[Ledger]:
    """The row, as long as no later reading has taken it over."""
    return Ledger.objects.filter(pk=ledger.pk, state=State.READING, attempts=ledger.attempts)


def _tell(ledger: Ledger, at: datetime, **counted: int) -> None:
    _this_reading(ledger).update(progress_at=at, **counted)


@transaction.atomic
def _begin(ledger_id: int, *, at: datetime) -> Ledger | None:
    """Take the ledger on; None where it needs no reading, or another worker reads it."""
    ledger = (
        Ledger.objects.select_for_update(of=("self",))
        .select_related("agency", "file")
        .get(pk=ledger_id)
    )
    is_alive = ledger.state == State.READING and ledger.progress_at > at - LEASE
    if is_alive or not ledger.is_waiting:
        return None
    ledger.state = State.READING
    ledger.attempts += 1
    ledger.lines_read, ledger.lines_matched, ledger.progress_at = 0, 0, at
    if ledger.attempts > MOST_ATTEMPTS:
        _refused(ledger, GIVEN_UP, at)
        return None
    ledger.save()
    return ledger


@transaction.atomic
def _refuse(ledger: Ledger, why: str, *, at: datetime) -> None:
    locked = _this_reading(ledger).select_for_update(of=("self",)).first()
    if locked is not None:
        _refused(locked, why, at)


@transaction.atomic
def _refuse_cells(ledger: Ledger, content: LedgerContent, *, at: datetime) -> None:
    locked = _this_reading(ledger).select_for_update(of=("self",)).first()
    if locked is None:
        return
    locked.in_error = len(content.problems) + content.more_problems
    LedgerError.objects.bulk_create(
        [
            LedgerError(
                ledger=locked,
                row=problem.row,
                column=problem.column,
                value=problem.value[:100],
                expected=problem.expected,
            )
            for problem in content.problems
        ],
        batch_size=BATCH,
    )
    cells = "1 cell is" if locked.in_error == 1 else f"{locked.in_error:,} cells are"
    _refused(locked, f"Nothing was recorded. {cells} to be mended.", at)


def _refused(ledger: Ledger, why: str, at: datetime) -> None:
    ledger.state, ledger.refusal, ledger.progress_at = State.REFUSED, why, at
    ledger.save()
    record(at=at, actor=None, action="refuse_ledger", subject=ledger, reason=why)


@transaction.atomic
def _keep(
    ledger: Ledger, matched: list[Matched], decisions: dict[Asked, Decision], *, at: datetime
) -> None:
    locked = _this_reading(ledger).select_for_update(of=("self",)).first()
    if locked is None:
        return
    made = [_purchase(locked, line, found, decisions, at) for line, found in matched]
    OutsidePurchase.objects.bulk_create(made, batch_size=BATCH)
    OutsideDecision.objects.bulk_create(
        [
            _decision(purchase, found, decisions[_asked(line, found)], at)
            for purchase, (line, found) in zip(made, matched, strict=True)
            if found
        ],
        batch_size=BATCH,
    )
    locked.state, locked.progress_at = State.RECORDED, at
    locked.lines = locked.lines_read = locked.lines_matched = len(made)
    locked.proposed = sum(purchase.match == Match.PROPOSED for purchase in made)
    locked.findings = sum(bool(purchase.finding) for purchase in made)
    locked.save()
    changes = {
        "lines": (None, locked.lines),
        "matches proposed": (None, locked.proposed),
        "possible leakage": (None, locked.findings),
    }
    record(at=at, actor=None, action="record_ledger", subject=locked, changes=changes)


def _purchase(
    ledger: Ledger,
    line: LedgerLine,
    found: Proposal | None,
    decisions: dict[Asked, Decision],
    at: datetime,
) -> OutsidePurchase:
    purchase = OutsidePurchase(
        agency_id=ledger.agency_id,
        ledger=ledger,
        row=line.row,
        vendor=line.vendor,
        description=line.description,
        identifier=line.identifier,
        reference=line.reference,
        amount=line.amount,
        purchased_on=line.purchased_on,
        starts_on=line.starts_on,
        last_day=line.last_day,
        exemption_reference=line.exemption_reference,
        recorded_at=at,
        recorded_by_id=ledger.uploaded_by_id,
    )
    if found is not None:
        decision = decisions[_asked(line, found)]
        purchase.match, purchase.proposed_by = Match.PROPOSED, found.by
        purchase.service_id, purchase.outcome = found.service, decision.outcome
        purchase.likeness = found.likeness
        if (finding := finding_of(decision)) is not None:
            purchase.finding = finding
            purchase.finding_state = OutsidePurchase.FindingState.OPEN
    return purchase


def _decision(
    purchase: OutsidePurchase, found: Proposal, decision: Decision, at: datetime
) -> OutsideDecision:
    made = OutsideDecision.of(decision, known_at=at, bought=purchase)
    made.service_id = found.service
    return made
