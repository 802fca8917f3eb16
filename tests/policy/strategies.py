"""Purchases of every shape, with days close enough together for periods to meet."""

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from stmm.policy.facts import (
    NO_EXEMPTION,
    Action,
    Ato,
    Buyer,
    Designation,
    Exemption,
    ExemptionState,
    Purchase,
    Source,
)

every_input = settings(max_examples=300, deadline=None)

days = st.dates(date(2022, 1, 1), date(2031, 12, 31))
state_buyers = st.sampled_from([Buyer.NON_EXEMPT, Buyer.EXEMPT, Buyer.UNDETERMINED])
atos = st.none() | st.builds(Ato, st.none() | days, st.booleans())


@st.composite
def exemptions(draw: st.DrawFn) -> Exemption:
    state = draw(st.sampled_from(ExemptionState))
    if state is ExemptionState.NONE:
        return NO_EXEMPTION
    starts_on = draw(days)
    until = starts_on + timedelta(days=draw(st.integers(1, 800)))
    return Exemption(state, starts_on, until, draw(st.text(max_size=12)))


def state_purchases(
    buyers: st.SearchStrategy[Buyer] = state_buyers,
) -> st.SearchStrategy[Purchase]:
    return st.builds(
        Purchase,
        on=days,
        buyer=buyers,
        source=st.sampled_from(Source),
        designation=st.sampled_from(Designation),
        ato=atos,
        exemption=exemptions(),
    )


@st.composite
def non_state_purchases(draw: st.DrawFn) -> Purchase:
    action = draw(st.sampled_from(Action))
    return Purchase(
        on=draw(days),
        buyer=Buyer.NON_STATE,
        source=Source.OTHER if action is Action.LEAVE else draw(st.sampled_from(Source)),
        designation=draw(st.sampled_from(Designation)),
        action=action,
        ato=draw(atos),
        exemption=draw(exemptions()),
    )


purchases = state_purchases() | non_state_purchases()
