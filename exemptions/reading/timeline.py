"""What became of a request, step by step: the same for the agency and the Department."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from exemptions.models import ExemptionRequest, RequestState
from exemptions.permissions import is_member
from exemptions.workflow import Action
from stmm.agencies.access import Access
from stmm.audit.models import Entry, EntryQuerySet

BEGIN = "begin_exemption_request"
# Recorded of a request and never shown to its agency: notes between STND and the Deputy Director
INTERNAL = frozenset({Action.NOTE})
# What the timeline shows, in words; what only changes a draft is in the history
WORDS: dict[str, str] = {
    BEGIN: "Begun",
    Action.SEND: "Signed and sent to STND",
    Action.TAKE_BACK: "Taken back by the agency",
    Action.WITHDRAW: "Withdrawn by the agency",
    Action.ASSIGN: "Assigned",
    Action.ASK: "The Department asked",
    Action.TAKE_QUESTION_BACK: "The Department took its question back",
    Action.ANSWER: "The agency answered",
    Action.RECOMMEND: "Recommended on, to be decided",
    Action.DECIDE: "Decided",
    "write_letter": "Letter written",
    "name_delegation": "Delegation named",
    Action.USE: "Used",
    "release_exemption": "A use released",
    Action.MEET: "Condition met",
    "remind_of_end": "Reminded of its end",
    Action.REVOKE: "Revoked",
    Action.EXPIRE: "Ended",
}
# Changes that the words say, or that only the history needs
UNSAID = frozenset({"state", "content SHA-256", "document SHA-256", "Message-ID", "to"})
STEPS_A_PAGE = 20
# Entries of the history panel
MOST_ENTRIES = 40


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step, and what was said with it: each with its name."""

    entry: Entry
    words: str
    said: tuple[tuple[str, str], ...]


def timeline(request: ExemptionRequest, page: str | None) -> "Page[Entry]":
    """A page of its entries, the newest first. Two queries, however many there are."""
    steps = Entry.objects.about(request).filter(action__in=WORDS)
    return Paginator(steps, STEPS_A_PAGE).get_page(page)


def in_words(entry: Entry) -> ShownStep:
    said = tuple(
        (change.field, change.after or f"{change.before} (taken back)")
        for change in entry.changes
        if change.field not in UNSAID
    )
    return ShownStep(entry, WORDS[entry.action], said)


def history_of(request: ExemptionRequest, access: Access) -> EntryQuerySet:
    """The newest of all that was recorded, each change of a draft too; no internal notes.

    What changes in a draft that was taken back is the agency's own until it is sent again.
    """
    entries = Entry.objects.about(request).exclude(action__in=INTERNAL)
    if request.state == RequestState.DRAFT and not is_member(access, request):
        entries = entries.filter(action__in=WORDS)
    return entries[:MOST_ENTRIES]
