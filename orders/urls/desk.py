"""The contractor’s order desk."""

from django.urls import path

from orders.views.desk import acts, notices, queue, time_limits

urlpatterns = [
    path("desk/", queue.queue, name="desk"),
    path("desk/acknowledge/", queue.acknowledge_many, name="acknowledge-many"),
    path("desk/notices/", notices.notices, name="notices"),
    path("desk/notices/template.csv", notices.template, name="notices-template"),
    path("time-limits/", time_limits.limit_list, name="time-limits"),
    path("time-limits/<int:pk>/", time_limits.set_limits, name="set-time-limits"),
    path("<int:pk>/acknowledge/", queue.acknowledge, name="acknowledge"),
    path("<int:pk>/reject/", acts.reject, name="reject"),
    path("<int:pk>/ask/", acts.ask, name="ask"),
    path("<int:pk>/answer/", acts.answer, name="answer"),
    path("<int:pk>/commit/", acts.commit, name="commit"),
    path("<int:pk>/jeopardy/", acts.jeopardy, name="jeopardy"),
    path("<int:pk>/complete/", acts.complete, name="complete"),
    path("<int:pk>/correct/", acts.correct, name="correct"),
]
