"""Who may change what is recorded of agencies."""

from stmm.agencies.access import Access


def reason_against_changes(access: Access) -> str:
    """Why this person records no agency, standing or appointment; empty if they do."""
    if access.is_stnd:
        return ""
    return (
        "Agencies, their standing and appointments are recorded by the STND analysts of the "
        "Department of Technology."
    )
