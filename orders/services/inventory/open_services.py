"""What works at an agency: adds less disconnects, moves and changes applied (domain.md 37)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from orders.models import LineProgress, OpenService, OrderLine, TakenUp
from orders.permissions.order import may_keep_for
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.audit.services import label_of, record, set_fields

Type = OrderLine.Type


@transaction.atomic
def take_up(*, progress: LineProgress, at: datetime) -> OpenService | None:
    """Apply a completed line to the agency's open services; the order is locked by the caller.

    Gives the service it added or acted on, None if this system does not know that one. The
    same line a second time changes nothing. The contractor's desk completes the line, what
    follows here is nobody's act. The agency is locked too, so that a transaction may take up
    many lines: services are only changed under that lock.
    """
    line = OrderLine.objects.select_related("order", "service").get(pk=progress.line_id)
    lock_services_of(line.order.agency_id)
    if done := TakenUp.objects.filter(line=line).select_related("service").last():
        return done.service
    if line.order_type == Type.ADD:
        return _add(_Completion(line, progress, at))
    service, why_not = _acted_on(line)
    if service is None:
        _act_on_nothing(_Completion(line, progress, at), why_not)
        return None
    return _ACTS[Type(line.order_type)](service, _Completion(line, progress, at))


@transaction.atomic
def put_right(
    *, progress: LineProgress, was: Mapping[str, str], actor: User, reason: str, at: datetime
) -> OpenService | None:
    """Carry corrected numbers of a completed line to the service that goes by them.

    `was` are the line's former numbers. What a later line told of the service stays. Gives the
    service, None where nothing of it changes; the order is locked by the caller.
    """
    line = OrderLine.objects.select_related("order").get(pk=progress.line_id)
    lock_services_of(line.order.agency_id)
    taken = TakenUp.objects.filter(line=line, service__isnull=False).last()
    if taken is None or line.order_type == Type.DISCONNECT:
        return None
    services = OpenService.objects.select_for_update(of=("self",))
    service = services.get(course=taken)
    changes = {}
    for name, told in was.items():
        # Of an account not told it is the one that the line names
        untold = line.billing_account if name == "billing_account" else ""
        before, after = told or untold, getattr(progress, name) or untold
        there = getattr(service, name)
        is_told_by_it = service.last_line_id == line.pk or there == before
        if is_told_by_it and after not in (there, before):
            changes[label_of(service, name)] = (there or None, after or None)
            setattr(service, name, after)
    if not changes:
        return None
    service.save(update_fields=list(was))
    record(
        at=at,
        actor=actor,
        action="correct_numbers",
        subject=service,
        changes=changes,
        reason=f"{line} of {line.order}. {reason}",
    )
    return service


@transaction.atomic
def confirm_in_use(
    *, services: Iterable[OpenService], access: Access, at: datetime
) -> list[OpenService]:
    """Say that services are in use (State Auditor I2025-1); gives those of which that is news.

    Left alone are those that have ended, and those that somebody confirmed the same day.
    Raises NotAllowed for people who do not order for the agency of one of them.
    """
    chosen = list(services)
    users = {each.agency_id: may_keep_for(access, each.agency).user for each in chosen}
    for agency in sorted(users):
        lock_services_of(agency)
    on = timezone.localdate(at)
    rows = OpenService.objects.working().filter(pk__in=[each.pk for each in chosen])
    fresh = []
    for service in rows.select_related("service").select_for_update(of=("self",)):
        before = service.confirmed_at
        if before is not None and timezone.localdate(before) == on:
            continue
        service.confirmed_at, service.confirmed_by = at, users[service.agency_id]
        service.save(update_fields=["confirmed_at", "confirmed_by"])
        fresh.append((service, before and timezone.localdate(before)))
    for service, last in fresh:
        record(
            at=at,
            actor=service.confirmed_by,
            action="confirm_in_use",
            subject=service,
            changes={"in use": (last, on)},
        )
    return [service for service, _ in fresh]


def lock_services_of(agency: int) -> None:
    """Until this transaction ends, nobody else changes the services of the agency of this key."""
    Agency.objects.select_for_update().get(pk=agency)


@dataclass(frozen=True, slots=True)
class _Completion:
    """One line that is completed, and when this system learned of it."""

    line: OrderLine
    progress: LineProgress
    at: datetime

    @property
    def on(self) -> date:
        if self.progress.completed_on is None:
            raise ValueError(f"{self.line} is not completed.")
        return self.progress.completed_on

    @property
    def source(self) -> str:
        return f"{self.line} of {self.line.order}, completed"

    @property
    def numbers(self) -> dict[str, str]:
        """By what contractor and bill call the service, where the contractor told it."""
        names = ("billing_account", "circuit_numbers", "sr_number")
        return {name: value for name in names if (value := getattr(self.progress, name))}

    def record(
        self,
        service: OpenService,
        changes: Mapping[str, tuple[Any, Any]],
        note: str = "",
    ) -> None:
        TakenUp.objects.create(line=self.line, service=service, left=service.quantity, on=self.on)
        record(
            at=self.at,
            actor=None,
            action=f"{self.line.order_type}_service",
            subject=service,
            changes=changes,
            reason=f"{self.source}. {note}".strip(),
        )


def _add(done: _Completion) -> OpenService:
    line = done.line
    service = OpenService.objects.create(
        **{"billing_account": line.billing_account, **done.numbers},
        agency=line.order.agency,
        service=line.service,
        quantity=line.quantity,
        mrc=line.mrc,
        site=line.order.requested_address,
        budget_code=line.order.budget_code,
        since=done.on,
        added_by=line,
        last_line=line,
    )
    done.record(service, {"quantity": (None, line.quantity)})
    return service


def _acted_on(line: OrderLine) -> tuple[OpenService | None, str]:
    """What a disconnect, change or move acts on; else None, and why it can't be told.

    What the line names; or the one service of the agency that has the same name and account.
    """
    services = OpenService.objects.select_for_update(of=("self",)).select_related("service")
    if line.acts_on_id is not None:
        return services.get(pk=line.acts_on_id), ""
    found = list(
        services.working().filter(
            agency=line.order.agency_id, service=line.service, billing_account=line.billing_account
        )[:2]
    )
    if len(found) == 1:
        return found[0], ""
    return None, "several such services" if found else "no such service"


def _act_on_nothing(done: _Completion, why_not: str) -> None:
    line = done.line
    TakenUp.objects.create(line=line, left=0, on=done.on)
    record(
        at=done.at,
        actor=None,
        action=f"{line.order_type}_service",
        subject=line.order,
        reason=f"{done.source}. This system knows {why_not} of the agency: {line.service.name},"
        f" account {line.billing_account or 'not given'}. Its list of services stays as it is.",
    )


def _disconnect(service: OpenService, done: _Completion) -> OpenService:
    wanted, there = done.line.quantity, service.quantity
    fields: dict[str, object] = {"quantity": max(there - wanted, 0)}
    if there and wanted >= there:
        fields["ended_on"] = done.on
    note = f"{wanted} were to be disconnected, {there} were there." if wanted > there else ""
    return _apply(service, done, fields, note)


def _change(service: OpenService, done: _Completion) -> OpenService:
    line = done.line
    fields = {"service": line.service, "quantity": line.quantity, "mrc": line.mrc}
    return _apply_to_working(service, done, fields | done.numbers)


def _move(service: OpenService, done: _Completion) -> OpenService:
    site, moved = done.line.order.requested_address, done.line.quantity
    if service.ended_on is None and moved < service.quantity:
        return _move_a_part(service, done)
    note = f"{moved} were to be moved, {service.quantity} were there."
    return _apply_to_working(
        service, done, {"site": site} | done.numbers, note if moved > service.quantity else ""
    )


def _move_a_part(service: OpenService, done: _Completion) -> OpenService:
    """Some go to the new site and are a service of their own from now on; the others stay."""
    line, there = done.line, service.quantity
    moved = OpenService.objects.create(
        **{
            "billing_account": service.billing_account,
            "circuit_numbers": service.circuit_numbers,
            "sr_number": service.sr_number,
            **done.numbers,
        },
        agency_id=service.agency_id,
        service=service.service,
        quantity=line.quantity,
        mrc=service.mrc,
        site=line.order.requested_address,
        budget_code=service.budget_code,
        since=service.since,
        confirmed_at=service.confirmed_at,
        confirmed_by_id=service.confirmed_by_id,
        added_by=line,
        last_line=line,
    )
    _apply(service, done, {"quantity": there - line.quantity}, "The others moved.")
    done.record(moved, {"site": (service.site, moved.site)}, f"{line.quantity} of {there} moved.")
    return moved


def _apply_to_working(
    service: OpenService, done: _Completion, fields: Mapping[str, object], note: str = ""
) -> OpenService:
    if service.ended_on is None:
        return _apply(service, done, fields, note)
    return _apply(service, done, {}, "It had ended before, and stays ended.")


def _apply(
    service: OpenService, done: _Completion, fields: Mapping[str, object], note: str
) -> OpenService:
    changes = {
        label_of(service, name): change for name, change in set_fields(service, fields).items()
    }
    service.last_line = done.line
    service.save()
    done.record(service, changes, note)
    return service


_ACTS: dict[Type, Callable[[OpenService, _Completion], OpenService]] = {
    Type.DISCONNECT: _disconnect,
    Type.CHANGE: _change,
    Type.MOVE: _move,
}
