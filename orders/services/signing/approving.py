"""The CATR's word inside an agency: when it is wanted, who stands in, the word itself."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from catalog.models import Category
from orders.models import Approval, Deputy, Order, SigningRule
from orders.models.approval import DeputyQuerySet
from orders.reading.order import lines_of
from orders.reading.priced import offers_for
from orders.services.locking import lock_for
from orders.services.telling.turns import Event, tell_of
from orders.signing_rules import CATR, Needs, Role, digest_of, priced, speaks_for_catr
from orders.workflow.order import Action
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, Appointment
from stmm.audit.services import record
from stmm.look.templatetags.look import money
from stmm.refusals import Incomplete, NotAllowed, Problem


def catr_of(access: Access, agency: Agency) -> Appointment:
    """The appointment as CATR, who alone sets the rule and names deputies. Raises NotAllowed."""
    if not agency.is_state:
        raise NotAllowed(f"{agency.name} has no CATR: only State agencies have one.")
    appointment = access.appointment_at(agency, CATR)
    if appointment is None:
        raise NotAllowed(f"Only the CATR of {agency.name}, appointed today, says who signs.")
    return appointment


def _locked(agency: Agency) -> Agency:
    return Agency.objects.select_for_update().get(pk=agency.pk)


@transaction.atomic
def set_signing_rule(
    *,
    agency: Agency,
    needs_catr: str,
    monthly_above: Decimal | None,
    once_above: Decimal | None,
    categories: Iterable[Category],
    access: Access,
    at: datetime,
) -> SigningRule:
    """Say when orders need the CATR's word. The same rule again changes nothing.

    Amounts and categories count for SOMETIMES alone, and are left out otherwise. Raises
    NotAllowed for all but the CATR, Incomplete for SOMETIMES without either.
    """
    actor = catr_of(access, agency).user
    agency = _locked(agency)
    if needs_catr != Needs.SOMETIMES:
        monthly_above, once_above, categories = None, None, ()
    chosen = sorted(set(categories), key=lambda each: each.pk)
    if needs_catr == Needs.SOMETIMES and not chosen and (monthly_above, once_above) == (None, None):
        raise Incomplete([Problem("Give an amount, or check a category.", "needs_catr")])
    rule = SigningRule.objects.filter(agency=agency).first() or SigningRule(agency=agency)
    before = _in_words(rule)
    rule.needs_catr = Needs(needs_catr)
    rule.monthly_above, rule.once_above = monthly_above, once_above
    after = _in_words(rule, chosen)
    if rule.pk and before == after:
        return rule
    rule.changed_at = at
    rule.save()
    rule.categories.set(chosen)
    record(
        at=at,
        actor=actor,
        action="set_signing_rule",
        subject=agency,
        changes={name: (before[name], said) for name, said in after.items()},
    )
    return rule


def _in_words(rule: SigningRule, categories: Iterable[Category] | None = None) -> dict[str, str]:
    stored = rule.categories.all() if rule.pk and categories is None else categories or ()
    return {
        "needs the CATR": Needs(rule.needs_catr).label,
        "a month above": _amount(rule.monthly_above),
        "once above": _amount(rule.once_above),
        "categories": ", ".join(each.code for each in stored) or "none",
    }


def _amount(limit: Decimal | None) -> str:
    return "no amount" if limit is None else str(money(limit))


@transaction.atomic
def name_deputy(
    *, agency: Agency, user: User, starts_on: date, last_day: date, access: Access, at: datetime
) -> Deputy:
    """Let an ATR of the agency stand in for its CATR, from the first day to the last one.

    The same days again change nothing. Raises NotAllowed for all but the CATR; Incomplete for
    someone who is no ATR of the agency on the first day, for days gone by, and for days on
    which they stand in already.
    """
    actor = catr_of(access, agency).user
    agency, until = _locked(agency), last_day + timedelta(days=1)
    theirs = Deputy.objects.filter(agency=agency, user=user)
    if existing := theirs.filter(starts_on=starts_on, until=until).first():
        return existing
    problems = [
        *_wrong_person(agency, user, actor, starts_on),
        *_wrong_days(starts_on, last_day, timezone.localdate(at)),
        *_stands_in(theirs.filter(starts_on__lt=until, until__gt=starts_on)),
    ]
    if problems:
        raise Incomplete(problems)
    # Ended before it began: taken up again
    deputy, _ = theirs.update_or_create(
        agency=agency,
        user=user,
        starts_on=starts_on,
        defaults={"until": until, "named_by": actor, "named_at": at},
    )
    record(
        at=at,
        actor=actor,
        action="name_deputy",
        subject=agency,
        changes={"deputy of the CATR": (None, f"{user}, {deputy.period}")},
    )
    return deputy


def _wrong_person(agency: Agency, user: User, actor: User, starts_on: date) -> Iterable[Problem]:
    if user == actor:
        yield Problem("Nobody is their own deputy: choose an ATR.", "user")
    appointed = Appointment.objects.in_effect(starts_on).filter(agency=agency, role=Role.ATR)
    if not appointed.filter(user=user).exists():
        yield Problem(f"{user} is no ATR of {agency.name} on the first day.", "user")


def _wrong_days(starts_on: date, last_day: date, today: date) -> Iterable[Problem]:
    if starts_on < today:
        yield Problem("This day has passed: give today or a later day.", "starts_on")
    if last_day < starts_on:
        yield Problem("The last day is before the first one.", "last_day")


def _stands_in(already: DeputyQuerySet) -> Iterable[Problem]:
    for deputy in already:
        yield Problem(f"{deputy.user} stands in already: {deputy.period}.", "starts_on")


@transaction.atomic
def end_deputy(*, deputy: Deputy, access: Access, at: datetime) -> Deputy:
    """From this day on they stand in no more. Over already: nothing happens.

    What they approved and signed stays. Raises NotAllowed for all but the CATR.
    """
    actor = catr_of(access, deputy.agency).user
    agency, today = _locked(deputy.agency), timezone.localdate(at)
    deputy = Deputy.objects.select_related("user", "agency").get(pk=deputy.pk)
    if deputy.until <= max(today, deputy.starts_on):
        return deputy
    before = deputy.period
    deputy.until = max(today, deputy.starts_on)
    deputy.save(update_fields=["until"])
    record(
        at=at,
        actor=actor,
        action="end_deputy",
        subject=agency,
        changes={f"deputy of the CATR, {deputy.user}": (before, f"ended on {today:%B %-d, %Y}")},
    )
    return deputy


@transaction.atomic
def approve(*, order: Order, version: int, access: Access, at: datetime) -> Approval:
    """The CATR's word, or their deputy's, on an order handed over: any ATR may sign it now.

    Of its lines, up to their amount at the charges of today. The same word twice is kept once.
    Raises NotAllowed for other people, WrongState, ChangedMeanwhile.
    """
    order, appointment = lock_for(Action.APPROVE, order, access, version)
    role = speaks_for_catr(access, order.agency)
    if not role:
        raise NotAllowed(_who_approves(order.agency))
    lines = lines_of(order)
    contents = priced(lines, offers_for(lines, on=timezone.localdate(at), known_at=at))
    approval, made = Approval.objects.get_or_create(
        order=order,
        user=appointment.user,
        digest=digest_of(order, lines),
        mrc_total=contents.mrc_total,
        nrc_total=contents.nrc_total,
        defaults={"role": role, "at": at},
    )
    if made:
        tell_of(order=order, event=Event.APPROVED, actor=appointment.user, at=at)
        record(
            at=at,
            actor=appointment.user,
            action=Action.APPROVE,
            subject=order,
            changes={
                "approved as": (None, role),
                "a month up to": (None, money(contents.mrc_total)),
                "once up to": (None, money(contents.nrc_total)),
            },
        )
    return approval


def _who_approves(agency: Agency) -> str:
    if not agency.is_state:
        return f"{agency.name} has no CATR, so its orders need no approval: sign this one."
    return f"Only the CATR of {agency.name}, or a deputy today, approves its orders."
