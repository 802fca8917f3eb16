"""The addresses of exemption requests; of each subject in a module of its own."""

from exemptions.urls import asking, deciding, living, reporting, working

app_name = "exemptions"

urlpatterns = [
    *asking.urlpatterns,
    *working.urlpatterns,
    *deciding.urlpatterns,
    *living.urlpatterns,
    *reporting.urlpatterns,
]
