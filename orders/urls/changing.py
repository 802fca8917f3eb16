"""What the agency does with an order besides: amend, cancel, hurry, note."""

from django.urls import path

from orders.views import changing

urlpatterns = [
    path("<int:pk>/amend/", changing.amend, name="amend"),
    path("<int:pk>/cancel/", changing.cancel, name="cancel"),
    path("<int:pk>/expedite/", changing.expedite, name="expedite"),
    path("<int:pk>/notes/", changing.note, name="note"),
]
