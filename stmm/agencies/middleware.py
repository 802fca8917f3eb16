"""One clock reading and one look at a person's authority for each request."""

from collections.abc import Callable
from datetime import date, datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from stmm.accounts.models import User
from stmm.agencies.access import Access, access_of


class Request(HttpRequest):
    """What views get: the moment, the Pacific day, and what the person may do on it."""

    user: User
    at: datetime
    today: date
    access: Access


class AccessMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ours = cast(Request, request)
        ours.at = timezone.now()
        ours.today = timezone.localdate(ours.at)
        ours.access = cast(Access, SimpleLazyObject(lambda: access_of(ours.user, on=ours.today)))
        return self.get_response(request)
