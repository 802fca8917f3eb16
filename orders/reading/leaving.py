"""What pages and services read of a notice of leaving: its parts, what the chapter says of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from catalog.models import Category, Service
from orders.compliance.leaving import (
    Earliest,
    Thing,
    decide_leaving,
    earliest,
    earliest_of_all,
    thing_of,
)
from orders.models import (
    AtoPaper,
    Leaving,
    LeavingDecision,
    LeavingPart,
    ListedService,
    OpenService,
)
from orders.reading.by_contract import grouped
from stmm.policy.decision import Decision


def parts_of(leaving: Leaving) -> list[LeavingPart]:
    """The parts with what pages and decisions need of each, in one query."""
    return list(
        leaving.parts.select_related(
            "open_service__service__contract", "category", "service__contract"
        )
    )


def decide_parts(
    leaving: Leaving,
    parts: Iterable[LeavingPart],
    *,
    on: date,
    known_at: datetime | None = None,
) -> dict[int, Decision]:
    """What the chapter says of giving notice on the Pacific day `on`, by the key of the part."""
    things = {part.pk: thing_of(part) for part in parts}
    decisions = decide_leaving(
        leaving.agency, leaving.contract, things.values(), on=on, known_at=known_at
    )
    return {part: decisions[thing] for part, thing in things.items()}


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part with its decision: as it was when notice was given, or as it would be today."""

    part: LeavingPart
    decision: Decision | LeavingDecision
    earliest: Earliest | None = None

    @property
    def window(self) -> tuple[date, date] | None:
        return (
            self.decision.window
            if isinstance(self.decision, LeavingDecision)
            else self.decision.purchase.window
        )


@dataclass(frozen=True, slots=True)
class ShownParts:
    """`earliest` is when the last of them may leave; None once notice is given, or of nothing."""

    parts: tuple[ShownPart, ...]
    earliest: Earliest | None = None

    @property
    def decisions(self) -> Mapping[int, Decision | LeavingDecision]:
        return {shown.part.pk: shown.decision for shown in self.parts}


def shown_parts(leaving: Leaving, *, on: date) -> ShownParts:
    """The parts as pages show them."""
    parts = parts_of(leaving)
    if leaving.given_on:
        stored = {
            each.part_id: each for each in LeavingDecision.objects.filter(part__leaving=leaving)
        }
        return ShownParts(tuple(ShownPart(part, stored[part.pk]) for part in parts))
    decisions = decide_parts(leaving, parts, on=on)
    return ShownParts(
        tuple(ShownPart(part, decisions[part.pk], earliest(decisions[part.pk])) for part in parts),
        earliest_of_all(decisions.values()),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be chosen to leave, with what the chapter says of it today."""

    name: str
    words: str
    facts: str
    decision: Decision

    @property
    def earliest(self) -> Earliest:
        return earliest(self.decision)

    @property
    def window(self) -> tuple[date, date] | None:
        return self.decision.purchase.window


def choices_for(leaving: Leaving, *, on: date) -> list[Choice]:
    """The agency's open services under the contract, then what its ATO lists."""
    things: list[tuple[str, str, str, Thing]] = [
        *(_of_open(each) for each in open_services_of(leaving)),
        *(_of_listed(each) for each in listed_of(leaving)),
    ]
    decisions = decide_leaving(
        leaving.agency, leaving.contract, [thing for *_, thing in things], on=on
    )
    return [Choice(name, words, facts, decisions[thing]) for name, words, facts, thing in things]


def open_services_of(leaving: Leaving) -> Iterable[OpenService]:
    return (
        OpenService.objects.working()
        .filter(agency=leaving.agency_id, service__contract=leaving.contract_id)
        .select_related("service")
    )


def listed_of(leaving: Leaving) -> list[Category | Service]:
    """What the agency's ATO for the contract lists, as it stands there."""
    papers = AtoPaper.objects.approved().filter(
        ato__agency=leaving.agency_id, ato__contract=leaving.contract_id
    )
    listed = ListedService.objects.filter(paper__in=papers).order_by("pk")
    found = [
        each.category or each.service
        for each in listed.select_related("category", "service__category")
    ]
    # What a renewal lists again is there once
    return list(dict.fromkeys(each for each in found if each is not None))


def _of_open(service: OpenService) -> tuple[str, str, str, Thing]:
    facts = ", ".join(
        filter(
            None,
            (
                service.billing_account and f"account {service.billing_account}",
                " ".join(service.site.split()),
                service.circuit_numbers,
            ),
        )
    )
    thing = Thing(service.service.category_id, service.service_id)
    return f"open-{service.pk}", f"{service.quantity} × {service.service.name}", facts, thing


def _of_listed(listed: Category | Service) -> tuple[str, str, str, Thing]:
    if isinstance(listed, Category):
        return (
            f"category-{listed.pk}",
            f"Every service of category {listed}",
            "Listed on your ATO; for services that this site does not know",
            Thing(listed.pk),
        )
    return (
        f"service-{listed.pk}",
        listed.name,
        f"Product ID {listed.product_id}, listed on your ATO",
        Thing(listed.category_id, listed.pk),
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """What ending an open service today takes: `notice` is the one that runs already."""

    service: OpenService
    decision: Decision
    notice: Leaving | None

    @property
    def earliest(self) -> Earliest:
        return earliest(self.decision)

    @property
    def is_bound(self) -> bool:
        """Inside its two years."""
        return not self.decision.outcome.is_allowed

    @property
    def may_begin(self) -> bool:
        return self.notice is None and not self.is_bound


def endings_of(services: Iterable[OpenService], *, on: date) -> list[Ending]:
    """Of open services of bodies outside State government, what the chapter says on a day."""
    services = list(services)
    running = LeavingPart.objects.filter(
        open_service__in=services, leaving__in=Leaving.objects.running()
    )
    notices = {part.open_service_id: part.leaving for part in running.select_related("leaving")}
    found: list[Ending] = []
    for (agency, contract), members in grouped(services).items():
        things = {each.pk: Thing(each.service.category_id, each.service_id) for each in members}
        decisions = decide_leaving(agency, contract, things.values(), on=on)
        found += [
            Ending(each, decisions[things[each.pk]], notices.get(each.pk)) for each in members
        ]
    return found
