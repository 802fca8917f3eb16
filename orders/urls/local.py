"""Orders on locally authorized purchasing documents."""

from django.urls import URLPattern, path

from orders.views.local import desk, documents, steps

urlpatterns: list[URLPattern] = [
    path("local/", documents.local_list, name="locals"),
    path("local/documents.csv", documents.locals_file, {"ending": "csv"}, name="locals-csv"),
    path("local/documents.xlsx", documents.locals_file, {"ending": "xlsx"}, name="locals-xlsx"),
    path("local/new/", steps.start, name="start-local"),
    path("local/<int:pk>/", documents.detail, name="local"),
    path("local/<int:pk>/details/", steps.details, name="local-details"),
    path("local/<int:pk>/lines/", steps.lines, name="local-lines"),
    path("local/<int:pk>/lines/add/", steps.add_line, name="add-local-line"),
    path(
        "local/<int:pk>/lines/<int:line>/remove/",
        steps.remove_line,
        name="remove-local-line",
    ),
    path("local/<int:pk>/review/", steps.review, name="local-review"),
    path("local/<int:pk>/record/", steps.record, name="record-local"),
    path("local/<int:pk>/record.pdf", documents.record_file, name="local-record"),
    path("local/<int:pk>/document.pdf", documents.document_file, name="local-document"),
    path("local/<int:pk>/abandon/", documents.abandon, name="abandon-local"),
    path("local/<int:pk>/cancel/", documents.cancel, name="cancel-local"),
    path("local/<int:pk>/acknowledge/", desk.acknowledge, name="acknowledge-local"),
    path("local/<int:pk>/complete/", desk.complete, name="complete-local"),
    path("local/<int:pk>/reject/", desk.reject, name="reject-local"),
]
