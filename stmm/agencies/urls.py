from django.urls import URLPattern, path

from stmm.agencies import address_book_views, views
from stmm.agencies.address_book_forms import KINDS, Kind

app_name = "agencies"


def _address_book(kind: Kind) -> list[URLPattern]:
    """The addresses of one kind of entry: `agencies:sites`, `agencies:add-site` and so on."""
    word, given = kind.word, {"kind": kind}
    entries, entry = f"<int:pk>/{word}s/", f"<int:pk>/{word}s/<int:entry>/"
    return [
        path(entries, address_book_views.entry_list, given, name=f"{word}s"),
        path(f"{entries}add/", address_book_views.entry_add, given, name=f"add-{word}"),
        path(entry, address_book_views.entry_change, given, name=f"change-{word}"),
        path(f"{entry}use/", address_book_views.entry_use, given, name=f"use-{word}"),
    ]


urlpatterns = [
    path("", views.agency_list, name="list"),
    path("add/", views.agency_add, name="add"),
    path("<int:pk>/", views.agency_detail, name="detail"),
    path("<int:pk>/standing/", views.standing_set, name="set-standing"),
    path("<int:pk>/appoint/", views.person_appoint, name="appoint"),
    *(pattern for kind in KINDS for pattern in _address_book(kind)),
    path("appointments/<int:pk>/end/", views.appointment_end, name="end-appointment"),
    path("appointments/<int:pk>/cdt-965/", views.appointment_form, name="appointment-form"),
]
