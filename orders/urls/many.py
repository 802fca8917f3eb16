"""Many lines at once, and what is kept for the next order."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
