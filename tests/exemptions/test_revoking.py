"""An exemption is revoked once, by whoever decides; all who relied on it are told."""

from datetime import timedelta

import pytest

from exemptions.models import ExemptionRequest, RequestState, Revocation
from exemptions.reading.uses import buyers, standing_uses
from exemptions.services.revoking import revoke
from exemptions.services.using import release
from stmm.audit.models import Entry
from stmm.outbox.models import Notice, OutgoingMail
from stmm.refusals import NotAllowed, WrongState
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.living import KIND, buy, first_item, noon
from tests.factories import AT

State = RequestState
REASON = "CALNET serves the summit now."


@pytest.fixture
def approved(case: Case) -> ExemptionRequest:
    return make_request(case, State.APPROVED)


def stop(case: Case, request: ExemptionRequest, who: str = "deputy_director") -> Revocation:
    return revoke(request=request, reason=REASON, access=as_of(getattr(case, who)), at=AT)


@pytest.mark.parametrize("who", ["deputy_director", "delegate"])
def test_deputy_director_and_delegate_revoke(
    case: Case, approved: ExemptionRequest, who: str
) -> None:
    revocation = stop(case, approved, who)

    approved.refresh_from_db()
    assert approved.state == State.REVOKED
    assert (revocation.revoked_by, revocation.reason) == (getattr(case, who), REASON)
    assert str(revocation) == f"Revocation of {approved}"
    entry = Entry.objects.about(approved).latest("sequence")
    assert (entry.action, entry.reason) == ("revoke_exemption", REASON)


@pytest.mark.parametrize("who", ["atr", "officer", "analyst", "auditor", "stranger"])
def test_nobody_else_revokes(case: Case, approved: ExemptionRequest, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only the Deputy Director of STND, or a delegate,"):
        stop(case, approved, who)
    stop(case, approved)
    with pytest.raises(NotAllowed):
        stop(case, approved, who)


def test_a_second_click_revokes_nothing_twice(case: Case, approved: ExemptionRequest) -> None:
    first = stop(case, approved)
    entries = Entry.objects.count()

    assert stop(case, approved, "delegate") == first
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("state", [State.SENT, State.RECOMMENDED, State.DENIED, State.EXPIRED])
def test_only_an_approved_exemption_is_revoked(case: Case, state: str) -> None:
    with pytest.raises(WrongState, match="can’t be revoked"):
        stop(case, make_request(case, state))


def test_an_ended_one_is_not_revoked_though_its_end_is_not_written_down_yet(
    case: Case, approved: ExemptionRequest
) -> None:
    access = as_of(case.deputy_director)
    with pytest.raises(WrongState, match="ended on March 1, 2027"):
        revoke(request=approved, reason=REASON, access=access, at=noon(UNTIL))
    last = noon(UNTIL - timedelta(days=1))
    assert revoke(request=approved, reason=REASON, access=access, at=last).at == last


def test_all_who_wrote_signed_or_bought_are_told_what_relied_on_it(
    case: Case, approved: ExemptionRequest
) -> None:
    item = first_item(approved)
    use = buy(case, item, by=case.catr, quantity=2)
    buy(case, item, key="7", by=case.catr)
    release(kind=KIND, key="7", reason="Twice", access=as_of(case.catr), at=AT)
    assert list(standing_uses(approved)) == [use]
    assert buyers(standing_uses(approved)) == [case.catr]

    stop(case, approved)

    notices = Notice.objects.filter(cause=f"exemption-{approved.pk}-revoked")
    assert {notice.user for notice in notices} == {case.atr, case.officer, case.catr}
    assert "You relied on" in notices.get(user=case.catr).why
    text = notices[0].text
    assert text.count("- Microwave links from Sierra Microwave, March 2, 2026: 2 of") == 1
    assert REASON in text
    assert OutgoingMail.objects.filter(purpose="notice").count() == 3
    entry = Entry.objects.about(approved).latest("sequence")
    assert "Microwave links from Sierra Microwave" in entry.changes_json


def test_what_nobody_relied_on_is_revoked_plainly(case: Case, approved: ExemptionRequest) -> None:
    stop(case, approved)

    text = Notice.objects.filter(cause=f"exemption-{approved.pk}-revoked")[0].text
    assert "Purchases that relied on it" not in text
