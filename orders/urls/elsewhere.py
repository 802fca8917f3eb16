"""May I buy this elsewhere; what was bought there; the ledgers it was read from."""

from django.urls import URLPattern, path

from orders.views.elsewhere import (
    determinations,
    exemption_drafts,
    ledgers,
    outside,
    outside_acts,
    question,
)

urlpatterns: list[URLPattern] = [
    path("elsewhere/", question.question, name="question"),
    path("elsewhere/determine/", question.determine, name="determine"),
    path("elsewhere/determinations/", determinations.determinations, name="determinations"),
    path(
        "elsewhere/determinations.csv",
        determinations.determinations_file,
        {"ending": "csv"},
        name="determinations-csv",
    ),
    path(
        "elsewhere/determinations.xlsx",
        determinations.determinations_file,
        {"ending": "xlsx"},
        name="determinations-xlsx",
    ),
    path("elsewhere/determinations/<int:pk>/", question.determination, name="determination"),
    path(
        "elsewhere/determinations/<int:pk>/certificate.pdf",
        question.certificate,
        name="certificate",
    ),
    path("elsewhere/purchases/", outside.purchase_list, name="outside-purchases"),
    path(
        "elsewhere/purchases.csv",
        outside.purchases_file,
        {"ending": "csv"},
        name="outside-purchases-csv",
    ),
    path(
        "elsewhere/purchases.xlsx",
        outside.purchases_file,
        {"ending": "xlsx"},
        name="outside-purchases-xlsx",
    ),
    path("elsewhere/purchases/new/", outside_acts.record_outside, name="record-outside"),
    path("elsewhere/purchases/confirm/", outside_acts.confirm, name="confirm-matches"),
    path("elsewhere/purchases/<int:pk>/", outside.purchase, name="outside-purchase"),
    path("elsewhere/purchases/<int:pk>/match/", outside_acts.match, name="match-outside"),
    path("elsewhere/purchases/<int:pk>/settle/", outside_acts.settle, name="settle-finding"),
    path("elsewhere/purchases/<int:pk>/withdraw/", outside_acts.withdraw, name="withdraw-outside"),
    path(
        "elsewhere/purchases/exemption/",
        exemption_drafts.findings_exemption,
        name="findings-exemption",
    ),
    path("elsewhere/exemption/", exemption_drafts.service_exemption, name="service-exemption"),
    path(
        "elsewhere/purchases/<int:pk>/exemption/",
        exemption_drafts.finding_exemption,
        name="finding-exemption",
    ),
    path("<int:pk>/exemption/", exemption_drafts.order_exemption, name="order-exemption"),
    path("elsewhere/ledgers/", ledgers.ledger_list, name="ledgers"),
    path("elsewhere/ledgers/new/", ledgers.upload, name="upload-ledger"),
    path("elsewhere/ledgers/template.csv", ledgers.template, name="ledger-template"),
    path("elsewhere/ledgers/<int:pk>/", ledgers.detail, name="ledger"),
    path("elsewhere/ledgers/<int:pk>/file/", ledgers.file, name="ledger-file"),
    path("elsewhere/ledgers/<int:pk>/withdraw/", ledgers.withdraw, name="withdraw-ledger"),
]
