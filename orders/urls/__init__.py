"""The addresses of orders; of each subject in a module of its own."""

from orders.urls import changing, desk, inventory, lists, many, ordering

app_name = "orders"

urlpatterns = [
    *ordering.urlpatterns,
    *many.urlpatterns,
    *desk.urlpatterns,
    *changing.urlpatterns,
    *inventory.urlpatterns,
    *lists.urlpatterns,
]
