"""What STND analysts record of a contract or its contractor: one form a page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from catalog.advice import Advise
from catalog.keeping_forms import (
    BuyerForm,
    BuyersForm,
    ContractorForm,
    DeskForm,
    ExclusivityForm,
    ExtensionForm,
)
from catalog.models import Contract, Contractor, ContractorName, Succession
from catalog.services.contracts import (
    extend,
    keep_buyer,
    keep_buyers,
    keep_exclusivity,
    record_succession,
    rename_contractor,
    set_desk_address,
)
from catalog.views.designation import form_page, refuse_all_but_keepers
from stmm.agencies.middleware import Request
from stmm.agencies.views import attempt

Save = Callable[..., Model]


def _contract(pk: int) -> Contract:
    return get_object_or_404(Contract.objects.select_related("contractor"), pk=pk)


def _page(
    request: Request, contract: Contract, form: Form, save: Save, words: dict[str, str]
) -> HttpResponse:
    """One form about a contract. `words`: heading, lead, and what the button says."""
    saved = attempt(
        form,
        lambda: save(contract=contract, **form.cleaned_data, access=request.access, at=request.at),
    )
    if saved:
        messages.success(request, f"{words['heading']}: recorded.")
        return redirect("catalog:contract", contract.pk)
    return render(
        request, "catalog/contract_form.html", {"contract": contract, "form": form, **words}
    )


@form_page
def extension(request: Request, pk: int, advise: Advise) -> HttpResponse:
    contract = _contract(pk)
    refuse_all_but_keepers(request)
    form = ExtensionForm(request.POST or None, contract=contract)
    words = {
        "heading": "Extend the contract",
        "lead": "The extension begins the day after the last term. Terms are never edited.",
        "button": "Record the extension",
    }
    return _page(request, contract, form, extend, words)


@form_page
def desk(request: Request, pk: int, advise: Advise) -> HttpResponse:
    contract = _contract(pk)
    refuse_all_but_keepers(request)
    form = DeskForm(
        request.POST or None, contract=contract, initial={"effective_from": request.today}
    )
    words = {
        "heading": "Order desk address",
        "lead": "Where signed orders are sent. An order whose lines share a category goes to "
        "that category’s address, any other to the general one.",
        "button": "Record the address",
    }
    return _page(request, contract, form, set_desk_address, words)


@form_page
def buyer(request: Request, pk: int, advise: Advise) -> HttpResponse:
    contract = _contract(pk)
    refuse_all_but_keepers(request)
    form = BuyerForm(
        request.POST or None, contract=contract, initial={"effective_from": request.today}
    )
    words = {
        "heading": "List of buyers",
        "lead": "Under a contract for listed buyers, only agencies on its list can order.",
        "button": "Record on the list",
    }
    return _page(request, contract, form, keep_buyer, words)


@form_page
def buyers(request: Request, pk: int, advise: Advise) -> HttpResponse:
    contract = _contract(pk)
    refuse_all_but_keepers(request)
    form = BuyersForm(request.POST or None, contract=contract, initial={"buyers": contract.buyers})
    words = {
        "heading": "Who may order",
        "lead": "A contract for special buyers is open only to the agencies on its list.",
        "button": "Record the setting",
    }
    return _page(request, contract, form, keep_buyers, words)


@form_page
def exclusivity(request: Request, pk: int, advise: Advise) -> HttpResponse:
    contract = _contract(pk)
    refuse_all_but_keepers(request)
    is_exclusive = Contract.objects.exclusive(request.today).filter(pk=pk).exists()
    initial = {"effective_from": request.today, "is_exclusive": "yes" if is_exclusive else "no"}
    form = ExclusivityForm(request.POST or None, contract=contract, initial=initial)
    words = {
        "heading": "Exclusivity",
        "lead": "Whether an Authorization To Order under this contract binds its agency to CALNET"
        " (STMM 0400.1, Policy, paragraph 4). What was decided before stays as it was decided.",
        "button": "Record the exclusivity",
    }
    return _page(request, contract, form, keep_exclusivity, words)


@form_page
def contractor(request: Request, pk: int, advise: Advise) -> HttpResponse:
    """A contractor has a new name, or became part of another."""
    shown = get_object_or_404(Contractor, pk=pk)
    refuse_all_but_keepers(request)
    form = ContractorForm(
        request.POST or None, contractor=shown, initial={"effective_from": request.today}
    )
    saved = attempt(form, lambda: _save_contractor(request, shown, form.cleaned_data))
    if saved:
        messages.success(request, f"{saved}, from {saved.effective_from:%B %-d, %Y} on: recorded.")
        return redirect("catalog:contracts")
    context = {
        "contractor": shown,
        "form": form,
        "names": shown.names.select_related("recorded_by").order_by("-effective_from", "-pk"),
        "successions": shown.successions.select_related("contractor", "successor"),
    }
    return render(request, "catalog/contractor_form.html", context)


def _save_contractor(
    request: Request, contractor: Contractor, said: dict[str, Any]
) -> ContractorName | Succession:
    dated = {
        "contractor": contractor,
        "effective_from": said["effective_from"],
        "reason": said["reason"],
        "access": request.access,
        "at": request.at,
    }
    if said["name"]:
        return rename_contractor(name=said["name"], **dated)
    return record_succession(successor=said["successor"], **dated)
