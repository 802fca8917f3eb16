"""What became of a request, step by step: the same for the agency and the Department."""

from django.core.paginator import Page, Paginator

from exemptions.models import ExemptionRequest, RequestState
from exemptions.permissions import is_member
from exemptions.workflow import Action
from stmm.agencies.access import Access
from stmm.audit.models import Entry, EntryQuerySet

BEGIN = "begin_exemption_request"
# Recorded of a request and never shown to its agency: notes between STND and the Deputy Director
INTERNAL = frozenset({Action.NOTE})
STEPS = (BEGIN, *(action for action in Action if action not in INTERNAL | {Action.CHANGE}))
STEPS_A_PAGE = 20
# Entries of the history panel
MOST_ENTRIES = 40


def timeline(request: ExemptionRequest, page: str | None) -> Page[Entry]:
    """A page of its steps, the newest first. Two queries, however many there are."""
    steps = Entry.objects.about(request).filter(action__in=STEPS)
    return Paginator(steps, STEPS_A_PAGE).get_page(page)


def history_of(request: ExemptionRequest, access: Access) -> EntryQuerySet:
    """The newest of all that was recorded, each change of a draft too; no internal notes.

    What changes in a draft that was taken back is the agency's own until it is sent again.
    """
    entries = Entry.objects.about(request).exclude(action__in=INTERNAL)
    if request.state == RequestState.DRAFT and not is_member(access, request):
        entries = entries.filter(action__in=STEPS)
    return entries[:MOST_ENTRIES]
