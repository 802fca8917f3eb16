"""Signed and sent, taken back, withdrawn."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import Equivalent, EquivalentGroup
from exemptions.content import draft_content
from exemptions.models import ExemptionRequest, RequestState, SentVersion
from exemptions.reading.case import shown_request
from exemptions.services import sending
from exemptions.services.drafting import change
from stmm.accounts.models import User
from stmm.agencies.models import Appointment
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.outbox.models import Notice
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.catalog.factories import make_contract, make_offer, make_service
from tests.exemptions.factories import Case, as_of, make_request
from tests.factories import AT, TODAY, Role, make_appointment

State = RequestState
LATER = AT + timedelta(days=1)
PENDING = [State.SENT, State.IN_REVIEW, State.QUESTION_OUT, State.RECOMMENDED]


def again(request: ExemptionRequest) -> ExemptionRequest:
    return ExemptionRequest.objects.get(pk=request.pk)


def send(request: ExemptionRequest, by: User, version: int = 1) -> ExemptionRequest:
    return sending.send(request=request, version=version, access=as_of(by), at=AT)


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).values_list("subject", flat=True))


def test_the_officer_signs_and_sends_what_another_wrote_once(case: Case) -> None:
    request = make_request(case)

    for _ in range(2):
        send(request, case.officer)

    assert again(request).state == State.SENT
    assert again(request).sent_at == AT
    version = request.sent.get()
    assert hashlib.sha256(version.content.encode()).hexdigest() == version.sha256
    assert (version.number, version.signed_by, version.is_by_author) == (1, case.officer, False)
    assert request.contributors.filter(user=case.officer, part="signed").exists()
    assert told(case.analyst) == [f"{request} is sent and waits for its review"]
    assert [entry.action for entry in Entry.objects.about(request)] == ["send_exemption_request"]
    assert verify().faults == ()


def test_what_calnet_asks_on_the_day_is_copied_and_sealed(case: Case) -> None:
    other = make_service("VoIP of Verizon", make_contract(contractor="Verizon"), mrc=Decimal(88))
    group = EquivalentGroup.objects.create(created_at=AT)
    for service in (case.service, other):
        Equivalent.objects.create(group=group, service=service)
    request = make_request(case)

    send(request, case.officer)
    make_offer(case.service, effective_from=TODAY, mrc=Decimal(1))

    first = request.items.get(position=1)
    assert (first.calnet_a_month, first.calnet_once) == (Decimal(960), Decimal(45))
    shown = shown_request(json.loads(request.sent.get().content))
    assert shown.items[0].calnet_monthly_total == Decimal(960)
    assert [(each.name, each.monthly) for each in shown.items[0].equivalents] == [
        ("VoIP of Verizon", Decimal(88))
    ]
    assert shown.proposed_monthly_total == Decimal(1600)
    assert shown.calnet_monthly_total == Decimal(1920)
    assert shown.proposed_once_total is None
    assert shown.calnet_once_total == Decimal(900)


def test_a_described_service_has_no_calnet_cost(case: Case) -> None:
    request = make_request(case)
    request.items.create(position=3, described="Tower space", quantity=1, proposed_once=400)

    send(request, case.officer)

    item = request.items.get(position=3)
    assert (item.calnet_monthly, item.calnet_once) == (None, None)


@pytest.mark.parametrize("who", ["catr", "atr", "stranger", "analyst", "deputy_director"])
def test_nobody_but_the_officer_signs(case: Case, who: str) -> None:
    with pytest.raises(NotAllowed, match="Agency Information Officer of Highway Patrol, or an"):
        send(make_request(case), getattr(case, who))


def test_an_officer_whose_appointment_is_over_does_not_sign(case: Case) -> None:
    request = make_request(case)
    Appointment.objects.filter(user=case.officer).update(until=TODAY)

    with pytest.raises(NotAllowed):
        send(request, case.officer)


def test_who_had_a_hand_in_writing_it_does_not_sign_it(case: Case) -> None:
    request = make_request(case)
    change(request=request, fields={"project": "B"}, version=1, access=as_of(case.officer), at=AT)

    with pytest.raises(NotAllowed, match="You had a hand in writing"):
        send(request, case.officer, version=2)

    other = make_appointment(Role.AIO, case.agency).user
    send(request, other, version=2)
    assert again(request).state == State.SENT


def test_in_an_agency_of_one_person_the_author_signs_and_it_is_marked(case: Case) -> None:
    request = make_request(case, by=case.officer)
    Appointment.objects.filter(user__in=[case.catr, case.atr]).update(until=TODAY)

    send(request, case.officer)

    assert request.sent.get().is_by_author
    changes = {change.field: change.after for change in Entry.objects.about(request).get().changes}
    assert "alone in the agency" in changes["written and signed by"]


def test_what_lacks_something_is_not_sent(case: Case) -> None:
    request = make_request(case, if_unmet="", wanted_until=None)

    with pytest.raises(Incomplete, match="Say what happens if the need is not met"):
        send(request, case.officer)

    assert again(request).state == State.DRAFT
    assert request.items.filter(calnet_monthly__isnull=False).count() == 0


def test_what_no_font_can_print_is_not_sent(case: Case) -> None:
    with pytest.raises(Incomplete, match="can’t be printed in a letter"):
        send(make_request(case, project="A \U0001f680 link"), case.officer)


def test_only_what_stood_on_the_page_is_signed(case: Case) -> None:
    request = make_request(case)
    change(request=request, fields={"project": "B"}, version=1, access=as_of(case.catr), at=AT)

    with pytest.raises(ChangedMeanwhile):
        send(request, case.officer)


def test_a_writer_tells_the_officers_that_it_is_ready(case: Case) -> None:
    request = make_request(case)

    counts = [
        sending.tell_officer(request=request, version=1, access=as_of(case.atr), at=AT)
        for _ in range(2)
    ]

    assert counts == [1, 0]
    assert told(case.officer) == [f"{request} waits for your signature"]
    assert Entry.objects.about(request).count() == 1


def test_nobody_is_told_of_what_lacks_something_or_where_there_is_no_officer(case: Case) -> None:
    with pytest.raises(Incomplete):
        sending.tell_officer(
            request=make_request(case, project=""), version=1, access=as_of(case.atr), at=AT
        )
    Appointment.objects.filter(user=case.officer).update(until=TODAY)
    with pytest.raises(NotAllowed, match="Nobody else is appointed"):
        sending.tell_officer(request=make_request(case), version=1, access=as_of(case.atr), at=AT)


@pytest.mark.parametrize("state", PENDING)
def test_an_undecided_request_is_taken_back_and_its_review_stops(case: Case, state: str) -> None:
    request = make_request(case, state)

    for _ in range(2):
        sending.take_back(
            request=request, reason="One link more", access=as_of(case.catr), at=LATER
        )

    found = again(request)
    assert (found.state, found.sent_at) == (State.DRAFT, AT)
    assert request.sent.get().taken_back.by == case.catr
    assert not request.questions.filter(closed_at__isnull=True).exists()
    assert not request.recommendations.filter(voided_at__isnull=True).exists()
    for recommendation in request.recommendations.all():
        assert recommendation.voided_because == "The agency took the request back."
    assert told(case.analyst) == [f"{request} is taken back by the agency, to be changed"]
    assert Entry.objects.about(request).get().reason == "One link more"


def test_what_was_taken_back_is_sent_again_as_a_second_version(case: Case) -> None:
    request = make_request(case, State.RECOMMENDED)
    sending.take_back(request=request, reason="More", access=as_of(case.atr), at=LATER)
    version = again(request).version
    change(
        request=request, fields={"project": "B"}, version=version, access=as_of(case.atr), at=LATER
    )

    sending.send(request=request, version=version + 1, access=as_of(case.officer), at=LATER)

    first, second = request.sent.all()
    assert (first.number, second.number) == (1, 2)
    assert json.loads(second.content)["project"] == "B"
    assert json.loads(first.content)["project"] != "B"
    assert again(request).sent_at == AT
    assert SentVersion.objects.latest_number(request) == 2


@pytest.mark.parametrize("state", [State.APPROVED, State.DENIED, State.WITHDRAWN, State.DRAFT])
def test_what_is_decided_or_was_never_sent_is_not_taken_back(case: Case, state: str) -> None:
    with pytest.raises(WrongState):
        sending.take_back(
            request=make_request(case, state), reason="-", access=as_of(case.atr), at=AT
        )


@pytest.mark.parametrize("state", [State.DRAFT, *PENDING])
def test_a_request_is_withdrawn_once(case: Case, state: str) -> None:
    request = make_request(case, state)

    for _ in range(2):
        sending.withdraw(request=request, reason="No need", access=as_of(case.atr), at=LATER)

    found = again(request)
    assert (found.state, found.closed_at) == (State.WITHDRAWN, LATER)
    assert bool(told(case.analyst)) == (state != State.DRAFT)
    assert Entry.objects.about(request).count() == 1


@pytest.mark.parametrize("change_of", [sending.take_back, sending.withdraw])
@pytest.mark.parametrize("who", ["analyst", "deputy_director", "stranger"])
@pytest.mark.parametrize("state", [State.SENT, State.WITHDRAWN])
def test_only_the_agency_takes_back_and_withdraws(
    case: Case, change_of: object, who: str, state: str
) -> None:
    request = make_request(case, state)

    with pytest.raises(NotAllowed):
        change_of(request=request, reason="-", access=as_of(getattr(case, who)), at=AT)  # type: ignore[operator]  # a service


def test_the_content_names_what_it_extends_and_its_delegation(case: Case) -> None:
    former = make_request(case, State.APPROVED)
    delegation = case.agency.delegations.create(
        reference="GTD-1", scope="Radio sites", starts_on=TODAY, recorded_at=AT
    )
    request = make_request(case, extends=former, delegation=delegation, delegation_reference="")

    shown = shown_request(draft_content(request, on=TODAY))

    assert shown.extends == former.number
    assert shown.delegation == "GTD-1, as the Department recorded it: Radio sites"
    asking = make_request(case, delegation_reference="", asks_for_delegation=True)
    assert shown_request(draft_content(asking, on=TODAY)).delegation.startswith("Asked for")
    without = make_request(case, delegation_reference="")
    assert shown_request(draft_content(without, on=TODAY)).delegation == ""
