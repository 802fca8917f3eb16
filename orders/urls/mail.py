"""The mails that carried what was sent: a part of the site of their own."""

from django.urls import path

from orders.views import sending

app_name = "mail"

urlpatterns = [
    path("", sending.mail_list, name="list"),
    path("<int:pk>/", sending.mail_detail, name="detail"),
    path("<int:pk>/documents/<int:document>/", sending.mail_document, name="document"),
    path("<int:pk>/again/", sending.mail_again, name="again"),
]
