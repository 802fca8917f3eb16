"""Lists of orders: kept filters, downloads; one order, and following it."""

from django.urls import path

from orders.views import lists

urlpatterns = [
    path("", lists.order_list, name="list"),
    path("orders.csv", lists.orders_file, {"ending": "csv"}, name="csv"),
    path("orders.xlsx", lists.orders_file, {"ending": "xlsx"}, name="xlsx"),
    path("std20s.zip", lists.std20s, name="std20s"),
    path("filters/", lists.keep, name="keep-filter"),
    path("filters/<int:pk>/forget/", lists.forget, name="forget-filter"),
    path("<int:pk>/", lists.order_detail, name="detail"),
    path("<int:pk>/follow/", lists.follow_order, name="follow"),
]
