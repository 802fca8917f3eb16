from django.urls import path

from catalog.views import uploads

app_name = "uploads"

urlpatterns = [
    path("", uploads.upload_list, name="list"),
    path("new/", uploads.new, name="new"),
    path("<int:pk>/", uploads.detail, name="detail"),
    path("<int:pk>/columns/", uploads.columns, name="columns"),
    path("<int:pk>/compare/", uploads.compare, name="compare"),
    path("<int:pk>/publish/", uploads.publish, name="publish"),
    path("<int:pk>/reject/", uploads.reject, name="reject"),
    path("<int:pk>/comparison.csv", uploads.comparison, name="comparison"),
    path("<int:pk>/file/", uploads.file, name="file"),
]
