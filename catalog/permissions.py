"""Who may change what the catalogue says, and who may ask for a ruling."""

from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.refusals import NotAllowed


def reason_against_keeping(access: Access) -> str:
    """Why this person doesn't keep the catalogue; empty if they do (PO-3)."""
    if access.is_stnd:
        return ""
    return (
        "Contracts and designations are kept by the STND analysts of the Department of Technology."
    )


def keeper(access: Access) -> User:
    """The STND analyst who acts. Raises NotAllowed for everyone else."""
    if reason := reason_against_keeping(access):
        raise NotAllowed(reason)
    return _person(access)


def asker(access: Access, agency: Agency) -> User:
    """Who orders for `agency`, and so may ask for it. Raises NotAllowed for everyone else."""
    if agency not in access.ordering_agencies:
        raise NotAllowed(f"Only those who order for {agency.name} ask for a ruling for it.")
    return _person(access)


def _person(access: Access) -> User:
    # Somebody with an appointment has signed in
    return access.appointments[0].user
