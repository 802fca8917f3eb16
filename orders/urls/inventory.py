"""What works at an agency, and what it costs."""

from django.urls import URLPattern, path

from orders.views.inventory import budgets, open_services, review

urlpatterns: list[URLPattern] = [
    path("services/", open_services.service_list, name="services"),
    path(
        "services/services.csv", open_services.services_file, {"ending": "csv"}, name="services-csv"
    ),
    path(
        "services/services.xlsx",
        open_services.services_file,
        {"ending": "xlsx"},
        name="services-xlsx",
    ),
    path("services/unconfirmed/", review.unconfirmed, name="unconfirmed"),
    path("services/in-use/", review.confirm_services, name="confirm-services"),
    path("services/disconnect/", review.disconnect_services, name="disconnect-services"),
    path("services/<int:pk>/", open_services.service_detail, name="service"),
    path("services/<int:pk>/in-use/", open_services.confirm_service, name="confirm-service"),
    path(
        "services/<int:pk>/disconnect/",
        review.disconnect_service,
        name="disconnect-service",
    ),
    path("services/<int:pk>/budget/", budgets.service_budget, name="service-budget"),
    path("services/cost/", budgets.expected_cost, name="expected-cost"),
    path("services/cost/expected.csv", budgets.expected_cost_csv, name="expected-cost-csv"),
    path("services/cost/new/", budgets.add_budget_line, name="add-budget-line"),
    path("services/cost/<int:pk>/", budgets.change_budget_line, name="change-budget-line"),
    path(
        "services/cost/<int:pk>/remove/",
        budgets.remove_budget_line,
        name="remove-budget-line",
    ),
    path("<int:pk>/budget/", budgets.order_budget, name="order-budget"),
]
