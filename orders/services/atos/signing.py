"""The three parties' words on a paper of an ATO: both sign, the State approves or returns."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from orders.models import AtoPaper, ListedService, PaperState, Registration
from orders.permissions.ato import may_with_paper
from orders.services.atos.locking import lock_paper
from orders.services.atos.papers import move
from orders.services.atos.telling import AtoEvent
from orders.workflow.ato import AtoAction
from stmm.agencies.access import Access
from stmm.policy.dates import in_words
from stmm.refusals import Incomplete, Problem


@transaction.atomic
def sign_for_agency(
    *, paper: AtoPaper, signatory: str, title: str, signed_on: date, access: Access, at: datetime
) -> AtoPaper:
    """Record who signed for the agency, and when. The same signature again does nothing.

    Raises NotAllowed, WrongState, Incomplete for a day to come.
    """
    paper = lock_paper(paper)
    fields = {
        "agency_signatory": signatory, "agency_title": title, "agency_signed_on": signed_on,
    }  # fmt: skip
    if paper.agency_signed_on and _holds(paper, fields):
        return paper
    actor = may_with_paper(access, AtoAction.SIGN_FOR_AGENCY, paper)
    _refuse_days_to_come(signed_on, at)
    return move(
        AtoAction.SIGN_FOR_AGENCY,
        paper,
        actor,
        at,
        fields=fields,
        changes={"signed for the agency": (None, _signature(signatory, title, signed_on))},
        event=AtoEvent.AGENCY_SIGNED,
    )


@transaction.atomic
def sign_for_contractor(
    *, paper: AtoPaper, signatory: str, title: str, signed_on: date, access: Access, at: datetime
) -> AtoPaper:
    """Record who signed for the contractor, and when: the order desk, or the agency with a scan.

    The same signature again does nothing. Raises NotAllowed, WrongState, Incomplete.
    """
    paper = lock_paper(paper)
    fields = {
        "contractor_signatory": signatory, "contractor_title": title,
        "contractor_signed_on": signed_on,
    }  # fmt: skip
    if paper.contractor_signed_on and _holds(paper, fields):
        return paper
    actor = may_with_paper(access, AtoAction.SIGN_FOR_CONTRACTOR, paper)
    _refuse_days_to_come(signed_on, at)
    if paper.scan_id is None and paper.ato.agency_id in access.member_agency_ids:
        wanted = "Upload the scan of the ATO that both have signed first."
        raise Incomplete([Problem(wanted, "signed_on")])
    return move(
        AtoAction.SIGN_FOR_CONTRACTOR,
        paper,
        actor,
        at,
        fields=fields,
        changes={"signed for the contractor": (None, _signature(signatory, title, signed_on))},
        event=AtoEvent.SUBMITTED,
    )


def _holds(paper: AtoPaper, fields: Mapping[str, Any]) -> bool:
    return all(getattr(paper, name) == value for name, value in fields.items())


def _signature(signatory: str, title: str, signed_on: date) -> str:
    return f"{signatory}, {title}, on {in_words(signed_on)}"


def _refuse_days_to_come(day: date, at: datetime) -> None:
    if day > timezone.localdate(at):
        raise Incomplete(
            [Problem("This day is still to come: give today or earlier.", "signed_on")]
        )


@transaction.atomic
def approve_paper(
    *,
    paper: AtoPaper,
    approver: str,
    approver_title: str,
    approved_on: date,
    access: Access,
    at: datetime,
) -> AtoPaper:
    """The State's approval: orders go through, and the two years of what is new begin (PO-4.1).

    From then on the database refuses to change the paper. Approved already: nothing happens.
    Raises NotAllowed, WrongState; Incomplete for a day before the signatures or to come, and
    for an agency whose eligibility STND has not approved.
    """
    paper = lock_paper(paper)
    fields = {
        "approver": approver, "approver_title": approver_title, "state_approved_on": approved_on,
    }  # fmt: skip
    if paper.state == PaperState.APPROVED and _holds(paper, fields):
        return paper
    actor = may_with_paper(access, AtoAction.APPROVE, paper)
    if problems := [*_against_approval(paper, approved_on, at)]:
        raise Incomplete(problems)
    return move(
        AtoAction.APPROVE,
        paper,
        actor,
        at,
        fields={**fields, "approved_at": at, "approved_by": actor},
        changes={
            "approved for the State": (None, _signature(approver, approver_title, approved_on)),
            "lists": (None, ", ".join(str(item) for item in _listed(paper))),
        },
        event=AtoEvent.APPROVED,
    )


def _listed(paper: AtoPaper) -> Iterable[ListedService]:
    return paper.listed.select_related("category", "service")


def _against_approval(paper: AtoPaper, approved_on: date, at: datetime) -> Iterable[Problem]:
    signed = [day for day in (paper.agency_signed_on, paper.contractor_signed_on) if day]
    if approved_on < max(signed) or approved_on > timezone.localdate(at):
        yield Problem(
            f"Give a day from {in_words(max(signed))}, when both had signed, to today.",
            "approved_on",
        )
    if not Registration.objects.approved().filter(agency=paper.ato.agency).exists():
        agency = paper.ato.agency.name
        yield Problem(f"Approve the eligibility of {agency} first: it is not on file.", "approver")


@transaction.atomic
def return_paper(*, paper: AtoPaper, reason: str, access: Access, at: datetime) -> AtoPaper:
    """Back to the agency, with what the State wants mended. Returned already: nothing happens.

    Raises NotAllowed, WrongState.
    """
    paper = lock_paper(paper)
    if paper.state == PaperState.RETURNED and paper.return_reason == reason:
        return paper
    actor = may_with_paper(access, AtoAction.RETURN, paper)
    fields = {"return_reason": reason}
    return move(
        AtoAction.RETURN,
        paper,
        actor,
        at,
        fields=fields,
        changes={},
        event=AtoEvent.RETURNED,
        reason=reason,
    )
