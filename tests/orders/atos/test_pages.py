"""The pages of ATOs: from the first draft to the State's approval, and what each says too late."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import ListedBuyer
from orders.models import AtoPaper, AuthorizationToOrder, PaperState
from stmm.accounts.models import User
from tests.catalog.factories import make_category, make_contract, make_free
from tests.factories import AT, TODAY, Kind, Role, make_agency, make_appointment, signed_in
from tests.orders.ato_papers import (
    SCAN,
    again,
    fill,
    make_approved,
    make_eligible,
    make_paper,
    make_submitted,
    ready,
    sign_for_agency,
)
from tests.orders.factories import World, make_ato, make_ready_order
from tests.orders.pages import Answer, errors, goes_to, messages, page, post, text

SIGNATURE = {"signatory": "Maria Alvarez", "title": "City Manager", "signed_on": str(TODAY)}


def pdf(name: str = "signed.pdf", content: bytes = SCAN) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.fixture
def paper(world: World) -> AtoPaper:
    """A draft for a contract of AT&T, whose order desk is the world's."""
    return make_paper(world, make_contract("C3-B"))


def saved(world: World, paper: AtoPaper, **said: object) -> Answer:
    fields: dict[str, object] = {
        "legal_name": "City of Lodi",
        "ground": "local",
        "address": "221 West Pine Street",
        "categories": [make_category().pk],
        "version": again(paper).version,
    }
    return post(world.purchaser, "orders:change-ato", paper.pk, **(fields | said))


def test_an_ato_is_begun_on_its_page(world: World) -> None:
    contract = make_contract("C3-B")
    shown = page(world.purchaser, "orders:begin-ato")
    assert "C3-B" in text(shown)

    answer = post(world.purchaser, "orders:begin-ato", agency=world.city.pk, contract=contract.pk)

    made = AtoPaper.objects.get(ato__contract=contract)
    assert goes_to(answer, "orders:ato-paper", made.pk)


def test_contracts_that_the_agency_may_not_begin_an_ato_for_are_not_offered(world: World) -> None:
    listed, ended = make_contract("FIRSTNET"), make_contract("ENDED", until=TODAY)
    listed.buyers = "listed"
    listed.save()

    shown = text(page(world.purchaser, "orders:begin-ato"))

    for contract in (listed, ended, world.contract):
        assert f"· {contract.number} ·" not in shown
        answer = post(
            world.purchaser, "orders:begin-ato", agency=world.city.pk, contract=contract.pk
        )
        assert "contract" in errors(answer)


def test_a_contract_of_the_other_agency_is_refused_in_the_form(world: World) -> None:
    """Offered because the town is on its list of buyers; the city is not."""
    town = make_appointment(Role.PURCHASER, user=world.purchaser).agency
    listed = make_contract("FIRSTNET")
    listed.buyers = "listed"
    listed.save()
    ListedBuyer.objects.create(
        contract=listed,
        agency=town,
        is_listed=True,
        effective_from=TODAY,
        recorded_at=AT,
        reason="For this test",
    )

    answer = post(world.purchaser, "orders:begin-ato", agency=world.city.pk, contract=listed.pk)

    assert "list of buyers" in errors(answer)["contract"][0]


def test_who_speaks_for_two_agencies_chooses_one(world: World) -> None:
    town = make_appointment(Role.PURCHASER, user=world.purchaser).agency

    assert town.name in text(page(world.purchaser, "orders:begin-ato"))


def test_from_the_draft_to_the_approval(world: World, paper: AtoPaper) -> None:
    make_eligible(world.city)
    assert goes_to(saved(world, paper), "orders:ato-paper", paper.pk)
    assert goes_to(
        post(world.purchaser, "orders:ready-ato", paper.pk), "orders:ato-paper", paper.pk
    )
    post(world.purchaser, "orders:sign-ato-agency", paper.pk, **SIGNATURE)
    assert "lacks the contractor’s signature" in text(
        page(world.desk, "orders:ato-paper", paper.pk)
    )
    post(world.desk, "orders:sign-ato-contractor", paper.pk, **SIGNATURE)
    answer = post(
        world.stnd,
        "orders:approve-ato",
        paper.pk,
        approver="Priya Nair",
        approver_title="Analyst",
        approved_on=str(TODAY),
    )

    assert goes_to(answer, "orders:ato-paper", paper.pk)
    assert again(paper).state == PaperState.APPROVED
    shown = text(page(world.purchaser, "orders:ato", paper.ato_id))
    assert "Approved by the State" in shown
    assert "Exclusive to CALNET" in shown


def test_a_draft_that_lacks_something_goes_back_to_be_filled_in(
    world: World, paper: AtoPaper
) -> None:
    answer = post(world.purchaser, "orders:ready-ato", paper.pk)

    assert goes_to(answer, "orders:change-ato", paper.pk)
    assert "Choose the ground of eligibility." in messages(answer)


def test_an_unknown_product_id_is_named(world: World, paper: AtoPaper) -> None:
    answer = saved(world, paper, services="TF-1\nTF-2")

    assert errors(answer)["services"] == ["No service of C3-B has the Product ID TF-1, TF-2."]


def test_of_two_people_who_change_a_draft_nobody_loses_what_they_typed(
    world: World, paper: AtoPaper
) -> None:
    old = paper.version
    fill(world, paper)

    answer = saved(world, paper, address="What the second one typed", version=old)

    shown = answer.content.decode()
    assert "What the second one typed" in shown
    assert "was changed by someone else" in shown
    assert f'value="{again(paper).version}"' in shown


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("orders:ready-ato", {}, "can’t be made ready"),
        ("orders:change-ato", {}, "can’t be changed"),
        ("orders:sign-ato-agency", SIGNATURE, "can’t be signed for the agency"),
        ("orders:sign-ato-contractor", SIGNATURE, "can’t be signed for the contractor"),
        ("orders:withdraw-ato", {"reason": "No"}, "can’t be withdrawn"),
        ("orders:take-back-ato", {}, "can’t be taken back to be changed"),
    ],
)
def test_what_comes_too_late_is_told(
    world: World, name: str, data: dict[str, str], message: str
) -> None:
    """The paper is approved by now."""
    approved = world.ato.papers.get()

    answer = post(world.purchaser, name, approved.pk, **data)

    assert goes_to(answer, "orders:ato-paper", approved.pk)
    assert message in messages(answer)[0]


def test_a_day_to_come_and_a_missing_scan_are_told_in_the_form(
    world: World, paper: AtoPaper
) -> None:
    ready(world, fill(world, paper))
    later = SIGNATURE | {"signed_on": str(TODAY + timedelta(days=4000))}
    answer = post(world.purchaser, "orders:sign-ato-agency", paper.pk, **later)
    assert "still to come" in errors(answer)["signed_on"][0]

    sign_for_agency(world, paper)
    answer = post(world.purchaser, "orders:sign-ato-contractor", paper.pk, **SIGNATURE)
    assert "Upload the scan" in errors(answer)["signed_on"][0]


def test_a_scan_is_uploaded_and_downloaded_as_it_was(world: World, paper: AtoPaper) -> None:
    ready(world, fill(world, paper))
    wrong = post(world.purchaser, "orders:scan-ato", paper.pk, file=pdf("a.gif", b"GIF89a"))
    assert "is not a PDF" in errors(wrong)["file"][0]
    large = pdf(content=b"%PDF-" + b" " * (8 * 1024 * 1024))
    wrong = post(world.purchaser, "orders:scan-ato", paper.pk, file=large)
    assert "larger than 8 MB" in errors(wrong)["file"][0]

    post(world.purchaser, "orders:scan-ato", paper.pk, file=pdf())

    answer = page(world.purchaser, "orders:ato-scan", paper.pk)
    assert answer.content == SCAN
    assert 'filename="signed.pdf"' in answer["Content-Disposition"]


def test_stnd_returns_with_a_reason_that_the_agency_sees(world: World, paper: AtoPaper) -> None:
    make_submitted(world, fill(world, paper))
    post(world.stnd, "orders:return-ato", paper.pk, reason="Category 5 is missing.")

    shown = text(page(world.purchaser, "orders:ato-paper", paper.pk))
    assert "was returned by the State" in shown
    assert "Category 5 is missing." in shown
    answer = post(world.purchaser, "orders:take-back-ato", paper.pk)
    assert goes_to(answer, "orders:ato-paper", paper.pk)


def test_an_approval_before_the_eligibility_says_what_to_do(world: World, paper: AtoPaper) -> None:
    make_submitted(world, fill(world, paper))
    approval = {"approver": "P. Nair", "approver_title": "Analyst", "approved_on": str(TODAY)}

    answer = post(world.stnd, "orders:approve-ato", paper.pk, **approval)

    assert "Approve the eligibility of City of Lodi first" in errors(answer)["approver"][0]


def test_a_withdrawn_paper_leads_back_to_its_ato(world: World, paper: AtoPaper) -> None:
    answer = post(world.purchaser, "orders:withdraw-ato", paper.pk, reason="The council refused")

    assert goes_to(answer, "orders:ato", paper.ato_id)
    assert "The council refused" in text(page(world.purchaser, "orders:ato", paper.ato_id))


def test_buttons_of_an_ato_follow_its_papers(world: World) -> None:
    shown = text(page(world.purchaser, "orders:ato", world.ato.pk))
    assert "Add services" in shown
    # The real day decides: the two years run until July 1, 2027
    answer = post(world.purchaser, "orders:amend-ato", world.ato.pk)
    amendment = world.ato.papers.get(number=2)
    assert goes_to(answer, "orders:ato-paper", amendment.pk)

    shown = text(page(world.purchaser, "orders:ato", world.ato.pk))
    assert "finish or withdraw it before you begin another" in shown
    answer = post(world.purchaser, "orders:renew-ato", world.ato.pk)
    assert goes_to(answer, "orders:ato", world.ato.pk)
    assert "is under way" in messages(answer)[0]


def test_an_ato_under_a_contract_that_binds_nobody_is_ended_with_notice(world: World) -> None:
    make_free(world.contract)
    shown = page(world.purchaser, "orders:end-ato", world.ato.pk)
    earliest = shown.context["form"].initial["ended_on"]

    answer = post(
        world.purchaser, "orders:end-ato", world.ato.pk, ended_on=str(earliest), reason="We leave"
    )

    assert goes_to(answer, "orders:ato", world.ato.pk)
    ato = AuthorizationToOrder.objects.get(pk=world.ato.pk)
    assert ato.ended_on == earliest
    assert "Ends on" in text(page(world.desk, "orders:ato", world.ato.pk))


def test_inside_the_two_years_the_day_is_named(world: World) -> None:
    recent = make_approved(world, fill(world, make_paper(world, make_contract("NEW"))), at=AT)
    answer = post(
        world.purchaser, "orders:end-ato", recent.ato_id, ended_on="2030-01-01", reason="No"
    )

    assert "give notice from March 2, 2028 on" in errors(answer)["ended_on"][0]


@pytest.mark.parametrize("who", ["purchaser", "stnd", "desk", "auditor"])
def test_home_shows_what_waits_for_each(world: World, paper: AtoPaper, who: str) -> None:
    paper = fill(world, paper)
    waiting: dict[str, bool] = {"purchaser": True, "stnd": False, "desk": False, "auditor": False}
    assert ("Initial ATO of City of Lodi" in text(_home(world, who))) == waiting[who]
    paper = sign_for_agency(world, ready(world, paper))
    assert ("Initial ATO of City of Lodi" in text(_home(world, who))) == (who == "desk")


def _home(world: World, who: str) -> Answer:
    user: User = getattr(world, who)
    return page(user, "home")


def test_home_of_a_local_agency_has_a_bar_for_each_window(world: World) -> None:
    answer = page(world.purchaser, "home")

    assert "July 1, 2027" in text(answer)
    assert '<svg class="window"' in answer.content.decode()


def test_home_of_a_local_agency_without_an_ato_says_what_comes_first(world: World) -> None:
    buyer = make_appointment(Role.PURCHASER, make_agency(Kind.LOCAL)).user

    assert "Your agency has no Authorization To Order" in text(page(buyer, "home"))


def test_the_page_of_windows_shows_each_ato_in_force(world: World) -> None:
    free = make_contract("FREE")
    make_free(free)
    make_ato(world.city, free)

    shown = text(page(world.purchaser, "orders:windows", world.city.pk))

    assert "July 1, 2027" in shown
    assert "Not exclusive" in shown
    assert (
        reverse("orders:windows", args=[world.city.pk])
        in page(world.purchaser, "agencies:detail", world.city.pk).content.decode()
    )


def test_the_list_says_the_first_free_days(world: World, paper: AtoPaper) -> None:
    shown = text(page(world.purchaser, "orders:atos"))

    assert "July 1, 2027" in shown
    assert "Nothing is approved yet" in shown
    assert "Initial ATO: Draft" in shown
    assert "Draft" not in text(page(world.desk, "orders:atos"))


def test_the_queries_of_the_list_do_not_grow(world: World) -> None:
    browser, url = signed_in(world.auditor), reverse("orders:atos")
    with CaptureQueriesContext(connection) as one:
        browser.get(url)
    for number in range(5):
        make_ato(make_agency(Kind.LOCAL), make_contract(f"C-{number}"))
    with CaptureQueriesContext(connection) as many:
        browser.get(url)

    assert len(many) == len(one) <= 12


def test_a_review_names_the_missing_signature(world: World, paper: AtoPaper) -> None:
    AuthorizationToOrder.objects.filter(pk=world.ato.pk).update(
        ended_on=date(2025, 8, 1), end_recorded_at=AT, end_reason="For this test"
    )
    ready(world, fill(world, make_paper(world, world.contract)))
    order = make_ready_order(world, world.mandatory, by=world.purchaser)

    assert "lacks the agency’s signature" in text(page(world.purchaser, "orders:review", order.pk))
