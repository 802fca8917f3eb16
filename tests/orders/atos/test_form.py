"""The ATO as a PDF for signing on paper: archival, accessible, made once, kept with its hash."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from orders.documents.ato import ato_form_of, ato_pdf
from orders.jobs import OVERDUE, ato_forms_left_behind, make_ato_form
from orders.models import AtoPaper, Ground
from orders.services.atos import form as ato_form
from orders.services.atos import papers
from orders.services.atos.form import make_form
from stmm.audit.models import Entry
from stmm.documents.services import content_of
from stmm.management.commands.worker import sweep
from tests.catalog.factories import make_category, make_contract, make_free, make_service
from tests.documents.printed import complaints, words
from tests.factories import AT
from tests.orders.ato_papers import again, fill, make_paper, of, ready
from tests.orders.factories import World


def made(world: World, **said: object) -> AtoPaper:
    """Ready, of a contract with two categories and a single service."""
    contract = make_contract("C3-B", contractor="Verizon")
    contract.categories.add(make_category("5", "LAN"))
    paper = make_paper(world, contract)
    services = [make_service("Toll-free line", contract, product_id="TF-1")]
    filled = fill(world, paper, services=services, **said)  # type: ignore[arg-type]  # by name
    return ready(world, filled)


def printed(paper: AtoPaper) -> bytes:
    form = ato_form_of(again(paper))
    assert form is not None
    return ato_pdf(form)


@pytest.mark.parametrize("exclusive", [True, False])
def test_the_form_is_archival_and_accessible(world: World, tmp_path: Path, exclusive: bool) -> None:
    paper = made(world, e_rate=True, funding_year="2026", form_470="2600001", form_471="x")
    if not exclusive:
        make_free(paper.ato.contract)

    pdf = printed(paper)

    assert complaints(pdf, tmp_path) == []
    assert ("shall be exclusively purchased" in words(pdf)) == exclusive


def test_it_says_who_what_and_leaves_room_for_three_signatures(world: World) -> None:
    text = words(printed(made(world, ground=Ground.JOINT)))

    for part in (
        "Legal name of the agency City of Lodi",
        "Eligibility Joint powers authority",
        "Contractor Verizon",
        "State contract number C3-B",
        "1.2 MPLS, VPN and Converged VoIP Yes",
        "5 LAN No",
        "TF-1 Toll-free line",
        "4. Agency",
        "5. Contractor",
        "6. State of California",
    ):
        assert part in text
    assert text.count("Signature") == 3


def test_its_data_are_inside(world: World) -> None:
    with pikepdf.open(BytesIO(printed(made(world)))) as opened:
        data = json.loads(opened.attachments["ato.json"].get_file().read_bytes())

    assert (data["schema"], data["contract"]) == ("ato/1", "C3-B")
    assert data["categories"] == [["1.2 MPLS, VPN and Converged VoIP", True], ["5 LAN", False]]


def test_the_same_paper_gives_the_same_bytes(world: World) -> None:
    paper = made(world)

    assert printed(paper) == printed(paper)


def test_the_job_makes_it_once(world: World) -> None:
    paper = made(world)
    for _ in range(2):
        make_ato_form.call(paper.pk)

    form = again(paper).form
    assert form is not None
    assert content_of(form) == printed(paper)
    assert Entry.objects.about(paper.ato).filter(action="make_authorization_form").count() == 1


def test_nothing_is_made_of_a_draft(world: World) -> None:
    paper = fill(world, make_paper(world))
    make_form(paper=paper, at=AT)

    assert again(paper).form is None


def test_what_was_taken_back_while_it_was_made_is_not_kept(world: World) -> None:
    paper = made(world)
    form = ato_form_of(again(paper))
    assert form is not None
    papers.take_back(paper=paper, access=of(world.purchaser), at=AT)

    ato_form._keep(paper, form, ato_pdf(form), AT)

    assert again(paper).form is None


def test_taken_back_and_ready_again_is_made_anew(world: World) -> None:
    paper = made(world)
    make_form(paper=paper, at=AT)
    first = again(paper).form
    papers.take_back(paper=paper, access=of(world.purchaser), at=AT)
    ready(world, fill(world, paper, address="Elsewhere"), at=AT + timedelta(minutes=1))
    make_form(paper=paper, at=AT)

    assert again(paper).form not in (None, first)


def test_a_lost_job_is_done_by_the_sweep(world: World) -> None:
    paper = made(world)
    assert ato_forms_left_behind(AT) == []
    assert ato_forms_left_behind(AT + OVERDUE) == [paper.pk]

    sweep()

    assert again(paper).form is not None
    assert ato_forms_left_behind(AT + OVERDUE) == []
