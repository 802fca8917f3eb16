"""Leaving CALNET with 30 calendar days' notice."""

from django.urls import URLPattern, path

from orders.views import leaving, leaving_steps

urlpatterns: list[URLPattern] = [
    path("leaving/", leaving.leaving_list, name="leavings"),
    path("leaving/leaving.csv", leaving.leavings_csv, name="leavings-csv"),
    path("leaving/leaving.xlsx", leaving.leavings_xlsx, name="leavings-xlsx"),
    path("leaving/new/", leaving_steps.start, name="start-leaving"),
    path("leaving/<int:pk>/", leaving.detail, name="leaving"),
    path("leaving/<int:pk>/services/", leaving_steps.parts, name="leaving-parts"),
    path("leaving/<int:pk>/details/", leaving_steps.details, name="leaving-details"),
    path("leaving/<int:pk>/review/", leaving_steps.review, name="leaving-review"),
    path("leaving/<int:pk>/notice/", leaving_steps.give_notice, name="give-notice"),
    path("leaving/<int:pk>/letter.pdf", leaving.letter, name="leaving-letter"),
    path("leaving/<int:pk>/disconnect/", leaving.order_disconnect, name="leaving-order"),
    path("leaving/<int:pk>/ended/", leaving.record_end, name="leaving-ended"),
    path("leaving/<int:pk>/withdraw/", leaving.withdraw, name="withdraw-leaving"),
]
