from django.urls import path

from orders.views import files

app_name = "mail"

urlpatterns = [
    path("", files.mail_list, name="list"),
    path("<int:pk>/", files.mail_detail, name="detail"),
    path("<int:pk>/documents/<int:document>/", files.mail_document, name="document"),
    path("<int:pk>/again/", files.mail_again, name="again"),
]
