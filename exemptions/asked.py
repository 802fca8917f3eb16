"""What a request for an exemption is asked, and which source asks it (domain.md 2.3).

The form of STMM 501.0 is a letter; these are the points that it must hold.
"""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The pages on which a draft is written, in their order; the value is in their address."""

    PROJECT = "project"
    ITEMS = "items"
    REASONS = "reasons"
    TERM = "term"
    FILES = "files"
    REVIEW = "review"


STEPS = {
    Step.PROJECT: "Project",
    Step.ITEMS: "Services",
    Step.REASONS: "Reasons",
    Step.TERM: "Term and delegation",
    Step.FILES: "Attachments",
    Step.REVIEW: "Review and sign",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer of a request: its field, where it is given, and who asks for it.

    `lacking` is said where the answer is missing.
    """

    field: str
    step: Step
    question: str
    source: str
    lacking: str

    @property
    def help(self) -> str:
        return f"Asked by {self.source}."


ONE_PROJECT = "STMM 501.0 and SAM 4605: an exemption is for one specific project or acquisition"
SERVICES = "SAM 4605: pertinent, specific information on the proposed services"
LIMITED = "SAM 4605: an exemption is always limited in time; the Department sets its term"
DELEGATED = "SAM 4605 with 4603: every exemption needs a General Telecommunications Delegation"
SIGNED = "STMM 501.0: signed and submitted by the Agency Information Officer (AIO) or an equivalent"

ASKED = (
    Asked(
        "project",
        Step.PROJECT,
        "One specific project or acquisition",
        ONE_PROJECT,
        "Name the project or acquisition.",
    ),
    Asked(
        "description",
        Step.PROJECT,
        "The proposed services",
        SERVICES,
        "Describe the proposed services.",
    ),
    Asked(
        "proposed_source",
        Step.PROJECT,
        "The proposed source",
        "STMM 0400.1, Procedures, paragraph 2: a source other than the CALNET MSA",
        "Name the proposed source.",
    ),
    Asked(
        "compelling_reason",
        Step.REASONS,
        "The compelling business reason",
        "STMM 501.0: a compelling business reason to use another provider for a mandatory service",
        "Give the compelling business reason.",
    ),
    Asked(
        "why_not_calnet",
        Step.REASONS,
        "Why the CALNET services do not meet the need",
        "SAM 4605: why the CALNET contract services would not meet the need",
        "Say why the CALNET services do not meet the need.",
    ),
    Asked(
        "if_unmet",
        Step.REASONS,
        "What happens if the need is not met",
        "SAM 4605: the ramifications if the need is not met",
        "Say what happens if the need is not met.",
    ),
)
BY_FIELD = {each.field: each for each in ASKED}
