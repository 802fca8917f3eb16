"""What was sent of an order, as files."""

from django.urls import path

from orders.views import sending

urlpatterns = [
    path("<int:pk>/std20.pdf", sending.std20, name="std20"),
    path("<int:pk>/attachments/<int:attachment>/", sending.attachment, name="attachment"),
]
