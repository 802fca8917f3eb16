from django.urls import path

from exemptions.views import attachments, case, items, listing, making, sending

urlpatterns = [
    path("", listing.request_list, name="requests"),
    path("requests.csv", listing.requests_file, {"ending": "csv"}, name="requests-csv"),
    path("requests.xlsx", listing.requests_file, {"ending": "xlsx"}, name="requests-xlsx"),
    path("new/", making.begin, name="begin"),
    path("<int:pk>/", case.case, name="request"),
    path("<int:pk>/project/", making.project, name="project"),
    path("<int:pk>/services/", items.items, name="items"),
    path("<int:pk>/services/add/", items.add_service, name="add-item"),
    path("<int:pk>/services/describe/", items.add_described, name="describe-item"),
    path("<int:pk>/services/<int:item>/", items.change_item, name="change-item"),
    path("<int:pk>/services/<int:item>/up/", items.move_up, name="move-item"),
    path("<int:pk>/services/<int:item>/remove/", items.remove_item, name="remove-item"),
    path("<int:pk>/reasons/", making.reasons, name="reasons"),
    path("<int:pk>/term/", making.term, name="term"),
    path("<int:pk>/files/", attachments.files, name="files"),
    path("<int:pk>/files/<int:attachment>/", case.attachment, name="attachment"),
    path("<int:pk>/files/<int:attachment>/remove/", attachments.detach, name="detach"),
    path("<int:pk>/review/", sending.review, name="review"),
    path("<int:pk>/ready/", sending.tell_officer, name="tell-officer"),
    path("<int:pk>/sign/", sending.sign, name="sign"),
    path("<int:pk>/take-back/", sending.take_back, name="take-back"),
    path("<int:pk>/withdraw/", sending.withdraw, name="withdraw"),
    path("<int:pk>/extend/", making.extend, name="extend"),
]
