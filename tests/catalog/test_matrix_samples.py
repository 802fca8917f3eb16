"""The sample catalogues, as .csv and as .xlsx."""

import csv
import io
from pathlib import Path

import pytest

from catalog.matrix.rows import Matrix, category_code, read_matrix
from tests.catalog.matrix_files import xlsx_file

SAMPLE_DATA = Path(__file__).parents[2] / "catalog" / "sample_data"
SAMPLES = sorted((SAMPLE_DATA / "catalogs").glob("*.csv"))
CHARGES = ("Non-Recurring Charge", "Monthly Recurring Charge", "Line Item Number")


def sample(part_of_name: str) -> Matrix:
    path = next(path for path in SAMPLES if part_of_name in path.name)
    return read_matrix(name=path.name, content=path.read_bytes())


def as_workbook(content: bytes) -> bytes:
    """The same sheet with charges and line numbers as numbers, the rest as text."""
    headings, *lines = csv.reader(io.StringIO(content.decode()))
    numeric = [headings.index(name) for name in CHARGES]
    typed = [
        [float(cell) if at in numeric else cell for at, cell in enumerate(line)] for line in lines
    ]
    return xlsx_file([headings, *typed])


def test_there_are_eleven_samples() -> None:
    assert len(SAMPLES) == 11


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_line_of_a_sample_is_read(path: Path) -> None:
    content = path.read_bytes()
    matrix = read_matrix(name=path.name, content=content)
    lines = list(csv.DictReader(io.StringIO(content.decode())))
    assert matrix.problems == ()
    assert matrix.ignored_columns == ()
    assert len(matrix.rows) + len(matrix.repeats) == len(lines)
    first = matrix.rows[0]
    assert first.row == 2
    assert first.section == lines[0]["Section Number"]
    assert first.name == lines[0]["Feature Name"]
    assert first.product_id == lines[0]["Contractor's Product Identifier"]
    assert f"{first.mrc:.2f}" == lines[0]["Monthly Recurring Charge"]
    assert first.price_basis == "sample"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_workbook_and_its_csv_give_the_same_lines(path: Path) -> None:
    content = path.read_bytes()
    from_csv = read_matrix(name=path.name, content=content)
    from_xlsx = read_matrix(name="sample.xlsx", content=as_workbook(content))
    assert from_xlsx == from_csv


def test_the_2019_edition_repeats_six_lines_of_its_own() -> None:
    matrix = sample("2019-02-28")
    assert len(matrix.rows) == 40
    assert [(repeat.row, repeat.first_row) for repeat in matrix.repeats] == [
        (42, 2),
        (43, 3),
        (44, 4),
        (45, 5),
        (46, 6),
        (47, 7),
    ]


def test_names_over_120_characters_are_kept_whole() -> None:
    assert max(len(row.name) for row in sample("2014-08-06").rows) > 120


def test_a_zero_charge_with_a_usage_rate_is_kept() -> None:
    row = next(row for row in sample("2019-02-28").rows if row.product_id == "SDF2A23C")
    assert row.mrc == 0
    assert row.usage_rate == "0.0320 per minute"


def test_every_sample_line_is_in_a_known_category() -> None:
    with (SAMPLE_DATA / "categories.csv").open(newline="") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    for path in SAMPLES:
        matrix = read_matrix(name=path.name, content=path.read_bytes())
        assert all(category_code(row.section, known) for row in matrix.rows), path.name


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ("1.2 MPLS, VPN and Converged VoIP", "1.2"),
        ("6.1.2.3.7.1", "6.1"),
        ("6.1.2.2 (additional)", "6.1"),
        ("20", "20"),
        (" 19.1: Cellular", "19.1"),
        ("10.1", "10.1"),
        ("10.3", None),
        ("1.2a", None),
        ("6.11", None),
        ("Cellular 19.1", None),
        ("", None),
    ],
)
def test_a_section_belongs_to_the_longest_category_it_starts_with(
    section: str, code: str | None
) -> None:
    assert category_code(section, {"1.2", "6.1", "10.1", "19.1", "20"}) == code
