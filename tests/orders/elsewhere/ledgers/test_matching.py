"""What is proposed for a line of a ledger; how often that is right, on a labelled sample."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.demonstration import load_contracts, load_matrices
from catalog.models import Service
from orders.files.ledger_matching import By, Matcher
from tests.catalog.factories import make_contract, make_service
from tests.factories import AT, TODAY

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).with_name("ledger_sample.csv")


@dataclass(frozen=True, slots=True)
class Measured:
    """Of the lines of a sample: how many have a service, a proposal, and the right one."""

    lines: int
    labelled: int
    proposed: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.proposed

    @property
    def recall(self) -> float:
        return self.right / self.labelled


def measure() -> Measured:
    """Against the demonstration's catalogue: real names, labelled by hand before any matching."""
    load_contracts(at=AT)
    load_matrices(at=AT)
    names = dict(Service.objects.values_list("pk", "name"))
    matcher = Matcher()
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [
        matcher.propose(identifier=row["identifier"], description=row["description"], on=TODAY)
        for row in rows
    ]
    return Measured(
        lines=len(rows),
        labelled=sum(bool(row["is"]) for row in rows),
        proposed=sum(proposal is not None for proposal in found),
        right=sum(
            proposal is not None and names[proposal.service] == row["is"]
            for row, proposal in zip(rows, found, strict=True)
        ),
    )


def test_of_the_labelled_sample_every_proposal_is_right_and_four_of_five_services_are_found() -> (
    None
):
    measured = measure()

    assert measured == Measured(lines=88, labelled=50, proposed=41, right=41)
    assert measured.precision == 1.0
    assert measured.recall >= 0.8


def propose(description: str, identifier: str = "", *, on: date = TODAY) -> tuple[int, By] | None:
    found = Matcher().propose(identifier=identifier, description=description, on=on)
    return found and (found.service, found.by)


def test_an_identifier_comes_before_words_and_is_found_inside_a_text_too() -> None:
    named = make_service("Hosted VoIP seat", product_id="VOIP-0042")
    other = make_service("Audio bridge")

    assert propose("Audio bridge", "voip-0042") == (named.pk, By.IDENTIFIER)
    assert propose("see quote, item VOIP-0042.") is None
    assert propose("item VOIP-0042 as quoted") == (named.pk, By.IDENTIFIER)
    assert propose("Audio bridge", "UNKNOWN-1") == (other.pk, By.WORDS)


def test_a_number_or_a_word_alone_is_no_identifier_in_a_text() -> None:
    make_service("Hosted VoIP seat", product_id="555123")
    make_service("Audio bridge", product_id="BRIDGE")

    assert propose("PO 555123 of the bridge inspection, and BRIDGE paint") is None


def test_of_one_name_under_several_contracts_the_one_in_term_on_the_day_is_proposed() -> None:
    ended = make_contract(until=date(2024, 1, 1))
    first = make_service("Hosted VoIP seat", ended)
    second = make_service("Hosted VoIP seat", make_contract())

    assert propose("hosted voip seats", on=date(2023, 5, 1)) == (first.pk, By.WORDS)
    assert propose("hosted voip seats", on=date(2026, 5, 1)) == (second.pk, By.WORDS)


def test_two_names_that_agree_alike_are_not_chosen_between() -> None:
    make_service("Hosted VoIP silver")
    make_service("Hosted VoIP golden")
    make_service("Leased line")

    assert propose("hosted voip silver golden") is None


def test_one_word_of_several_is_not_enough_and_noise_is_no_word() -> None:
    make_service("Conference bridge")
    make_service("Monthly service charges")

    assert propose("conference") is None
    assert propose("monthly service charge") is None
    assert propose("") is None


def test_an_empty_catalogue_proposes_nothing() -> None:
    assert propose("Hosted VoIP seat", "X-1") is None


def test_common_words_end_the_search_for_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.files.ledger_matching.MOST_CANDIDATES", 1)
    make_service("Hosted VoIP seat")
    make_service("Hosted fax")

    assert propose("hosted voip seat") is not None


def test_the_catalogue_is_read_in_two_queries_whatever_its_size() -> None:
    for number in range(5):
        make_service(f"Service number {number}")
    with CaptureQueriesContext(connection) as queries:
        matcher = Matcher()
        for number in range(50):
            matcher.propose(identifier="", description=f"number {number}", on=TODAY)

    assert len(queries) == 2
