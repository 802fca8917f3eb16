"""What an analyst recommends and the Deputy Director decides, as it is filled in.

One page holds all outcomes; only what belongs to the chosen one is read.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField

from exemptions.models import Recommendation, RequestedItem
from exemptions.models.case import Outcome
from exemptions.reasons import NEEDED, REASONS, Kind, reasons_for
from exemptions.verdict import Portion, Verdict, Wanted, conditions_in, problems_of
from stmm.accounts.password_again import PasswordField
from stmm.agencies.forms import DayField

DAY = timedelta(days=1)
BLANK_CONDITIONS = 4
MOST_CONDITIONS = 60


def _reasons(kind: Kind) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=kind.value,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(each.code, f"{each.label}: “{each.text}”") for each in reasons_for(kind)],
    )


@dataclass(frozen=True, slots=True)
class PortionRow:
    item: RequestedItem
    quantity: BoundField
    amount: BoundField


class VerdictForm(forms.Form):
    outcome = forms.ChoiceField(choices=Outcome.choices, widget=forms.RadioSelect)
    reasons_ground = _reasons(Kind.GROUND)
    reasons_part = _reasons(Kind.PART)
    reasons_denial = _reasons(Kind.DENIAL)
    starts_on = DayField(label="First day", required=False)
    last_day = DayField(
        label="Last day", required=False, help_text="The last day on which the exemption holds."
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        items: Iterable[RequestedItem],
        on: date,
        initial: Mapping[str, Any],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.items, self.on = list(items), on
        for item in self.items:
            self.fields[f"quantity-{item.pk}"] = forms.IntegerField(
                label=f"Granted of {item}",
                required=False,
                min_value=0,
                max_value=item.quantity,
                widget=forms.NumberInput({"class": "form-control-narrow"}),
            )
            self.fields[f"amount-{item.pk}"] = forms.DecimalField(
                label=f"Up to, $, of {item}",
                required=False,
                min_value=0,
                max_digits=14,
                decimal_places=2,
                widget=forms.NumberInput({"class": "form-control-narrow"}),
            )

    @property
    def portions(self) -> list[PortionRow]:
        return [
            PortionRow(item, self[f"quantity-{item.pk}"], self[f"amount-{item.pk}"])
            for item in self.items
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "outcome" in cleaned and not self.errors:
            for problem in problems_of(self.verdict, self.items, on=self.on):
                # Beside its field, or above all where it is of several
                field = problem.step if problem.step in self.fields else None
                self.add_error(field, problem.message)
        return cleaned

    @abstractmethod
    def conditions(self) -> tuple[Wanted, ...]:
        """Read off a form without errors: as lines of text, or off a row each."""

    @property
    def verdict(self) -> Verdict:
        """Of a form without errors: what belongs to the chosen outcome."""
        said = self.cleaned_data
        outcome = Outcome(said["outcome"])
        verdict = Verdict(
            outcome,
            reasoning=said["reasoning"].strip(),
            reason_codes=tuple(
                code
                for kind in NEEDED[outcome]
                for code in REASONS
                if code in said.get(kind.field, [])
            ),
        )
        if not verdict.is_grant:
            return verdict
        last_day: date | None = said["last_day"]
        return Verdict(
            outcome,
            verdict.reasoning,
            verdict.reason_codes,
            starts_on=said["starts_on"],
            until=last_day and last_day + DAY,
            portions=dict(self._portions()) if outcome == Outcome.APPROVED_IN_PART else {},
            conditions=self.conditions(),
        )

    def _portions(self) -> Iterator[tuple[int, Portion]]:
        for item in self.items:
            quantity: int | None = self.cleaned_data[f"quantity-{item.pk}"]
            amount: Decimal | None = self.cleaned_data[f"amount-{item.pk}"]
            if quantity:
                yield item.pk, Portion(quantity, amount)


def initial_of(verdict: Verdict | None, items: Iterable[RequestedItem]) -> dict[str, Any]:
    """How the fields of both forms are filled from a verdict; each item whole without one."""
    found: dict[str, Any] = {f"quantity-{item.pk}": item.quantity for item in items}
    if verdict is None:
        return found
    if verdict.portions:
        found = dict.fromkeys(found)
    for key, portion in verdict.portions.items():
        found |= {f"quantity-{key}": portion.quantity, f"amount-{key}": portion.amount}
    for kind in Kind:
        codes = [each.code for each in reasons_for(kind)]
        found[kind.field] = [code for code in codes if code in verdict.reason_codes]
    return found | {
        "outcome": verdict.outcome,
        "starts_on": verdict.starts_on,
        "last_day": verdict.until and verdict.until - DAY,
    }


class RecommendForm(VerdictForm):
    """Advice to the Deputy Director; to return a request the analyst asks a question."""

    reasoning = forms.CharField(
        label="What it rests on",
        max_length=8000,
        widget=forms.Textarea({"rows": 6}),
        help_text="For the Deputy Director. The agency does not see it.",
    )
    conditions_text = forms.CharField(
        label="Conditions",
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text="One a line. Begin a line with its day, such as “6/30/2027: Report the costs”;"
        " without a day it is due before the first purchase.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome = self.fields["outcome"]
        outcome.choices = [  # type: ignore[attr-defined]  # a ChoiceField, see above
            (each.value, each.label) for each in Outcome if each != Outcome.RETURNED
        ]

    def clean_conditions_text(self) -> str:
        text: str = self.cleaned_data["conditions_text"]
        try:
            conditions_in(text)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem
        return text

    def conditions(self) -> tuple[Wanted, ...]:
        return conditions_in(self.cleaned_data["conditions_text"])


@dataclass(frozen=True, slots=True)
class ConditionRow:
    number: int
    text: BoundField
    due_on: BoundField


class DecideForm(VerdictForm):
    """The decision; `recommendation` and `key` are those of the page, the password is now."""

    reasons_return = _reasons(Kind.RETURN)
    reasoning = forms.CharField(
        label="In your own words",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="The agency reads it, and the letter prints it. Needed to deny, to return, and"
        " for a term that starts before today.",
    )
    recommendation = forms.ModelChoiceField(Recommendation.objects.none(), widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    rows = forms.IntegerField(min_value=0, max_value=MOST_CONDITIONS, widget=forms.HiddenInput)
    password = PasswordField()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        recommendation: Recommendation,
        conditions: Iterable[Wanted],
        initial: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        wanted = list(conditions)
        rows = {"recommendation": recommendation.pk, "key": uuid4(), "rows": len(wanted)}
        for number, condition in enumerate(wanted, start=1):
            rows |= {f"condition-{number}": condition.text, f"due-{number}": condition.due_on}
        super().__init__(data, initial={**initial, **rows}, **kwargs)
        field = self.fields["recommendation"]
        field.queryset = Recommendation.objects.filter(  # type: ignore[attr-defined]  # see above
            request=recommendation.request_id
        )
        self.count = len(wanted) + BLANK_CONDITIONS if data is None else _count(data)
        for number in range(1, self.count + 1):
            self.fields[f"condition-{number}"] = forms.CharField(
                label=f"Condition {number}", required=False, max_length=1000
            )
            self.fields[f"due-{number}"] = DayField(
                label=f"Condition {number}, due by", required=False
            )
        self.initial["rows"] = self.count

    @property
    def condition_rows(self) -> list[ConditionRow]:
        return [
            ConditionRow(number, self[f"condition-{number}"], self[f"due-{number}"])
            for number in range(1, self.count + 1)
        ]

    def conditions(self) -> tuple[Wanted, ...]:
        said = self.cleaned_data
        rows = ((said[f"condition-{n}"], said[f"due-{n}"]) for n in range(1, self.count + 1))
        return tuple(Wanted(text, due_on) for text, due_on in rows if text or due_on)


def _count(data: Mapping[str, Any]) -> int:
    """How many rows of conditions the page had."""
    text = str(data.get("rows", ""))
    is_number = text.isascii() and text.isdigit() and len(text) < 4
    return min(int(text), MOST_CONDITIONS) if is_number else 0
