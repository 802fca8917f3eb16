"""What the list of exemption requests can be narrowed to, as it stands in the address."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms

from exemptions.models import ExemptionRequest, RequestState
from exemptions.models.request import ExemptionRequestQuerySet
from exemptions.models.states import UNDER_WAY
from exemptions.reading.whose_turn import my_turn
from stmm.agencies.access import Access
from stmm.agencies.models import Agency

UNDECIDED = "undecided"


class RequestFilterForm(forms.Form):
    """The list of requests, filtered by its address. What can't be read filters nothing."""

    q = forms.CharField(label="Number, agency, project, source", required=False, max_length=100)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any state"), (UNDECIDED, "Not decided yet"), *RequestState.choices],
    )
    agency = forms.ModelChoiceField(Agency.objects.none(), required=False, empty_label="Any agency")
    turn = forms.BooleanField(label="Only those that wait for me", required=False)

    def __init__(self, data: Mapping[str, Any], *, access: Access) -> None:
        super().__init__(data)
        self.access = access
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        seen = ExemptionRequest.objects.visible_to(access).order_by()
        agency.queryset = Agency.objects.filter(pk__in=seen.values("agency"))

    @property
    def is_on(self) -> bool:
        return any(self.cleaned_data.values())

    def requests(self) -> ExemptionRequestQuerySet:
        """The requests this person may see that meet every filter, the newest first.

        Call after `is_valid`; a field in error filters nothing.
        """
        wanted = self.cleaned_data
        found = ExemptionRequest.objects.visible_to(self.access).matching(wanted.get("q", ""))
        if state := wanted.get("state"):
            found = found.filter(state__in=UNDER_WAY if state == UNDECIDED else [state])
        if agency := wanted.get("agency"):
            found = found.filter(agency=agency)
        return my_turn(found, self.access) if wanted.get("turn") else found
