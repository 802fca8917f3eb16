"""Who may do what with an ATO. One reason serves the refusal and the disabled button."""

from typing import cast

from catalog.access import desks_of
from orders.models import AtoPaper, PaperState
from orders.permissions.order import OTHER_SIGNERS
from orders.workflow.ato import ATO_STEPS, AtoAction, AtoParty
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.refusals import NotAllowed, WrongState


def speaks_for(access: Access, agency: Agency) -> User:
    """The authorized purchaser who acts for a body outside State government. Raises NotAllowed."""
    if agency.is_state:
        raise NotAllowed(f"{agency.name} is a State entity: it needs no ATO to order from CALNET.")
    appointment = access.appointment_at(agency, OTHER_SIGNERS)
    if appointment is None:
        raise NotAllowed(f"Only an authorized purchaser of {agency.name} may do this.")
    return appointment.user


def speaks_for_state(access: Access) -> User:
    """The STND analyst who approves for the State, or returns. Raises NotAllowed."""
    if not access.is_stnd:
        raise NotAllowed("Only an STND analyst of the Department of Technology may do this.")
    return cast(User, access.user)


def parties_of(access: Access, paper: AtoPaper) -> frozenset[AtoParty]:
    """As whom this person acts on the paper, on the day of `access`."""
    agency, contractor = paper.ato.agency, paper.ato.contract.contractor
    held = {
        AtoParty.AGENCY: access.appointment_at(agency, OTHER_SIGNERS) is not None,
        AtoParty.CONTRACTOR: contractor in desks_of(access.user, on=access.on),
        AtoParty.STATE: access.is_stnd,
    }
    return frozenset(party for party, holds in held.items() if holds)


def may_with_paper(access: Access, action: AtoAction, paper: AtoPaper) -> User:
    """The person who may take `action`. Raises NotAllowed, WrongState."""
    if refusal := _refusal(action, paper, parties_of(access, paper)):
        raise refusal
    # Somebody who acts for a party has signed in
    return cast(User, access.user)


def _refusal(
    action: AtoAction, paper: AtoPaper, parties: frozenset[AtoParty]
) -> NotAllowed | WrongState | None:
    step = ATO_STEPS[action]
    if not step.parties & parties:
        return NotAllowed(_who_may(paper, step.parties))
    if paper.state not in step.before:
        now = PaperState(paper.state).label.lower()
        return WrongState(f"{paper} can’t be {step.done}: it is “{now}” now.")
    return None


def _who_may(paper: AtoPaper, parties: frozenset[AtoParty]) -> str:
    people = {
        AtoParty.AGENCY: f"an authorized purchaser of {paper.ato.agency.name}",
        AtoParty.CONTRACTOR: f"the order desk of {paper.ato.contract.contractor.name}",
        AtoParty.STATE: "an STND analyst of the Department of Technology",
    }
    who = " or ".join(words for party, words in people.items() if party in parties)
    return f"Only {who} may do this."


def reasons_against_paper(access: Access, paper: AtoPaper) -> dict[str, str]:
    """Of every action: why its button is disabled, "" if it isn't. One query."""
    parties = parties_of(access, paper)
    return {
        action.name.lower(): str(_refusal(action, paper, parties) or "") for action in AtoAction
    }
