"""Lists of orders: kept filters, downloads, many at once."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
