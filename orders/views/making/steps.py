"""Making an order: starting it, and the steps that are one form each."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from catalog.models import Contract, Service
from orders.compliance.decisions import contracts_open_to
from orders.forms.making.many import BookForm, ContactsBookForm, SitesForm
from orders.forms.making.steps import (
    AttachForm,
    ChooseDraftForm,
    ContactsForm,
    HeaderForm,
    StartForm,
    WhereForm,
)
from orders.models import Attachment, Order, State
from orders.permissions.order import may
from orders.services.making import drafting
from orders.views.answering import refusals_answered, visible_order
from orders.views.making.both_versions import show_both
from orders.views.steps import next_step, steps_of
from orders.workflow.order import Action
from stmm.agencies.middleware import Request
from stmm.look.answering import add_problems, form_page
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState

StepForm = HeaderForm | WhereForm | ContactsForm


@form_page
def start(request: Request) -> HttpResponse:
    """Step 1 of a new order; `?service=` remembers what it was begun for."""
    agencies = request.access.ordering_agencies
    if not agencies:
        raise PermissionDenied("Only a CATR, an ATR or an authorized purchaser makes orders.")
    service = Service.objects.filter(pk=_number(request.GET.get("service"))).first()
    contracts = {
        contract.pk: contract
        for agency in agencies
        for contract in contracts_open_to(agency, on=request.today)
    }
    form = StartForm(
        request.POST if request.method == "POST" else None,
        agencies=agencies,
        contracts=contracts.values(),
        initial={"contract": service.contract_id if service else request.GET.get("contract")},
    )
    if form.is_valid() and (order := _started(request, form)):
        return _first_line(request, order, service)
    context = {"form": form, "service": service, "steps": steps_of(None, "contractor")}
    return render(request, "orders/making/start.html", {**context, "contracts": contracts.values()})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _started(request: Request, form: StartForm) -> Order | None:
    try:
        return drafting.start(**form.cleaned_data, access=request.access, at=request.at)
    except Incomplete as refusal:
        add_problems(form, refusal)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
    return None


def _first_line(request: Request, order: Order, service: Service | None) -> HttpResponse:
    is_draft = order.state == State.DRAFT
    if is_draft and service is not None and service.contract_id == order.contract_id:
        drafting.add_line(
            order=order,
            service=service,
            # One first line however often the form is sent: its key follows from the order's
            key=UUID(int=order.creation_key.int ^ 1),
            access=request.access,
            at=request.at,
        )
    return redirect("orders:lines", order.pk)


@form_page
def add(request: Request, pk: int) -> HttpResponse:
    """Put a service found in the catalogue on a draft, or start an order with it."""
    service = get_object_or_404(Service.objects.select_related("contract__contractor"), pk=pk)
    drafts = Order.objects.filter(
        agency__in=request.access.ordering_agencies,
        contract=service.contract_id,
        state=State.DRAFT,
    )
    if not request.access.ordering_agencies:
        raise PermissionDenied("Only a CATR, an ATR or an authorized purchaser makes orders.")
    form = ChooseDraftForm(request.POST if request.method == "POST" else None, drafts=drafts)
    if form.is_valid():
        order: Order = form.cleaned_data["order"]
        try:
            drafting.add_line(
                order=order,
                service=service,
                key=form.cleaned_data["key"],
                fields={"quantity": form.cleaned_data["quantity"]},
                access=request.access,
                at=request.at,
            )
        except (NotAllowed, WrongState, Incomplete) as refusal:
            form.add_error("order", str(refusal))
        else:
            return redirect("orders:lines", order.pk)
    in_term = Contract.objects.in_term(request.today).filter(pk=service.contract_id).exists()
    context = {"form": form, "service": service, "drafts": drafts, "in_term": in_term}
    return render(request, "orders/making/add.html", context)


def _step(
    request: Request,
    pk: int,
    name: str,
    make: Callable[..., StepForm],
    book_of: type[BookForm] | None = None,
    **extra: object,
) -> HttpResponse:
    """One step; with `book_of`, its fields can be filled from the agency's address book."""
    order = visible_order(request, pk)
    may(request.access, Action.EDIT, order)
    posted = request.POST if request.method == "POST" else None
    book = book_of(posted, agency=order.agency) if book_of else None
    form = _typed(posted, order, make, book)
    if form.is_valid() and (book is None or book.use is None or book.filled()):
        try:
            drafting.change(
                order=order,
                fields=form.changed(),
                version=form.cleaned_data["version"],
                access=request.access,
                at=request.at,
            )
        except ChangedMeanwhile:
            stored = Order.objects.get(pk=pk)
            show_both(form, stored, stored.version)
        except Incomplete as refusal:
            add_problems(form, refusal)
        else:
            return _after(request, pk, name, book)
    stored = visible_order(request, pk)
    context = {"order": stored, "form": form, "book": book, "steps": steps_of(stored, name)}
    return render(request, f"orders/making/{name}.html", {**context, **extra})


def _typed(
    posted: QueryDict | None, order: Order, make: Callable[..., StepForm], book: BookForm | None
) -> StepForm:
    """The form of a step; one that is filled from the address book is saved with gaps too."""
    if posted is None or book is None or book.use is None:
        return make(posted, instance=order)
    typed = posted.copy()
    for name, value in (book.filled() or (None, {}))[1].items():
        typed[name] = value
    return make(typed, instance=order, may_lack=True)


def _after(request: Request, pk: int, name: str, book: BookForm | None) -> HttpResponse:
    """On to the next step; or the same one again, where it was filled from the address book."""
    if book is None or (filled := book.filled()) is None:
        return redirect(f"orders:{next_step(name)}", pk)
    messages.success(request, f"{filled[0]} is filled in, and what you typed is saved.")
    return redirect(f"orders:{name}", pk)


@form_page
@refusals_answered
def contractor(request: Request, pk: int) -> HttpResponse:
    return _step(request, pk, "contractor", HeaderForm)


@form_page
@refusals_answered
def where(request: Request, pk: int) -> HttpResponse:
    attachments = Attachment.objects.filter(order=pk).select_related("document")
    return _step(
        request,
        pk,
        "where",
        WhereForm,
        SitesForm,
        attachments=attachments.defer("document__content"),
        attach_form=AttachForm(),
    )


@form_page
@refusals_answered
def contacts(request: Request, pk: int) -> HttpResponse:
    return _step(request, pk, "contacts", ContactsForm, ContactsBookForm)


@require_POST
@refusals_answered
def attach(request: Request, pk: int) -> HttpResponse:
    order = visible_order(request, pk)
    form = AttachForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            drafting.attach(
                order=order,
                kind=form.cleaned_data["kind"],
                file_name=file.name,
                content=file.read(),
                access=request.access,
                at=request.at,
            )
        except drafting.NotAPdf as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("orders:where", pk)
    may(request.access, Action.EDIT, order)
    context = {
        "order": order,
        "form": WhereForm(instance=order),
        "book": SitesForm(agency=order.agency),
        "attach_form": form,
        "attachments": order.attachments.select_related("document").defer("document__content"),
        "steps": steps_of(order, "where"),
    }
    return render(request, "orders/making/where.html", context)


@require_POST
@refusals_answered
def detach(request: Request, pk: int, attachment: int) -> HttpResponse:
    order = visible_order(request, pk)
    found = get_object_or_404(order.attachments.select_related("document"), pk=attachment)
    found.order = order
    drafting.detach(attachment=found, access=request.access, at=request.at)
    return redirect("orders:where", pk)
