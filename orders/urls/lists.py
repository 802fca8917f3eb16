"""Lists of orders: kept filters, downloads, orders followed."""

from django.urls import path

from orders.views import listing

urlpatterns = [
    path("orders.csv", listing.orders_csv, name="csv"),
    path("orders.xlsx", listing.orders_xlsx, name="xlsx"),
    path("std20s.zip", listing.std20s, name="std20s"),
    path("filters/", listing.keep, name="keep-filter"),
    path("filters/<int:pk>/forget/", listing.forget, name="forget-filter"),
    path("<int:pk>/follow/", listing.follow_order, name="follow"),
]
