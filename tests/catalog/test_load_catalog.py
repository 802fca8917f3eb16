"""Loading a price and services matrix into a contract, and the command that does it."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.demonstration import load_contracts, load_matrices
from catalog.matrix.refusal import MatrixRefused
from catalog.models import CatalogEdition, Contract, ContractAlias, Designation, Offer, Service
from catalog.services.loading import Loaded, MatrixHasProblems, load_catalog
from stmm.audit.models import Entry
from tests.catalog.factories import make_category, make_contract
from tests.catalog.matrix_files import HEADINGS, csv_file, line, xlsx_file
from tests.factories import AT, SINCE, make_user

pytestmark = pytest.mark.django_db
NEXT = SINCE + timedelta(days=365)
Lines = Sequence[list[object]]


def load(
    contract: Contract,
    lines: Lines = (),
    *,
    file_name: str = "m.csv",
    content: bytes = b"",
    effective_from: date = SINCE,
) -> Loaded:
    return load_catalog(
        contract=contract,
        file_name=file_name,
        content=content or csv_file([HEADINGS, *lines]),
        effective_from=effective_from,
        actor=None,
        at=AT,
    )


def counts() -> list[int]:
    return [
        model._default_manager.count()
        for model in (Service, Offer, Designation, CatalogEdition, Entry)
    ]


def outcome(loaded: Loaded) -> tuple[int, int, int, int]:
    return loaded.added, loaded.changed, loaded.withdrawn, loaded.unchanged


@pytest.mark.parametrize(("name", "make"), [("m.csv", csv_file), ("m.xlsx", xlsx_file)])
def test_a_matrix_becomes_services_with_charges_and_designations(name: str, make: Any) -> None:
    contract = make_contract()
    content = make([HEADINGS, line(product_id="0085191"), line(product_id="S2", name="VPN")])
    loaded = load(contract, file_name=name, content=content)
    service = contract.services.get(product_id="0085191")
    offer = service.offers.get()
    assert outcome(loaded) == (2, 0, 0, 0)
    assert (service.name, service.unit, service.category.code) == ("SIP Trunking", "month", "1.2")
    assert (offer.mrc, offer.nrc) == (Decimal("300.75"), Decimal("80.00"))
    assert offer.is_sample
    assert service.designations.get().value == "mandatory"


def test_an_edition_keeps_the_file_its_fingerprint_and_who_loaded_it() -> None:
    actor = make_user()
    content = csv_file([HEADINGS, line()])
    edition = load_catalog(
        contract=make_contract(),
        file_name="matrix.csv",
        content=content,
        effective_from=SINCE,
        actor=actor,
        at=AT,
    ).edition
    assert edition.file is not None
    assert edition.sha256 == edition.file.sha256
    assert (edition.lines, edition.loaded_at, edition.loaded_by) == (1, AT, actor)
    assert edition.offers.get().recorded_by == actor


def test_loading_is_recorded_with_the_contract() -> None:
    contract = make_contract()
    load(contract, [line()])
    entry = Entry.objects.about(contract).get()
    assert entry.label == "Load catalog"
    assert ("added", "", "1") in entry.changes


def test_the_same_file_again_adds_an_edition_and_nothing_else() -> None:
    contract = make_contract()
    load(contract, [line(), line(product_id="S2")])
    before = counts()[:3]
    again = load(contract, [line(), line(product_id="S2")], effective_from=NEXT)
    assert outcome(again) == (0, 0, 0, 2)
    assert counts()[:3] == before


def test_a_new_price_is_added_and_the_former_one_kept() -> None:
    contract = make_contract()
    load(contract, [line(mrc="10.00")])
    assert outcome(load(contract, [line(mrc="12.00")], effective_from=NEXT)) == (0, 1, 0, 0)
    service = contract.services.get()
    prices = service.offers.order_by("effective_from").values_list("mrc", flat=True)
    assert list(prices) == [Decimal(10), Decimal(12)]


def test_a_line_that_is_gone_is_withdrawn_and_comes_back_when_listed_again() -> None:
    contract = make_contract()
    both = [line(), line(product_id="S2")]
    load(contract, both)
    assert load(contract, [line()], effective_from=NEXT).withdrawn == 1
    assert Service.objects.offered(NEXT).count() == 1
    third = NEXT + timedelta(days=1)
    assert load(contract, [line()], effective_from=third).withdrawn == 0
    assert outcome(load(contract, both, effective_from=third)) == (0, 1, 0, 1)
    assert Service.objects.offered(third).count() == 2


def test_another_contracts_services_are_left_alone() -> None:
    other = make_contract()
    load(other, [line()])
    load(make_contract(), [line(product_id="S2")], effective_from=NEXT)
    assert Service.objects.offered(NEXT).filter(contract=other).count() == 1


def test_a_new_designation_is_added_and_the_former_one_kept() -> None:
    contract = make_contract()
    load(contract, [line(designation="Mandatory")])
    load(contract, [line(designation="Non-Mandatory")], effective_from=NEXT)
    values = Designation.objects.order_by("effective_from").values_list("value", flat=True)
    assert list(values) == ["mandatory", "non_mandatory"]


def test_a_later_matrix_renames_a_service_and_an_earlier_one_does_not() -> None:
    contract = make_contract()
    contract.categories.add(make_category("2", "Network"))
    load(contract, [line(name="SIP Trunk", unit="month")], effective_from=NEXT)
    load(contract, [line(name="Trunk of old")])
    assert contract.services.get().name == "SIP Trunk"
    renamed = line(name="SIP Trunking Plus", unit="each", section="2.1")
    third = NEXT + timedelta(days=1)
    assert outcome(load(contract, [renamed], effective_from=third)) == (0, 1, 0, 0)
    service = contract.services.get()
    assert (service.name, service.unit, service.category.code) == ("SIP Trunking Plus", "each", "2")


def test_repeated_lines_and_columns_not_used_are_told() -> None:
    content = csv_file([[*HEADINGS, "Colour"], [*line(), "red"], [*line(line_item="2"), "red"]])
    loaded = load(make_contract(), content=content)
    assert (loaded.edition.lines, loaded.repeats, loaded.ignored_columns) == (1, 1, ("Colour",))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"mrc": "ten"}, "Row 3, Monthly Recurring Charge: “ten” – expected"),
        ({"section": "22.1 Hosted"}, "Row 3, Section Number: “22.1 Hosted” – expected a section"),
        ({"designation": "Maybe"}, "Row 3, Designation: “Maybe” – expected"),
    ],
)
def test_one_bad_cell_is_named_and_nothing_is_loaded(wrong: dict[str, str], told: str) -> None:
    contract = make_contract()
    before = counts()
    with pytest.raises(MatrixHasProblems, match=r"^1 problem\. Nothing was loaded\.$") as refusal:
        load(contract, [line(), line(product_id="S2", **wrong)])
    assert str(refusal.value.problems[0]).startswith(told)
    assert counts() == before


def test_text_that_no_form_could_print_is_named_and_nothing_is_loaded() -> None:
    contract, before = make_contract(), counts()
    with pytest.raises(MatrixHasProblems) as refused:
        load(contract, [line(name="Voice 電話")])
    assert "Row 2, Feature Name" in str(refused.value.problems[0])
    assert "CJK UNIFIED IDEOGRAPH-96FB" in str(refused.value.problems[0])
    assert counts()[:4] == before[:4]


def test_problems_come_in_the_order_of_the_file() -> None:
    lines = [line(section="9.9", product_id="A"), line(mrc="x", product_id="B")]
    with pytest.raises(MatrixHasProblems) as refusal:
        load(make_contract(), [*lines, line(section="8.8", product_id="C")])
    assert [problem.row for problem in refusal.value.problems] == [2, 3, 4]


def test_very_many_problems_are_counted_and_the_first_thousand_shown() -> None:
    lines = [line(product_id=f"S{number}", mrc="x") for number in range(1003)]
    with pytest.raises(MatrixHasProblems, match=r"^1003 problems; the first 1000 are shown"):
        load(make_contract(), lines)


def test_a_file_that_is_no_matrix_is_refused_and_nothing_is_loaded() -> None:
    contract = make_contract()
    before = counts()
    with pytest.raises(MatrixRefused):
        load(contract, file_name="m.pdf", content=b"%PDF-1.7")
    assert counts() == before


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "matrix.csv"
    path.write_bytes(csv_file([HEADINGS, line()]))
    return path


def command(file: Path, contract: str, **options: str) -> str:
    out = StringIO()
    call_command(
        "load_catalog", str(file), contract=contract, effective=SINCE, stdout=out, **options
    )
    return out.getvalue()


def test_the_command_loads_a_file_and_tells_what_it_did(file: Path) -> None:
    contract = make_contract("C3-A-1")
    said = command(file, "C3-A-1")
    assert said == (
        "matrix.csv, effective January 1, 2020: 1 line;"
        " 1 added, 0 changed, 0 withdrawn, 0 unchanged.\n"
    )
    assert contract.services.count() == 1


def test_the_command_tells_of_repeated_lines_and_columns_not_used(file: Path) -> None:
    make_contract("C3-A-1")
    file.write_bytes(csv_file([[*HEADINGS, "Colour"], [*line(), "red"], [*line(), "red"]]))
    said = command(file, "C3-A-1")
    assert "Repeated and read once: 1 line." in said
    assert "Columns not used: Colour." in said


def test_the_command_knows_a_contract_by_its_alias(file: Path) -> None:
    contract = make_contract("C3-A-1")
    ContractAlias.objects.create(contract=contract, number="IFB STPD 12-001-A")
    command(file, "IFB STPD 12-001-A")
    assert contract.services.count() == 1


def test_a_number_that_several_hold_needs_the_contractor(file: Path) -> None:
    make_contract("C4CVD18", "AT&T Mobility")
    verizon = make_contract("C4CVD18", "Verizon Wireless")
    with pytest.raises(CommandError, match=r"AT&T Mobility, Verizon Wireless.*--contractor"):
        command(file, "C4CVD18")
    command(file, "C4CVD18", contractor="Verizon Wireless")
    assert Service.objects.get().contract == verizon


def test_the_command_says_when_no_contract_has_that_number(file: Path) -> None:
    with pytest.raises(CommandError, match="No contract is called C9"):
        command(file, "C9")


def test_the_command_says_when_the_file_can_not_be_read(tmp_path: Path) -> None:
    make_contract("C3-A-1")
    with pytest.raises(CommandError, match=r"absent\.csv can’t be read: No such file"):
        command(tmp_path / "absent.csv", "C3-A-1")


def test_the_command_names_row_column_and_value_of_each_problem(file: Path) -> None:
    make_contract("C3-A-1")
    file.write_bytes(csv_file([HEADINGS, line(nrc="free")]))
    errors = StringIO()
    with pytest.raises(CommandError, match=r"1 problem\. Nothing was loaded"):
        call_command("load_catalog", str(file), contract="C3-A-1", effective=SINCE, stderr=errors)
    assert errors.getvalue().startswith("Row 2, Non-Recurring Charge: “free”")
    assert not Service.objects.exists()


def test_the_command_refuses_a_file_that_is_no_matrix(file: Path) -> None:
    make_contract("C3-A-1")
    file.write_bytes(b"")
    with pytest.raises(CommandError, match=r"Nothing was loaded\.$"):
        command(file, "C3-A-1")


def test_the_command_wants_the_effective_day_as_a_date(file: Path) -> None:
    with pytest.raises(CommandError, match="“tomorrow” is not a day; write it as 2026-01-31"):
        call_command("load_catalog", str(file), "--contract=C1", "--effective=tomorrow")


def test_the_demonstrations_contracts_and_matrices_load() -> None:
    load_contracts(at=AT)
    lines = load_matrices(at=AT)
    assert lines == sum(CatalogEdition.objects.values_list("lines", flat=True))
    assert Contract.objects.in_term(AT.date()).filter(services__isnull=False).exists()
    assert not Offer.objects.exclude(price_basis="sample").filter(withdrawn=False).exists()
