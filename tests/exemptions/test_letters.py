"""The letter of a decision or a revocation: what it says, made once, mailed, fit for every ear."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pikepdf
import pytest
from pytest_django.fixtures import Settings

from exemptions.documents.letter import (
    Sheet,
    letter_of_decision,
    letter_of_revocation,
    letter_pdf,
)
from exemptions.jobs import (
    OVERDUE,
    decisions_left_behind,
    revocations_left_behind,
    write_decision_letter,
    write_revocation_letter,
)
from exemptions.models import Decision, Letter, Revocation
from exemptions.services import letters
from exemptions.services.deciding import decide
from exemptions.services.letters import receivers, write_letter
from exemptions.services.revoking import revoke
from exemptions.verdict import Portion, Wanted
from stmm.agencies.models import Appointment
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.documents.services import content_of
from stmm.outbox.models import OutgoingMail
from tests.documents.printed import complaints, words
from tests.exemptions.factories import Case, as_of
from tests.exemptions.living import buy, first_item, make_delegation
from tests.exemptions.verdicts import approval, decided, denial, in_part, recommended, return_
from tests.factories import AT

CONDITIONS = (Wanted("Send STND the list of sites."), Wanted("Report.", date(2026, 6, 30)))


def approved(case: Case) -> Decision:
    return decided(case, approval(conditions=CONDITIONS))[1]


def partly(case: Case) -> Decision:
    request, recommendation = recommended(case)
    portions = {first_item(request).pk: Portion(4, Decimal("4800.00"))}
    return decide(
        request=request,
        recommendation=recommendation,
        verdict=in_part(request, portions=portions),
        key=uuid4(),
        access=as_of(case.deputy_director),
        at=AT,
    )


def revoked(case: Case) -> Revocation:
    request, _ = decided(case, approval())
    buy(case, first_item(request), quantity=2)
    return revoke(
        request=request,
        reason="CALNET serves the summit now.",
        access=as_of(case.delegate),
        at=AT + timedelta(days=1),
    )


def shown(sheet: Sheet) -> str:
    return words(letter_pdf(sheet))


def test_an_approval_says_what_is_granted_until_when_under_which_conditions(case: Case) -> None:
    decision = approved(case)
    said = shown(letter_of_decision(decision))

    for words_of_it in (
        "Your exemption request is approved",
        f"{case.officer.name} Agency Information Officer Highway Patrol",
        "Re: Radio site backhaul at Cold Springs",
        f"Exemption request {decision.request}, signed and sent on March 2, 2026",
        "from March 2, 2026 through March 1, 2027",
        "Last day covered March 1, 2027",
        "Converged VoIP 10 10 No limit set",
        "No CALNET contractor offers the services at the sites of this project.",
        "Each contractor was asked.",
        "Send STND the list of sites. before the first purchase",
        "Report. by June 30, 2026",
        "A delegation may be required even if an exemption is granted. None is recorded for it.",
        "An exemption is never lengthened.",
        f"{case.deputy_director.name} Deputy Director, STND",
        "PR-2: PROCEDURES, paragraph 2",
        "must submit a written exemption request (See STMM Chapter 501.0)",
    ):
        assert words_of_it in said, words_of_it
    entry = Entry.objects.about(decision.request).get(action="decide_exemption_request")
    together = "".join(said.split())
    assert entry.hash in together
    assert decision.request.sent.get().sha256 in together


def test_an_approval_in_part_says_what_stays_with_calnet(case: Case) -> None:
    said = shown(letter_of_decision(partly(case)))

    assert "Your exemption request is approved in part" in said
    assert "Converged VoIP 10 4 $4,800.00" in said
    assert "Not granted Dark fibre, 10 asked for: remains mandatory from CALNET." in said


def test_a_denial_says_that_it_is_not_reopened(case: Case) -> None:
    said = shown(letter_of_decision(decided(case, denial())[1]))

    assert "Your exemption request is denied" in said
    assert "AT&T serves the summit since May." in said
    assert "This decision is not reopened. If the project or the facts change" in said
    assert "Last day covered" not in said
    assert "Delegation" not in said


def test_a_return_asks_for_the_answer(case: Case) -> None:
    said = shown(letter_of_decision(decided(case, return_())[1]))

    assert "Your exemption request is returned with a question" in said
    assert "Which sites are meant?" in said
    assert "Nothing may be bought elsewhere until the request is approved." in said


def test_a_revocation_names_what_relied_on_it(case: Case) -> None:
    revocation = revoked(case)
    said = shown(letter_of_revocation(revocation))

    assert "Your exemption is revoked" in said
    assert "March 3, 2026" in said
    assert "Microwave links from Sierra Microwave Converged VoIP 2 March 2, 2026" in said
    assert f"{case.delegate.name} Delegate of the Deputy Director, STND" in said
    assert "Purchases made before it, listed above, stand" in said


def test_a_revocation_of_what_nobody_used_says_so(case: Case) -> None:
    request, _ = decided(case, approval())
    revocation = revoke(request=request, reason="Over", access=as_of(case.deputy_director), at=AT)

    assert "No recorded purchase relied on it." in shown(letter_of_revocation(revocation))


def test_a_recorded_delegation_is_named(case: Case) -> None:
    sheet = letter_of_decision(decided(case, approval(), delegation=make_delegation(case))[1])

    assert "GTD-2026-014 is recorded for it." in sheet.delegation


def test_a_delegation_that_was_asked_for_is_given_separately(case: Case) -> None:
    sheet = letter_of_decision(decided(case, approval(), asks_for_delegation=True)[1])

    assert "is given separately" in sheet.delegation


def test_the_data_inside_say_the_same(case: Case) -> None:
    sheet = letter_of_decision(partly(case))
    made = letter_pdf(sheet)

    with pikepdf.open(BytesIO(made)) as pdf:
        inside = json.loads(pdf.attachments["exemption.json"].get_file().read_bytes())
    assert inside["schema"] == "exemption-letter/1"
    assert inside["items"][0] == {
        "service": "Converged VoIP",
        "asked": 10,
        "granted": 4,
        "limit": "4800.00",
    }
    assert inside["last_day"] == "2027-03-01"
    assert [cited["id"] for cited in inside["cites"]] == ["PO-1", "RE-2", "PR-2"]
    assert letter_pdf(sheet) == made


def test_every_letter_is_pdf_a_and_pdf_ua_and_reads_well_aloud(case: Case, tmp_path: Path) -> None:
    sheets = [
        letter_of_decision(approved(case)),
        letter_of_decision(partly(case)),
        letter_of_decision(decided(case, denial())[1]),
        letter_of_decision(decided(case, return_())[1]),
        letter_of_revocation(revoked(case)),
    ]
    long = replace(sheets[0], reasoning="\n\n".join(["Each contractor was asked." * 20] * 12))

    assert [complaints(letter_pdf(sheet), tmp_path) for sheet in (*sheets, long)] == [[]] * 6


def test_a_letter_is_made_once_kept_and_mailed(case: Case) -> None:
    decision = approved(case)
    for _ in range(2):
        write_decision_letter.call(decision.pk)

    letter = Letter.objects.get(decision=decision)
    assert str(letter) == f"Letter: {decision}"
    assert content_of(letter.document) == letter_pdf(letter_of_decision(decision))
    mail = OutgoingMail.objects.get(purpose="exemption_letter")
    assert set(mail.recipients) == {case.officer.email, case.atr.email}
    assert list(mail.documents.all()) == [letter.document]
    assert mail.subject == f"{decision.request}: Your exemption request is approved"
    written = Entry.objects.about(decision.request).filter(action="write_letter")
    assert [entry.changes[0].after for entry in written] == [letter.document.sha256]
    assert not verify().faults


def test_the_letter_of_a_revocation_is_made_the_same_way(case: Case) -> None:
    revocation = revoked(case)
    write_revocation_letter.call(revocation.pk)

    letter = Letter.objects.get(revocation=revocation)
    assert letter.signed == revocation
    assert letter.document.file_name == f"{revocation.request}-revoked-2026-03-03.pdf"


def test_who_finds_the_letter_made_meanwhile_makes_none(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = approved(case)

    def slow(sheet: Sheet) -> bytes:
        monkeypatch.setattr(letters, "letter_pdf", letter_pdf)
        write_letter(signed=decision, at=AT)
        return letter_pdf(sheet)

    monkeypatch.setattr(letters, "letter_pdf", slow)
    write_letter(signed=decision, at=AT)

    assert Letter.objects.count() == 1


def test_the_sweep_finds_what_a_dead_job_left(case: Case) -> None:
    decision, revocation = approved(case), revoked(case)
    later = revocation.at + OVERDUE

    assert decisions_left_behind(AT + OVERDUE - timedelta(seconds=1)) == []
    assert decision.pk in decisions_left_behind(later)
    assert revocations_left_behind(later) == [revocation.pk]
    write_letter(signed=decision, at=AT)
    write_letter(signed=revocation, at=AT)
    assert decision.pk not in decisions_left_behind(later)
    assert revocations_left_behind(later) == []


def test_who_left_the_agency_gets_no_letter_and_the_new_officer_does(case: Case) -> None:
    decision = approved(case)
    Appointment.objects.filter(user=case.officer).update(user=case.catr)

    assert receivers(decision.request, AT) == [case.catr, case.atr]


def test_a_sample_installation_says_so_in_letter_and_mail(case: Case, settings: Settings) -> None:
    settings.STMM_SAMPLE_NOTICE = "Prices are samples."
    decision = approved(case)
    write_letter(signed=decision, at=AT)

    assert "Prices are samples." in shown(letter_of_decision(decision))
    assert "Prices are samples." in OutgoingMail.objects.get(purpose="exemption_letter").text
