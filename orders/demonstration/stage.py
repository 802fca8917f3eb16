"""Where the demonstration's stories play: a moment of the last months, and what people do then.

A story gives, before each step, how many working days ago it happens; the steps of all stories
are taken in the order of time, so that the record tells them as they came. Sample data, all of it.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from catalog.models import Contract, Offer, Service
from orders.models import Order, OrderLine
from orders.services import sending
from orders.services.desk import acts as desk
from orders.services.desk.steps import Numbers
from orders.services.making import drafting
from orders.services.signing import signing
from stmm.accounts.models import User
from stmm.agencies.access import Access, access_of
from stmm.agencies.models import Agency
from stmm.outbox.models import OutgoingMail
from stmm.outbox.services import deliver

Story = Iterator[float]

_SATURDAY = 5
_MORNING, _HOURS = 9, 8
SITE = {
    "contact_name": "Ana Reyes",
    "contact_phone": "(916) 555-0100",
    "contact_email": "atr@chp.example",
    "requested_address": "601 North 7th Street\nSacramento, CA 95811",
    "billing_address": "P.O. Box 942898\nSacramento, CA 94298",
}


@dataclass(slots=True)
class Stage:
    """`now` is when the demonstration is loaded, `at` the moment of the step that is taken."""

    now: datetime
    at: datetime

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)

    def moment(self, days_ago: float) -> datetime:
        """So many working days before `now`: 3.9 is the morning of the third, 3.1 its afternoon."""
        whole = int(days_ago)
        day = timezone.localdate(self.now)
        for _ in range(whole):
            day -= timedelta(days=1)
            while day.weekday() >= _SATURDAY:
                day -= timedelta(days=1)
        minutes = round((1 - (days_ago - whole)) * _HOURS * 60)
        start = timezone.localtime(self.now).replace(hour=_MORNING, minute=0, second=0)
        return start.replace(year=day.year, month=day.month, day=day.day) + timedelta(
            minutes=minutes
        )

    def play(self, stories: Iterable[Callable[["Stage"], Story]]) -> None:
        """Take the steps of all stories, the earliest first."""
        numbers = count()
        waiting = [
            (-days, next(numbers), story)
            for story in (each(self) for each in stories)
            for days in [next(story)]
        ]
        heapq.heapify(waiting)
        while waiting:
            days, _, story = heapq.heappop(waiting)
            self.at = self.moment(-days)
            following = next(story, None)
            self._send_mail()
            if following is not None:
                heapq.heappush(waiting, (-following, next(numbers), story))

    def _send_mail(self) -> None:
        """As the worker does, where mails are kept: at the moment, not when it is loaded."""
        if settings.STMM_KEEP_MAIL:
            for key in OutgoingMail.objects.due(self.at).values_list("pk", flat=True):
                deliver(mail_id=key, at=self.at)

    def access(self, email: str) -> Access:
        return access_of(User.objects.get(email=email), on=self.on)

    def by(self, email: str) -> dict[str, Any]:
        """Who acts, and when: what every service asks for."""
        return {"access": self.access(email), "at": self.at}

    def services(self, contract: Contract, *wanted: int) -> list[Service]:
        """Of those with a monthly charge, by name, the ones at these places."""
        offers = Offer.objects.filter(service__contract=contract, mrc__gt=0, withdrawn=False)
        found = Service.objects.filter(pk__in=offers.values("service")).order_by("name", "pk")
        keys = list(found.values_list("pk", flat=True))
        return [Service.objects.get(pk=keys[place % len(keys)]) for place in wanted]

    def draft(
        self,
        by: str,
        agency: Agency,
        contract: Contract,
        number: str,
        lines: dict[int, int],
        **fields: Any,
    ) -> Order:
        """A draft that lacks nothing; `lines` are quantities by the place of the service."""
        order = drafting.start(
            agency=agency,
            contract=contract,
            agency_request_number=number,
            key=uuid4(),
            **self.by(by),
        )
        for service, quantity in zip(self.services(contract, *lines), lines.values(), strict=True):
            drafting.add_line(
                order=order,
                service=service,
                key=uuid4(),
                fields={
                    "quantity": quantity,
                    "requested_date": self.on + timedelta(days=30),
                },
                **self.by(by),
            )
        order.refresh_from_db()
        return drafting.change(
            order=order, fields=SITE | fields, version=order.version, **self.by(by)
        )

    def send(self, by: str, order: Order) -> Order:
        """Signed, and sent as the job does it."""
        order.refresh_from_db()
        signing.sign(order=order, version=order.version, **self.by(by))
        sending.route(order=order, at=self.at)
        return Order.objects.get(pk=order.pk)

    def acknowledge(self, by: str, order: Order) -> None:
        desk.acknowledge(order=order, **self.by(by))

    def commit(self, by: str, order: Order, days: int, *positions: int, reason: str = "") -> None:
        """To so many days from then on; all lines where no position is given."""
        desk.commit(
            order=order,
            lines=keys(order, *positions),
            committed_on=self.on + timedelta(days=days),
            reason=reason,
            **self.by(by),
        )

    def complete(self, by: str, order: Order, *positions: int) -> None:
        """With numbers that come from the order's own."""
        lines = OrderLine.objects.filter(pk__in=keys(order, *positions))
        numbers = {
            line.pk: Numbers(
                circuit_numbers=f"SAMPLE.{order.pk:04d}.{line.position:02d}",
                billing_account=f"9391{order.pk:06d}",
                sr_number=f"SR-{order.pk:04d}-{line.position}",
            )
            for line in lines
        }
        desk.complete(order=order, lines=numbers, completed_on=self.on, **self.by(by))


def keys(order: Order, *positions: int) -> list[int]:
    """The keys of these lines of an order, of all for none."""
    lines = order.lines.filter(position__in=positions) if positions else order.lines.all()
    return list(lines.values_list("pk", flat=True))
