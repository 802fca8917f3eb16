"""The coded reasons of decisions and the sentences that letters print for them.

A decision keeps the sentence as it was: one that is changed here changes no letter that went
out. Codes are never used for a second meaning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from exemptions.models.case import Outcome


class Kind(Enum):
    """What a reason is given for."""

    GROUND = "Grounds of approval"
    PART = "Why not all of it"
    DENIAL = "Why it is denied"
    RETURN = "Why it is returned"

    @property
    def field(self) -> str:
        """What the field of a form is called in which reasons of this kind are chosen."""
        return f"reasons_{self.name.lower()}"


@dataclass(frozen=True, slots=True)
class Reason:
    """`label` is what it is called in lists and reports; `text` is what the letter says."""

    code: str
    kind: Kind
    label: str
    text: str


_ALL = (
    Reason(
        "not_at_sites",
        Kind.GROUND,
        "No CALNET service at the sites",
        "No CALNET contractor offers the services at the sites of this project.",
    ),
    Reason(
        "need_not_met",
        Kind.GROUND,
        "CALNET services do not meet the need",
        "The CALNET services do not meet a specific need of this project that the request shows.",
    ),
    Reason(
        "not_in_time",
        Kind.GROUND,
        "CALNET can’t deliver in time",
        "The CALNET services can’t be delivered by the day on which the project needs them.",
    ),
    Reason(
        "bound_elsewhere",
        Kind.GROUND,
        "Bound by law, a grant or an agreement",
        "A law, a grant or an agreement binds the agency to another source for this project.",
    ),
    Reason(
        "time_to_move",
        Kind.GROUND,
        "Time to move to CALNET",
        "The agency needs the term of this exemption to move the services to CALNET in order.",
    ),
    Reason(
        "trial",
        Kind.GROUND,
        "A trial of what CALNET does not offer",
        "The project is a trial, limited in size and time, of what CALNET does not offer.",
    ),
    Reason(
        "rest_from_calnet",
        Kind.PART,
        "CALNET meets the rest",
        "For what is not granted, CALNET services meet the need: order them with a STD. 20.",
    ),
    Reason(
        "smaller_need",
        Kind.PART,
        "The need is shown for less",
        "The request shows the need for the quantities that are granted, and not for more.",
    ),
    Reason(
        "amount_limited",
        Kind.PART,
        "Limited to an amount",
        "The exemption is limited to the amounts that are granted.",
    ),
    Reason(
        "calnet_meets_need",
        Kind.DENIAL,
        "CALNET meets the need",
        "CALNET contract services meet the need. Order them from the contractor with a STD. 20.",
    ),
    Reason(
        "no_compelling_reason",
        Kind.DENIAL,
        "No compelling business reason",
        "The request does not show a compelling business reason to use another provider.",
    ),
    Reason(
        "no_ramifications",
        Kind.DENIAL,
        "What happens without it is not shown",
        "The request does not show what happens if the need is not met.",
    ),
    Reason(
        "not_one_project",
        Kind.DENIAL,
        "Not one specific project",
        "An exemption is for one specific telecommunications project or acquisition.",
    ),
    Reason(
        "bought_before",
        Kind.DENIAL,
        "Bought before it was approved",
        "An exemption is evaluated and approved before services are bought from another source.",
    ),
    Reason(
        "none_needed",
        Kind.DENIAL,
        "No exemption is needed",
        "The services are not mandatory under CALNET: the agency may buy them without exemption.",
    ),
    Reason(
        "services_unclear",
        Kind.RETURN,
        "The services are not described well enough",
        "Describe the proposed services more specifically: what, how many, where and from when.",
    ),
    Reason(
        "calnet_not_compared",
        Kind.RETURN,
        "CALNET was not looked at closely",
        "Say which CALNET services you looked at, and what of the need each does not meet.",
    ),
    Reason(
        "charges_missing",
        Kind.RETURN,
        "Charges are missing",
        "Give the charges of the proposed source beside those of the nearest CALNET service.",
    ),
    Reason(
        "ramifications_unclear",
        Kind.RETURN,
        "What happens without it is not clear",
        "Say what happens, to whom and when, if the need is not met.",
    ),
    Reason(
        "delegation_unclear",
        Kind.RETURN,
        "The delegation is not clear",
        "Name the General Telecommunications Delegation that covers the purchase, or ask for one.",
    ),
    Reason(
        "review_again",
        Kind.RETURN,
        "The review needs another look",
        "The Department needs to look at part of this request again before it decides.",
    ),
)
REASONS = {reason.code: reason for reason in _ALL}

# Of which kinds a decision gives at least one reason each; it gives no others
NEEDED: dict[Outcome, tuple[Kind, ...]] = {
    Outcome.APPROVED: (Kind.GROUND,),
    Outcome.APPROVED_IN_PART: (Kind.GROUND, Kind.PART),
    Outcome.DENIED: (Kind.DENIAL,),
    Outcome.RETURNED: (Kind.RETURN,),
}


def reasons_for(*kinds: Kind) -> list[Reason]:
    return [reason for reason in _ALL if reason.kind in kinds]


def chosen(codes: Iterable[str]) -> list[Reason]:
    """The reasons of these codes, in the order in which letters give them."""
    wanted = set(codes)
    return [reason for reason in _ALL if reason.code in wanted]
