"""What the record is narrowed by."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from stmm.agencies.forms import DayField
from stmm.audit.models import Entry, EntryQuerySet


def kind_in_words(kind: str) -> str:
    """`orders.order` is "order"; a model that is no more keeps its name."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except LookupError:
        return kind


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class RecordFilterForm(forms.Form):
    text = forms.CharField(label="Words", required=False, max_length=200, widget=forms.SearchInput)
    person = forms.CharField(required=False, max_length=150)
    action = forms.ChoiceField(label="What happened", required=False)
    kind = forms.ChoiceField(label="To what", required=False)
    since = DayField(label="From", required=False)
    to = DayField(label="To", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entries = Entry.objects.order_by()
        actions = entries.values_list("action", flat=True).distinct()
        kinds = entries.values_list("subject_kind", flat=True).distinct()
        self._offer("action", "Anything", {name: Entry(action=name).label for name in actions})
        self._offer("kind", "Anything", {name: kind_in_words(name) for name in kinds})

    def _offer(self, name: str, everything: str, words: dict[str, str]) -> None:
        choices = sorted(words.items(), key=lambda item: item[1])
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]  # a ChoiceField, see above

    def clean(self) -> dict[str, Any]:
        since, to = self.cleaned_data.get("since"), self.cleaned_data.get("to")
        if since and to and to < since:
            self.add_error("to", "This day is before the first one.")
        return self.cleaned_data

    def entries(self) -> EntryQuerySet:
        """The entries that are meant, newest first; none while the form has problems."""
        if not self.is_valid():
            return Entry.objects.none()
        wanted = self.cleaned_data
        found = Entry.objects.order_by("-sequence").filter(actor_name__icontains=wanted["person"])
        if wanted["text"]:
            found = found.filter(
                Q(subject_label__icontains=wanted["text"])
                | Q(reason__icontains=wanted["text"])
                | Q(changes_json__icontains=wanted["text"])
            )
        if wanted["action"]:
            found = found.filter(action=wanted["action"])
        if wanted["kind"]:
            found = found.filter(subject_kind=wanted["kind"])
        if wanted["since"]:
            found = found.filter(at__gte=_start_of(wanted["since"]))
        if wanted["to"]:
            found = found.filter(at__lt=_start_of(wanted["to"] + timedelta(days=1)))
        return found
