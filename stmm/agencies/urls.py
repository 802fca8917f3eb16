from django.urls import path

from stmm.agencies import views

app_name = "agencies"

urlpatterns = [
    path("", views.agency_list, name="list"),
    path("add/", views.agency_add, name="add"),
    path("<int:pk>/", views.agency_detail, name="detail"),
    path("<int:pk>/standing/", views.standing_set, name="set-standing"),
    path("<int:pk>/appoint/", views.person_appoint, name="appoint"),
    path("appointments/<int:pk>/end/", views.appointment_end, name="end-appointment"),
    path("appointments/<int:pk>/cdt-965/", views.appointment_form, name="appointment-form"),
]
