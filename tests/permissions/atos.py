"""Authorizations To Order, their windows, and eligibility."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Contract
from orders.documents.ato import ato_form_of
from orders.models import AtoPaper, Ground, Order
from orders.services.atos import form as ato_form
from orders.services.atos.eligibility import register
from orders.services.atos.papers import add_scan
from tests.catalog.factories import make_contract
from tests.factories import AT, TODAY
from tests.orders.ato_papers import (
    SCAN,
    again,
    fill,
    make_eligible,
    make_paper,
    make_submitted,
    of,
    ready,
    sign_for_agency,
)
from tests.orders.factories import World

# The city's; its contractor's order desk sees what the city has signed, and nothing before.
TABLE = """
orders:atos                 -            GET     200 200  200  200   200  200   200  200 200 302
orders:atos                 -            POST    405 405  405  405   405  405   405  405 405 302
orders:atos-csv             -            GET     200 200  200  200   200  200   200  200 200 302
orders:atos-csv             -            POST    405 405  405  405   405  405   405  405 405 302
orders:atos-xlsx            -            GET     200 200  200  200   200  200   200  200 200 302
orders:atos-xlsx            -            POST    405 405  405  405   405  405   405  405 405 302
orders:begin-ato            -            GET     403 403  403  200   403  403   403  403 403 302
orders:begin-ato            -            POST    403 403  403  302   403  403   403  403 403 302
orders:ato                  ato          GET     404 404  404  200   200  404   200  200 200 302
orders:ato                  ato          POST    405 405  405  405   405  405   405  405 405 302
orders:ato                  ato_draft    GET     404 404  404  200   404  404   200  200 200 302
orders:amend-ato            ato          GET     405 405  405  405   405  405   405  405 405 302
orders:amend-ato            ato          POST    404 404  404  302   403  404   403  403 403 302
orders:renew-ato            ato          GET     405 405  405  405   405  405   405  405 405 302
orders:renew-ato            ato          POST    404 404  404  302   403  404   403  403 403 302
orders:end-ato              ato          GET     404 404  404  200   403  404   403  403 403 302
orders:end-ato              ato          POST    404 404  404  200   403  404   403  403 403 302
orders:ato-paper            paper_draft  GET     404 404  404  200   404  404   200  200 200 302
orders:ato-paper            paper_draft  POST    405 405  405  405   405  405   405  405 405 302
orders:ato-paper            paper_signed GET     404 404  404  200   200  404   200  200 200 302
orders:change-ato           paper_draft  GET     404 404  404  200   404  404   403  403 403 302
orders:change-ato           paper_draft  POST    404 404  404  302   404  404   403  403 403 302
orders:ready-ato            paper_draft  GET     405 405  405  405   405  405   405  405 405 302
orders:ready-ato            paper_draft  POST    404 404  404  302   404  404   403  403 403 302
orders:take-back-ato        paper_signed GET     405 405  405  405   405  405   405  405 405 302
orders:take-back-ato        paper_signed POST    404 404  404  302   403  404   403  403 403 302
orders:sign-ato-agency      paper_ready  GET     404 404  404  200   404  404   403  403 403 302
orders:sign-ato-agency      paper_ready  POST    404 404  404  302   404  404   403  403 403 302
orders:sign-ato-contractor  paper_signed GET     404 404  404  200   200  404   403  403 403 302
orders:sign-ato-contractor  paper_signed POST    404 404  404  302   302  404   403  403 403 302
orders:approve-ato          paper_sent   GET     404 404  404  403   403  404   200  403 403 302
orders:approve-ato          paper_sent   POST    404 404  404  403   403  404   302  403 403 302
orders:return-ato           paper_sent   GET     404 404  404  403   403  404   200  403 403 302
orders:return-ato           paper_sent   POST    404 404  404  403   403  404   302  403 403 302
orders:withdraw-ato         paper_ready  GET     404 404  404  200   404  404   403  403 403 302
orders:withdraw-ato         paper_ready  POST    404 404  404  302   404  404   403  403 403 302
orders:scan-ato             paper_signed GET     404 404  404  200   200  404   403  403 403 302
orders:scan-ato             paper_signed POST    404 404  404  302   302  404   403  403 403 302
orders:ato-form             paper_signed GET     404 404  404  200   200  404   200  200 200 302
orders:ato-form             paper_signed POST    405 405  405  405   405  405   405  405 405 302
orders:ato-form             paper_draft  GET     404 404  404  404   404  404   404  404 404 302
orders:ato-scan             paper_sent   GET     404 404  404  200   200  404   200  200 200 302
orders:ato-scan             paper_sent   POST    405 405  405  405   405  405   405  405 405 302
orders:windows              agency       GET     200 200  404  404   404  404   200  200 200 302
orders:windows              agency       POST    405 405  405  405   405  405   405  405 405 302
orders:windows              city         GET     404 404  404  200   404  404   200  200 200 302
orders:registrations        -            GET     200 200  200  200   200  200   200  200 200 302
orders:registrations        -            POST    405 405  405  405   405  405   405  405 405 302
orders:register             -            GET     403 403  403  200   403  403   403  403 403 302
orders:register             -            POST    403 403  403  302   403  403   403  403 403 302
orders:registration         registration GET     404 404  404  200   404  404   200  200 200 302
orders:registration         registration POST    405 405  405  405   405  405   405  405 405 302
orders:approve-registration registration GET     405 405  405  405   405  405   405  405 405 302
orders:approve-registration registration POST    404 404  404  403   404  404   302  403 403 302
orders:return-registration  registration GET     404 404  404  403   404  404   200  403 403 302
orders:return-registration  registration POST    404 404  404  403   404  404   302  403 403 302
orders:nespa                registration GET     404 404  404  200   404  404   200  200 200 302
orders:nespa                registration POST    405 405  405  405   405  405   405  405 405 302
"""

DOWNLOADS = {"orders:ato-form", "orders:ato-scan", "orders:nespa"}
UNRECORDED: set[str] = set()
FILES = {"orders:atos-csv", "orders:atos-xlsx"}
BUTTONS: dict[str, dict[str, str]] = {
    "purchaser": {
        "orders:begin-ato": "Begin the ATO",
        "orders:change-ato": "Save the draft",
        "orders:sign-ato-agency": "Record the signature",
        "orders:sign-ato-contractor": "Record the signature",
        "orders:withdraw-ato": "Withdraw it",
        "orders:scan-ato": "Upload the scan",
        "orders:end-ato": "Give notice",
        "orders:register": "Submit to STND",
    },
    "stnd": {
        "orders:approve-ato": "Approve",
        "orders:return-ato": "Return it",
        "orders:return-registration": "Return it",
    },
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """A paper of the city in each state, each under a contract of its own, and a registration."""
    make_eligible(world.city)
    make_contract("ATO-5")
    draft = _paper(world, "ATO-1")
    prepared = ready(world, _paper(world, "ATO-2"))
    submitted = make_submitted(world, _paper(world, "ATO-4"))
    return {
        "ato": {"pk": world.ato.pk},
        "ato_draft": {"pk": draft.ato_id},
        "paper_draft": {"pk": draft.pk},
        "paper_ready": {"pk": prepared.pk},
        "paper_signed": {"pk": _signed(world).pk},
        "paper_sent": {"pk": submitted.pk},
        "city": {"pk": world.city.pk},
        "registration": {"pk": _registration(world)},
    }


def _paper(world: World, number: str) -> AtoPaper:
    """A draft that lacks nothing."""
    return fill(world, make_paper(world, make_contract(number)))


def _signed(world: World) -> AtoPaper:
    """By the agency; with the form that was made for it and a scan."""
    paper = ready(world, _paper(world, "ATO-3"))
    form = ato_form_of(again(paper))
    assert form is not None
    ato_form._keep(paper, form, SCAN, AT)
    paper = sign_for_agency(world, paper)
    return add_scan(
        paper=paper, file_name="signed.pdf", content=SCAN, access=of(world.purchaser), at=AT
    )


def _registration(world: World) -> int:
    registration = register(
        agency=world.city,
        ground=Ground.LOCAL,
        explanation="Founded by charter",
        file_name="nespa.pdf",
        content=SCAN,
        access=of(world.purchaser),
        at=AT,
    )
    return registration.pk


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    draft = AtoPaper.objects.get(ato__contract__number="ATO-1")
    signature = {"signatory": "Maria Alvarez", "title": "City Manager", "signed_on": str(TODAY)}
    return {
        "orders:begin-ato": {
            "agency": world.city.pk,
            "contract": Contract.objects.get(number="ATO-5").pk,
        },
        "orders:end-ato": {"ended_on": str(TODAY + timedelta(days=30)), "reason": "We leave"},
        "orders:change-ato": {
            "legal_name": "City of Lodi",
            "ground": "local",
            "address": "Elsewhere",
            "categories": [str(item.category_id) for item in draft.listed.all()],
            "version": draft.version,
        },
        "orders:sign-ato-agency": signature,
        "orders:sign-ato-contractor": signature,
        "orders:approve-ato": {
            "approver": "Priya Nair",
            "approver_title": "STND Analyst",
            "approved_on": str(TODAY),
        },
        "orders:return-ato": {"reason": "Category 5 is missing."},
        "orders:withdraw-ato": {"reason": "The council refused."},
        "orders:scan-ato": {"file": pdf("all.pdf")},
        "orders:register": {"agency": world.city.pk, "ground": "local", "file": pdf("nespa.pdf")},
        "orders:return-registration": {"reason": "It is not signed."},
    }


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, SCAN + name.encode(), "application/pdf")
