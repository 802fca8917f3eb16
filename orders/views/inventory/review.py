"""What nobody has confirmed in use for 90 days: in use, or to be disconnected."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from orders.forms.inventory import ChosenForm, DisconnectForm
from orders.models import OpenService, Order, OrderLine
from orders.models.inventory import UNCONFIRMED_AFTER, OpenServiceQuerySet
from orders.models.states import LINE_UNDER_WAY, UNFINISHED_STATES
from orders.permissions.order import may_keep_for
from orders.reading.by_contract import grouped
from orders.services.inventory.disconnecting import NumberRefused, begin_disconnecting
from orders.services.inventory.open_services import confirm_in_use
from orders.views.answering import reasons_told
from orders.views.for_agencies import for_agencies, sees_many_agencies
from orders.views.inventory.notice_first import ask_for_notice
from orders.views.inventory.open_services import SERVICES_A_PAGE, visible_service, visible_services
from stmm.agencies.middleware import Request


def _with_disconnects(services: OpenServiceQuerySet) -> OpenServiceQuerySet:
    """Adds `going`: the key of an order under way that disconnects some of a service."""
    lines = OrderLine.objects.filter(
        Q(progress__isnull=True) | Q(progress__state__in=LINE_UNDER_WAY),
        acts_on=OuterRef("pk"),
        order_type=OrderLine.Type.DISCONNECT,
        order__state__in=UNFINISHED_STATES,
    )
    return services.annotate(going=Subquery(lines.order_by("-pk").values("order")[:1]))


@require_safe
@for_agencies
def unconfirmed(request: Request) -> HttpResponse:
    """The longest unconfirmed first; who keeps an agency's services says what becomes of them."""
    found = visible_services(request).unconfirmed(request.today)
    keeps = {agency.pk for agency in request.access.ordering_agencies}
    context = {
        "page": Paginator(_with_disconnects(found), SERVICES_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "total": found.monthly_cost(),
        "days": UNCONFIRMED_AFTER.days,
        "keeps": keeps,
        "many_agencies": sees_many_agencies(request),
    }
    return render(request, "orders/inventory/unconfirmed.html", context)


def _chosen(request: Request) -> list[OpenService]:
    """What was ticked; 404 if this person may not see one of them."""
    form = ChosenForm(request.POST, visible=OpenService.objects.visible_to(request.access))
    if not form.is_valid():
        raise Http404
    return form.chosen()


def _back_to_the_list(request: Request) -> HttpResponse:
    return redirect(f"{reverse('orders:unconfirmed')}?{request.GET.urlencode()}".rstrip("?"))


def _nothing_chosen(request: Request) -> HttpResponse:
    messages.error(request, "Check the box of at least one service first.")
    return _back_to_the_list(request)


@require_POST
@for_agencies
def confirm_services(request: Request) -> HttpResponse:
    """One that was clicked, or all that were ticked."""
    chosen = _chosen(request)
    if not chosen:
        return _nothing_chosen(request)
    confirmed = confirm_in_use(services=chosen, access=request.access, at=request.at)
    names = ", ".join(str(service) for service in confirmed)
    messages.success(request, f"In use: {names or 'confirmed today already'}.")
    return _back_to_the_list(request)


@require_safe
@reasons_told
def disconnect_service(request: Request, pk: int) -> HttpResponse:
    """The small page that asks for the number of the order; its form goes to the next view."""
    service = visible_service(request, pk)
    may_keep_for(request.access, service.agency)
    if service.ended_on:
        return redirect(service)
    if not service.agency.is_state:
        return ask_for_notice(request, [service])
    return _ask_for_numbers(request, [service], DisconnectForm(groups=grouped([service])))


@require_POST
@for_agencies
def disconnect_services(request: Request) -> HttpResponse:
    """What was ticked: first its page is shown, then its drafts are begun."""
    chosen = _chosen(request)
    for agency in {service.agency for service in chosen}:
        may_keep_for(request.access, agency)
    working = [service for service in chosen if service.ended_on is None]
    if not working:
        return _nothing_chosen(request)
    of_others = [service for service in working if not service.agency.is_state]
    if of_others == working:
        return ask_for_notice(request, working)
    if of_others:
        messages.error(request, "Check services of State agencies alone, or of other bodies alone.")
        return _back_to_the_list(request)
    is_filled_in = "key" in request.POST
    form = DisconnectForm(request.POST if is_filled_in else None, groups=grouped(working))
    orders = _begun(request, working, form) if form.is_valid() else []
    if not orders:
        return _ask_for_numbers(request, working, form)
    numbers = ", ".join(order.agency_request_number for order in orders)
    messages.success(request, f"Begun: {numbers}. Review and sign to disconnect.")
    return redirect("orders:lines", orders[0].pk) if len(orders) == 1 else redirect("orders:list")


def _begun(request: Request, services: list[OpenService], form: DisconnectForm) -> list[Order]:
    """The drafts; none if one of them was refused, which the form then says."""
    try:
        return begin_disconnecting(
            services=services,
            numbers=form.numbers(),
            key=form.cleaned_data["key"],
            access=request.access,
            at=request.at,
        )
    except NumberRefused as refusal:
        for reason in refusal.reasons:
            form.refuse(refusal.group, reason)
        return []


def _ask_for_numbers(
    request: Request, services: list[OpenService], form: DisconnectForm
) -> HttpResponse:
    context = {"services": services, "form": form}
    return render(request, "orders/inventory/disconnect.html", context)
