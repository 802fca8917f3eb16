"""One Authorization To Order: begun, looked at, amended, renewed, ended."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Contract
from orders.forms.atos.ato import BeginForm, EndForm, PaperForm
from orders.models import AtoPaper, AuthorizationToOrder
from orders.permissions.ato import speaks_for
from orders.reading.windows import chart_of, earliest_end, windows_of
from orders.services.atos import acts as service
from stmm.agencies.middleware import Request
from stmm.agencies.models import Agency
from stmm.audit.models import Entry
from stmm.look.answering import add_problems, form_page
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState

View = Callable[..., HttpResponseBase]


def visible_ato(request: Request, pk: int) -> AuthorizationToOrder:
    """The ATO, if this person may see it; 404 otherwise."""
    atos = AuthorizationToOrder.objects.visible_to(request.access)
    return get_object_or_404(atos.select_related("agency", "contract__contractor"), pk=pk)


def ato_refusals(view: View) -> View:
    """NotAllowed is 403 with its reason; what came too late goes back to the ATO, which says so."""

    @wraps(view)
    def answered(request: Request, pk: int = 0) -> HttpResponseBase:
        try:
            return view(request, pk) if pk else view(request)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except (WrongState, ChangedMeanwhile) as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path.rstrip("/").rpartition("/")[0] + "/")

    return answered


def attempted(form: Form | PaperForm, change: Callable[[], object]) -> bool:
    """Whether a valid form's change was made; what the service misses is shown with the form."""
    if not form.is_valid():
        return False
    try:
        change()
    except Incomplete as refusal:
        add_problems(form, refusal)
        return False
    return True


def local_agencies(request: Request) -> list[Agency]:
    """The bodies outside State government that this person orders for."""
    return [agency for agency in request.access.ordering_agencies if not agency.is_state]


@require_safe
def ato_detail(request: Request, pk: int) -> HttpResponse:
    ato = visible_ato(request, pk)
    windows = windows_of([ato], on=request.today)[ato.pk]
    context = {
        "ato": ato,
        "papers": ato.papers.shown_to(request.access),
        "under_way": any(paper.is_under_way for paper in ato.papers.all()),
        "chart": chart_of(windows, request.today),
        "earliest": earliest_end(windows, request.today),
        "is_theirs": ato.agency in request.access.ordering_agencies,
        "entries": list(Entry.objects.about(ato)),
    }
    return render(request, "orders/atos/detail.html", context)


@form_page
@ato_refusals
def begin_ato(request: Request) -> HttpResponse:
    agencies = local_agencies(request)
    if not agencies:
        raise NotAllowed("Only an authorized purchaser of a local agency begins an ATO.")
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        agencies=agencies,
        contracts=_contracts_for(agencies, request.today),
        initial={"contract": request.GET.get("contract")},
    )
    made: list[AtoPaper] = []
    if attempted(
        form,
        lambda: made.append(
            service.begin(**form.cleaned_data, access=request.access, at=request.at)
        ),
    ):
        return redirect(made[0])
    return render(request, "orders/atos/begin.html", {"form": form})


def _contracts_for(agencies: Iterable[Agency], on: date) -> QuerySet[Contract]:
    """Contracts in term that one of the agencies may buy from and has no ATO for yet."""
    found: set[int] = set()
    for agency in agencies:
        had = AuthorizationToOrder.objects.not_ended(on).filter(agency=agency)
        open_to = Contract.objects.in_term(on).open_to(agency, on=on)
        found.update(open_to.exclude(pk__in=had.values("contract")).values_list("pk", flat=True))
    return Contract.objects.filter(pk__in=found)


@require_POST
@ato_refusals
def amend_ato(request: Request, pk: int) -> HttpResponse:
    ato = visible_ato(request, pk)
    return redirect(service.amend(ato=ato, access=request.access, at=request.at))


@require_POST
@ato_refusals
def renew_ato(request: Request, pk: int) -> HttpResponse:
    ato = visible_ato(request, pk)
    return redirect(service.renew(ato=ato, access=request.access, at=request.at))


@form_page
@ato_refusals
def end_ato(request: Request, pk: int) -> HttpResponse:
    ato = visible_ato(request, pk)
    speaks_for(request.access, ato.agency)
    earliest = earliest_end(windows_of([ato], on=request.today)[ato.pk], request.today)
    form = EndForm(request.POST if request.method == "POST" else None, earliest=earliest.day)
    if attempted(
        form,
        lambda: service.end(ato=ato, **form.cleaned_data, access=request.access, at=request.at),
    ):
        messages.success(request, f"Notice is given: the {ato} ends. The contractor is told.")
        return redirect(ato)
    context = {"ato": ato, "form": form, "earliest": earliest}
    return render(request, "orders/atos/end.html", context)
