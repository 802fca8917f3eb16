from django.urls import path

from exemptions.views import deciding

urlpatterns = [
    path("<int:pk>/decide/", deciding.decide, name="decide"),
]
