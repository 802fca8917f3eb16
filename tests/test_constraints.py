"""No check of the database is passed by a value that is missing.

In SQL a comparison with NULL is neither true nor false, and a check refuses only what is false.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CheckConstraint, F, Model, Q

OURS = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
CHECKS = {
    constraint.name: (model, constraint.condition)
    for model in apps.get_models()
    if model._meta.app_label in OURS
    for constraint in model._meta.constraints
    if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q)
}


def nullable(model: type[Model], name: str) -> bool:
    try:
        return bool(model._meta.get_field(name).null)
    except FieldDoesNotExist:  # pk
        return False


def said(condition: Q) -> dict[str, bool]:
    """Fields that one of these terms itself says to be missing, or not."""
    leaves = [each for each in condition.children if isinstance(each, tuple)]
    return {
        name.removesuffix("__isnull"): bool(value)
        for name, value in leaves
        if name.endswith("__isnull")
    }


def passed_by_null(model: type[Model], condition: Q, settled: frozenset[str]) -> Iterator[str]:
    """Comparisons with a field that may be missing, where nothing around says whether it is."""
    missing = condition.connector == Q.OR
    settled |= {name for name, is_null in said(condition).items() if is_null == missing}
    for each in condition.children:
        if isinstance(each, Q):
            yield from passed_by_null(model, each, settled)
            continue
        assert isinstance(each, tuple)
        name, value = each
        field, _, lookup = name.partition("__")
        names = {field, *(value.deconstruct()[1] if isinstance(value, F) else ())}
        if lookup != "isnull":
            loose = sorted(names - settled)
            yield from (f"{name} of {one}" for one in loose if nullable(model, one))


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_no_check_is_passed_by_what_is_missing(name: str) -> None:
    model, condition = CHECKS[name]

    assert list(passed_by_null(model, condition, frozenset())) == []


def test_a_check_that_null_passes_is_found() -> None:
    model, _ = CHECKS["exemption_is_limited_in_time"]

    assert list(passed_by_null(model, Q(until__gt=F("starts_on")), frozenset())) == [
        "until__gt of starts_on",
        "until__gt of until",
    ]
    assert not list(
        passed_by_null(model, Q(until__isnull=True) | Q(until__gt=F("created_at")), frozenset())
    )
