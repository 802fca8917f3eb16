"""The address map."""

from django.urls import include, path

from orders.compliance.decisions import advise
from orders.reading.affected import affected
from orders.views.home import home
from stmm.views import healthz, record_csv, record_list

record = [
    path("", record_list, name="list"),
    path("record.csv", record_csv, name="csv"),
]

urlpatterns = [
    path("", home, name="home"),
    path("healthz/", healthz, name="healthz"),
    path("accounts/", include("django.contrib.auth.urls")),
    path("agencies/", include("stmm.agencies.urls")),
    path("record/", include((record, "audit"))),
    # The catalogue's pages tell members of an agency what the chapter means for them;
    # only orders knows, so it is handed down here
    path("catalog/uploads/", include("catalog.upload_urls"), {"affected": affected}),
    path("catalog/", include("catalog.urls"), {"advise": advise}),
    path("exemptions/", include("exemptions.urls")),
    path("orders/", include("orders.urls")),
    path("notices/", include("stmm.outbox.urls")),
    path("mail/", include("orders.urls.mail")),
    path("", include("stmm.look.urls")),
]
