from django.urls import path

from catalog.views import comparison, contracts, designation, keeping, rulings, searching, services

app_name = "catalog"

urlpatterns = [
    path("", searching.search, name="search"),
    path("search.csv", searching.search_file, {"ending": "csv"}, name="search-csv"),
    path("search.xlsx", searching.search_file, {"ending": "xlsx"}, name="search-xlsx"),
    path("services/<int:pk>/", services.service, name="service"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/<int:pk>/", contracts.contract, name="contract"),
    path("services/<int:pk>/compare/", comparison.comparison, name="comparison"),
    path("services/<int:pk>/equivalents/", comparison.mark, name="mark-equivalent"),
    path("services/<int:pk>/equivalents/leave/", comparison.unmark, name="unmark-equivalent"),
    path("services/<int:pk>/designate/", designation.designate_service, name="designate-service"),
    path("services/<int:pk>/ruling/", rulings.ask, name="ask-ruling"),
    path("rulings/", rulings.ruling_list, name="rulings"),
    path("rulings/<int:pk>/", rulings.ruling_detail, name="ruling"),
    path("rulings/<int:pk>/answer/", rulings.answer, name="answer-ruling"),
    path("rulings/<int:pk>/withdraw/", rulings.withdraw, name="withdraw-ruling"),
    path("undetermined/", designation.undetermined, name="undetermined"),
    path(
        "contracts/<int:pk>/designate/", designation.designate_contract, name="designate-contract"
    ),
    path("contracts/<int:pk>/extend/", keeping.extension, name="extend-contract"),
    path("contracts/<int:pk>/desk/", keeping.desk, name="set-desk"),
    path("contracts/<int:pk>/buyers/", keeping.buyer, name="list-buyer"),
    path("contracts/<int:pk>/who-may-order/", keeping.buyers, name="set-buyers"),
    path("contracts/<int:pk>/exclusivity/", keeping.exclusivity, name="set-exclusivity"),
    path("contractors/<int:pk>/", keeping.contractor, name="contractor"),
]
