"""Authorizations To Order, their windows, and the eligibility that comes before them."""

from django.urls import path

from orders.views import ato_list, ato_papers, atos, eligibility

urlpatterns = [
    path("atos/", ato_list.ato_list, name="atos"),
    path("atos/atos.csv", ato_list.atos_csv, name="atos-csv"),
    path("atos/atos.xlsx", ato_list.atos_xlsx, name="atos-xlsx"),
    path("atos/new/", atos.begin_ato, name="begin-ato"),
    path("atos/<int:pk>/", atos.ato_detail, name="ato"),
    path("atos/<int:pk>/amend/", atos.amend_ato, name="amend-ato"),
    path("atos/<int:pk>/renew/", atos.renew_ato, name="renew-ato"),
    path("atos/<int:pk>/end/", atos.end_ato, name="end-ato"),
    path("atos/papers/<int:pk>/", ato_papers.ato_paper, name="ato-paper"),
    path("atos/papers/<int:pk>/change/", ato_papers.change_ato, name="change-ato"),
    path("atos/papers/<int:pk>/ready/", ato_papers.ready_ato, name="ready-ato"),
    path("atos/papers/<int:pk>/take-back/", ato_papers.take_back_ato, name="take-back-ato"),
    path("atos/papers/<int:pk>/agency/", ato_papers.sign_ato_for_agency, name="sign-ato-agency"),
    path(
        "atos/papers/<int:pk>/contractor/",
        ato_papers.sign_ato_for_contractor,
        name="sign-ato-contractor",
    ),
    path("atos/papers/<int:pk>/approve/", ato_papers.approve_ato, name="approve-ato"),
    path("atos/papers/<int:pk>/return/", ato_papers.return_ato, name="return-ato"),
    path("atos/papers/<int:pk>/withdraw/", ato_papers.withdraw_ato, name="withdraw-ato"),
    path("atos/papers/<int:pk>/scan/", ato_papers.scan_ato, name="scan-ato"),
    path("atos/papers/<int:pk>/ato.pdf", ato_papers.ato_form, name="ato-form"),
    path("atos/papers/<int:pk>/signed.pdf", ato_papers.ato_scan, name="ato-scan"),
    path("agencies/<int:pk>/windows/", ato_list.agency_windows, name="windows"),
    path("eligibility/", eligibility.registration_list, name="registrations"),
    path("eligibility/new/", eligibility.register, name="register"),
    path("eligibility/<int:pk>/", eligibility.registration_detail, name="registration"),
    path(
        "eligibility/<int:pk>/approve/",
        eligibility.approve_registration,
        name="approve-registration",
    ),
    path(
        "eligibility/<int:pk>/return/", eligibility.return_registration, name="return-registration"
    ),
    path("eligibility/<int:pk>/nespa.pdf", eligibility.nespa, name="nespa"),
]
