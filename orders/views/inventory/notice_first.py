"""Ending open services of a body outside State government: notice comes first (PO-4.2)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from orders.forms.leaving import BeginNoticeForm
from orders.models import OpenService
from orders.permissions.leaving import may_leave_for
from orders.reading.leaving import endings_of
from orders.services.leaving.from_inventory import begin_notices
from stmm.agencies.middleware import Request
from stmm.policy.citations import cite


def ask_for_notice(request: Request, services: list[OpenService]) -> HttpResponse:
    """What the chapter says of ending each today; those that may end go on to their notice.

    One notice is gone on with at once; of several, the list says which were begun.
    """
    for agency in {service.agency for service in services}:
        may_leave_for(request.access, agency)
    endings = endings_of(services, on=request.today)
    form = BeginNoticeForm(request.POST if "key" in request.POST else None)
    free = [ending.service for ending in endings if ending.may_begin]
    if form.is_valid():
        if not free:
            raise Http404
        begun = begin_notices(
            services=free, **form.cleaned_data, access=request.access, at=request.at
        )
        numbers = ", ".join(str(leaving) for leaving in begun)
        messages.success(request, f"Begun: {numbers}. Nothing is sent before you give notice.")
        return (
            redirect("orders:leaving-details", begun[0].pk)
            if len(begun) == 1
            else redirect("orders:leavings")
        )
    context = {
        "form": form,
        "endings": endings,
        "free": free,
        "bound": [ending for ending in endings if ending.is_bound],
        "citations": [cite("PO-4.1"), cite("PO-4.2")],
    }
    return render(request, "orders/inventory/notice_first.html", context)
