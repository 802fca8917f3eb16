"""The register of decisions, and reports for oversight."""

from django.urls import URLPattern, path

from exemptions.views import register, reporting

urlpatterns: list[URLPattern] = [
    path("register/", register.register, name="register"),
    path("register.csv", register.register_csv, name="register-csv"),
    path("reports/", reporting.report, name="report"),
    path("reports/times.csv", reporting.times_file, {"ending": "csv"}, name="report-times-csv"),
    path("reports/times.xlsx", reporting.times_file, {"ending": "xlsx"}, name="report-times-xlsx"),
    path("reports/scope.csv", reporting.scope_file, {"ending": "csv"}, name="report-scope-csv"),
    path("reports/scope.xlsx", reporting.scope_file, {"ending": "xlsx"}, name="report-scope-xlsx"),
]
