"""What a person was told: their own notices, read or not."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stmm.accounts.models import User
from stmm.outbox.forms import PreferencesForm
from stmm.outbox.models import Notice
from stmm.outbox.notices import mark_read, preferences_of, set_preferences

PAGE = 25


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    notices = Notice.objects.visible_to(_person(request))
    only_unread = request.GET.get("show") == "unread"
    page = Paginator(notices.unread() if only_unread else notices, PAGE)
    context = {"page": page.get_page(request.GET.get("page")), "only_unread": only_unread}
    return render(request, "notices/list.html", context)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read, and go to what it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(_person(request)), pk=pk)
    mark_read(user=_person(request), notice=notice, at=timezone.now())
    return redirect(notice.url if "open" in request.POST else "notices:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = mark_read(user=_person(request), at=timezone.now())
    messages.success(request, f"{count} marked as read.")
    return redirect("notices:list")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """What I get by mail, and when."""
    person = _person(request)
    form = PreferencesForm(request.POST or None, initial=preferences_of(person))
    if form.is_valid():
        set_preferences(user=person, wanted=form.cleaned_data, at=timezone.now())
        messages.success(request, "This is how you are told from now on.")
        return redirect("notices:list")
    return render(request, "notices/preferences.html", {"form": form})
