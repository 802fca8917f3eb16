"""What lists of ATOs are narrowed by."""

from datetime import date

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from orders.models import AtoPaper
from orders.models.ato import UNDER_WAY, AuthorizationToOrderQuerySet


class AtoFilterForm(forms.Form):
    q = forms.CharField(
        label="Agency, contractor or contract",
        required=False,
        max_length=100,
        widget=forms.SearchInput,
    )
    state = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Every state"),
            ("in-force", "In force"),
            ("under-way", "A paper is under way"),
            ("ended", "Ended"),
        ],
    )

    def __init__(self, data: QueryDict, *, visible: AuthorizationToOrderQuerySet) -> None:
        super().__init__(data)
        self.visible = visible

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())

    def atos(self, *, on: date) -> AuthorizationToOrderQuerySet:
        """Those that are meant on the Pacific day `on`; none while the form has problems."""
        if not self.is_valid():
            return self.visible.none()
        found = self.visible
        for word in self.cleaned_data["q"].split():
            found = found.filter(
                Q(agency__name__icontains=word)
                | Q(contract__number__icontains=word)
                | Q(contract__contractor__name__icontains=word)
            )
        state = self.cleaned_data["state"]
        papers = AtoPaper.objects.filter(ato=OuterRef("pk"))
        if state == "in-force":
            return found.not_ended(on).filter(Exists(papers.approved()))
        if state == "under-way":
            return found.filter(Exists(papers.filter(state__in=UNDER_WAY)))
        return found.filter(ended_on__lte=on) if state == "ended" else found
