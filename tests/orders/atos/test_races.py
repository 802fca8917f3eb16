"""An ATO's steps asked for at the same moment: begun, approved, ended and told of once."""

import pytest

from orders.models import AtoPaper, AuthorizationToOrder, PaperState, WindowNotice
from orders.services.atos import acts as atos
from orders.services.atos.notices import endings, tell_of_ending
from orders.services.atos.papers import take_back
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.outbox.models import Notice
from stmm.refusals import WrongState
from tests.catalog.factories import make_contract
from tests.factories import AT
from tests.orders.ato_papers import (
    approve,
    fill,
    make_eligible,
    make_paper,
    make_submitted,
    noon,
    of,
)
from tests.orders.atos.test_notices import days_before
from tests.orders.factories import World
from tests.orders.test_races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(committed_world: World) -> World:
    return committed_world


def test_an_ato_begun_many_times_at_once_is_begun_once(world: World) -> None:
    contract = make_contract("C3-B")

    results = at_once(*[lambda: make_paper(world, contract)] * AT_ONCE)

    assert len(set(results)) == 1
    assert AuthorizationToOrder.objects.filter(contract=contract).count() == 1


def test_amended_and_renewed_at_once_one_waits_for_the_other(world: World) -> None:
    member = of(world.purchaser)

    results = at_once(
        lambda: atos.amend(ato=world.ato, access=member, at=AT),
        lambda: atos.renew(ato=world.ato, access=member, at=AT),
    )

    assert results.count(WrongState) == 1
    assert AtoPaper.objects.filter(ato=world.ato).count() == 2


def test_approved_while_it_is_taken_back_it_is_one_of_the_two(world: World) -> None:
    make_eligible(world.city)
    paper = make_submitted(world, fill(world, make_paper(world, make_contract("C3-B"))))
    member = of(world.purchaser)

    results = at_once(
        lambda: approve(world, paper),
        lambda: take_back(paper=paper, access=member, at=AT),
    )

    assert results.count(WrongState) == 1
    state = AtoPaper.objects.get(pk=paper.pk).state
    assert state in {PaperState.APPROVED, PaperState.DRAFT}
    assert verify().faults == ()


def test_an_approval_clicked_many_times_at_once_is_given_once(world: World) -> None:
    make_eligible(world.city)
    paper = make_submitted(world, fill(world, make_paper(world, make_contract("C3-B"))))

    at_once(*[lambda: approve(world, paper)] * AT_ONCE)

    assert Entry.objects.about(paper.ato).filter(action="approve_authorization").count() == 1


def test_many_workers_tell_of_an_ending_once(world: World) -> None:
    (ending,) = endings(days_before(90))
    at = noon(days_before(90))

    results = at_once(*[lambda: tell_of_ending(ending=ending, at=at)] * AT_ONCE)

    assert sorted(map(str, results)) == ["0", "0", "0", "1"]
    assert WindowNotice.objects.count() == Notice.objects.count() == 1
