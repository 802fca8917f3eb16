"""Authorizations To Order, their windows, and the eligibility that comes before them."""

from django.urls import path

from orders.views.atos import ato, eligibility, listing, papers

urlpatterns = [
    path("atos/", listing.ato_list, name="atos"),
    path("atos/atos.csv", listing.atos_file, {"ending": "csv"}, name="atos-csv"),
    path("atos/atos.xlsx", listing.atos_file, {"ending": "xlsx"}, name="atos-xlsx"),
    path("atos/new/", ato.begin_ato, name="begin-ato"),
    path("atos/<int:pk>/", ato.ato_detail, name="ato"),
    path("atos/<int:pk>/amend/", ato.amend_ato, name="amend-ato"),
    path("atos/<int:pk>/renew/", ato.renew_ato, name="renew-ato"),
    path("atos/<int:pk>/end/", ato.end_ato, name="end-ato"),
    path("atos/papers/<int:pk>/", papers.ato_paper, name="ato-paper"),
    path("atos/papers/<int:pk>/change/", papers.change_ato, name="change-ato"),
    path("atos/papers/<int:pk>/ready/", papers.ready_ato, name="ready-ato"),
    path("atos/papers/<int:pk>/take-back/", papers.take_back_ato, name="take-back-ato"),
    path("atos/papers/<int:pk>/agency/", papers.sign_ato_for_agency, name="sign-ato-agency"),
    path(
        "atos/papers/<int:pk>/contractor/",
        papers.sign_ato_for_contractor,
        name="sign-ato-contractor",
    ),
    path("atos/papers/<int:pk>/approve/", papers.approve_ato, name="approve-ato"),
    path("atos/papers/<int:pk>/return/", papers.return_ato, name="return-ato"),
    path("atos/papers/<int:pk>/withdraw/", papers.withdraw_ato, name="withdraw-ato"),
    path("atos/papers/<int:pk>/scan/", papers.scan_ato, name="scan-ato"),
    path("atos/papers/<int:pk>/ato.pdf", papers.ato_form, name="ato-form"),
    path("atos/papers/<int:pk>/signed.pdf", papers.ato_scan, name="ato-scan"),
    path("agencies/<int:pk>/windows/", listing.agency_windows, name="windows"),
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
