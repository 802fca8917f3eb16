"""An exemption lived with, page by page: conditions, purchases until it is used up, revocation."""

from datetime import date

import pytest

from exemptions.models import ExemptionRequest, RequestState, Use
from stmm.accounts.models import User
from stmm.audit.services import verify
from stmm.outbox.models import OutgoingMail
from tests.exemptions.factories import Case, make_case, make_request
from tests.exemptions.living import first_item, make_condition
from tests.factories import PASSWORD
from tests.journeys.visitor import Visitor
from tests.worker import run_worker

pytestmark = pytest.mark.django_db
NEW = "/orders/elsewhere/purchases/new/"


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def approved(case: Case) -> ExemptionRequest:
    """Three of the first service, in term today too; a condition before the first purchase."""
    request = make_request(case, RequestState.APPROVED, granted=3, until=date(2199, 1, 1))
    make_condition(request)
    return request


def visitor(user: User) -> Visitor:
    return Visitor(user.email, PASSWORD)


def buy(person: Visitor, case: Case, request: ExemptionRequest, quantity: int) -> None:
    person.open(NEW)
    record(person, case, request, quantity)


def record(person: Visitor, case: Case, request: ExemptionRequest, quantity: int) -> None:
    person.press(
        "Record the purchase",
        vendor="Sierra Microwave",
        description=f"{quantity} microwave links",
        amount="80.00",
        purchased_on="2026-03-03",
        match="matched",
        product_id=case.service.product_id,
        relies_on=first_item(request).pk,
        quantity=quantity,
    )


def test_an_exemption_is_used_up_as_far_as_it_goes(case: Case, approved: ExemptionRequest) -> None:
    atr = visitor(case.atr)
    atr.open("/")
    assert "Conditions of exemptions, not met yet" in atr.text
    buy(atr, case, approved, 2)
    assert "is to be met before the first purchase" in atr.text

    atr.open(approved.get_absolute_url())
    atr.follow("Say how it was met")
    atr.press("Record it as met", how="The list was sent on March 1.")
    assert "The list was sent on March 1." in atr.text
    buy(atr, case, approved, 2)
    buy(atr, case, approved, 2)
    assert "has 1 of 3 left of Converged VoIP, and this purchase takes 2." in atr.text
    buy(atr, case, approved, 1)

    atr.open(approved.get_absolute_url())
    assert "Used up" in atr.text
    assert "2 microwave links from Sierra Microwave" in atr.text
    run_worker()
    atr.open(approved.get_absolute_url())
    assert atr.download("Letter of March 2, 2026 (PDF)").startswith(b"%PDF-1.7")
    assert verify().faults == ()


def test_a_revoked_exemption_is_bought_under_no_more(
    case: Case, approved: ExemptionRequest
) -> None:
    approved.decisions.get().conditions.update(
        met_at=approved.closed_at, met_by=case.atr, how_met="Done"
    )
    catr, deputy = visitor(case.catr), visitor(case.deputy_director)
    buy(catr, case, approved, 2)
    catr.open(NEW)
    deputy.open(approved.get_absolute_url())
    deputy.follow("Revoke this exemption")
    assert "2 microwave links from Sierra Microwave" in deputy.text
    deputy.press("Revoke the exemption", reason="CALNET serves it.", password="a guess")
    assert "This is not your password." in deputy.text
    deputy.press("Revoke the exemption", reason="CALNET serves it.", password=PASSWORD)
    assert "Nothing may be bought under it any more" in deputy.text

    # The page was open before, and still offers the exemption
    record(catr, case, approved, 1)
    assert Use.objects.count() == 1
    run_worker()
    letters = OutgoingMail.objects.filter(purpose="exemption_letter")
    assert letters.filter(subject=f"{approved}: Your exemption is revoked").exists()
    catr.open("/notices/")
    assert f"{approved} is revoked" in catr.text
    catr.open(approved.get_absolute_url())
    assert "Revoked on" in catr.text
    assert "Revoke this exemption" not in catr.text
    assert verify().faults == ()
