"""An ATO from its beginning to its end: begun, amended, renewed, ended; recorded from a file."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.models import Category, Contract, Service
from catalog.orderability import not_a_buyer
from orders.models import AtoPaper, AuthorizationToOrder, ListedService, PaperState
from orders.models.ato import UNDER_WAY
from orders.permissions.ato import speaks_for
from orders.reading.windows import earliest_end, windows_of
from orders.services.atos.locking import lock_ato
from orders.services.atos.telling import tell_of_end
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import record
from stmm.policy.dates import in_words
from stmm.refusals import Incomplete, Problem, WrongState

Kind = AtoPaper.Kind
# What a later paper takes over from the one before it
_COPIED = (
    "legal_name", "ground", "address", "e_rate", "funding_year", "form_470", "form_471",
)  # fmt: skip


@transaction.atomic
def begin(*, agency: Agency, contract: Contract, access: Access, at: datetime) -> AtoPaper:
    """The draft of an agency's ATO for a contract. One that is there is given back.

    Raises NotAllowed; Incomplete for a contract out of term or not for this agency, WrongState
    while an ended one still has days to run.
    """
    actor, on = speaks_for(access, agency), timezone.localdate(at)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    lasting = AuthorizationToOrder.objects.not_ended(on).filter(agency=agency, contract=contract)
    if existing := lasting.first():
        _refuse_ended(existing)
        return existing.papers.select_related("ato").latest("number")
    _refuse_contract(contract, agency, on)
    ato = AuthorizationToOrder.objects.create(agency=agency, contract=contract, recorded_at=at)
    approved = agency.registrations.approved().first()
    paper = AtoPaper.objects.create(
        ato=ato,
        number=1,
        kind=Kind.INITIAL,
        legal_name=agency.name,
        ground=approved.ground if approved else "",
        recorded_at=at,
    )
    record(at=at, actor=actor, action="begin_authorization", subject=ato)
    return paper


def _refuse_contract(contract: Contract, agency: Agency, on: date) -> None:
    if not Contract.objects.filter(pk=contract.pk).in_term(on).exists():
        raise Incomplete([Problem(f"Contract {contract.number} is not in term today.", "contract")])
    if reason := not_a_buyer(contract, agency, on=on):
        raise Incomplete([Problem(reason, "contract")])


def _refuse_ended(ato: AuthorizationToOrder) -> None:
    if ato.ended_on is not None:
        raise WrongState(f"The {ato} ends on {in_words(ato.ended_on)}.")


@transaction.atomic
def amend(*, ato: AuthorizationToOrder, access: Access, at: datetime) -> AtoPaper:
    """The draft of an amendment, which adds services. One under way is given back.

    Raises NotAllowed, WrongState before the State's first approval and after the end.
    """
    return _next_paper(Kind.AMENDMENT, ato, access, at)


@transaction.atomic
def renew(*, ato: AuthorizationToOrder, access: Access, at: datetime) -> AtoPaper:
    """The draft of a renewal, which lists all that the ATO lists. One under way is given back.

    It starts no two years anew. Raises as `amend` does.
    """
    return _next_paper(Kind.RENEWAL, ato, access, at)


def _next_paper(kind: Kind, ato: AuthorizationToOrder, access: Access, at: datetime) -> AtoPaper:
    actor, ato = speaks_for(access, ato.agency), lock_ato(ato)
    _refuse_ended(ato)
    papers = list(ato.papers.prefetch_related("listed"))
    if existing := next((paper for paper in papers if paper.is_under_way), None):
        if existing.kind != kind:
            raise WrongState(f"{existing} is under way: finish or withdraw it first.")
        return existing
    # Not under way, not withdrawn with its ATO: approved
    approved = [paper for paper in papers if paper.state == PaperState.APPROVED]
    paper = AtoPaper.objects.create(
        ato=ato,
        number=max(paper.number for paper in papers) + 1,
        kind=kind,
        recorded_at=at,
        **{name: getattr(approved[-1], name) for name in _COPIED},
    )
    if kind == Kind.RENEWAL:
        _list_all_of(approved, paper)
    record(
        at=at, actor=actor, action=f"begin_{kind}", subject=ato, changes={"paper": (None, paper)}
    )
    return paper


def _list_all_of(approved: Iterable[AtoPaper], paper: AtoPaper) -> None:
    items = {(item.category_id, item.service_id) for each in approved for item in each.listed.all()}
    ListedService.objects.bulk_create(
        ListedService(paper=paper, category_id=category, service_id=service)
        for category, service in sorted(items, key=str)
    )


@transaction.atomic
def end(
    *, ato: AuthorizationToOrder, ended_on: date, reason: str, access: Access, at: datetime
) -> AuthorizationToOrder:
    """Terminate an ATO with 30 calendar days' notice, given now (PO-4.2).

    The same again does nothing. Raises NotAllowed; Incomplete inside the two years of a service
    it lists and for an earlier day than the notice allows; WrongState with a paper under way.
    """
    actor, ato, on = speaks_for(access, ato.agency), lock_ato(ato), timezone.localdate(at)
    if ato.ended_on == ended_on:
        return ato
    _refuse_ended(ato)
    if under_way := ato.papers.filter(state__in=UNDER_WAY).select_related("ato").first():
        raise WrongState(f"{under_way} is under way: withdraw it first.")
    earliest = earliest_end(windows_of([ato], on=on)[ato.pk], on)
    if earliest.problem:
        raise Incomplete([Problem(earliest.problem, "ended_on")])
    if ended_on < earliest.day:
        too_soon = f"With 30 calendar days’ notice it ends on {in_words(earliest.day)} or later."
        raise Incomplete([Problem(too_soon, "ended_on")])
    ato.ended_on, ato.end_recorded_at, ato.end_reason = ended_on, at, reason
    ato.save()
    tell_of_end(ato=ato, ended_on=ended_on, actor=actor, at=at)
    record(
        at=at,
        actor=actor,
        action="end_authorization",
        subject=ato,
        changes={"ends on": (None, ended_on)},
        reason=reason,
    )
    return ato


@transaction.atomic
def record_ato(
    *,
    agency: Agency,
    contract: Contract,
    categories: Iterable[Category],
    agency_signed_on: date | None,
    contractor_signed_on: date | None,
    state_approved_on: date | None,
    basis: str,
    actor: User | None,
    at: datetime,
    services: Iterable[Service] = (),
) -> AuthorizationToOrder:
    """Record an initial ATO that was made on paper, with what it lists (PO-4.1).

    IntegrityError for a second ATO of the same agency and contract, or an approval of one
    that is not signed by both.
    """
    ato = AuthorizationToOrder.objects.create(agency=agency, contract=contract, recorded_at=at)
    paper = AtoPaper.objects.create(
        ato=ato,
        number=1,
        kind=Kind.INITIAL,
        legal_name=agency.name,
        basis=basis,
        recorded_at=at,
    )
    listed = ListedService.objects.bulk_create(
        [
            *(ListedService(paper=paper, category=category) for category in categories),
            *(ListedService(paper=paper, service=service) for service in services),
        ]
    )
    for name, value in _as_signed(agency_signed_on, contractor_signed_on, state_approved_on, at):
        setattr(paper, name, value)
    paper.save()
    record(
        at=at,
        actor=actor,
        action="record_authorization",
        subject=ato,
        changes={
            "lists": (None, ", ".join(str(item) for item in listed)),
            "approved by the State": (None, state_approved_on),
        },
        reason=basis,
    )
    return ato


def _as_signed(
    agency_on: date | None, contractor_on: date | None, state_on: date | None, at: datetime
) -> Iterable[tuple[str, Any]]:
    states: Mapping[PaperState, bool] = {
        PaperState.APPROVED: state_on is not None,
        PaperState.SUBMITTED: agency_on is not None and contractor_on is not None,
        PaperState.AGENCY_SIGNED: agency_on is not None,
    }
    yield "state", next((state for state, holds in states.items() if holds), PaperState.DRAFT)
    yield "agency_signed_on", agency_on
    yield "contractor_signed_on", contractor_on
    yield "state_approved_on", state_on
    yield "approved_at", at if state_on else None
