"""What the agency does with an order besides: approve, amend, cancel, hurry, note."""

from django.urls import path

from orders.views import changing, changing_signing

urlpatterns = [
    path("<int:pk>/approve/", changing.approve, name="approve"),
    path("<int:pk>/amend/", changing.amend, name="amend"),
    path("<int:pk>/cancel/", changing.cancel, name="cancel"),
    path("<int:pk>/expedite/", changing.expedite, name="expedite"),
    path("<int:pk>/notes/", changing.note, name="note"),
    path("agencies/<int:pk>/signing/", changing_signing.signing_rule, name="signing-rule"),
    path("agencies/<int:pk>/deputies/", changing_signing.name_deputy, name="name-deputy"),
    path("deputies/<int:pk>/end/", changing_signing.end_deputy, name="end-deputy"),
]
