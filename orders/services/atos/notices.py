"""Telling agencies, 90 and 30 days before, that the two years of services on their ATO end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from catalog.models import Contract
from orders.models import AtoPaper, AuthorizationToOrder, WindowNotice
from orders.reading.windows import Window, windows_of
from orders.services.atos.locking import lock_ato
from orders.services.atos.telling import people_of
from orders.workflow.ato import AtoParty
from stmm.audit.services import record
from stmm.outbox.models import NoticeKind
from stmm.outbox.notices import tell
from stmm.policy.dates import in_words, last_day, notice_end

# So many days before the first free day
NOTICES = (30, 90)
# Of an approval whose two years end within 90 days, in days before the day it is looked for
_APPROVED_BEFORE = (timedelta(days=732 - 92), timedelta(days=732))


@dataclass(frozen=True, slots=True)
class Ending:
    """Entries of one ATO whose two years end on the same day, told of `days` before."""

    ato: AuthorizationToOrder
    until: date
    days: int
    items: tuple[str, ...]


def endings(on: date) -> Iterator[Ending]:
    """What agencies are to be told of on the Pacific day `on` and have not been told of yet.

    Who begins to be told late, of a window about to end, is told of the nearer day alone.
    """
    latest, earliest = (on - days for days in _APPROVED_BEFORE)
    candidates = AtoPaper.objects.in_force(on).filter(
        ato__contract__in=Contract.objects.exclusive(on),
        state_approved_on__range=(earliest, latest),
    )
    concerned = AuthorizationToOrder.objects.filter(pk__in=candidates.values("ato"))
    atos = list(concerned.select_related("agency", "contract__contractor"))
    told = set(WindowNotice.objects.filter(ato__in=atos).values_list("ato", "until", "days"))
    windows = windows_of(atos, on=on)
    for ato in atos:
        known = {(until, days) for key, until, days in told if key == ato.pk}
        yield from _due(ato, windows[ato.pk], on, known)


def _due(
    ato: AuthorizationToOrder, windows: Sequence[Window], on: date, told: set[tuple[date, int]]
) -> Iterator[Ending]:
    for until in sorted({each.until for each in windows if each.until}):
        left = (until - on).days
        days = next((each for each in NOTICES if 0 < left <= each), None)
        if days is not None and (until, days) not in told:
            items = tuple(each.item for each in windows if each.until == until)
            yield Ending(ato, until, days, items)


@transaction.atomic
def tell_of_ending(*, ending: Ending, at: datetime) -> int:
    """Tell those who order for the agency, once, whichever worker asks; gives the notices made.

    Nobody is there to be told: it waits until somebody is.
    """
    ato = lock_ato(ending.ato)
    same = {"ato": ato, "until": ending.until, "days": ending.days}
    users = people_of(ato, AtoParty.AGENCY, timezone.localdate(at))
    if not users or WindowNotice.objects.filter(**same).exists():
        return 0
    WindowNotice.objects.create(**same, told_at=at)
    notices = tell(
        users=users,
        kind=NoticeKind.ATO,
        cause=f"ato-{ato.pk}-{ending.until}-{ending.days}",
        subject=f"{ato}: two years end on {in_words(last_day(ending.until))}",
        text=_text(ending),
        url=ato.get_absolute_url(),
        why=f"You order for {ato.agency.name}.",
        at=at,
    )
    record(
        at=at,
        actor=None,
        action="tell_of_ending",
        subject=ato,
        changes={
            "first free day": (None, ending.until),
            "days before": (None, ending.days),
            "told": (None, ", ".join(user.name for user in users)),
        },
    )
    return len(notices)


def _text(ending: Ending) -> str:
    listed = "\n".join(f"- {item}" for item in ending.items)
    free = in_words(ending.until)
    return (
        f"Until {in_words(last_day(ending.until))} these services are bought from CALNET alone:\n"
        f"{listed}\n\n"
        f"From {free} the choice is yours. To leave takes 30 calendar days’ notice, given on that"
        f" day or later: with notice on {free} a service ends on"
        f" {in_words(notice_end(ending.until))} at the earliest. You need do nothing to stay."
    )
