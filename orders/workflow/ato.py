"""The states of an ATO's papers, and the table of what leads from which to which, by whom."""

from dataclasses import dataclass
from enum import StrEnum

from orders.models import PaperState
from orders.models.ato import UNDER_WAY


class AtoAction(StrEnum):
    CHANGE = "change_authorization"
    MAKE_READY = "make_authorization_ready"
    TAKE_BACK = "take_authorization_back"
    SIGN_FOR_AGENCY = "sign_authorization_for_agency"
    SIGN_FOR_CONTRACTOR = "sign_authorization_for_contractor"
    APPROVE = "approve_authorization"
    RETURN = "return_authorization"
    WITHDRAW = "withdraw_authorization"
    ADD_SCAN = "add_scan_of_authorization"


class AtoParty(StrEnum):
    """The three that an ATO binds."""

    AGENCY = "agency"
    CONTRACTOR = "contractor"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class AtoStep:
    """One action: from which states, to which, by whom; `after` None leaves the state."""

    before: frozenset[PaperState]
    after: PaperState | None
    parties: frozenset[AtoParty]
    done: str


DRAFT, READY = frozenset({PaperState.DRAFT}), frozenset({PaperState.READY})
AGENCY_SIGNED = frozenset({PaperState.AGENCY_SIGNED})
SUBMITTED = frozenset({PaperState.SUBMITTED})
AGENCY, STATE = frozenset({AtoParty.AGENCY}), frozenset({AtoParty.STATE})
# Who has both signatures on paper records the contractor's too, with the scan as evidence
BOTH = frozenset({AtoParty.AGENCY, AtoParty.CONTRACTOR})

ATO_STEPS: dict[AtoAction, AtoStep] = {
    AtoAction.CHANGE: AtoStep(DRAFT, None, AGENCY, "changed"),
    AtoAction.MAKE_READY: AtoStep(DRAFT, PaperState.READY, AGENCY, "made ready"),
    AtoAction.TAKE_BACK: AtoStep(
        UNDER_WAY - DRAFT, PaperState.DRAFT, AGENCY, "taken back to be changed"
    ),
    AtoAction.SIGN_FOR_AGENCY: AtoStep(
        READY, PaperState.AGENCY_SIGNED, AGENCY, "signed for the agency"
    ),
    AtoAction.SIGN_FOR_CONTRACTOR: AtoStep(
        AGENCY_SIGNED, PaperState.SUBMITTED, BOTH, "signed for the contractor"
    ),
    AtoAction.APPROVE: AtoStep(SUBMITTED, PaperState.APPROVED, STATE, "approved"),
    AtoAction.RETURN: AtoStep(SUBMITTED, PaperState.RETURNED, STATE, "returned"),
    AtoAction.WITHDRAW: AtoStep(UNDER_WAY, PaperState.WITHDRAWN, AGENCY, "withdrawn"),
    AtoAction.ADD_SCAN: AtoStep(
        READY | AGENCY_SIGNED | SUBMITTED | {PaperState.APPROVED}, None, BOTH, "given a scan"
    ),
}

# What a paper lacks before the State's approval lets orders through (domain.md, rule 25)
LACKS: dict[PaperState, str] = {
    PaperState.DRAFT: "is a draft: it lacks the agency’s signature, the contractor’s signature and"
    " the State’s approval",
    PaperState.READY: "lacks the agency’s signature",
    PaperState.AGENCY_SIGNED: "lacks the contractor’s signature",
    PaperState.SUBMITTED: "lacks the State’s approval",
    PaperState.RETURNED: "was returned by the State, and lacks its approval",
}
