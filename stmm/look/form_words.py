"""What every form says where something is left out: what to do, in place of Django's words."""

from django import forms

# Shown behind the name of the field, "Site address: Fill this in.", or beside it
LEFT_OUT: dict[type[forms.Field], str] = {
    forms.Field: "Fill this in.",
    forms.ChoiceField: "Choose one.",
    forms.MultipleChoiceField: "Choose at least one.",
    forms.ModelMultipleChoiceField: "Choose at least one.",
    forms.DateField: "Give a day.",
    forms.FileField: "Choose a file.",
    forms.BooleanField: "Check this box.",
}


def say_what_to_do() -> None:
    """Before the first form is defined: a field takes its words when it is made.

    A form's own `error_messages` go before these.
    """
    for field, words in LEFT_OUT.items():
        field.default_error_messages = {**field.default_error_messages, "required": words}
