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
    making,
    sending,
    signing,
)

app_name = "orders"

urlpatterns = [
    *lists.urlpatterns,
    *making.urlpatterns,
    *signing.urlpatterns,
    *sending.urlpatterns,
    *desk.urlpatterns,
    *changing.urlpatterns,
    *inventory.urlpatterns,
    *atos.urlpatterns,
    *local.urlpatterns,
    *leaving.urlpatterns,
    *elsewhere.urlpatterns,
]
