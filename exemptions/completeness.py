"""What a request needs before it may be sent (domain.md, rules 18, 19, 22)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from exemptions.asked import ASKED, Step
from exemptions.compliance import reasons_against_items
from exemptions.models import Delegation, ExemptionRequest, RequestedItem
from exemptions.permissions import why_none_is_needed
from stmm.refusals import Problem


@dataclass(frozen=True, slots=True)
class Lacking(Problem):
    """What is lacking on the page of `step`, and the `anchor` there where it is mended."""

    anchor: str = ""


def problems_of(
    request: ExemptionRequest, items: Sequence[RequestedItem], *, on: date
) -> list[Lacking]:
    """Everything that keeps the request from being sent on the Pacific day `on`."""
    return [
        *_agency_problems(request, on),
        *(
            Lacking(asked.lacking, asked.step, f"id_{asked.field}")
            for asked in ASKED
            if not getattr(request, asked.field).strip()
        ),
        *_item_problems(items, on),
        *_term_problems(request, on),
        *_delegation_problems(request, on),
    ]


def _agency_problems(request: ExemptionRequest, on: date) -> Iterable[Lacking]:
    if reason := why_none_is_needed(request.agency, on=on):
        yield Lacking(reason, Step.PROJECT)


def _item_problems(items: Sequence[RequestedItem], on: date) -> Iterable[Lacking]:
    if not items:
        yield Lacking("Add at least one mandatory service.", Step.ITEMS)
    reasons = reasons_against_items(
        (item.service_id for item in items if item.service_id is not None), on=on
    )
    for item in items:
        anchor = f"item-{item.pk}"
        if reason := reasons.get(item.service_id or 0, ""):
            yield Lacking(f"{reason} Take it off.", Step.ITEMS, anchor)
        if item.proposed_monthly is None and item.proposed_once is None:
            yield Lacking(
                f"{item}: give what the proposed source charges, a month or once.",
                Step.ITEMS,
                anchor,
            )


def _term_problems(request: ExemptionRequest, on: date) -> Iterable[Lacking]:
    if request.wanted_from is None:
        yield Lacking("Give the first day wanted.", Step.TERM, "id_wanted_from")
    if request.wanted_until is None:
        yield Lacking(
            "Give the last day wanted: an exemption is always limited in time.",
            Step.TERM,
            "id_last_day_wanted",
        )
    elif request.wanted_until <= on:
        yield Lacking("The last day wanted is over.", Step.TERM, "id_last_day_wanted")


def _delegation_problems(request: ExemptionRequest, on: date) -> Iterable[Lacking]:
    if recorded := request.delegation:
        if not Delegation.objects.in_effect(on).filter(pk=recorded.pk).exists():
            yield Lacking(
                f"Delegation {recorded} is not in effect any more: choose another one, give a"
                " reference, or ask for one.",
                Step.TERM,
                "id_delegation_0",
            )
    elif not request.delegation_reference and not request.asks_for_delegation:
        yield Lacking(
            "Choose or name the General Telecommunications Delegation, or ask for one.",
            Step.TERM,
            "id_delegation_reference",
        )
