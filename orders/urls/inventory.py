"""What works at an agency, and what it costs."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
