"""A paper of an ATO in the agency's hands: begun, filled in, made ready, taken back, given up."""

from datetime import date, timedelta

import pytest

from orders.models import AtoPaper, AuthorizationToOrder, Ground, PaperState
from orders.services.atos import acts as atos
from orders.services.atos import papers
from stmm.audit.models import Entry
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.catalog.factories import make_category, make_contract, make_free, make_service
from tests.factories import AT, TODAY
from tests.orders.ato_papers import (
    FILLED,
    SCAN,
    again,
    fill,
    make_approved,
    make_eligible,
    make_paper,
    make_submitted,
    of,
    ready,
    sign_for_agency,
)
from tests.orders.factories import World


def problems(refusal: pytest.ExceptionInfo[Incomplete]) -> list[str]:
    return [problem.step for problem in refusal.value.problems]


def entries(ato: AuthorizationToOrder) -> list[str]:
    return [entry.action for entry in reversed(Entry.objects.about(ato))]


def test_an_ato_is_begun_once_a_contract(world: World) -> None:
    contract = make_contract("C3-B", contractor="Verizon")
    make_eligible(world.city)
    paper = make_paper(world, contract)

    assert make_paper(world, contract) == paper
    assert (paper.state, paper.kind, paper.ground) == ("draft", "initial", Ground.LOCAL)
    assert entries(paper.ato) == ["begin_authorization"]


def test_the_ato_that_is_there_is_given_back(world: World) -> None:
    assert make_paper(world, world.contract) == world.ato.papers.get()


def test_who_does_not_order_for_the_agency_begins_nothing(world: World) -> None:
    for user in (world.stranger, world.stnd, world.desk, world.auditor):
        with pytest.raises(NotAllowed, match="authorized purchaser of City of Lodi"):
            atos.begin(agency=world.city, contract=world.contract, access=of(user), at=AT)
    with pytest.raises(NotAllowed, match="needs no ATO"):
        atos.begin(agency=world.agency, contract=world.contract, access=of(world.catr), at=AT)


def test_an_ato_is_for_a_contract_in_term_that_the_agency_may_buy_from(world: World) -> None:
    ended = make_contract("ENDED", until=TODAY)
    listed = make_contract("LISTED")
    listed.buyers = "listed"
    listed.save()
    for contract, reason in ((ended, "not in term"), (listed, "list of buyers")):
        with pytest.raises(Incomplete, match=reason) as refusal:
            make_paper(world, contract)
        assert problems(refusal) == ["contract"]


def test_a_draft_keeps_what_it_says_and_lists(world: World) -> None:
    paper = make_paper(world)
    single = make_service("Toll-free", paper.ato.contract)

    paper = fill(world, paper, services=[single], e_rate=True, funding_year="2026")

    assert {str(item) for item in paper.listed.all()} == {
        "1.2 MPLS, VPN and Converged VoIP",
        str(single),
    }
    changes = {change.field: change.after for change in Entry.objects.about(paper.ato)[0].changes}
    assert changes["We apply for E-Rate funding"] == "yes"
    assert changes["lists"] == f"{single}, 1.2 MPLS, VPN and Converged VoIP"


def test_the_same_kept_twice_changes_nothing(world: World) -> None:
    paper = fill(world, make_paper(world))

    assert fill(world, paper).version == paper.version
    assert entries(paper.ato) == ["begin_authorization", "change_authorization"]


def test_of_two_who_change_a_draft_the_second_is_told(world: World) -> None:
    paper = make_paper(world)
    fill(world, paper)

    with pytest.raises(ChangedMeanwhile):
        papers.change_paper(
            paper=paper,
            version=paper.version,
            fields=FILLED,
            categories=[],
            services=[],
            access=of(world.purchaser),
            at=AT,
        )


def test_it_lists_nothing_of_another_contract(world: World) -> None:
    paper = make_paper(world)
    with pytest.raises(Incomplete) as refusal:
        fill(world, paper, services=[world.optional])
    assert problems(refusal) == ["services"]
    with pytest.raises(Incomplete) as refusal:
        fill(world, paper, categories=[make_category("99", "Not of it")])
    assert problems(refusal) == ["categories"]


@pytest.mark.parametrize(
    ("lacking", "step"),
    [
        ({"legal_name": " "}, "legal_name"),
        ({"ground": ""}, "ground"),
        ({"address": ""}, "address"),
        ({"e_rate": True, "funding_year": "2026"}, "funding_year"),
        ({"categories": ()}, "categories"),
    ],
)
def test_what_a_draft_lacks_keeps_it_from_being_signed(
    world: World, lacking: dict[str, object], step: str
) -> None:
    paper = fill(world, make_paper(world), **lacking)  # type: ignore[arg-type]  # by name

    with pytest.raises(Incomplete) as refusal:
        ready(world, paper)

    assert problems(refusal) == [step]


def test_ready_twice_is_ready_once(world: World) -> None:
    paper = ready(world, fill(world, make_paper(world)))

    assert ready(world, paper).version == paper.version
    assert (paper.state, paper.ready_at) == (PaperState.READY, AT)
    with pytest.raises(WrongState, match="can’t be changed: it is “ready to be signed” now"):
        fill(world, paper, address="Elsewhere")


def test_what_is_taken_back_loses_its_signatures(world: World) -> None:
    paper = make_submitted(world, fill(world, make_paper(world)))

    for _ in range(2):
        paper = papers.take_back(paper=paper, access=of(world.purchaser), at=AT)

    assert paper.state == PaperState.DRAFT
    assert (paper.agency_signed_on, paper.contractor_signatory, paper.scan) == (None, "", None)
    assert entries(paper.ato).count("take_authorization_back") == 1


def test_what_the_state_approved_is_not_taken_back_or_withdrawn(world: World) -> None:
    paper = world.ato.papers.get()
    with pytest.raises(WrongState):
        papers.take_back(paper=paper, access=of(world.purchaser), at=AT)
    with pytest.raises(WrongState):
        papers.withdraw_paper(paper=paper, reason="No", access=of(world.purchaser), at=AT)


def test_an_initial_paper_withdrawn_makes_room_for_another(world: World) -> None:
    paper = make_paper(world)
    for _ in range(2):
        paper = papers.withdraw_paper(
            paper=paper, reason="The council refused", access=of(world.purchaser), at=AT
        )

    ato = AuthorizationToOrder.objects.get(pk=paper.ato_id)
    assert (ato.ended_on, ato.end_reason) == (TODAY, "The council refused")
    assert make_paper(world, ato.contract) != paper
    assert entries(ato) == ["begin_authorization", "withdraw_authorization"]


def test_an_amendment_withdrawn_leaves_the_ato(world: World) -> None:
    paper = atos.amend(ato=world.ato, access=of(world.purchaser), at=AT)
    papers.withdraw_paper(paper=paper, reason="No", access=of(world.purchaser), at=AT)

    assert AuthorizationToOrder.objects.get(pk=world.ato.pk).ended_on is None
    second = atos.amend(ato=world.ato, access=of(world.purchaser), at=AT)
    assert (second.number, AtoPaper.objects.get(pk=paper.pk).state) == (3, PaperState.WITHDRAWN)


def test_an_amendment_adds_something(world: World) -> None:
    paper = atos.amend(ato=world.ato, access=of(world.purchaser), at=AT)
    assert atos.amend(ato=world.ato, access=of(world.purchaser), at=AT) == paper
    world.contract.categories.add(make_category())

    paper = fill(world, paper)
    with pytest.raises(Incomplete, match="An amendment adds services"):
        ready(world, paper)

    assert ready(world, fill(world, paper, services=[world.optional])).state == PaperState.READY


def test_a_renewal_lists_what_is_listed_and_waits_for_no_other_paper(world: World) -> None:
    paper = atos.renew(ato=world.ato, access=of(world.purchaser), at=AT)

    assert [str(item) for item in paper.listed.all()] == ["1.2 MPLS, VPN and Converged VoIP"]
    with pytest.raises(WrongState, match="Renewal 1 of the ATO"):
        atos.amend(ato=world.ato, access=of(world.purchaser), at=AT)


def test_nothing_is_amended_before_the_first_approval(world: World) -> None:
    paper = make_paper(world)

    with pytest.raises(WrongState, match="is under way"):
        atos.amend(ato=paper.ato, access=of(world.purchaser), at=AT)


def test_a_scan_is_kept_once_and_a_later_one_beside_it(world: World) -> None:
    paper = sign_for_agency(world, ready(world, fill(world, make_paper(world))))

    def scan(content: bytes) -> AtoPaper:
        return papers.add_scan(
            paper=paper, file_name="a.pdf", content=content, access=of(world.purchaser), at=AT
        )

    first, same, other = scan(SCAN), scan(SCAN), scan(SCAN + b"again")

    assert first.scan == same.scan != other.scan
    assert first.version == same.version
    with pytest.raises(Incomplete, match="is not a PDF"):
        scan(b"GIF89a")


def test_the_executed_scan_may_follow_the_approval(world: World) -> None:
    paper = make_approved(world, fill(world, make_paper(world)))

    paper = papers.add_scan(
        paper=paper,
        file_name="all three.pdf",
        content=SCAN + b"3",
        access=of(world.purchaser),
        at=AT,
    )

    assert again(paper).scan is not None


def test_who_does_not_act_for_a_party_changes_nothing(world: World) -> None:
    paper = make_paper(world)
    for user in (world.stranger, world.stnd, world.desk, world.auditor):
        with pytest.raises(NotAllowed):
            papers.make_ready(paper=paper, access=of(user), at=AT)
        with pytest.raises(NotAllowed):
            atos.renew(ato=world.ato, access=of(user), at=AT)


END = date(2027, 7, 1)


def end(world: World, ended_on: date, on: date) -> AuthorizationToOrder:
    at = AT + (on - TODAY)
    return atos.end(
        ato=world.ato, ended_on=ended_on, reason="We leave", access=of(world.purchaser, at), at=at
    )


def test_an_ato_ends_with_notice_after_its_two_years(world: World) -> None:
    day = END + timedelta(days=30)
    for _ in range(2):
        ended = end(world, day, END)

    assert (ended.ended_on, ended.end_reason) == (day, "We leave")
    assert entries(ended).count("end_authorization") == 1
    with pytest.raises(WrongState, match="ends on July 31, 2027"):
        end(world, day + timedelta(days=1), END)
    with pytest.raises(WrongState, match="ends on July 31, 2027"):
        atos.begin(
            agency=world.city,
            contract=world.contract,
            access=of(world.purchaser),
            at=AT,
        )


@pytest.mark.parametrize(
    ("ended_on", "on", "why"),
    [
        (END + timedelta(days=30), END - timedelta(days=1), "give notice from July 1, 2027 on"),
        (END + timedelta(days=29), END, "ends on July 31, 2027 or later"),
    ],
)
def test_an_ato_does_not_end_sooner(world: World, ended_on: date, on: date, why: str) -> None:
    with pytest.raises(Incomplete, match=why):
        end(world, ended_on, on)


def test_an_ato_with_a_paper_under_way_does_not_end(world: World) -> None:
    atos.renew(ato=world.ato, access=of(world.purchaser), at=AT)

    with pytest.raises(WrongState, match="withdraw it first"):
        end(world, END + timedelta(days=30), END)


def test_an_ato_that_is_not_exclusive_ends_with_notice_at_any_time(world: World) -> None:
    make_free(world.contract)

    assert end(world, TODAY + timedelta(days=30), TODAY).ended_on == TODAY + timedelta(days=30)
