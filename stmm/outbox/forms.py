"""What people choose of how they are told."""

from typing import Any

from django import forms

from stmm.outbox.models import NoticeKind, NoticePreference


class PreferencesForm(forms.Form):
    """One choice for each kind of notice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=NoticePreference.Mail.choices,
                widget=forms.RadioSelect,
            )
