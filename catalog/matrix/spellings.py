"""How contractors spell the columns of their matrices, beside the headings as published."""

import re

_NO_WORD = re.compile(r"[^a-z0-9]+")

# By attribute of MatrixRow. Only spellings that can mean nothing else: a guess that is wrong
# would put charges into the wrong column.
SPELLINGS = {
    "section": ("section", "section no", "rfp section", "sow section", "category", "subcategory"),
    "line_item": ("line item", "line item no", "line no", "line", "item no", "clin"),
    "name": ("feature", "service name", "service", "product name", "item name", "name"),
    "description": ("description", "service description", "product description"),
    "product_id": (
        "product id",
        "product identifier",
        "product identification",
        "contractor product id",
        "contractors product id",
        "contractor product identifier",
        "product code",
        "part number",
        "sku",
    ),
    "unit": ("unit", "uom", "units", "unit of measurement"),
    "designation": (
        "mandatory or non mandatory",
        "mandatory non mandatory",
        "required or discretionary",
        "required discretionary",
        "mandatory flag",
        "flag",
    ),
    "nrc": (
        "nrc",
        "non recurring charge nrc",
        "non recurring charge per item",
        "non recurring",
        "one time charge",
        "one time cost",
        "installation charge",
    ),
    "mrc": (
        "mrc",
        "monthly recurring charge mrc",
        "monthly recurring charge per item",
        "monthly recurring",
        "monthly charge",
        "monthly cost",
        "monthly rate",
    ),
    "usage_rate": ("usage", "usage charge", "usage rates", "rate"),
    "restrictions": ("restrictions", "limitations", "comments", "restrictions and limitations"),
    "price_basis": ("basis of price", "basis"),
    "designation_basis": ("basis of designation",),
}


def letters(heading: str) -> str:
    """A heading as loose spellings are compared: its words alone, without any sign."""
    return _NO_WORD.sub(" ", heading.casefold().replace("'", "")).strip()


LOOSE = {spelt: attribute for attribute, spelled in SPELLINGS.items() for spelt in spelled}
