"""The three parties' words on an ATO: who gives them, in which order, who is told."""

from datetime import timedelta

import pytest

from catalog.models import DeskMember
from orders.models import AtoPaper, PaperState
from orders.services.atos import papers
from orders.services.atos import signing as ato_signing
from stmm.accounts.models import User
from stmm.audit.models import Entry
from stmm.outbox.models import Notice, NoticeKind
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.factories import AT, SINCE, TODAY, make_user
from tests.orders.ato_papers import (
    approve,
    fill,
    make_eligible,
    make_paper,
    make_submitted,
    of,
    ready,
    sign_for_agency,
    sign_for_contractor,
)
from tests.orders.factories import World

TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def draft(world: World) -> AtoPaper:
    """Filled in, of a contract of Verizon."""
    return fill(world, make_paper(world))


@pytest.fixture
def desk(draft: AtoPaper) -> User:
    """At the order desk of Verizon."""
    user = make_user("Vera Izon")
    DeskMember.objects.create(user=user, contractor=draft.ato.contract.contractor, starts_on=SINCE)
    return user


def told(user: User) -> list[tuple[str, str]]:
    notices = Notice.objects.filter(user=user).order_by("pk")
    return [(notice.kind, notice.subject) for notice in notices]


def actions(paper: AtoPaper) -> list[str]:
    return [entry.action for entry in reversed(Entry.objects.about(paper.ato))]


def test_three_words_make_an_ato(world: World, draft: AtoPaper, desk: User) -> None:
    make_eligible(world.city)
    paper = sign_for_agency(world, ready(world, draft))
    paper = sign_for_contractor(paper, desk)

    paper = approve(world, paper)

    assert paper.state == PaperState.APPROVED
    assert (paper.state_approved_on, paper.approved_at, paper.approved_by) == (
        TODAY,
        AT,
        world.stnd,
    )
    assert actions(paper)[-3:] == [
        "sign_authorization_for_agency",
        "sign_authorization_for_contractor",
        "approve_authorization",
    ]


def test_each_is_told_when_it_is_their_turn(world: World, draft: AtoPaper, desk: User) -> None:
    make_eligible(world.city)
    name = "ATO of City of Lodi for C3-B"
    paper = sign_for_agency(world, ready(world, draft))
    assert told(desk) == [(NoticeKind.TURN, f"{name} is signed by the agency: sign it")]

    paper = sign_for_contractor(paper, desk)
    assert told(world.stnd) == [(NoticeKind.TURN, f"{name} waits for the State’s approval")]
    assert told(world.purchaser) == [(NoticeKind.ATO, f"{name} waits for the State’s approval")]

    approve(world, paper)
    assert told(world.purchaser)[-1] == (NoticeKind.ATO, f"{name} is approved by the State")
    assert told(desk)[-1] == (NoticeKind.ATO, f"{name} is approved by the State")


def test_a_word_given_twice_is_given_once(world: World, draft: AtoPaper, desk: User) -> None:
    make_eligible(world.city)
    paper = ready(world, draft)
    for _ in range(2):
        paper = sign_for_agency(world, paper)
    for _ in range(2):
        paper = sign_for_contractor(paper, desk)
    for _ in range(2):
        paper = approve(world, paper)

    assert len(actions(paper)) == len(set(actions(paper)))
    with pytest.raises(WrongState):
        approve(world, paper, on=YESTERDAY)


def test_the_contractor_signs_after_the_agency_and_the_state_after_both(
    world: World, draft: AtoPaper, desk: User
) -> None:
    with pytest.raises(WrongState):
        sign_for_agency(world, draft)
    paper = ready(world, draft)
    with pytest.raises(WrongState):
        sign_for_contractor(paper, desk)
    paper = sign_for_agency(world, paper)
    with pytest.raises(WrongState, match="can’t be approved: it is “signed by the agency” now"):
        approve(world, paper)


def test_the_agency_records_the_contractors_signature_with_the_scan_alone(
    world: World, draft: AtoPaper
) -> None:
    paper = sign_for_agency(world, ready(world, draft))

    with pytest.raises(Incomplete, match="Upload the scan"):
        sign_for_contractor(paper, world.purchaser)


def test_another_contractors_desk_signs_nothing(world: World, draft: AtoPaper, desk: User) -> None:
    paper = sign_for_agency(world, ready(world, draft))

    with pytest.raises(
        NotAllowed, match="authorized purchaser of City of Lodi or the order desk of Verizon"
    ):
        sign_for_contractor(paper, world.desk)


def test_the_state_alone_approves_or_returns(world: World, draft: AtoPaper, desk: User) -> None:
    paper = make_submitted(world, draft)
    for user in (world.purchaser, desk, world.auditor, world.stranger):
        with pytest.raises(NotAllowed, match="Only an STND analyst"):
            ato_signing.return_paper(paper=paper, reason="No", access=of(user), at=AT)


def test_nobody_signs_on_a_day_to_come(world: World, draft: AtoPaper, desk: User) -> None:
    paper = ready(world, draft)
    with pytest.raises(Incomplete, match="still to come"):
        sign_for_agency(world, paper, on=TOMORROW)
    paper = sign_for_agency(world, paper)
    with pytest.raises(Incomplete, match="still to come"):
        sign_for_contractor(paper, desk, on=TOMORROW)


@pytest.mark.parametrize("on", [YESTERDAY, TOMORROW])
def test_the_state_approves_between_the_signatures_and_today(
    world: World, draft: AtoPaper, on: object
) -> None:
    make_eligible(world.city)
    paper = make_submitted(world, draft)

    with pytest.raises(Incomplete, match="from March 2, 2026, when both had signed, to today"):
        approve(world, paper, on=on)  # type: ignore[arg-type]  # a day


def test_an_agency_that_is_not_eligible_gets_no_approval(world: World, draft: AtoPaper) -> None:
    with pytest.raises(Incomplete, match="Approve the eligibility of City of Lodi first"):
        approve(world, make_submitted(world, draft))


def test_what_the_state_returns_is_mended_and_signed_anew(
    world: World, draft: AtoPaper, desk: User
) -> None:
    make_eligible(world.city)
    paper = make_submitted(world, draft)
    for _ in range(2):
        paper = ato_signing.return_paper(
            paper=paper, reason="Category 5 is missing.", access=of(world.stnd), at=AT
        )

    assert (paper.state, paper.return_reason) == (PaperState.RETURNED, "Category 5 is missing.")
    assert actions(paper).count("return_authorization") == 1
    kind, subject = told(world.purchaser)[-1]
    assert (kind, subject) == (
        NoticeKind.TURN,
        "ATO of City of Lodi for C3-B is returned by the State",
    )
    text = Notice.objects.filter(user=world.purchaser).latest("pk").text
    assert "Category 5 is missing." in text

    paper = papers.take_back(paper=paper, access=of(world.purchaser), at=AT)
    assert paper.return_reason == ""
    assert approve(world, make_submitted(world, paper)).state == PaperState.APPROVED
