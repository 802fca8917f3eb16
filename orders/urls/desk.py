"""The contractor’s order desk."""

from django.urls import path

from orders.views import desk, desk_acts, desk_notices, time_limits

urlpatterns = [
    path("desk/", desk.queue, name="desk"),
    path("desk/acknowledge/", desk.acknowledge_many, name="acknowledge-many"),
    path("desk/notices/", desk_notices.notices, name="notices"),
    path("desk/notices/template.csv", desk_notices.template, name="notices-template"),
    path("time-limits/", time_limits.limit_list, name="time-limits"),
    path("time-limits/<int:pk>/", time_limits.set_limits, name="set-time-limits"),
    path("<int:pk>/acknowledge/", desk.acknowledge, name="acknowledge"),
    path("<int:pk>/reject/", desk_acts.reject, name="reject"),
    path("<int:pk>/ask/", desk_acts.ask, name="ask"),
    path("<int:pk>/answer/", desk_acts.answer, name="answer"),
    path("<int:pk>/commit/", desk_acts.commit, name="commit"),
    path("<int:pk>/jeopardy/", desk_acts.jeopardy, name="jeopardy"),
    path("<int:pk>/complete/", desk_acts.complete, name="complete"),
    path("<int:pk>/correct/", desk_acts.correct, name="correct"),
]
