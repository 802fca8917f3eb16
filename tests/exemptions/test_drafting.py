"""Beginning, changing and extending a request."""

from uuid import uuid4

import pytest

from exemptions.models import Contributor, ExemptionRequest, RequestState
from exemptions.services.drafting import begin, change, extend
from stmm.accounts.models import User
from stmm.agencies.models import Standing
from stmm.audit.models import Entry
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.catalog.factories import NON_MANDATORY, make_designation, make_service
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.factories import AT, Kind, Role, make_agency, make_appointment

State = RequestState
Value = Standing.Value


def begun(case: Case, by: User, **fields: object) -> ExemptionRequest:
    given = {"agency": case.agency, "project": "Backhaul", "key": uuid4()} | fields
    return begin(**given, access=as_of(by), at=AT)  # type: ignore[arg-type]  # as the test says


def again(request: ExemptionRequest) -> ExemptionRequest:
    return ExemptionRequest.objects.get(pk=request.pk)


@pytest.mark.parametrize("who", ["catr", "atr", "officer"])
def test_whoever_writes_for_a_non_exempt_state_agency_begins(case: Case, who: str) -> None:
    user = getattr(case, who)

    request = begun(case, user)

    assert (request.state, request.created_by) == (State.DRAFT, user)
    assert [(part.user, part.part) for part in request.contributors.all()] == [(user, "wrote")]
    assert Entry.objects.about(request).get().action == "begin_exemption_request"


@pytest.mark.parametrize("who", ["stranger", "analyst", "deputy_director", "auditor"])
def test_nobody_else_begins(case: Case, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only a CATR, ATR or Agency Information Officer"):
        begun(case, getattr(case, who))


@pytest.mark.parametrize(
    ("kind", "standing", "role", "why"),
    [
        (Kind.STATE, Value.EXEMPT, Role.CATR, "encouraged, not required"),
        (Kind.STATE, Value.UNDETERMINED, Role.ATR, "has not said whether"),
        (Kind.STATE, None, Role.AIO, "has not said whether"),
        (Kind.LOCAL, None, Role.PURCHASER, "Only a CATR"),
    ],
)
@pytest.mark.django_db
def test_who_needs_none_is_told_why(
    kind: str, standing: str | None, role: str, why: str, case: Case
) -> None:
    agency = make_agency(kind, standing)
    user = make_appointment(role, agency).user

    with pytest.raises(NotAllowed, match=why):
        begun(case, user, agency=agency)


def test_the_same_page_sent_again_begins_nothing_twice(case: Case) -> None:
    key = uuid4()

    assert begun(case, case.atr, key=key) == begun(case, case.atr, key=key)
    assert Entry.objects.filter(action="begin_exemption_request").count() == 1
    assert ExemptionRequest.objects.count() == 1


def test_it_is_begun_with_what_an_order_needs(case: Case) -> None:
    wanted = [(case.service, 3), (case.other_service, 12)]

    request = begun(case, case.atr, services=wanted, origin="Request #2 of STD20-2026-000004")

    found = request.items.values_list("position", "service", "quantity")
    assert list(found) == [(1, case.service.pk, 3), (2, case.other_service.pk, 12)]
    assert request.origin == "Request #2 of STD20-2026-000004"


def test_no_exemption_is_begun_for_what_is_not_mandatory(case: Case) -> None:
    optional, unknown = make_service("Toll-free line"), make_service("Satellite phone")
    make_designation(NON_MANDATORY, optional)

    with pytest.raises(Incomplete) as refusal:
        begun(case, case.atr, services=[(case.service, 1), (optional, 1), (unknown, 1)])

    said = sorted(problem.message for problem in refusal.value.problems)
    assert "Satellite phone is mandatory (Required). Ask for a ruling" in said[0]
    assert "Toll-free line is non-mandatory" in said[1]
    assert ExemptionRequest.objects.count() == 0


def test_a_change_is_recorded_and_makes_its_author_a_contributor(case: Case) -> None:
    request = make_request(case)
    fields = {"proposed_source": "Frontier", "if_unmet": "x" * 500}

    for version in (1, 2):
        change(request=request, fields=fields, version=version, access=as_of(case.catr), at=AT)

    assert again(request).version == 2
    entry = Entry.objects.about(request).get()
    assert ("Proposed source", "Sierra Microwave", "Frontier") in entry.changes
    assert entry.changes[1].after.endswith("… (500 characters)")
    wrote = Contributor.objects.filter(request=request, part="wrote")
    assert {part.user for part in wrote} == {case.atr, case.catr}


def test_the_record_tells_the_last_day_and_boxes_in_words(case: Case) -> None:
    request = make_request(case, wanted_until=None)
    fields = {"wanted_until": UNTIL, "asks_for_delegation": True}

    change(request=request, fields=fields, version=1, access=as_of(case.atr), at=AT)

    assert Entry.objects.about(request).get().changes == [
        ("Last day wanted", "", "March 1, 2027"),
        ("Asks for delegation", "no", "yes"),
    ]


def test_of_two_people_the_second_is_told(case: Case) -> None:
    request = make_request(case)
    change(request=request, fields={"project": "A"}, version=1, access=as_of(case.atr), at=AT)

    with pytest.raises(ChangedMeanwhile, match="changed by someone else"):
        change(request=request, fields={"project": "B"}, version=1, access=as_of(case.catr), at=AT)

    assert again(request).project == "A"


def test_what_was_sent_is_not_changed(case: Case) -> None:
    request = make_request(case, State.SENT)

    with pytest.raises(WrongState, match="“sent to stnd” now"):
        change(request=request, fields={"project": "B"}, version=1, access=as_of(case.atr), at=AT)


@pytest.mark.parametrize("state", [State.APPROVED, State.EXPIRED])
def test_an_extension_copies_the_exemption_and_goes_on_from_its_end(case: Case, state: str) -> None:
    former = make_request(case, state)

    draft, same = (
        extend(former=former, key=uuid4(), access=as_of(case.catr), at=AT) for _ in range(2)
    )

    assert draft == same
    assert (draft.extends, draft.state, draft.wanted_from) == (former, State.DRAFT, UNTIL)
    assert draft.wanted_until is None
    assert draft.why_not_calnet == former.why_not_calnet
    copied, own = (
        list(each.items.values_list("position", "service", "quantity", "proposed_monthly"))
        for each in (draft, former)
    )
    assert copied == own
    assert [part.user for part in draft.contributors.all()] == [case.catr]


@pytest.mark.parametrize("state", [State.DRAFT, State.SENT, State.DENIED, State.REVOKED])
def test_only_an_exemption_is_extended(case: Case, state: str) -> None:
    with pytest.raises(WrongState, match="can’t be extended"):
        extend(former=make_request(case, state), key=uuid4(), access=as_of(case.atr), at=AT)
