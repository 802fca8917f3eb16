from django.urls import path

from stmm.look import views

urlpatterns = [
    path("accessibility", views.accessibility, name="accessibility"),
    path("privacy", views.privacy, name="privacy"),
    path("glossary", views.glossary, name="glossary"),
]
