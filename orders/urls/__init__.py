"""The addresses of orders; of each subject in a module of its own."""

from orders.urls import (
    atos,
    changing,
    desk,
    elsewhere,
    inventory,
    leaving,
    lists,
    local,
    many,
    ordering,
)

app_name = "orders"

urlpatterns = [
    *ordering.urlpatterns,
    *atos.urlpatterns,
    *many.urlpatterns,
    *desk.urlpatterns,
    *elsewhere.urlpatterns,
    *changing.urlpatterns,
    *inventory.urlpatterns,
    *leaving.urlpatterns,
    *local.urlpatterns,
    *lists.urlpatterns,
]
