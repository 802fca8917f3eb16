"""A question answered, kept with its hash, and certified once."""

import hashlib
import json
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.db import DatabaseError, transaction

from catalog.services.equivalents import mark_equivalent
from orders.documents.certificate import certificate_pdf, sheet_of
from orders.jobs import OVERDUE, certificates_left_behind, make_certificate
from orders.models import Certificate, ElsewhereDetermination, Plan
from orders.services.elsewhere.certifying import certify
from orders.services.elsewhere.determining import determine_elsewhere
from stmm.audit.models import Entry
from stmm.audit.services import verify
from stmm.documents.models import StoredDocument
from stmm.documents.services import content_of
from stmm.policy.citations import cite
from stmm.policy.facts import Exemption, ExemptionState
from stmm.refusals import Incomplete, NotAllowed
from tests.catalog.factories import make_contract, make_service
from tests.documents.printed import complaints, words
from tests.factories import AT
from tests.orders.elsewhere_exemptions import sought_in
from tests.orders.elsewhere_records import make_determination, make_question
from tests.orders.factories import KNOWN, World, access, make_ato

pytestmark = pytest.mark.django_db


def pdf_of(determination: ElsewhereDetermination) -> bytes:
    return certificate_pdf(sheet_of(determination))


def test_a_determination_keeps_who_asked_as_what_the_facts_and_the_edition(world: World) -> None:
    made = make_determination(world, world.mandatory, vendor="Sierra Telephone")

    assert (made.outcome, made.plan) == ("exemption_required", Plan.ELSEWHERE)
    assert (made.asked_by, made.asked_as, made.asked_at) == (world.atr, "ATR", AT)
    assert made.said["edition_key"] == "stmm-0400.1-2013"
    assert [cited["id"] for cited in made.said["citations"]] == ["PO-1", "RE-2", "PR-2"]
    assert made.said["purchase"]["buyer"] == "non_exempt"
    assert str(made) == made.number == f"DET-2026-{made.pk:06d}"
    assert made.sha256 == hashlib.sha256(made.content.encode()).hexdigest()
    entry = Entry.objects.about(made).get()
    assert (entry.action, entry.actor) == ("determine_elsewhere", world.atr)
    assert made.sha256 in entry.changes_json


def test_what_is_hashed_says_all_that_was_asked_answered_and_compared(world: World) -> None:
    other = make_service("Hosted VoIP", make_contract(contractor="Verizon"), recorded_at=KNOWN)
    mark_equivalent(service=world.mandatory, other=other, access=access(world.stnd), at=AT)
    content = json.loads(make_determination(world, world.mandatory, quantity=3).content)

    assert content["schema"] == "elsewhere-determination/2"
    assert content["agency"]["name"] == "Highway Patrol"
    assert content["asked"] == {
        "by": "Ana Reyes",
        "title": "Telecommunications Manager",
        "as": "ATR",
        "at": "2026-03-02T18:00:00+00:00",
    }
    assert content["service"]["product_id"] == world.mandatory.product_id
    assert content["decision"]["citations"][0]["quote"] == cite("PO-1").quote
    own, equivalent = content["compared"]
    assert own["name"] == equivalent["name"] == "Hosted VoIP"
    assert equivalent["is_kept"]
    # Three of them: 96.00 for 36 months, 45.00 once
    assert equivalent["costs"][-1] == {"months": 36, "total": "10503.0000"}


def test_the_exemption_that_is_relied_on_is_named_with_its_project(world: World) -> None:
    item = sought_in(world)
    made = make_determination(world, world.mandatory, relies_on=item)

    assert (made.relies_on, made.outcome) == (item, "allowed_under_exemption")
    assert made.purchase.exemption.reference == item.request.number
    assert json.loads(made.content)["relies_on"] == {
        "request": item.request.number,
        "project": "Radio site backhaul at Cold Springs",
        "item": "Hosted VoIP",
    }
    text = words(pdf_of(made))
    term = "March 2, 2026 to March 1, 2027"
    assert f"Exemption approved, {term}, {item.request.number} (on record)" in text
    assert "Project of the exemption Radio site backhaul at Cold Springs: Hosted VoIP" in text
    assert "Last day of the exemption March 1, 2027" in text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("in_review", "asked for, not decided yet"),
        ("denied", "denied"),
        ("revoked", "revoked"),
    ],
)
def test_an_exemption_that_is_not_approved_is_named_and_changes_nothing(
    world: World, state: str, said: str
) -> None:
    item = sought_in(world, state=state)
    made = make_determination(world, world.mandatory, relies_on=item, at=AT + timedelta(days=60))

    assert made.outcome == "exemption_required"
    assert f"Exemption {said}, {item.request.number} (on record)" in words(pdf_of(made))


def test_an_exemption_counts_for_its_agency_and_its_service_alone(world: World) -> None:
    item = sought_in(world)
    for service in (world.undesignated, None):
        with pytest.raises(Incomplete, match="is not an exemption request of Highway Patrol"):
            make_determination(world, service, relies_on=item)
    with pytest.raises(Incomplete, match="is not an exemption request of City of Lodi"):
        make_determination(world, world.mandatory, by=world.purchaser, relies_on=item)

    assert not ElsewhereDetermination.objects.exists()


def test_what_is_described_is_undetermined(world: World) -> None:
    made = make_determination(world, described="Hilltop radio")

    assert (made.subject, made.outcome) == ("Hilltop radio", "ruling_needed")
    assert "not found there; described in the buyer’s words" in words(pdf_of(made))


def test_a_certificate_of_before_says_that_its_exemption_was_stated(world: World) -> None:
    """What was determined before requests were kept here names no request."""
    exemption = Exemption(ExemptionState.APPROVED, date(2026, 1, 1), date(2027, 1, 1), "EX-7")
    made = make_determination(world, world.mandatory)
    content = json.loads(made.content)
    del content["relies_on"]
    content["decision"]["purchase"]["exemption"] = exemption.as_json()
    made.content = json.dumps(content)

    text = words(pdf_of(made))
    assert "approved, January 1, 2026 to December 31, 2026, EX-7 (stated, not checked)" in text


def test_a_second_click_determines_nothing_twice(world: World) -> None:
    key = uuid4()
    made = [
        determine_elsewhere(
            agency=world.agency,
            question=make_question(world.mandatory),
            key=key,
            access=access(world.atr),
            at=AT,
        )
        for _ in range(2)
    ]

    assert made[0] == made[1]
    assert ElsewhereDetermination.objects.count() == 1
    assert Entry.objects.filter(action="determine_elsewhere").count() == 1


@pytest.mark.parametrize("who", ["stranger", "purchaser", "stnd", "auditor", "desk"])
def test_only_who_orders_for_the_agency_has_an_answer_kept(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only a CATR or ATR of Highway Patrol"):
        determine_elsewhere(
            agency=world.agency,
            question=make_question(world.mandatory),
            key=uuid4(),
            access=access(getattr(world, who)),
            at=AT,
        )

    assert not ElsewhereDetermination.objects.exists()


def test_a_state_entity_does_not_leave(world: World) -> None:
    with pytest.raises(ValueError, match="non-state"):
        make_determination(world, world.mandatory, plan=Plan.LEAVE)


def test_what_no_font_can_print_is_refused_before_anything_is_kept(world: World) -> None:
    with pytest.raises(Incomplete, match="can’t be printed on the certificate"):
        make_determination(world, described="漢字 radio")

    assert not ElsewhereDetermination.objects.exists()


def test_a_determination_is_never_changed(world: World) -> None:
    made = make_determination(world, world.mandatory)
    for change in (
        lambda: ElsewhereDetermination.objects.update(outcome="allowed"),
        made.delete,
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


VARIANTS: dict[str, dict[str, Any]] = {
    "mandatory": {"service": "mandatory"},
    "described": {"described": "Hilltop radio – čeština, Ελλάδα"},
    "from CALNET": {"service": "optional", "plan": Plan.CALNET, "vendor": "AT&T"},
    "local, inside the two years": {"service": "mandatory", "by": "purchaser"},
    "leaving": {
        "service": "optional",
        "by": "purchaser",
        "plan": Plan.LEAVE,
        "on": date(2028, 1, 15),
    },
    "long words": {"described": "W" * 480},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_certificate_is_archival_and_accessible(
    world: World, tmp_path: Path, name: str
) -> None:
    said = dict(VARIANTS[name])
    service = getattr(world, said.pop("service")) if "service" in said else None
    by = getattr(world, said.pop("by", "atr"))

    assert complaints(pdf_of(make_determination(world, service, by=by, **said)), tmp_path) == []


def test_the_certificate_carries_the_evidence_of_a_std_20(world: World) -> None:
    make_determination(world)
    made = make_determination(world, world.mandatory, vendor="Sierra Telephone")
    pdf = pdf_of(made)
    text = words(pdf)

    for cited in ("PO-1", "RE-2", "PR-2"):
        assert f"{cited}: {cite(cited).label}" in text
        assert cite(cited).quote in text
    entry = Entry.objects.about(made).get()
    for expected in (
        f"Certificate {made.number}",
        "Mandatory from CALNET",
        "Buyer non-exempt State agency (on record)",
        "Service mandatory (Required) (on record)",
        "Exemption none relied on",
        "Other source Sierra Telephone",
        "Rules applied STMM 0400.1, rev. 2013-07-01, version 1",
        "Asked by Ana Reyes, Telecommunications Manager",
        "Asked as ATR, Highway Patrol",
        "Asked at March 2, 2026, 10:00 AM Pacific time",
        f"Content, SHA-256 {made.sha256}",
        f"Audit entry, SHA-256 {entry.hash}",
        "are samples, not the State’s",
    ):
        assert expected in text, expected
    with pikepdf.open(BytesIO(pdf)) as opened:
        inside = opened.attachments["determination.json"].get_file().read_bytes()
        described = [
            str(each.Alt)
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == pikepdf.Name.Figure
        ]
    assert hashlib.sha256(inside).hexdigest() == made.sha256
    assert described == [f"QR code: certificate {made.number} and the hash of its content"]


def test_the_certificate_is_made_once_by_a_job_and_kept(world: World) -> None:
    made = make_determination(world, world.mandatory)
    assert not Certificate.objects.exists()

    make_certificate.call(made.pk)
    make_certificate.call(made.pk)

    kept = Certificate.objects.get(determination=made)
    document = kept.document
    assert str(kept) == f"Certificate of {made.number}"
    assert content_of(document) == pdf_of(made)
    assert document.file_name == f"{made.number}.pdf"
    assert StoredDocument.objects.filter(kind="determination_certificate").count() == 1
    assert [entry.action for entry in Entry.objects.about(made)] == [
        "certify",
        "determine_elsewhere",
    ]
    assert not verify().faults


def test_who_finds_the_certificate_made_meanwhile_makes_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_determination(world, world.mandatory)
    real = certificate_pdf

    def slow(sheet: object) -> bytes:
        monkeypatch.setattr("orders.services.elsewhere.certifying.certificate_pdf", real)
        certify(determination=made, at=AT)
        return real(sheet)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr("orders.services.elsewhere.certifying.certificate_pdf", slow)
    certify(determination=made, at=AT)

    assert Certificate.objects.count() == 1


def test_the_sweep_finds_what_a_dead_job_left(world: World) -> None:
    made = make_determination(world, world.mandatory)

    assert certificates_left_behind(AT + OVERDUE - timedelta(seconds=1)) == []
    assert certificates_left_behind(AT + OVERDUE) == [made.pk]
    certify(determination=made, at=AT)
    assert certificates_left_behind(AT + OVERDUE) == []


def test_a_local_agency_is_told_the_first_free_day(world: World) -> None:
    contract = make_contract("C9")
    service = make_service("Centrex line", contract, recorded_at=KNOWN)
    make_ato(world.city, contract)
    made = make_determination(world, service, by=world.purchaser)

    assert made.outcome == "exclusive_to_calnet"
    assert "First free day July 1, 2027" in words(pdf_of(made))
