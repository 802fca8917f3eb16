"""Orders on locally authorized purchasing documents."""

from django.urls import URLPattern, path

from orders.views import local, local_desk, local_steps

urlpatterns: list[URLPattern] = [
    path("local/", local.local_list, name="locals"),
    path("local/documents.csv", local.locals_csv, name="locals-csv"),
    path("local/documents.xlsx", local.locals_xlsx, name="locals-xlsx"),
    path("local/new/", local_steps.start, name="start-local"),
    path("local/<int:pk>/", local.detail, name="local"),
    path("local/<int:pk>/details/", local_steps.details, name="local-details"),
    path("local/<int:pk>/lines/", local_steps.lines, name="local-lines"),
    path("local/<int:pk>/lines/add/", local_steps.add_line, name="add-local-line"),
    path(
        "local/<int:pk>/lines/<int:line>/remove/",
        local_steps.remove_line,
        name="remove-local-line",
    ),
    path("local/<int:pk>/review/", local_steps.review, name="local-review"),
    path("local/<int:pk>/record/", local_steps.record, name="record-local"),
    path("local/<int:pk>/record.pdf", local.record_file, name="local-record"),
    path("local/<int:pk>/document.pdf", local.document_file, name="local-document"),
    path("local/<int:pk>/abandon/", local.abandon, name="abandon-local"),
    path("local/<int:pk>/cancel/", local.cancel, name="cancel-local"),
    path("local/<int:pk>/acknowledge/", local_desk.acknowledge, name="acknowledge-local"),
    path("local/<int:pk>/complete/", local_desk.complete, name="complete-local"),
    path("local/<int:pk>/reject/", local_desk.reject, name="reject-local"),
]
