"""The states of an exemption request, and the table of what leads from which to which, by whom."""

from dataclasses import dataclass
from enum import StrEnum

from exemptions.models import RequestState
from exemptions.models.states import PENDING, UNDER_WAY


class Action(StrEnum):
    CHANGE = "change_exemption_request"
    SEND = "send_exemption_request"
    TAKE_BACK = "take_exemption_request_back"
    WITHDRAW = "withdraw_exemption_request"
    ASSIGN = "assign_exemption_request"
    ASK = "ask_on_exemption_request"
    TAKE_QUESTION_BACK = "take_question_on_exemption_back"
    ANSWER = "answer_on_exemption_request"
    NOTE = "note_on_exemption_request"
    RECOMMEND = "recommend_on_exemption_request"
    DECIDE = "decide_exemption_request"
    USE = "use_exemption"
    MEET = "meet_condition_of_exemption"
    REVOKE = "revoke_exemption"
    EXPIRE = "expire_exemption"


class Party(StrEnum):
    """As what somebody acts on a request."""

    # CATR, ATR, AIO: whoever writes for the agency
    AGENCY = "agency"
    OFFICER = "officer"
    STND = "stnd"
    DEPUTY_DIRECTOR = "deputy_director"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Step:
    """One action: from which states, to which ones, by whom; no `after` leaves the state."""

    before: frozenset[RequestState]
    after: frozenset[RequestState]
    parties: frozenset[Party]
    done: str


def _only(*states: RequestState) -> frozenset[RequestState]:
    return frozenset(states)


S = RequestState
AGENCY = frozenset({Party.AGENCY})
STND = frozenset({Party.STND})
OFFICER = frozenset({Party.OFFICER})
DEPUTY_DIRECTOR = frozenset({Party.DEPUTY_DIRECTOR})
DEPARTMENT = STND | DEPUTY_DIRECTOR
JOB = frozenset({Party.JOB})
NOWHERE: frozenset[RequestState] = frozenset()

STEPS: dict[Action, Step] = {
    Action.CHANGE: Step(_only(S.DRAFT), NOWHERE, AGENCY, "changed"),
    Action.SEND: Step(_only(S.DRAFT), _only(S.SENT), OFFICER, "signed and sent"),
    Action.TAKE_BACK: Step(PENDING, _only(S.DRAFT), AGENCY, "taken back to be changed"),
    Action.WITHDRAW: Step(UNDER_WAY, _only(S.WITHDRAWN), AGENCY, "withdrawn"),
    # The first assignment begins the review; later ones only change who does it
    Action.ASSIGN: Step(PENDING, _only(S.IN_REVIEW), STND, "assigned"),
    Action.ASK: Step(_only(S.IN_REVIEW, S.RECOMMENDED), _only(S.QUESTION_OUT), STND, "asked about"),
    Action.TAKE_QUESTION_BACK: Step(
        _only(S.QUESTION_OUT), _only(S.IN_REVIEW), DEPARTMENT, "freed of its question"
    ),
    Action.ANSWER: Step(_only(S.QUESTION_OUT), _only(S.IN_REVIEW), AGENCY, "answered on"),
    Action.NOTE: Step(frozenset(S) - {S.DRAFT}, NOWHERE, DEPARTMENT, "noted on"),
    Action.RECOMMEND: Step(
        _only(S.IN_REVIEW, S.RECOMMENDED), _only(S.RECOMMENDED), STND, "recommended on"
    ),
    # A return asks the agency a question
    Action.DECIDE: Step(
        _only(S.RECOMMENDED),
        _only(S.APPROVED, S.DENIED, S.QUESTION_OUT),
        DEPUTY_DIRECTOR,
        "decided",
    ),
    # What was bought in the term may be told after it
    Action.USE: Step(_only(S.APPROVED, S.EXPIRED), NOWHERE, AGENCY, "used"),
    Action.MEET: Step(_only(S.APPROVED, S.EXPIRED), NOWHERE, AGENCY | STND, "told to be met"),
    Action.REVOKE: Step(_only(S.APPROVED), _only(S.REVOKED), DEPUTY_DIRECTOR, "revoked"),
    Action.EXPIRE: Step(_only(S.APPROVED), _only(S.EXPIRED), JOB, "ended"),
}
