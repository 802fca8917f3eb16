from catalog.models.contracts import Category, Contract, ContractAlias, Contractor, DeskMember, Term
from catalog.models.services import CatalogEdition, Designation, Offer, Service

__all__ = [
    "CatalogEdition",
    "Category",
    "Contract",
    "ContractAlias",
    "Contractor",
    "Designation",
    "DeskMember",
    "Offer",
    "Service",
    "Term",
]
