from django.urls import path

from exemptions.views import queue, recommending, working

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue.csv", queue.queue_file, {"ending": "csv"}, name="queue-csv"),
    path("queue.xlsx", queue.queue_file, {"ending": "xlsx"}, name="queue-xlsx"),
    path("<int:pk>/assign/", working.assign, name="assign"),
    path("<int:pk>/ask/", working.ask, name="ask"),
    path("<int:pk>/answer/", working.answer, name="answer"),
    path("<int:pk>/note/", working.note, name="note"),
    path("<int:pk>/recommend/", recommending.recommend, name="recommend"),
    path(
        "<int:pk>/questions/<int:question>/take-back/",
        working.take_question_back,
        name="take-question-back",
    ),
]
