"""What the page of an order shows of the contractor's side: lines, milestones, questions."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.access import desks_of
from orders.models import LineProgress, LineState, Order, OrderLine, Question, State, TimeLimits
from orders.models.states import LINE_UNDER_WAY, WITH_CONTRACTOR
from orders.permissions.order import reasons_against
from orders.reading.desk import limit_book, pacific_day, progress_of, rejection_of
from orders.reading.desk_queue import clock_of
from orders.reading.groups import Group, in_groups
from orders.reading.milestones import Clock, Milestone, acknowledging, committing, completing
from orders.workflow.order import Action, Party
from stmm.agencies.access import Access


@dataclass(frozen=True, slots=True)
class ShownProgress:
    """One line with its milestones; none of those that were cancelled or replaced."""

    row: LineProgress
    committed: Milestone | None
    completed: Milestone | None

    @property
    def line(self) -> OrderLine:
        return self.row.line


@dataclass(frozen=True, slots=True)
class DeskPanel:
    """`refused` says of each action of the desk why its button is disabled; None for others."""

    lines: tuple[ShownProgress, ...]
    acknowledged: Milestone
    clock: Clock
    questions: tuple[Question, ...]
    rejection: str
    refused: Mapping[str, str] | None
    is_with_contractor: bool

    @property
    def groups(self) -> list[Group[ShownProgress]]:
        return list(in_groups(self.lines))

    @property
    def may_correct(self) -> bool:
        """Whether this is the desk, and there are numbers to put right."""
        done = any(each.row.state == LineState.COMPLETED for each in self.lines)
        return done and self.refused is not None and not self.refused[Action.CORRECT]

    @property
    def open_question(self) -> Question | None:
        last = self.questions[-1] if self.questions else None
        return last if last is not None and last.answered_at is None else None


def desk_panel(order: Order, access: Access) -> DeskPanel:
    """In a number of queries that does not grow with lines; the desk's buttons take a few more."""
    questions = tuple(order.questions.select_related("asked_by", "answered_by"))
    book = limit_book(TimeLimits.objects.filter(contract=order.contract_id))
    clock, on = clock_of(order, questions, book), access.on
    is_desk = order.contract.contractor in desks_of(access.user, on=on)
    return DeskPanel(
        lines=tuple(_shown(row, clock, access) for row in progress_of(order)),
        acknowledged=acknowledging(clock, on=on),
        clock=clock,
        questions=questions,
        rejection=rejection_of(order) if order.state == State.REJECTED else "",
        refused=reasons_against(access, order, Party.DESK) if is_desk else None,
        is_with_contractor=order.state in WITH_CONTRACTOR,
    )


def _shown(row: LineProgress, clock: Clock, access: Access) -> ShownProgress:
    if row.state not in LINE_UNDER_WAY | {LineState.COMPLETED}:
        return ShownProgress(row, None, None)
    return ShownProgress(
        row,
        committing(clock, pacific_day(row.committed_at), on=access.on),
        completing(row.committed_on, row.completed_on, on=access.on),
    )
