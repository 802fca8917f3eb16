import re
from collections.abc import Iterator

import pytest
from django import forms
from django.template import Context, Template
from django.urls import get_resolver

from stmm.accounts.models import User
from stmm.agencies.forms import DayField
from stmm.look.problems import problems_in


class LineForm(forms.Form):
    kind = forms.ChoiceField(
        choices=[("add", "Add"), ("move", "Move")], widget=forms.RadioSelect, label="Order type"
    )
    quantity = forms.IntegerField(help_text="Whole units")
    contract = forms.ChoiceField(choices=[("", "Choose"), ("1", "C4-DNCS-19-001-40")])
    comment = forms.CharField(required=False, widget=forms.Textarea(attrs={"class": "tall"}))
    complies = forms.BooleanField(label="This request complies with State policies.")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> None:
        self.add_error(None, "The contract ended.")


LineFormSet = forms.formset_factory(LineForm)


def render(source: str, **context: object) -> str:
    text = Template("{% load look %}" + source).render(Context(context))
    return re.sub(r"\s+", " ", text)


def summary(*sources: object) -> str:
    return render("{% error_summary a b %}", a=sources[0], b=sources[1] if sources[1:] else None)


def test_the_error_summary_links_each_problem_to_its_input() -> None:
    html = summary(LineForm({}))
    assert '<a href="#id_quantity">Quantity: Fill this in.</a>' in html
    assert '<a href="#id_contract">Contract: Choose one.</a>' in html


def test_the_error_summary_is_announced_and_can_take_the_focus() -> None:
    html = summary(LineForm({}))
    assert 'class="error-summary" role="alert" tabindex="-1"' in html
    assert "There is a problem" in html


def test_a_problem_of_a_group_links_to_its_first_choice() -> None:
    form = LineForm({})
    assert '<a href="#id_kind_0">Order type: Choose one.</a>' in summary(form)
    assert 'id="id_kind_0"' in render("{% field form.kind %}", form=form)


def test_a_problem_of_the_whole_form_or_of_a_hidden_field_has_no_link() -> None:
    html = summary(LineForm({}))
    assert "<li> The contract ended. </li>" in html
    assert "<li> Version: Fill this in. </li>" in html


def test_the_problems_of_a_formset_name_their_row() -> None:
    rows = LineFormSet({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-quantity": "x"})
    html = summary(LineForm({}, prefix="order"), rows)
    assert '<a href="#id_order-quantity">Quantity: Fill this in.</a>' in html
    assert '<a href="#id_form-0-quantity">Row 1, Quantity: Enter a whole number.</a>' in html
    assert '<a href="#id_form-1-quantity">Row 2, Quantity: Fill this in.</a>' in html
    assert "Row 2: The contract ended." in html


def test_a_formset_without_its_hidden_counters_is_a_problem_without_a_link() -> None:
    problems = problems_in(LineFormSet({}))
    assert [problem.target for problem in problems] == [""]


def test_forms_that_were_not_sent_have_no_summary() -> None:
    assert summary(LineForm(), LineFormSet()).strip() == ""


def test_a_field_is_described_by_its_help_and_its_error() -> None:
    html = render("{% field form.quantity %}", form=LineForm({}))
    assert 'aria-describedby="id_quantity_helptext id_quantity_error"' in html
    assert 'id="id_quantity_helptext"' in html
    assert 'id="id_quantity_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<label for="id_quantity">Quantity </label>' in html


def test_a_field_without_problem_is_not_marked() -> None:
    html = render("{% field form.quantity %}", form=LineForm())
    assert "aria-invalid" not in html
    assert "is-invalid" not in html


def test_a_field_that_may_stay_empty_says_so_and_keeps_its_own_class() -> None:
    html = render("{% field form.comment %}", form=LineForm())
    assert "(optional)" in html
    assert 'class="form-control tall"' in html
    assert "(optional)" not in render("{% field form.quantity %}", form=LineForm())


def test_choices_are_a_group_with_a_legend() -> None:
    html = render("{% field form.kind %}", form=LineForm({}))
    assert re.search(r'<fieldset[^>]* role="radiogroup" aria-invalid="true"', html)
    assert 'aria-describedby="id_kind_error"' in html
    assert "<legend>Order type </legend>" in html
    assert '<label class="form-check-label" for="id_kind_1">Move</label>' in html
    radios = re.findall(r"<input[^>]*>", html)
    assert len(radios) == 2
    assert not any("aria-invalid" in radio for radio in radios)


def test_a_check_box_stands_before_its_label_and_a_hidden_field_shows_nothing() -> None:
    form = LineForm()
    box = render("{% field form.complies %}", form=form)
    assert box.index("<input") < box.index("<label")
    assert "optional" not in box
    assert render("{% field form.version %}", form=form).strip().startswith('<input type="hidden"')


def test_the_page_may_call_a_field_by_another_name() -> None:
    html = render('{% field form.quantity label="How many?" %}', form=LineForm())
    assert '<label for="id_quantity">How many? </label>' in html


def test_what_was_typed_is_escaped_and_kept() -> None:
    html = render("{% field form.comment %}", form=LineForm({"comment": "</textarea><b>"}))
    assert "&lt;/textarea&gt;&lt;b&gt;" in html


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(), "Fill this in."),
        (forms.IntegerField(), "Fill this in."),
        (forms.TypedChoiceField(), "Choose one."),
        (forms.ModelChoiceField(User.objects.none()), "Choose one."),
        (forms.MultipleChoiceField(), "Choose at least one."),
        (forms.ModelMultipleChoiceField(User.objects.none()), "Choose at least one."),
        (DayField(), "Give a day."),
        (forms.FileField(), "Choose a file."),
        (forms.BooleanField(), "Check this box."),
        (forms.CharField(error_messages={"required": "Say why."}), "Say why."),
    ],
)
def test_what_is_left_out_is_asked_for(field: forms.Field, words: str) -> None:
    with pytest.raises(forms.ValidationError, match=f"^..{words}..$"):
        field.clean(None)


def _kinds_of(base: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds_of(kind)


def test_no_form_of_the_site_says_only_that_something_is_missing() -> None:
    get_resolver().url_patterns  # noqa: B018  # every page's forms are defined by now
    ours = [
        kind
        for kind in _kinds_of(forms.BaseForm)
        if kind.__module__.startswith(("orders.", "exemptions.", "catalog.", "stmm."))
    ]

    assert len(ours) > 50
    for kind in ours:
        for name, field in getattr(kind, "base_fields", {}).items():
            assert "required" not in field.error_messages["required"], f"{kind.__name__}.{name}"
