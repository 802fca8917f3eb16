"""The two editions of Verizon's 6.1 matrix of which the project has samples."""

from datetime import date, datetime

from catalog.demonstration import FOLDER, load_contracts
from catalog.models import Contract, MatrixUpload
from tests.catalog.uploads import make_upload
from tests.factories import AT

FIRST, SECOND = date(2014, 8, 6), date(2019, 2, 28)
# What the second has and the first has not
ADDED = [
    "NBCC Agent Console for Salesforce",
    "Short Message Service (SMS) Inbound",
    "Short Message Service (SMS) Short Code",
    "Short Message Service (SMS) Custom Short Code",
    "Short Message Service (SMS) Long Code",
    "Short Message Service (SMS) Toll Free Long Code Outbound",
]


def make_verizon(*, at: datetime = AT) -> Contract:
    """Verizon's contract of the demonstration, recorded at a moment, without any edition."""
    load_contracts(at=at)
    return Contract.objects.get(number="C3-B-12-10-TS-08", contractor__name="Verizon")


def upload_edition(contract: Contract, day: date) -> MatrixUpload:
    """The edition of that day, read and compared."""
    name = f"verizon_C3-B-12-10-TS-08_6.1_{day}.csv"
    content = (FOLDER / "catalogs" / name).read_bytes()
    return make_upload(contract, content=content, file_name=name, effective_from=day)
