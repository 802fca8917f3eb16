"""Who may do what with an exemption request. One reason serves the refusal and the button."""

from datetime import date
from typing import cast

from exemptions.models import Contributor, ExemptionRequest, RequestState
from exemptions.workflow import STEPS, Action, Party
from stmm.accounts.models import User
from stmm.agencies.access import Access
from stmm.agencies.models import Agency, Appointment, Standing
from stmm.refusals import NotAllowed, WrongState

Role = Appointment.Role

# Who writes a request for a State entity
WRITERS = frozenset({Role.CATR, Role.ATR, Role.AIO})
OFFICERS = frozenset({Role.AIO})
# Who decides: the Deputy Director, or a delegate while the delegation lasts
DECIDERS = frozenset({Role.DEPUTY_DIRECTOR, Role.DEPUTY_DELEGATE})

WHO = {
    Party.AGENCY: "a CATR, ATR or Agency Information Officer of {agency}",
    Party.OFFICER: "the Agency Information Officer of {agency}, or an equivalent",
    Party.STND: "an STND analyst of the Department of Technology",
    Party.DEPUTY_DIRECTOR: "the Deputy Director of STND, or a delegate,",
}

WHAT_THEY_DID = {
    Contributor.Part.WROTE: "wrote",
    Contributor.Part.SIGNED: "signed",
    Contributor.Part.RECOMMENDED: "recommended on",
}


def why_none_is_needed(agency: Agency, *, on: date) -> str:
    """Why an agency can't ask for an exemption on a Pacific day; empty where it can.

    Only a non-exempt State entity may, for nobody else needs one (PR-2; PO-2; PO-4.1;
    domain.md, rule 18).
    """
    if not agency.is_state:
        return (
            f"{agency.name} is not a State entity: the exemption of Procedures, paragraph 2 is "
            "for non-exempt State agencies. What an ATO binds to CALNET, Policy, paragraph 4 says."
        )
    standing = Standing.objects.filter(agency=agency).in_effect(on).first()
    value = standing.value if standing else Standing.Value.UNDETERMINED
    if value == Standing.Value.NON_EXEMPT:
        return ""
    if value == Standing.Value.EXEMPT:
        return (
            f"{agency.name} is an exempt agency: it is encouraged, not required, to buy "
            "from CALNET (Policy, paragraph 2), and needs no exemption."
        )
    return (
        f"The Department has not said whether {agency.name} is exempt. Ask STND for its standing "
        "first: only a non-exempt agency needs an exemption."
    )


def is_member(access: Access, request: ExemptionRequest) -> bool:
    """One of the agency's own people: theirs is the draft, also one that was sent before."""
    return request.agency_id in access.member_agency_ids


def agencies_to_ask_for(access: Access) -> tuple[Agency, ...]:
    """The State agencies this person may write for, each once, whatever their standing."""
    return tuple(
        {
            a.agency_id: a.agency
            for a in access.appointments
            if a.role in WRITERS and a.agency.is_state
        }.values()
    )


def may_ask_for(access: Access, agency: Agency) -> User:
    """The person who may write a request for `agency` on the day of `access`.

    Raises NotAllowed, also for an agency that needs no exemption.
    """
    if access.appointment_at(agency, WRITERS) is None:
        raise NotAllowed(f"Only {WHO[Party.AGENCY].format(agency=agency.name)} may do this.")
    if reason := why_none_is_needed(agency, on=access.on):
        raise NotAllowed(reason)
    # Somebody with an appointment has signed in
    return cast(User, access.user)


def parties_of(access: Access, request: ExemptionRequest) -> frozenset[Party]:
    """As what this person acts on the request, on the day of `access`."""
    held = {
        Party.AGENCY: access.appointment_at(request.agency, WRITERS) is not None,
        Party.OFFICER: access.appointment_at(request.agency, OFFICERS) is not None,
        Party.STND: access.is_stnd,
        Party.DEPUTY_DIRECTOR: decider(access) is not None,
    }
    return frozenset(party for party, holds in held.items() if holds)


def decider(access: Access) -> Appointment | None:
    """The appointment by which this person decides exemption requests."""
    return next((a for a in access.appointments if a.role in DECIDERS), None)


def refusal(
    access: Access, action: Action, request: ExemptionRequest
) -> NotAllowed | WrongState | None:
    """Why this person may not take `action`, by the table of steps."""
    step = STEPS[action]
    if not step.parties & parties_of(access, request):
        who = " or ".join(
            words.format(agency=request.agency.name)
            for party, words in WHO.items()
            if party in step.parties
        )
        return NotAllowed(f"Only {who} may do this.")
    if request.state not in step.before:
        now = RequestState(request.state).label.lower()
        return WrongState(f"{request} can’t be {step.done}: it is “{now}” now.")
    return None


def may(access: Access, action: Action, request: ExemptionRequest) -> User:
    """The person who may take `action`. Raises NotAllowed, WrongState."""
    if found := refusal(access, action, request):
        raise found
    # Somebody who acts for a party has signed in
    return cast(User, access.user)


def is_written_by(request: ExemptionRequest, access: Access) -> bool:
    """Whether this person had a hand in writing the request. One query."""
    wrote = Contributor.objects.filter(request=request, part=Contributor.Part.WROTE)
    return wrote.filter(user=cast(User, access.user)).exists()


def is_alone(agency: Agency, *, on: date) -> bool:
    """Whether one person alone could write or sign for the agency on a Pacific day. One query."""
    held = Appointment.objects.in_effect(on).filter(agency=agency, role__in=WRITERS)
    return held.values("user").distinct().count() < 2


def officers_of(agency: Agency, *, on: date, but: User) -> list[User]:
    """The Agency Information Officers on a Pacific day, without one person. One query."""
    held = Appointment.objects.in_effect(on).filter(agency=agency, role__in=OFFICERS)
    return [each.user for each in held.exclude(user=but).select_related("user")]


def no_officer(agency: Agency) -> str:
    """What to do where nobody else can sign."""
    return (
        f"Nobody else is appointed Agency Information Officer of {agency.name} today. STND "
        "records such an appointment: ask it."
    )


def reason_against_signing(access: Access, request: ExemptionRequest) -> str:
    """Why this person can't sign and send the request; empty if they can. Two queries at most.

    The officer signs what somebody else wrote, unless there is nobody else in the agency
    (domain.md, rule 19).
    """
    if found := refusal(access, Action.SEND, request):
        return str(found)
    if is_written_by(request, access) and not is_alone(request.agency, on=access.on):
        return (
            f"You had a hand in writing {request}: another Agency Information Officer of "
            f"{request.agency.name} signs it."
        )
    return ""


def warning_to_officer(access: Access, request: ExemptionRequest) -> str:
    """What an officer who could still sign loses by changing the draft; "" for all others."""
    if reason_against_signing(access, request) or is_alone(request.agency, on=access.on):
        return ""
    return (
        "If you change this request you have a hand in writing it, and can’t sign it then: "
        f"another Agency Information Officer of {request.agency.name} must."
    )


def reason_against_deciding(access: Access, request: ExemptionRequest) -> str:
    """Why this person can't decide the request; empty if they can. One query at most.

    Nobody decides what they wrote, signed or recommended, or what their own agency asks for
    (domain.md, rule 20).
    """
    if found := refusal(access, Action.DECIDE, request):
        return str(found)
    if Party.AGENCY in parties_of(access, request):
        return (
            f"You can’t decide {request}: you act for {request.agency.name} too. "
            "Nobody decides a request of their own agency."
        )
    parts = Contributor.objects.filter(request=request, user=cast(User, access.user))
    if part := parts.first():
        return (
            f"You can’t decide {request}: you {WHAT_THEY_DID[Contributor.Part(part.part)]} it. "
            "Nobody decides a request that they had a hand in."
        )
    return ""


def reason_against_reviewing(person: Access, request: ExemptionRequest) -> str:
    """Why an analyst can't review the request and recommend on it; empty if they can.

    What somebody wrote or signed, or what their own agency asks for, another analyst reviews.
    One query at most.
    """
    if Party.AGENCY in parties_of(person, request):
        return f"{person.user} acts for {request.agency.name} too: another analyst reviews it."
    parts = Contributor.objects.filter(
        request=request,
        user=cast(User, person.user),
        part__in=[Contributor.Part.WROTE, Contributor.Part.SIGNED],
    )
    if part := parts.first():
        did = WHAT_THEY_DID[Contributor.Part(part.part)]
        return f"{person.user} {did} {request}: another analyst reviews it."
    return ""


def reasons_against(access: Access, request: ExemptionRequest) -> dict[str, str]:
    """Of every action: why its button is disabled, "" if it isn't."""
    reasons = {
        action.name.lower(): str(refusal(access, action, request) or "") for action in Action
    }
    if not reasons["send"]:
        reasons["send"] = reason_against_signing(access, request)
    if not reasons["decide"]:
        reasons["decide"] = reason_against_deciding(access, request)
    if not reasons["recommend"]:
        reasons["recommend"] = reason_against_reviewing(access, request)
    return reasons
