"""Comparing a matrix with the catalogue: what differs, and by how much."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.difference import Kind, Known, Line, catalogue_on, compare, fingerprint
from catalog.matrix.rows import MatrixRow, read_matrix
from catalog.models import Category, Service, UploadedLine
from catalog.stated import line_of, stated_of
from tests.catalog.factories import (
    MANDATORY,
    NON_MANDATORY,
    make_category,
    make_contract,
    make_designation,
    make_offer,
    make_service,
)
from tests.catalog.matrix_files import HEADINGS, csv_file, line
from tests.factories import SINCE, TODAY

CATEGORY = Category(pk=1, program="CALNET 3", code="1.2", name="MPLS")
CATEGORIES = {"1.2": CATEGORY}


def row(**changes: object) -> MatrixRow:
    return read_matrix(name="a.csv", content=csv_file([HEADINGS, line(**changes)])).rows[0]


def known(read: MatrixRow, **changes: object) -> Known:
    """The catalogue's line that says what the row says, but for `changes`."""
    said = {
        "service": 7,
        "product_id": read.product_id,
        "named": (read.section, read.name, read.unit),
        "category": 1,
        "offered": (
            read.description,
            read.restrictions,
            read.mrc,
            read.nrc,
            read.usage_rate,
            read.price_basis,
        ),
        "flag": read.designation,
        "own_flag": read.designation,
    }
    return Known(**(said | changes))  # type: ignore[arg-type]  # each of its own type


def only(read: MatrixRow, before: Known, **how: bool) -> Line:
    (found,) = compare([read], {before.product_id: before}, CATEGORIES, **how)
    return found


def test_a_line_that_says_the_same_is_no_difference() -> None:
    read = row()
    assert list(compare([read], {read.product_id: known(read)}, CATEGORIES)) == []


def test_a_price_is_the_same_however_many_decimals_it_is_written_with() -> None:
    before = known(row(mrc="5"))
    assert list(compare([row(mrc="5.0000")], {before.product_id: before}, CATEGORIES)) == []


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        ("10.00", "12.50", Decimal("25.00")),
        ("10.00", "0.00", Decimal("100.00")),
        ("10.00", "", Decimal("100.00")),
        ("0.00", "1.00", UploadedLine.ENDLESS),
        ("", "1.00", UploadedLine.ENDLESS),
        ("0.0001", "99999999", UploadedLine.ENDLESS),
    ],
)
def test_a_move_is_in_percent_and_endless_from_nothing(
    before: str, after: str, move: Decimal
) -> None:
    assert only(row(mrc=after), known(row(mrc=before))).move == move


def test_the_larger_of_two_moves_counts() -> None:
    assert only(row(mrc="11", nrc="5"), known(row(mrc="10", nrc="10"))).move == Decimal(50)


def test_an_older_file_does_not_rename() -> None:
    before = known(row(name="New name"))
    rows = [row(name="Old name")]
    assert list(compare(rows, {before.product_id: before}, CATEGORIES, renames=False)) == []


def test_a_line_offered_again_says_so() -> None:
    found = only(row(), known(row(), offered=None))
    assert found.changes == (("offered", "not offered", "offered"),)
    assert (found.kind, found.move) == (Kind.CHANGED, None)


def test_a_flag_said_for_the_first_time_of_the_service_itself_is_written() -> None:
    found = only(row(designation="Mandatory"), known(row(), own_flag=""))
    assert found.writes_flag
    assert not found.flag_changes


def test_what_may_only_be_unreadable_is_not_withdrawn() -> None:
    before = known(row())
    assert list(compare([], {before.product_id: before}, CATEGORIES, complete=False)) == []
    (gone,) = compare([], {before.product_id: before}, CATEGORIES)
    assert (gone.kind, gone.called) == (Kind.WITHDRAWN, ("S5B02766", "SIP Trunking"))


def test_a_line_is_in_the_file_or_in_the_catalogue() -> None:
    with pytest.raises(ValueError, match="in the file, in the catalogue"):
        _ = Line(Kind.ADDED, None, None).called


@given(
    mrc=st.none() | st.decimals(0, 99_999_999, places=4),
    text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
)
def test_a_kept_line_is_published_as_it_was_read(mrc: Decimal | None, text: str) -> None:
    read = row()
    read = MatrixRow(
        **{name: getattr(read, name) for name in MatrixRow.__slots__}
        | {"mrc": mrc, "description": text}
    )
    kept = UploadedLine(kind=Kind.ADDED, row=read.row, stated=stated_of(read, 1))
    back = line_of(kept)
    assert (back.row, back.category) == (read, 1)


@pytest.mark.django_db
def test_the_catalogue_has_the_flag_that_the_pages_show() -> None:
    contract, other = make_contract(), make_category("2", "Network")
    services = [make_service(contract=contract) for _ in range(3)]
    services.append(make_service(contract=contract, category=other))
    make_designation(NON_MANDATORY, contract)
    make_designation(MANDATORY, contract, category=other)
    make_designation(MANDATORY, services[0])
    shown = {
        service.product_id: service.designation
        for service in Service.objects.with_designation(TODAY)
    }
    assert {key: at.flag for key, at in catalogue_on(contract, on=TODAY).items()} == shown


@pytest.mark.django_db
def test_the_fingerprint_changes_with_anything_a_comparison_depends_on() -> None:
    contract = make_contract()
    service = make_service(contract=contract)

    def now() -> str:
        categories = {category.code: category for category in contract.categories.all()}
        return fingerprint(catalogue_on(contract, on=TODAY), categories)

    seen = [now()]
    assert now() == seen[0]
    make_offer(service, effective_from=SINCE, mrc=Decimal(1))
    seen.append(now())
    make_designation(MANDATORY, service)
    seen.append(now())
    Service.objects.filter(pk=service.pk).update(name="Other")
    seen.append(now())
    contract.categories.add(make_category("3", "More"))
    seen.append(now())
    make_offer(service, effective_from=SINCE, withdrawn=True)
    seen.append(now())
    assert len(set(seen)) == len(seen)
