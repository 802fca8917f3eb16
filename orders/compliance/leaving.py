"""What the chapter says of leaving CALNET with a service: when, and why not before (PO-4.2).

The bridge from an agency's ATO to the policy for what leaves; fixed numbers of queries.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from catalog.models import Contract, Service
from orders.compliance.decisions import listings_of
from orders.models import LeavingPart
from stmm.agencies.models import Agency
from stmm.policy.dates import notice_end
from stmm.policy.decision import Decision, decide
from stmm.policy.editions import edition_in_force
from stmm.policy.facts import Action, Buyer, Designation, Purchase, Source


@dataclass(frozen=True, slots=True)
class Thing:
    """What may leave: a service of the catalogue by its key and its category's, or a category."""

    category: int
    service: int | None = None


def thing_of(part: LeavingPart) -> Thing:
    """What a part is to the chapter; an open service is its service of the catalogue."""
    if part.category_id:
        return Thing(part.category_id)
    service = part.open_service.service if part.open_service else part.service
    if service is None:
        raise ValueError("A part without a thing does not leave.")
    return Thing(service.category_id, service.pk)


def decide_leaving(
    agency: Agency,
    contract: Contract,
    things: Iterable[Thing],
    *,
    on: date,
    known_at: datetime | None = None,
) -> Mapping[Thing, Decision]:
    """What Chapter 0400.1 says of giving notice of each on the Pacific day `on`.

    Mandatory or not changes nothing for a body outside State government (PO-4.1); it is kept
    with the facts all the same. A whole category has no designation of its own.
    """
    things = set(things)
    services = Service.objects.filter(pk__in=[thing.service for thing in things if thing.service])
    designated = services.with_designation(on, known_at=known_at).only("pk")
    designations = {service.pk: Designation(service.designation) for service in designated}
    listings = listings_of([agency], [contract.pk], on=on, known_at=known_at)
    edition = edition_in_force(on)

    def of(thing: Thing) -> Decision:
        designation = Designation.UNDETERMINED
        if thing.service is not None:
            designation = designations[thing.service]
        ato = listings.ato_about(
            agency,
            contract.pk,
            category=thing.category,
            service=thing.service,
            source=Source.OTHER,
        )
        purchase = Purchase(
            on=on,
            buyer=Buyer.NON_STATE,
            source=Source.OTHER,
            designation=designation,
            action=Action.LEAVE,
            ato=ato,
        )
        return decide(purchase, edition)

    return {thing: of(thing) for thing in things}


@dataclass(frozen=True, slots=True, order=True)
class Earliest:
    """The first Pacific day on which notice may be given, and the day on which it runs out."""

    notice_on: date
    end_on: date


def earliest(decision: Decision) -> Earliest:
    """Of one thing that was decided on: notice at once, or when its two years are over."""
    asked_on = decision.purchase.on
    if decision.outcome.is_allowed:
        return Earliest(asked_on, notice_end(asked_on))
    first_free = decision.date_shown or asked_on
    return Earliest(first_free, notice_end(first_free))


def earliest_of_all(decisions: Iterable[Decision]) -> Earliest | None:
    """Of several things with one notice: when the last of them may leave; None of nothing."""
    return max((earliest(decision) for decision in decisions), default=None)
