from catalog.models.changes import CatalogChange
from catalog.models.contracts import (
    Category,
    Contract,
    ContractAlias,
    Contractor,
    ContractorName,
    DeskAddress,
    DeskMember,
    Exclusivity,
    ListedBuyer,
    Succession,
    Term,
)
from catalog.models.equivalents import Equivalent, EquivalentGroup
from catalog.models.rulings import Ruling
from catalog.models.services import (
    CatalogEdition,
    Designation,
    Listing,
    Offer,
    SearchWord,
    Service,
)
from catalog.models.uploads import ColumnMapping, MatrixUpload, UploadedLine, UploadError

__all__ = [
    "CatalogChange",
    "CatalogEdition",
    "Category",
    "ColumnMapping",
    "Contract",
    "ContractAlias",
    "Contractor",
    "ContractorName",
    "Designation",
    "DeskAddress",
    "DeskMember",
    "Equivalent",
    "EquivalentGroup",
    "Exclusivity",
    "ListedBuyer",
    "Listing",
    "MatrixUpload",
    "Offer",
    "Ruling",
    "SearchWord",
    "Service",
    "Succession",
    "Term",
    "UploadError",
    "UploadedLine",
]
