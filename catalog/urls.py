from django.urls import path

from catalog import views

app_name = "catalog"

urlpatterns = [
    path("", views.search, name="search"),
    path("services/<int:pk>/", views.service, name="service"),
    path("contracts/", views.contracts, name="contracts"),
    path("contracts/<int:pk>/", views.contract, name="contract"),
]
