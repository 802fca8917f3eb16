"""Entries of an address book, as people fill them in."""

SITE = {"name": "Headquarters", "address": "601 North 7th Street\nSacramento, CA 95811"}
ACCOUNT = {
    "number": "0008310001234567",
    "label": "Area offices",
    "contractor_name": "AT&T",
    "billing_address": "P.O. Box 942898\nSacramento, CA 94298",
}
CONTACT = {
    "name": "Ana Reyes",
    "phone": "(916) 555-0100",
    "fax": "(916) 555-0199",
    "email": "ana@chp.example",
}
