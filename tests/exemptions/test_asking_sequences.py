"""The agency's people at one request in any sequence: never out of the table of steps."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exemptions.models import ExemptionRequest, RequestedItem, RequestState
from exemptions.services import drafting, items, sending, working
from exemptions.workflow import STEPS, Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.exemptions.factories import Case, as_of, make_request
from tests.factories import AT

State = RequestState
HOUR = timedelta(hours=1)
REFUSALS = (ChangedMeanwhile, Incomplete, NotAllowed, WrongState)


@dataclass(frozen=True)
class Act:
    """Which person does what, with the page of so many versions ago before them."""

    who: str
    name: str
    old: int


acts = st.builds(
    Act,
    st.sampled_from(["atr", "catr", "officer", "officer", "analyst", "stranger"]),
    st.sampled_from(["send", "send", "take_back", "change", "remove", "assign", "ask", "withdraw"]),
    st.sampled_from([0, 0, 0, 1]),
)


def do(act: Act, request: ExemptionRequest, access: Access, at: datetime) -> None:
    version = request.version - act.old
    common: dict[str, Any] = {"request": request, "access": access, "at": at}
    last = request.items.order_by("position").last() or RequestedItem(pk=0, request=request)
    done: dict[str, Callable[[], object]] = {
        "send": lambda: sending.send(version=version, **common),
        "take_back": lambda: sending.take_back(reason="More", **common),
        "withdraw": lambda: sending.withdraw(reason="No need", **common),
        "change": lambda: drafting.change(
            fields={"description": f"As of {at}"}, version=version, **common
        ),
        "remove": lambda: items.remove_item(item=last, access=access, at=at),
        "assign": lambda: working.assign(analyst=cast(User, access.user), **common),
        "ask": lambda: working.ask(text="Which sites?", **common),
    }
    done[act.name]()


ACTIONS = {
    "send": Action.SEND,
    "take_back": Action.TAKE_BACK,
    "withdraw": Action.WITHDRAW,
    "change": Action.CHANGE,
    "remove": Action.CHANGE,
    "assign": Action.ASSIGN,
    "ask": Action.ASK,
}


def holds(request: ExemptionRequest) -> None:
    """What is true of a request whatever was done to it."""
    versions = list(request.sent.order_by("number"))
    entries = Entry.objects.about(request)
    assert [each.number for each in versions] == list(range(1, len(versions) + 1))
    assert entries.filter(action=Action.SEND).count() == len(versions)
    for each in versions:
        assert each.sha256 == hashlib.sha256(each.content.encode()).hexdigest()
    taken_back = [each for each in versions if hasattr(each, "taken_back")]
    assert entries.filter(action=Action.TAKE_BACK).count() == len(taken_back)
    is_open = request.questions.filter(closed_at__isnull=True).exists()
    assert is_open == (request.state == State.QUESTION_OUT)
    if request.state == State.DRAFT:
        assert taken_back == versions
    wrote, signed = (
        set(request.contributors.filter(part=part).values_list("user", flat=True))
        for part in ("wrote", "signed")
    )
    assert signed == {each.signed_by_id for each in versions}
    assert not any(each.is_by_author for each in versions)
    assert request.created_by_id in wrote


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=st.lists(acts, min_size=3, max_size=12))
def test_any_sequence_keeps_to_the_table(case: Case, sequence: list[Act]) -> None:
    request = make_request(case)
    for number, act in enumerate(sequence, start=1):
        before = RequestState(request.state)
        try:
            do(act, request, as_of(getattr(case, act.who)), AT + number * HOUR)
        except REFUSALS:
            request.refresh_from_db()
            assert request.state == before
            continue
        request = ExemptionRequest.objects.get(pk=request.pk)
        if request.state != before:
            step = STEPS[ACTIONS[act.name]]
            assert before in step.before
            assert request.state in step.after
        holds(request)
    assert verify().faults == ()
