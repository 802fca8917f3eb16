"""Pages of many services, costs or purchases: who is shown them, and of how many agencies."""

from functools import wraps

from django.http import HttpResponseBase

from orders.views.answering import AnyView, reasons_told
from stmm.agencies.middleware import Request
from stmm.refusals import NotAllowed


def for_agencies(view: AnyView) -> AnyView:
    """A list of services or costs: for people of agencies and oversight, and for nobody else."""

    @reasons_told
    @wraps(view)
    def shown(request: Request, **kwargs: object) -> HttpResponseBase:
        if not (request.access.sees_everything or request.access.member_agency_ids):
            raise NotAllowed("What works at an agency is shown to its people.")
        return view(request, **kwargs)

    return shown


def sees_many_agencies(request: Request) -> bool:
    return request.access.sees_everything or len(request.access.member_agency_ids) > 1
