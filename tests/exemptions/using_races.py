"""Purchases that would rely on an exemption at the moment at which it is revoked or ends (R6)."""

from collections.abc import Callable
from datetime import timedelta

from exemptions.models import ExemptionRequest, RequestState, Use
from exemptions.reading.cover import NotCovered
from exemptions.services.expiring import expire
from exemptions.services.revoking import revoke
from stmm.audit.models import Entry
from tests.exemptions.factories import UNTIL, Case, as_of, make_request
from tests.exemptions.living import buy, first_item, noon
from tests.factories import AT
from tests.orders.test_races import at_once

DAY = timedelta(days=1)
BUYERS, GRANTED = 4, 3


def _tried(act: Callable[[], object]) -> Callable[[], object]:
    def tried() -> object:
        try:
            return act()
        except NotCovered as refusal:
            return refusal

    return tried


def race_with_revocation(case: Case) -> None:
    """Some buy before it, nobody after it; nobody buys more than was granted."""
    request = make_request(case, RequestState.APPROVED, granted=GRANTED)
    item, stopper = first_item(request), as_of(case.deputy_director)

    def stop() -> object:
        return revoke(request=request, reason="Served now.", access=stopper, at=AT)

    buying = _tried(lambda: buy(case, item))
    outcomes = at_once(*[buying] * BUYERS, stop)

    actions = list(
        Entry.objects.about(request).order_by("sequence").values_list("action", flat=True)
    )
    taken = Use.objects.filter(item__item=item).count()
    assert actions == ["use_exemption"] * taken + ["revoke_exemption"]
    assert taken <= GRANTED
    assert sum(isinstance(each, NotCovered) for each in outcomes) == BUYERS - taken
    assert _state(request) == RequestState.REVOKED


def race_with_the_end(case: Case) -> None:
    """What is bought in the term is covered, whenever the end is written down; nothing else is."""
    request = make_request(case, RequestState.APPROVED, granted=GRANTED)
    item, end = first_item(request), noon(UNTIL)

    at_once(
        *[_tried(lambda: buy(case, item, on=UNTIL, at=end))] * 2,
        *[_tried(lambda: buy(case, item, on=UNTIL - DAY, at=end))] * 2,
        *[lambda: expire(request=request, at=end)] * 2,
    )

    uses = Use.objects.filter(item__item=item)
    assert {use.used_on for use in uses} == {UNTIL - DAY}
    assert uses.count() == 2
    assert Entry.objects.about(request).filter(action="expire_exemption").count() == 1
    assert _state(request) == RequestState.EXPIRED


def _state(request: ExemptionRequest) -> str:
    return ExemptionRequest.objects.get(pk=request.pk).state
