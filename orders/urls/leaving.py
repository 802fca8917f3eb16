"""Leaving CALNET with 30 calendar days' notice."""

from django.urls import URLPattern, path

from orders.views.leaving import notices, steps

urlpatterns: list[URLPattern] = [
    path("leaving/", notices.leaving_list, name="leavings"),
    path("leaving/leaving.csv", notices.leavings_file, {"ending": "csv"}, name="leavings-csv"),
    path("leaving/leaving.xlsx", notices.leavings_file, {"ending": "xlsx"}, name="leavings-xlsx"),
    path("leaving/new/", steps.start, name="start-leaving"),
    path("leaving/<int:pk>/", notices.detail, name="leaving"),
    path("leaving/<int:pk>/services/", steps.parts, name="leaving-parts"),
    path("leaving/<int:pk>/details/", steps.details, name="leaving-details"),
    path("leaving/<int:pk>/review/", steps.review, name="leaving-review"),
    path("leaving/<int:pk>/notice/", steps.give_notice, name="give-notice"),
    path("leaving/<int:pk>/letter.pdf", notices.letter, name="leaving-letter"),
    path("leaving/<int:pk>/disconnect/", notices.order_disconnect, name="leaving-order"),
    path("leaving/<int:pk>/ended/", notices.record_end, name="leaving-ended"),
    path("leaving/<int:pk>/withdraw/", notices.withdraw, name="withdraw-leaving"),
]
