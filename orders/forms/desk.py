"""What a contractor's order desk fills in, what the agency answers, and the limits of both."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.http import QueryDict

from catalog.matrix.formats import ENDINGS, READERS, ending_of
from orders.models import LineProgress, LineState, Question, TimeLimits
from orders.models.progress import RejectionReason
from orders.services.desk.steps import NUMBERS, Numbers
from stmm.agencies.forms import DayField, reason_field

LARGEST_FILE = 2 * 1024 * 1024
# Working days: longer than any of these is a slip of the finger
LONGEST_LIMIT = 250


def line_label(row: LineProgress) -> str:
    """A line as desks choose it: what it is, and how far."""
    said = [f"{row.line}: {row.line.service_name}", row.get_state_display().lower()]
    if row.state == LineState.COMMITTED and row.committed_on:
        said[1] = f"committed to {row.committed_on:%B %-d, %Y}"
    if row.jeopardy:
        said.append("in jeopardy")
    return " · ".join(said)


class LinesField(forms.TypedMultipleChoiceField):
    """Some lines of an order, by their keys."""

    def __init__(self) -> None:
        super().__init__(
            label="Lines",
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Choose at least one line."},
        )


class LinesForm(forms.Form):
    """Something said of chosen lines; offered are those in `chosen` states checked."""

    lines = LinesField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        rows: Iterable[LineProgress],
        offered: frozenset[LineState],
        checked: frozenset[LineState],
    ) -> None:
        rows = list(rows)
        initial = [row.line_id for row in rows if row.state in checked]
        super().__init__(data, initial={"lines": initial})
        # What was sent before is known and not refused, so a form that is sent offers all
        shown = [row for row in rows if row.state in offered or data is not None]
        field = cast(LinesField, self.fields["lines"])
        field.choices = [(row.line_id, line_label(row)) for row in shown]


class CommitForm(LinesForm):
    committed_on = DayField(label="Committed date", help_text="The firm order commitment (FOC).")
    reason = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text="Needed to change a date that was committed, or to say why it holds after all"
        " for a line in jeopardy. The agency reads it.",
    )


class JeopardyForm(LinesForm):
    reason = forms.CharField(
        label="What stands in the way",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="The agency reads it. A new commitment, or the completion, takes it back.",
    )


@dataclass(frozen=True, slots=True)
class CompletedLine:
    """The fields of one line among those that are completed together."""

    row: LineProgress
    done: BoundField
    circuit_numbers: BoundField
    billing_account: BoundField
    sr_number: BoundField


@dataclass(frozen=True, slots=True)
class CorrectedLine:
    """The numbers of one completed line, to be put right."""

    row: LineProgress
    circuit_numbers: BoundField
    billing_account: BoundField
    sr_number: BoundField


class CompleteForm(forms.Form):
    """When lines were completed, and of each that is committed: whether, and its numbers."""

    completed_on = DayField(label="Completed on", help_text="The first day the service worked.")

    def __init__(
        self, data: QueryDict | None = None, *, rows: Iterable[LineProgress], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        # The service says of what is done already whether it is known or refused
        self.rows = [
            row
            for row in rows
            if row.state == LineState.COMMITTED or (data and f"{row.line_id}-done" in data)
        ]
        for row in self.rows:
            for name, field in _fields_of(row).items():
                self.fields[f"{row.line_id}-{name}"] = field

    @property
    def lines(self) -> list[CompletedLine]:
        names = [field.name for field in fields(CompletedLine)[1:]]
        return [
            CompletedLine(row, *(self[f"{row.line_id}-{name}"] for name in names))
            for row in self.rows
        ]

    def clean(self) -> dict[str, Any]:
        if not self.chosen:
            self.add_error(None, "Check at least one line that is completed.")
        return self.cleaned_data

    @property
    def chosen(self) -> dict[int, Numbers]:
        """The numbers of the lines that were checked, by their keys."""
        said = self.cleaned_data
        return {
            key: Numbers(*(said.get(f"{key}-{name}", "") for name in NUMBERS))
            for key in (row.line_id for row in self.rows)
            if said.get(f"{key}-done")
        }


class CorrectForm(forms.Form):
    """The numbers of every completed line as they are, to be put right, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = reason_field("Such as a number that was mistyped. The agency reads it.")

    def __init__(
        self, data: QueryDict | None = None, *, rows: Iterable[LineProgress], version: int
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.rows = [row for row in rows if row.state == LineState.COMPLETED]
        for row in self.rows:
            for name in NUMBERS:
                field = _fields_of(row)[name]
                field.initial = getattr(row, name)
                self.fields[f"{row.line_id}-{name}"] = field

    @property
    def lines(self) -> list[CorrectedLine]:
        return [
            CorrectedLine(row, *(self[f"{row.line_id}-{name}"] for name in NUMBERS))
            for row in self.rows
        ]

    @property
    def numbers(self) -> dict[int, Numbers]:
        """Of each line, by its key."""
        said = self.cleaned_data
        return {
            row.line_id: Numbers(*(said[f"{row.line_id}-{name}"] for name in NUMBERS))
            for row in self.rows
        }


def _fields_of(row: LineProgress) -> dict[str, forms.Field]:
    """A fieldset names the line; the box does too, for those who go from box to box."""
    return {
        "done": forms.BooleanField(label=f"{row.line} is completed", required=False),
        "circuit_numbers": forms.CharField(
            label="Circuit or telephone numbers",
            required=False,
            max_length=2000,
            widget=forms.Textarea({"rows": 2}),
        ),
        "billing_account": forms.CharField(
            label="Billing account number",
            required=False,
            max_length=60,
            initial=row.line.billing_account,
        ),
        "sr_number": forms.CharField(label="SR Number", required=False, max_length=60),
    }


class RejectForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why it can’t be taken on",
        choices=RejectionReason.choices,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="In your words",
        required=False,
        max_length=900,
        widget=forms.Textarea({"rows": 3}),
        help_text="What the agency has to do instead. Needed where no other reason fits.",
    )


class AskForm(forms.Form):
    text = forms.CharField(
        label="Your question",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Your clock stands still from today until the day of the answer.",
    )


class AnswerForm(forms.Form):
    """The answer to one question: a page left open answers no later one."""

    question = forms.ModelChoiceField(Question.objects.none(), widget=forms.HiddenInput)
    text = forms.CharField(label="Your answer", max_length=2000, widget=forms.Textarea({"rows": 4}))

    def __init__(self, data: QueryDict | None = None, *, question: Question) -> None:
        super().__init__(data, initial={"question": question.pk})
        field = cast("forms.ModelChoiceField[Question]", self.fields["question"])
        field.queryset = Question.objects.filter(order=question.order_id)


class NoticesForm(forms.Form):
    """Many notices in one file."""

    file = forms.FileField(
        label="File of notices",
        help_text=f"One file ({ENDINGS}), at most 2 MB and 2,000 notices.",
        error_messages={"empty": "The file is empty. Choose the file of notices itself."},
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if ending_of(file.name or "") not in READERS:
            raise forms.ValidationError(f"Choose a file named {ENDINGS}.")
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("This file is larger than 2 MB. Split it.")
        return file


class TimeLimitsForm(forms.Form):
    """In working days; left empty, there is no limit."""

    acknowledge_within = forms.IntegerField(
        label="Acknowledge within",
        required=False,
        min_value=1,
        max_value=LONGEST_LIMIT,
        widget=forms.NumberInput({"class": "form-control-narrow"}),
        help_text="Working days after the order was sent. Empty: no limit set.",
    )
    commit_within = forms.IntegerField(
        label="Commit to a date within",
        required=False,
        min_value=1,
        max_value=LONGEST_LIMIT,
        widget=forms.NumberInput({"class": "form-control-narrow"}),
        help_text="Working days after the order was acknowledged. Empty: no limit set.",
    )
    effective_from = DayField(
        label="From",
        help_text="For clocks that start on this day or later. Others run as they began.",
    )
    reason = reason_field("What it rests on, such as a clause of the contract.")

    @staticmethod
    def initial_of(now: TimeLimits | None) -> dict[str, int | None]:
        if now is None:
            return {}
        return {
            "acknowledge_within": now.acknowledge_within,
            "commit_within": now.commit_within,
        }
