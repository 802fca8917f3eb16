"""What STND says on a request, what the agency answers, and what the queue is narrowed to."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms

from exemptions.models import Question, RequestState
from exemptions.models.states import PENDING
from stmm.accounts.models import User
from stmm.agencies.models import Appointment


class AssignForm(forms.Form):
    """Whose a request is to review."""

    analyst = forms.ModelChoiceField(
        User.objects.none(), label="Analyst", empty_label="Choose an analyst"
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, on: date) -> None:
        super().__init__(data)
        held = Appointment.objects.in_effect(on).filter(role=Appointment.Role.STND)
        field = cast("forms.ModelChoiceField[User]", self.fields["analyst"])
        field.queryset = User.objects.filter(pk__in=held.values("user")).order_by("name", "pk")


class AskForm(forms.Form):
    text = forms.CharField(
        label="Your question",
        max_length=4000,
        widget=forms.Textarea({"rows": 6}),
        help_text="The clock of the review stops until the day of the answer.",
    )


class AnswerForm(forms.Form):
    """The answer to one question: a page left open answers no later one."""

    question = forms.ModelChoiceField(Question.objects.none(), widget=forms.HiddenInput)
    text = forms.CharField(label="Your answer", max_length=8000, widget=forms.Textarea({"rows": 8}))

    def __init__(self, data: Mapping[str, Any] | None = None, *, question: Question) -> None:
        super().__init__(data, initial={"question": question.pk})
        field = cast("forms.ModelChoiceField[Question]", self.fields["question"])
        field.queryset = Question.objects.filter(request=question.request_id)


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note",
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text="For STND, the Deputy Director and auditors. The agency never sees it.",
    )


class QueueFilterForm(forms.Form):
    """The queue, narrowed by its address. What can't be read narrows nothing."""

    show = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label="Number, agency, project, source", required=False, max_length=100)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "Any state"),
            *((state.value, state.label) for state in RequestState if state in PENDING),
        ],
    )

    @property
    def is_on(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "state"))
