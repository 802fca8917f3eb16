"""May I buy this elsewhere? The question, its answer, the determination kept of it."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from catalog.side_by_side import TERMS
from orders.compliance.elsewhere import answer, answer_as_stated
from orders.compliance.in_words import ON_RECORD, STATED, date_in_words, facts_of
from orders.forms.elsewhere.question import KeyForm, QuestionForm, StatedForm
from orders.models import ElsewhereDetermination, Plan
from orders.permissions.elsewhere import asking_agencies, asks_for_exemptions_of, records_for
from orders.reading.elsewhere import Answer, answered, services_like
from orders.services.elsewhere.determining import determine_elsewhere
from orders.views.answering import reasons_told
from stmm.agencies.middleware import Request
from stmm.audit.models import Entry
from stmm.documents.services import hand_out
from stmm.refusals import Incomplete

View = Callable[..., HttpResponseBase]
DETERMINATIONS_A_PAGE = 50
NOT_A_BUYER = "This question is asked by agencies, which buy. A contractor’s desk does not."
CHOOSE_TO_LEAVE = "Choose the CALNET service that you mean to leave."


def question_page(view: View) -> View:
    """A page that anyone may use where STMM_PUBLIC_QUESTIONS is set; else who is signed in.

    What it shows a stranger holds nothing of an agency, and nothing that is asked is stored.
    """
    guarded = login_required(view)

    @login_not_required
    @wraps(view)
    def page(*args: Any, **kwargs: Any) -> HttpResponseBase:
        chosen = view if settings.STMM_PUBLIC_QUESTIONS else guarded
        return chosen(*args, **kwargs)

    return page


@question_page
@require_safe
def question(request: Request) -> HttpResponse:
    """Asked by the address alone: it can be kept and sent, and nothing is stored."""
    agencies = asking_agencies(request.access)
    may_state = request.access.sees_everything or settings.STMM_PUBLIC_QUESTIONS
    if not agencies and not may_state:
        raise PermissionDenied(NOT_A_BUYER)
    data = request.GET if "plan" in request.GET else None
    initial: dict[str, Any] = {"on": request.today, **request.GET.dict()}
    form = QuestionForm(data, agencies=agencies, initial=initial)
    if not agencies:
        form = StatedForm(data, initial=initial)
    found = _found(form) if form.is_valid() else []
    if not found and form.is_valid() and _may_not_be_words(form):
        form.add_error("what", CHOOSE_TO_LEAVE)
    shown = _answer(request, form) if form.is_valid() and not found else None
    context = {
        "form": form,
        "found": found,
        "answer": shown,
        "chosen": form.cleaned_data.get("service") if form.is_bound else None,
        "asked": [(name, value) for name, value in request.GET.items() if name in form.fields],
        "key_form": KeyForm(initial={"key": uuid4()}),
        "terms": TERMS,
        "links": settings.STMM_PUBLIC_CATALOG or request.user.is_authenticated,
    }
    return render(request, "orders/elsewhere/question.html", context)


def _found(form: QuestionForm) -> Iterable[Any]:
    """Services that the words may mean, as long as the person has not looked through them."""
    cleaned = form.cleaned_data
    if cleaned["service"] or cleaned["described"]:
        return []
    return services_like(cleaned["what"], on=cleaned["on"])


def _may_not_be_words(form: QuestionForm) -> bool:
    """An agency leaves a service that is in the catalogue, and says which."""
    cleaned = form.cleaned_data
    by_record = not isinstance(form, StatedForm)
    return by_record and cleaned["plan"] == Plan.LEAVE and not cleaned["service"]


def _answer(request: Request, form: QuestionForm) -> Answer:
    asked = form.question()
    if isinstance(form, StatedForm):
        decision = answer_as_stated(asked, form.stated())
        return answered(None, asked, decision, basis=STATED, may_keep=False)
    agency = form.cleaned_data["agency"]
    return answered(
        agency,
        asked,
        answer(agency, asked),
        basis=ON_RECORD,
        may_keep=records_for(request.access, agency),
        may_ask=asks_for_exemptions_of(request.access, agency),
    )


@require_POST
@reasons_told
def determine(request: Request) -> HttpResponse:
    """Keep the answer, and have its certificate made."""
    agencies = asking_agencies(request.access)
    if not agencies:
        raise PermissionDenied(NOT_A_BUYER)
    form, key = QuestionForm(request.POST, agencies=agencies), KeyForm(request.POST)
    if not (form.is_valid() and key.is_valid()) or _may_not_be_words(form):
        return _back_to_the_question(request)
    try:
        made = determine_elsewhere(
            agency=form.cleaned_data["agency"],
            question=form.question(),
            key=key.cleaned_data["key"],
            access=request.access,
            at=request.at,
        )
    except Incomplete as refusal:
        messages.error(request, str(refusal))
        return _back_to_the_question(request)
    messages.success(request, f"{made} is kept. Its certificate is being made.")
    return redirect(made)


def _back_to_the_question(request: Request) -> HttpResponse:
    query = request.POST.copy()
    query.pop("csrfmiddlewaretoken", None)
    query.pop("key", None)
    return redirect(f"{reverse('orders:question')}?{query.urlencode()}")


def visible_determination(request: Request, pk: int) -> ElsewhereDetermination:
    """The determination, if this person may see it; 404 otherwise."""
    rows = ElsewhereDetermination.objects.visible_to(request.access).select_related(
        "agency",
        "service__contract__contractor",
        "service__category",
        "asked_by",
        "relies_on__request",
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def determination(request: Request, pk: int) -> HttpResponse:
    found = visible_determination(request, pk)
    has_certificate = hasattr(found, "certificate")
    if has_certificate and request.htmx:  # type: ignore[attr-defined]  # set by django_htmx
        return HttpResponseClientRefresh()
    basis = ON_RECORD if found.relies_on else STATED
    context = {
        "determination": found,
        "facts": list(facts_of(found.purchase, plan=found.plan, exemption_basis=basis)),
        "day": date_in_words(found.outcome, found.purchase, found.date_shown),
        "has_certificate": has_certificate,
        "purchases": found.purchases.standing(),
        "may_record": records_for(request.access, found.agency),
        "entries": list(Entry.objects.about(found)),
    }
    return render(request, "orders/elsewhere/determination.html", context)


@require_safe
def certificate(request: Request, pk: int) -> HttpResponse:
    """The very file that was made; the download is recorded."""
    found = visible_determination(request, pk)
    if not hasattr(found, "certificate"):
        raise Http404("The certificate is being made.")
    document = found.certificate.document
    content = hand_out(document=document, actor=request.user, at=request.at)
    return HttpResponse(
        content,
        content_type=document.media_type,
        headers={"Content-Disposition": content_disposition_header(True, document.file_name) or ""},
    )
