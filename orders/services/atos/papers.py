"""One paper of an ATO in the agency’s hands: filled in, made ready, taken back, given up."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.models import Category, Service
from orders.jobs import make_ato_form
from orders.models import AtoPaper, ListedService, PaperState
from orders.permissions.ato import may_with_paper
from orders.services.atos.locking import lock_paper
from orders.services.atos.telling import AtoEvent, tell_of_paper
from orders.workflow.ato import ATO_STEPS, AtoAction
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.services import Changes, record
from stmm.documents.services import store
from stmm.refusals import ChangedMeanwhile, Incomplete, Problem

_CLEARED: Mapping[str, Any] = {
    "agency_signatory": "", "agency_title": "", "agency_signed_on": None,
    "contractor_signatory": "", "contractor_title": "", "contractor_signed_on": None,
    "return_reason": "", "ready_at": None, "form": None, "scan": None,
}  # fmt: skip


def move(
    action: AtoAction,
    paper: AtoPaper,
    actor: User,
    at: datetime,
    *,
    fields: Mapping[str, Any],
    changes: Changes,
    event: AtoEvent | None = None,
    reason: str = "",
) -> AtoPaper:
    """Set the fields and the state of a locked paper, tell of it and record it."""
    before = PaperState(paper.state)
    after = ATO_STEPS[action].after or before
    for name, value in fields.items():
        setattr(paper, name, value)
    paper.state = after
    paper.version += 1
    paper.save()
    if event is not None:
        tell_of_paper(paper=paper, event=event, actor=actor, at=at, text=reason)
    state = {} if after is before else {"state": (before.label, after.label)}
    record(
        at=at,
        actor=actor,
        action=action,
        subject=paper.ato,
        changes={"paper": (None, paper.name), **state, **changes},
        reason=reason,
    )
    return paper


@transaction.atomic
def change_paper(
    *,
    paper: AtoPaper,
    version: int,
    fields: Mapping[str, Any],
    categories: Iterable[Category],
    services: Iterable[Service],
    access: Access,
    at: datetime,
) -> AtoPaper:
    """Keep what a draft says and lists. The same again changes nothing.

    `fields` of the paper by name. Raises NotAllowed, WrongState, ChangedMeanwhile; Incomplete
    for what the contract does not have.
    """
    paper = lock_paper(paper)
    actor = may_with_paper(access, AtoAction.CHANGE, paper)
    if version != paper.version:
        raise ChangedMeanwhile(f"{paper} was changed by someone else while you had it open.")
    items = [*_within(paper, categories, services)]
    before = {name: getattr(paper, name) for name in fields}
    listed = ", ".join(str(item) for item in paper.listed.select_related("category", "service"))
    wanted = ", ".join(str(item) for item in items)
    changes = {
        _label(name): (_words(before[name]), _words(value))
        for name, value in fields.items()
        if before[name] != value
    }
    if listed != wanted:
        changes["lists"] = (listed, wanted)
        paper.listed.all().delete()
        ListedService.objects.bulk_create(items)
    if not changes:
        return paper
    return move(AtoAction.CHANGE, paper, actor, at, fields=fields, changes=changes)


def _label(name: str) -> str:
    return str(AtoPaper._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a field of its own


def _words(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _within(
    paper: AtoPaper, categories: Iterable[Category], services: Iterable[Service]
) -> Iterable[ListedService]:
    """Entries of the list, in the order in which they are read again."""
    contract = paper.ato.contract
    held = set(contract.categories.values_list("pk", flat=True))
    for service in sorted(set(services), key=lambda each: each.pk):
        if service.contract_id != contract.pk:
            raise Incomplete([Problem(f"{service} is not under {contract.number}.", "services")])
        yield ListedService(paper=paper, service=service)
    for category in sorted(set(categories), key=lambda each: each.pk):
        if category.pk not in held:
            raise Incomplete(
                [Problem(f"{category} is no category of {contract.number}.", "categories")]
            )
        yield ListedService(paper=paper, category=category)


@transaction.atomic
def make_ready(*, paper: AtoPaper, access: Access, at: datetime) -> AtoPaper:
    """Freeze a draft for its signatures, and ask for its PDF. Ready already: nothing happens.

    Raises NotAllowed, WrongState, Incomplete.
    """
    paper = lock_paper(paper)
    if paper.state == PaperState.READY:
        return paper
    actor = may_with_paper(access, AtoAction.MAKE_READY, paper)
    if problems := [*what_is_missing(paper)]:
        raise Incomplete(problems)
    make_ato_form.enqueue(paper.pk)
    return move(AtoAction.MAKE_READY, paper, actor, at, fields={"ready_at": at}, changes={})


def what_is_missing(paper: AtoPaper) -> Iterable[Problem]:
    """What a draft lacks to be signed (domain.md 3.3)."""
    for name, words in (
        ("legal_name", "Give the legal name of the agency."),
        ("ground", "Choose the ground of eligibility."),
        ("address", "Give the address of the agency."),
    ):
        if not getattr(paper, name).strip():
            yield Problem(words, name)
    if paper.e_rate and not (paper.funding_year and paper.form_470):
        words = "For E-Rate funding, give the funding year and the Form 470 application number."
        yield Problem(words, "funding_year")
    listed = list(paper.listed.all())
    if not listed:
        yield Problem("Check a category or give a Product ID: the ATO lists nothing.", "categories")
    elif paper.kind == AtoPaper.Kind.AMENDMENT and not _adds(paper, listed):
        yield Problem("An amendment adds services: all it lists is on the ATO.", "categories")


def _adds(paper: AtoPaper, listed: Iterable[ListedService]) -> bool:
    before = AtoPaper.objects.approved().filter(ato=paper.ato)
    items = ListedService.objects.filter(paper__in=before)
    held = set(items.values_list("category", "service"))
    return any((item.category_id, item.service_id) not in held for item in listed)


@transaction.atomic
def take_back(*, paper: AtoPaper, access: Access, at: datetime) -> AtoPaper:
    """Make a draft of it again: signatures and their PDF no longer count. A draft stays one.

    Raises NotAllowed, WrongState once the State has approved it.
    """
    paper = lock_paper(paper)
    if paper.state == PaperState.DRAFT:
        return paper
    actor = may_with_paper(access, AtoAction.TAKE_BACK, paper)
    return move(AtoAction.TAKE_BACK, paper, actor, at, fields=_CLEARED, changes={})


@transaction.atomic
def withdraw_paper(*, paper: AtoPaper, reason: str, access: Access, at: datetime) -> AtoPaper:
    """Give up a paper that the State has not approved; the initial one ends its ATO too.

    Withdrawn already: nothing happens. Raises NotAllowed, WrongState.
    """
    paper = lock_paper(paper)
    if paper.state == PaperState.WITHDRAWN:
        return paper
    actor = may_with_paper(access, AtoAction.WITHDRAW, paper)
    if paper.kind == AtoPaper.Kind.INITIAL:
        ato = paper.ato
        ato.ended_on, ato.end_recorded_at, ato.end_reason = timezone.localdate(at), at, reason
        ato.save()
    return move(AtoAction.WITHDRAW, paper, actor, at, fields={}, changes={}, reason=reason)


@transaction.atomic
def add_scan(
    *, paper: AtoPaper, file_name: str, content: bytes, access: Access, at: datetime
) -> AtoPaper:
    """Keep the scan of what was signed on paper; one given earlier stays on record.

    The same file again does nothing. Raises NotAllowed, WrongState, Incomplete for no PDF.
    """
    paper = lock_paper(paper)
    actor = may_with_paper(access, AtoAction.ADD_SCAN, paper)
    if not content.startswith(b"%PDF-"):
        raise Incomplete([Problem(f"{file_name} is not a PDF: scan it to one.", "file")])
    sha256 = hashlib.sha256(content).hexdigest()
    if paper.scan and paper.scan.sha256 == sha256:
        return paper
    scan = store(
        kind="ato_scan",
        title=f"Signed {paper.name} of the {paper.ato}"[:200],
        file_name=file_name[-120:],
        media_type="application/pdf",
        content=content,
        made_from=paper,
        at=at,
    )
    return move(
        AtoAction.ADD_SCAN,
        paper,
        actor,
        at,
        fields={"scan": scan},
        changes={"scan": (None, f"{file_name}, SHA-256 {sha256}")},
    )
