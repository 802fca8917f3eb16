"""What the agency does with an order besides: approve, amend, cancel, hurry, note."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
