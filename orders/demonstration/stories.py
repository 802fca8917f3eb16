"""The demonstration's orders in progress, each made through the services as people would.

Agencies, contractors and names of services are real, what they do here is made up.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from catalog.models import Contract
from orders.demonstration.stage import Stage, Story, keys
from orders.models import Order, OutsidePurchase
from orders.models.progress import RejectionReason
from orders.services.atos import acts as atos
from orders.services.changing import acts as changing
from orders.services.changing.amending import begin_amendment
from orders.services.desk import acts as desk
from orders.services.desk.steps import Numbers
from orders.services.elsewhere import outside
from orders.services.making import drafting
from orders.services.signing import signing
from stmm.agencies.models import Agency

ATR, CATR = "atr@chp.example", "catr@chp.example"
JUSTICE, CITY = "atr@justice.example", "it@merced.example"
ATT, VERIZON = "desk@att.example", "desk@verizonwireless.example"


def _chp() -> Agency:
    return Agency.objects.get(code="2720")


def _justice() -> Agency:
    return Agency.objects.get(code="0820")


def _merced() -> Agency:
    return Agency.objects.get(name="City of Merced")


def _data() -> Contract:
    return Contract.objects.get(number="C4-DNCS-19-001-40", contractor__name="AT&T")


def _voice() -> Contract:
    return Contract.objects.get(number="C4-LEG-12-10-TS-01", contractor__name="AT&T")


def _wireless() -> Contract:
    return Contract.objects.get(number="C4CVD18", contractor__name="Verizon Wireless")


def working(stage: Stage) -> Story:
    """Complete, in the inventory; one of its numbers put right afterwards."""
    yield 60.8
    order = stage.draft(ATR, _chp(), _voice(), "CHP-26-101", {2: 12, 9: 4}, budget_code="2720-IT")
    yield 59.6
    order = stage.send(CATR, order)
    yield 58.5
    stage.acknowledge(ATT, order)
    yield 56.4
    stage.commit(ATT, order, 25)
    yield 40.3
    stage.complete(ATT, order)
    yield 31.2
    last = order.lines.latest("position").progress
    order.refresh_from_db()
    desk.correct(
        order=order,
        lines={
            last.line_id: Numbers(last.circuit_numbers, last.billing_account, f"{last.sr_number}A")
        },
        reason="The bill names it otherwise.",
        version=order.version,
        **stage.by(ATT),
    )


def working_in_part(stage: Stage) -> Story:
    yield 44.7
    order = stage.draft(ATR, _chp(), _data(), "CHP-26-108", {0: 2, 5: 2, 11: 1})
    yield 43.5
    order = stage.send(ATR, order)
    yield 42.6
    stage.acknowledge(ATT, order)
    yield 40.8
    stage.commit(ATT, order, 30, 1, 2)
    yield 19.5
    stage.complete(ATT, order, 1)
    yield 9.4
    stage.commit(ATT, order, 21, 3)


def in_jeopardy(stage: Stage) -> Story:
    yield 29.6
    order = stage.draft(ATR, _chp(), _data(), "CHP-26-113", {3: 1, 7: 6})
    yield 28.7
    order = stage.send(ATR, order)
    yield 27.3
    stage.acknowledge(ATT, order)
    yield 25.4
    stage.commit(ATT, order, 42)
    yield 4.6
    desk.jeopardy(
        order=order,
        lines=keys(order, 1),
        reason="The conduit into the building is flooded. A crew is on its way.",
        **stage.by(ATT),
    )


def committed(stage: Stage) -> Story:
    yield 15.7
    order = stage.draft(ATR, _chp(), _voice(), "CHP-26-119", {4: 30, 6: 30})
    yield 14.6
    order = stage.send(CATR, order)
    yield 13.4
    stage.acknowledge(ATT, order)
    yield 11.5
    stage.commit(ATT, order, 45)
    yield 8.3
    changing.expedite(
        order=order,
        wanted_on=stage.on + timedelta(days=21),
        reason="The lease of the old office ends.",
        **stage.by(ATR),
    )


def amended(stage: Stage) -> Story:
    yield 22.8
    order = stage.draft(ATR, _chp(), _voice(), "CHP-26-116", {1: 8, 8: 8})
    yield 21.5
    order = stage.send(ATR, order)
    yield 20.4
    stage.acknowledge(ATT, order)
    yield 12.6
    amendment = begin_amendment(
        order=order, reason="Two desks more on the second floor.", **stage.by(ATR)
    )
    line = amendment.lines.select_related("order").get(position=1)
    drafting.change_line(
        line=line, fields={"quantity": 10}, version=amendment.version, **stage.by(ATR)
    )
    yield 11.7
    stage.send(CATR, amendment)


def cancelled(stage: Stage) -> Story:
    yield 18.5
    order = stage.draft(ATR, _chp(), _voice(), "CHP-26-117", {3: 5})
    yield 17.6
    order = stage.send(ATR, order)
    yield 16.4
    changing.cancel(order=order, reason="The field office stays closed.", **stage.by(ATR))


def rejected(stage: Stage) -> Story:
    yield 26.5
    order = stage.draft(ATR, _chp(), _wireless(), "CHP-26-114", {0: 25})
    yield 25.6
    order = stage.send(ATR, order)
    yield 24.3
    desk.reject(
        order=order,
        reason=RejectionReason.UNKNOWN_ACCOUNT,
        text="Give the account that the devices are to be billed to.",
        **stage.by(VERIZON),
    )


def wireless(stage: Stage) -> Story:
    yield 10.6
    order = stage.draft(ATR, _chp(), _wireless(), "CHP-26-122", {0: 40})
    yield 9.5
    order = stage.send(ATR, order)
    yield 8.6
    stage.acknowledge(VERIZON, order)
    yield 7.4
    stage.commit(VERIZON, order, 30)


def just_sent(stage: Stage) -> Story:
    yield 2.7
    order = stage.draft(ATR, _chp(), _data(), "CHP-26-125", {9: 1})
    yield 1.6
    stage.send(CATR, order)


def waiting_for_the_catr(stage: Stage) -> Story:
    yield 2.5
    order = stage.draft(ATR, _chp(), _voice(), "CHP-26-126", {5: 120, 7: 120})
    yield 1.4
    order.refresh_from_db()
    signing.hand_over(
        order=order,
        version=order.version,
        note="For the academy. Please sign this week.",
        **stage.by(ATR),
    )


def begun(stage: Stage) -> Story:
    yield 1.3
    drafting.start(
        agency=_chp(),
        contract=_data(),
        agency_request_number="CHP-26-127",
        key=uuid4(),
        **stage.by(ATR),
    )


def asked(stage: Stage) -> Story:
    """Of another agency; the contractor waits for an answer."""
    yield 6.7
    order = stage.draft(JUSTICE, _justice(), _data(), "DOJ-26-031", {4: 2, 6: 2})
    yield 5.6
    order = stage.send(JUSTICE, order)
    yield 4.5
    stage.acknowledge(ATT, order)
    yield 3.4
    desk.ask(order=order, text="Which floor do the circuits end on?", **stage.by(ATT))


def of_the_city(stage: Stage) -> Story:
    """Against the ATO that is in force."""
    yield 13.6
    order = stage.draft(CITY, _merced(), _data(), "MER-26-07", {1: 1, 2: 1})
    yield 12.5
    order = stage.send(CITY, order)
    yield 11.4
    stage.acknowledge(ATT, order)
    yield 9.6
    stage.commit(ATT, order, 28)


def ato_under_way(stage: Stage) -> Story:
    """The city means to order under another contract too."""
    yield 5.3
    atos.begin(agency=_merced(), contract=_voice(), **stage.by(CITY))


def bought_elsewhere(stage: Stage) -> Story:
    """Of a mandatory service, to be settled; and of what CALNET does not offer."""
    yield 7.6
    (service,) = stage.services(_voice(), 2)
    fields = {
        "vendor": "Valley Telephone (sample)",
        "description": service.name,
        "amount": Decimal("1480.00"),
        "purchased_on": stage.on - timedelta(days=12),
    }
    match = OutsidePurchase.Match
    known = {"agency": _chp(), "determination": None, **stage.by(ATR)}
    matched = outside.Said(match.MATCHED, service)
    outside.record_purchase(fields=fields, said=matched, key=uuid4(), **known)
    fields |= {"description": "Antenna mast, painted (sample)", "amount": Decimal("310.00")}
    elsewhere_only = outside.Said(match.NOT_OFFERED)
    outside.record_purchase(fields=fields, said=elsewhere_only, key=uuid4(), **known)


STORIES = (
    working, working_in_part, in_jeopardy, committed, amended, cancelled, rejected, wireless,
    just_sent, waiting_for_the_catr, begun, asked, of_the_city, ato_under_way, bought_elsewhere,
)  # fmt: skip
# Before the first of them, agencies and catalogue were known
DAYS_BEFORE = 120


def load_orders(*, at: datetime) -> int:
    """Play the stories, up to yesterday; gives the number of orders."""
    Stage(now=at, at=at).play(STORIES)
    return Order.objects.count()
