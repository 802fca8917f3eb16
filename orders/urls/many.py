"""Many lines at once, and a new order like an earlier one."""

from django.urls import path

from orders.views import many

urlpatterns = [
    path("<int:pk>/lines/paste/", many.paste, name="paste-lines"),
    path("<int:pk>/lines/upload/", many.upload, name="upload-lines"),
    path("<int:pk>/lines/template.xlsx", many.template, name="lines-template"),
    path("<int:pk>/copy/", many.copy_order, name="copy"),
]
