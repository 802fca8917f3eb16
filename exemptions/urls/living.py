"""An exemption that was decided: letters, conditions, revocation; delegations."""

from django.urls import URLPattern, path

from exemptions.views import delegations, living

urlpatterns: list[URLPattern] = [
    path("<int:pk>/letters/<int:letter>.pdf", living.letter, name="letter"),
    path("<int:pk>/purchases.csv", living.uses_csv, name="uses-csv"),
    path("<int:pk>/revoke/", living.revoke_exemption, name="revoke"),
    path("<int:pk>/conditions/<int:condition>/", living.meet_condition, name="meet-condition"),
    path("<int:pk>/delegation/", delegations.name_one, name="name-delegation"),
    path("delegations/", delegations.delegation_list, name="delegations"),
    path("delegations/new/", delegations.record_one, name="record-delegation"),
    path("delegations/lacking/", delegations.lacking, name="without-delegation"),
    path("delegations/<int:pk>/", delegations.delegation, name="delegation"),
    path("delegations/<int:pk>/withdraw/", delegations.withdraw_one, name="withdraw-delegation"),
]
