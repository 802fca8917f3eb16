from django.urls import path

from exemptions.views import case, listing

urlpatterns = [
    path("", listing.request_list, name="requests"),
    path("requests.csv", listing.requests_csv, name="requests-csv"),
    path("requests.xlsx", listing.requests_xlsx, name="requests-xlsx"),
    path("<int:pk>/", case.case, name="request"),
    path("<int:pk>/files/<int:attachment>/", case.attachment, name="attachment"),
]
