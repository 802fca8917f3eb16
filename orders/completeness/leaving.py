"""What a notice of leaving needs before it may be given (PO-4.1, PO-4.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from orders.compliance.leaving import earliest
from orders.models import Leaving, LeavingPart
from stmm.policy.citations import Citation, cite
from stmm.policy.dates import in_words, notice_end
from stmm.policy.decision import Decision
from stmm.refusals import Problem

_NEEDED = (
    ("sender_address", "Give the address of your agency for the letter."),
    ("contact_name", "Give a contact name."),
    ("contact_phone", "Give a phone number of the contact."),
    ("contact_email", "Give an email address of the contact."),
)


@dataclass(frozen=True, slots=True)
class Quoted(Problem):
    """A problem that the chapter itself makes, with its sentences word for word."""

    citations: tuple[Citation, ...]


def problems_of(
    leaving: Leaving,
    parts: Iterable[LeavingPart],
    decisions: Mapping[int, Decision],
    *,
    on: date,
) -> list[Problem]:
    """Everything that keeps notice from being given on the Pacific day `on`."""
    parts = list(parts)
    return [
        *_no_parts(bool(parts)),
        *_part_problems(leaving, parts),
        *_refused(parts, decisions),
        *_day_problems(leaving, on),
        *_letter_problems(leaving),
    ]


def gaps_in(leaving: Leaving, *, on: date) -> list[Problem]:
    """What is still to be filled in of a draft, whatever the chapter says of its services."""
    return [
        *_no_parts(leaving.parts.exists()),
        *_day_problems(leaving, on),
        *_letter_problems(leaving),
    ]


def _no_parts(has_parts: bool) -> Iterable[Problem]:
    if not has_parts:
        yield Problem("Choose at least one service that leaves.", "leaving-parts")


def _letter_problems(leaving: Leaving) -> Iterable[Problem]:
    for field, message in _NEEDED:
        if not getattr(leaving, field).strip():
            yield Problem(message, "leaving-details")


def _part_problems(leaving: Leaving, parts: list[LeavingPart]) -> Iterable[Problem]:
    for part in parts:
        if part.open_service and part.open_service.ended_on:
            day = in_words(part.open_service.ended_on)
            yield Problem(f"{part} ended on {day}: take it off.", "leaving-parts")
    leaves_already = _leaving_already(leaving, parts)
    for part in parts:
        if other := leaves_already.get(part.pk):
            yield Problem(f"{part} leaves by {other} already: take it off.", "leaving-parts")


def _leaving_already(leaving: Leaving, parts: list[LeavingPart]) -> dict[int, Leaving]:
    """Of each part, by its key, the notice that was given of the same thing before."""
    things = {_key(part): part.pk for part in parts}
    rows = (
        LeavingPart.objects.filter(
            Q(open_service__in=[part.open_service_id for part in parts if part.open_service_id])
            | Q(category__in=[part.category_id for part in parts if part.category_id])
            | Q(service__in=[part.service_id for part in parts if part.service_id]),
            leaving__in=Leaving.objects.running().filter(
                agency=leaving.agency_id, contract=leaving.contract_id
            ),
        )
        .exclude(leaving=leaving)
        .select_related("leaving")
    )
    return {things[_key(row)]: row.leaving for row in rows}


def _key(part: LeavingPart) -> tuple[int | None, int | None, int | None]:
    return part.open_service_id, part.category_id, part.service_id


def _refused(parts: list[LeavingPart], decisions: Mapping[int, Decision]) -> Iterable[Problem]:
    """One problem for each first free day, with the chapter's sentences word for word."""
    by_day: dict[date, list[LeavingPart]] = {}
    for part in parts:
        decision = decisions[part.pk]
        if not decision.outcome.is_allowed:
            by_day.setdefault(earliest(decision).notice_on, []).append(part)
    for day, bound in sorted(by_day.items()):
        names = "; ".join(str(part) for part in bound)
        yield Quoted(
            f"{names}: notice may be given from {in_words(day)}, and the service may end on"
            f" {in_words(notice_end(day))}.",
            "leaving-parts",
            decisions[bound[0].pk].citations,
        )


def _day_problems(leaving: Leaving, on: date) -> Iterable[Problem]:
    end = notice_end(on)
    if leaving.wanted_on is not None and leaving.wanted_on < end:
        yield Quoted(
            f"With notice given on {in_words(on)} the services may end on {in_words(end)} at the"
            " earliest: give that day or a later one.",
            "leaving-details",
            (cite("PO-4.2"),),
        )
