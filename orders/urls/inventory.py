"""What works at an agency, and what it costs."""

from django.urls import URLPattern, path

from orders.views import inventory, inventory_budget, inventory_review

urlpatterns: list[URLPattern] = [
    path("services/", inventory.service_list, name="services"),
    path("services/services.csv", inventory.services_csv, name="services-csv"),
    path("services/services.xlsx", inventory.services_xlsx, name="services-xlsx"),
    path("services/unconfirmed/", inventory_review.unconfirmed, name="unconfirmed"),
    path("services/in-use/", inventory_review.confirm_services, name="confirm-services"),
    path("services/disconnect/", inventory_review.disconnect_services, name="disconnect-services"),
    path("services/<int:pk>/", inventory.service_detail, name="service"),
    path("services/<int:pk>/in-use/", inventory.confirm_service, name="confirm-service"),
    path(
        "services/<int:pk>/disconnect/",
        inventory_review.disconnect_service,
        name="disconnect-service",
    ),
    path("services/<int:pk>/budget/", inventory_budget.service_budget, name="service-budget"),
    path("services/cost/", inventory_budget.expected_cost, name="expected-cost"),
    path(
        "services/cost/expected.csv", inventory_budget.expected_cost_csv, name="expected-cost-csv"
    ),
    path("services/cost/new/", inventory_budget.add_budget_line, name="add-budget-line"),
    path("services/cost/<int:pk>/", inventory_budget.change_budget_line, name="change-budget-line"),
    path(
        "services/cost/<int:pk>/remove/",
        inventory_budget.remove_budget_line,
        name="remove-budget-line",
    ),
    path("<int:pk>/budget/", inventory_budget.order_budget, name="order-budget"),
]
