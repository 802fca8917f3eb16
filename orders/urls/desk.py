"""The contractor’s order desk."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
