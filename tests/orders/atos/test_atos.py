"""Authorizations To Order: signed by both, approved by the State, listing what they open."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from orders.models import AtoPaper, ListedService, PaperState
from stmm.audit.models import Change, Entry
from tests.catalog.factories import make_category
from tests.factories import AT, Kind, make_agency
from tests.orders.ato_papers import amended, make_paper, renewed
from tests.orders.factories import World, make_ato


def test_an_ato_is_recorded_with_what_it_lists(world: World) -> None:
    town = make_agency(Kind.LOCAL, name="Town")
    ato = make_ato(town, world.contract, categories=[make_category(), make_category("5", "LAN")])

    paper = ato.papers.get()
    assert str(ato) == str(paper) == "ATO of Town for C4-DNCS-19"
    assert paper.state == PaperState.APPROVED
    assert {str(item) for item in paper.listed.all()} == {
        "1.2 MPLS, VPN and Converged VoIP",
        "5 LAN",
    }
    entry = Entry.objects.about(ato).get()
    assert (entry.action, entry.reason) == ("record_authorization", "For this test")
    assert entry.changes[0] == Change("lists", "", "1.2 MPLS, VPN and Converged VoIP, 5 LAN")


@pytest.mark.parametrize(
    ("signed", "state"),
    [
        ((None, None), PaperState.DRAFT),
        ((date(2025, 6, 1), None), PaperState.AGENCY_SIGNED),
        ((date(2025, 6, 1), date(2025, 6, 2)), PaperState.SUBMITTED),
    ],
)
def test_what_was_signed_on_paper_says_its_state(
    world: World, signed: tuple[date | None, date | None], state: PaperState
) -> None:
    ato = make_ato(make_agency(Kind.LOCAL), world.contract, approved_on=None, signed=signed)

    assert ato.papers.get().state == state


def test_papers_are_called_by_their_place(world: World) -> None:
    second = amended(world, world.ato, on=date(2026, 1, 5), services=[world.optional])
    third = renewed(world, world.ato, on=date(2026, 2, 5))

    assert [paper.name for paper in world.ato.papers.all()] == [
        "Initial ATO",
        "Amendment 1",
        "Renewal 2",
    ]
    assert str(second) == "Amendment 1 of the ATO of City of Lodi for C4-DNCS-19"
    assert str(third.listed.get(service__isnull=False)) == str(world.optional)


def test_an_agency_has_one_ato_a_contract(world: World) -> None:
    with pytest.raises(IntegrityError):
        make_ato(world.city, world.contract)


@pytest.mark.parametrize(
    "change",
    [
        {"agency_signed_on": None},
        {"contractor_signed_on": None},
        {"agency_signed_on": date(2025, 7, 2)},
        {"contractor_signed_on": date(2025, 7, 2)},
        {"approved_at": None},
    ],
    ids=["no agency", "no contractor", "agency later", "contractor later", "not recorded"],
)
def test_the_state_approves_what_both_have_signed(
    world: World, change: dict[str, date | None]
) -> None:
    signed = {
        "agency_signed_on": date(2025, 6, 1),
        "contractor_signed_on": date(2025, 6, 2),
        "state_approved_on": date(2025, 7, 1),
        "approved_at": AT,
    }
    paper = make_paper(world)

    with pytest.raises(IntegrityError):
        AtoPaper.objects.filter(pk=paper.pk).update(state="approved", **(signed | change))


@pytest.mark.parametrize(
    "change",
    [
        lambda paper: AtoPaper.objects.filter(pk=paper.pk).update(
            state_approved_on=date(2026, 1, 1)
        ),
        lambda paper: AtoPaper.objects.filter(pk=paper.pk).update(state="draft"),
        lambda paper: AtoPaper.objects.filter(pk=paper.pk)._raw_delete("default"),
        lambda paper: paper.listed.update(category=make_category("5", "LAN")),
        lambda paper: paper.listed.all()._raw_delete("default"),
        lambda paper: ListedService.objects.create(paper=paper, category=make_category("5", "LAN")),
    ],
    ids=["day", "state", "removed", "list changed", "list emptied", "list longer"],
)
def test_what_the_state_approved_is_never_edited(
    world: World, change: Callable[[AtoPaper], object]
) -> None:
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        change(world.ato.papers.get())


@pytest.mark.parametrize(
    "make",
    [
        lambda paper, _: ListedService(paper=paper),
        lambda paper, world: ListedService(
            paper=paper, service=world.optional, category=make_category()
        ),
        lambda paper, _: ListedService(paper=paper, category=make_category("5", "LAN")),
    ],
    ids=["neither", "both", "twice"],
)
def test_what_is_listed_is_one_category_or_one_service_once(
    world: World, make: Callable[[AtoPaper, World], ListedService]
) -> None:
    paper = make_paper(world)
    ListedService.objects.create(paper=paper, category=make_category("5", "LAN"))

    with pytest.raises(IntegrityError):
        make(paper, world).save()


def test_an_ato_has_one_paper_under_way(world: World) -> None:
    paper = make_paper(world)

    with pytest.raises(IntegrityError):
        AtoPaper.objects.create(
            ato=paper.ato, number=2, kind="renewal", legal_name="City of Lodi", recorded_at=AT
        )
