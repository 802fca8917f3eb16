"""Purchases outside CALNET: recorded with what the chapter says, matched, settled, withdrawn."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from orders.models import OutsideDecision, OutsidePurchase
from orders.services.elsewhere.findings import reopen_finding, resolve_finding
from orders.services.elsewhere.outside import (
    Said,
    confirm_matches,
    match_purchase,
    record_purchase,
    withdraw_purchase,
)
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.factories import AT
from tests.orders.elsewhere_records import (
    ledger_line,
    make_determination,
    make_ledger,
    make_purchase,
)
from tests.orders.factories import World, access

pytestmark = pytest.mark.django_db
Match = OutsidePurchase.Match
Finding = OutsidePurchase.Finding
FindingState = OutsidePurchase.FindingState


def again(purchase: OutsidePurchase) -> OutsidePurchase:
    return OutsidePurchase.objects.get(pk=purchase.pk)


def entries(purchase: OutsidePurchase) -> list[str]:
    return [entry.action for entry in Entry.objects.about(purchase)]


def propose(world: World, description: str = "Hosted VoIP") -> OutsidePurchase:
    """A line of a ledger with a match that nobody has confirmed."""
    make_ledger(world, [ledger_line(Description=description)])
    return OutsidePurchase.objects.latest("pk")


def test_a_mandatory_service_bought_elsewhere_is_recorded_with_its_decision_and_finding(
    world: World,
) -> None:
    asked = make_determination(world, world.mandatory)
    made = make_purchase(world, world.mandatory, determination=asked, reference="PO-77")

    assert (made.match, made.outcome) == (Match.MATCHED, "exemption_required")
    assert (made.finding, made.finding_state) == (Finding.MANDATORY, FindingState.OPEN)
    decision = made.decisions.get()
    assert decision.decided_for == date(2026, 2, 27)
    assert decision.said["edition_key"] == "stmm-0400.1-2013"
    assert decision.service == world.mandatory
    assert str(decision).endswith("Mandatory from CALNET")
    assert list(asked.purchases.all()) == [made]
    entry = Entry.objects.about(made).get()
    assert (entry.action, entry.actor) == ("record_purchase", world.atr)
    assert "Mandatory service, no exemption" in entry.changes_json


def test_words_for_an_exemption_settle_nothing(world: World) -> None:
    made = make_purchase(world, world.mandatory, exemption_reference="EX-7")

    assert (made.outcome, made.finding) == ("exemption_required", Finding.MANDATORY)


def test_inside_the_two_years_of_an_ato_there_is_a_finding(world: World) -> None:
    made = make_purchase(
        world, world.optional, by=world.purchaser, exemption_reference="no such thing"
    )

    assert (made.outcome, made.finding) == ("exclusive_to_calnet", Finding.WINDOW)


@pytest.mark.parametrize("match", [Match.NOT_OFFERED, Match.UNSURE])
def test_what_is_no_service_of_the_catalogue_has_no_decision(world: World, match: Match) -> None:
    made = make_purchase(world, match=match)

    assert (made.match, made.service, made.outcome, made.finding) == (match, None, "", "")
    assert not made.decisions.exists()


def record(world: World, **changed: Any) -> OutsidePurchase:
    fields = {
        "vendor": "Sierra",
        "description": "Lines",
        "amount": Decimal(1),
        "purchased_on": AT.date(),
    }
    given: dict[str, Any] = {
        "agency": world.agency,
        "fields": fields,
        "said": Said(Match.NOT_OFFERED),
        "determination": None,
        "key": uuid4(),
        "access": access(world.atr),
        "at": AT,
    }
    return record_purchase(**given | changed)


def test_a_second_click_records_nothing_twice(world: World) -> None:
    key = uuid4()

    assert record(world, key=key) == record(world, key=key)
    assert OutsidePurchase.objects.count() == 1
    assert Entry.objects.filter(action="record_purchase").count() == 1


@pytest.mark.parametrize("who", ["stranger", "purchaser", "stnd", "auditor", "desk"])
def test_only_who_orders_for_the_agency_records_its_purchases(world: World, who: str) -> None:
    someone = access(getattr(world, who))
    made = make_purchase(world, world.mandatory)
    acts: list[Callable[[], object]] = [
        lambda: record(world, access=someone),
        lambda: match_purchase(purchase=made, said=Said(Match.UNSURE), access=someone, at=AT),
        lambda: confirm_matches(purchases=[made], access=someone, at=AT),
        lambda: resolve_finding(purchase=made, reason="Ours", access=someone, at=AT),
        lambda: reopen_finding(purchase=made, reason="Ours", access=someone, at=AT),
        lambda: withdraw_purchase(purchase=made, reason="Ours", access=someone, at=AT),
    ]
    for act in acts:
        with pytest.raises(NotAllowed, match="Only a CATR or ATR of Highway Patrol"):
            act()

    assert entries(made) == ["record_purchase"]


def test_a_purchaser_is_asked_for_outside_state_government(world: World) -> None:
    with pytest.raises(NotAllowed, match="Only an authorized purchaser of City of Lodi"):
        record(world, agency=world.city)


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({"fields": {"purchased_on": date(2026, 3, 3)}}, "purchased_on"),
        ({"said": Said(Match.MATCHED)}, "product_id"),
        ({"said": Said(Match.PROPOSED)}, "product_id"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_field(
    world: World, changed: dict[str, Any], step: str
) -> None:
    with pytest.raises(Incomplete) as refused:
        record(world, **changed)

    assert [problem.step for problem in refused.value.problems] == [step]
    assert not OutsidePurchase.objects.exists()


def test_a_determination_of_another_agency_is_refused(world: World) -> None:
    other = make_determination(world, world.mandatory, by=world.purchaser)
    with pytest.raises(Incomplete, match="is of another agency"):
        record(world, determination=other)


def test_a_match_is_changed_and_the_chapter_asked_anew(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    resolve_finding(purchase=made, reason="Before", access=access(world.atr), at=AT)
    for match, service in (
        (Match.MATCHED, world.optional),
        (Match.UNSURE, None),
        (Match.MATCHED, world.mandatory),
        (Match.MATCHED, world.mandatory),
    ):
        match_purchase(purchase=made, said=Said(match, service), access=access(world.catr), at=AT)
    made = again(made)

    assert (made.service, made.finding_state) == (world.mandatory, FindingState.OPEN)
    assert (made.finding_reason, made.settled_by) == ("", None)
    assert [decision.service for decision in made.decisions.all()] == [
        world.mandatory,
        world.optional,
        world.mandatory,
    ]
    assert entries(made).count("match_purchase") == 3
    assert not verify().faults


def test_a_proposal_is_confirmed_alone_or_among_others_once(world: World) -> None:
    make_ledger(
        world,
        [ledger_line(Description="Hosted VoIP"), ledger_line(Description="Toll-free line")],
    )
    both = list(OutsidePurchase.objects.order_by("pk"))
    assert {each.match for each in both} == {Match.PROPOSED}
    first = confirm_matches(purchases=both[:1], access=access(world.atr), at=AT)
    second = confirm_matches(purchases=both, access=access(world.catr), at=AT)

    assert (first, second) == (both[:1], both[1:])
    assert confirm_matches(purchases=both, access=access(world.atr), at=AT) == []
    assert {again(each).match for each in both} == {Match.MATCHED}
    # Who confirms what was proposed leaves its decision and its finding as they are
    assert again(both[0]).finding_state == FindingState.OPEN
    assert again(both[0]).decisions.count() == 1
    assert again(both[0]).proposed_by == "words"
    assert entries(both[0]) == ["match_purchase"]


def test_a_proposal_that_is_said_to_be_right_keeps_its_decision(world: World) -> None:
    proposed = propose(world)
    match_purchase(
        purchase=proposed,
        said=Said(Match.MATCHED, world.mandatory),
        access=access(world.atr),
        at=AT,
    )

    assert again(proposed).match == Match.MATCHED
    assert again(proposed).decisions.count() == 1
    assert again(proposed).likeness is not None


def test_a_finding_is_resolved_with_a_reason_by_someone_once(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    for _ in range(2):
        resolve_finding(purchase=made, reason="An emergency", access=access(world.catr), at=AT)
    made = again(made)

    assert (made.finding_state, made.finding_reason) == (FindingState.RESOLVED, "An emergency")
    assert (made.settled_by, made.settled_at) == (world.catr, AT)
    assert entries(made) == ["settle_finding", "record_purchase"]
    assert not OutsidePurchase.objects.open_findings().exists()


def test_what_was_settled_in_error_is_open_again_once(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    resolve_finding(purchase=made, reason="An emergency", access=access(world.catr), at=AT)
    for _ in range(2):
        reopen_finding(purchase=made, reason="It was none", access=access(world.atr), at=AT)
    made = again(made)

    assert (made.finding_state, made.finding_reason) == (FindingState.OPEN, "")
    assert (made.settled_by, made.settled_at) == (None, None)
    assert entries(made) == ["settle_finding", "settle_finding", "record_purchase"]
    assert Entry.objects.about(made)[0].reason == "It was none"


def test_what_is_no_finding_is_not_settled(world: World) -> None:
    free = make_purchase(world, world.optional)
    for act in (resolve_finding, reopen_finding):
        with pytest.raises(WrongState, match="no possible leakage"):
            act(purchase=free, reason="x", access=access(world.atr), at=AT)


def test_what_is_withdrawn_counts_for_nothing_and_is_changed_no_more(world: World) -> None:
    made = make_purchase(world, world.mandatory)
    for _ in range(2):
        withdraw_purchase(purchase=made, reason="Twice", access=access(world.atr), at=AT)

    assert entries(made) == ["withdraw_purchase", "record_purchase"]
    assert not OutsidePurchase.objects.standing().exists()
    with pytest.raises(WrongState, match="withdrawn"):
        match_purchase(purchase=made, said=Said(Match.UNSURE), access=access(world.atr), at=AT)
    with pytest.raises(WrongState, match="withdrawn"):
        resolve_finding(purchase=made, reason="x", access=access(world.atr), at=AT)
    assert confirm_matches(purchases=[made], access=access(world.atr), at=AT) == []


def test_people_see_their_own_agencies_purchases_and_oversight_all(world: World) -> None:
    ours, theirs = make_purchase(world), make_purchase(world, by=world.purchaser)

    def seen(user: object) -> list[OutsidePurchase]:
        rows = OutsidePurchase.objects.visible_to(access(user))  # type: ignore[arg-type]  # a person
        return list(rows.order_by("pk"))

    assert seen(world.catr) == [ours]
    assert seen(world.purchaser) == [theirs]
    assert seen(world.auditor) == seen(world.stnd) == [ours, theirs]
    assert seen(world.desk) == seen(world.stranger) == []


@pytest.mark.parametrize(
    "values",
    [
        {"vendor": ""},
        {"amount": Decimal(-1)},
        {"match": "open"},
        {"match": "guessed"},
        {"finding": ""},
        {"finding_state": "resolved"},
        {"finding": "window", "finding_state": "exemption", "finding_reason": "x"},
        {"finding_state": "exemption", "finding_reason": "x", "settled_at": AT},
        {"quantity": 0},
        {"creation_key": None},
        {"starts_on": date(2026, 2, 2), "last_day": date(2026, 2, 1)},
    ],
)
def test_the_database_refuses_what_contradicts_itself(
    world: World, values: dict[str, object]
) -> None:
    made = make_purchase(world, world.mandatory)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsidePurchase.objects.filter(pk=made.pk).update(**values)


def test_what_the_chapter_said_is_never_changed(world: World) -> None:
    make_purchase(world, world.mandatory)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        OutsideDecision.objects.update(outcome="allowed")
