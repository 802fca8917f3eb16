"""The plan of the house, where neither the import linter nor a type can see it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("stmm", "catalog", "exemptions", "orders")
FORBIDDEN_NAMES = {"utils", "util", "common", "core", "helpers", "helper", "misc"}
CLOCKS = re.compile(
    r"\b(timezone\.(now|localdate|localtime)|(datetime|date)\.(now|utcnow|today)|time\.time)$"
)
CONVERTS = {"timezone.localdate", "timezone.localtime"}

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 40, 80


def sources(*folders: str) -> list[Path]:
    """The Python files of these folders, but for what makemigrations wrote."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    )


def templates() -> list[Path]:
    return sorted(
        path for folder in ("templates", *PACKAGES) for path in (ROOT / folder).rglob("*.html")
    )


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def layers() -> list[str]:
    """The apps as the import linter knows them, the highest first."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if "containers" not in contract)


def our_models() -> list[type[Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_config.name.split(".")[0] in PACKAGES
    ]


def foreign_keys(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    for field in model._meta.get_fields():
        points = field.many_to_one or field.one_to_one or field.many_to_many
        if points and not field.auto_created and isinstance(field.related_model, type):
            yield f"{model._meta.label}.{field.name}", field.related_model


def test_foreign_keys_point_downwards() -> None:
    order = layers()
    height = {name: len(order) - place for place, name in enumerate(order)}
    upwards = [
        f"{key} -> {target._meta.label}"
        for model in our_models()
        for key, target in foreign_keys(model)
        # What is not ours, such as Django's groups, lies below all of ours
        if height.get(target._meta.app_config.name, 0) > height[model._meta.app_config.name]
    ]

    assert upwards == []


def test_every_app_of_ours_has_its_layer() -> None:
    assert {model._meta.app_config.name for model in our_models()} <= set(layers())


def test_modules_are_named_after_what_they_know() -> None:
    named = [
        name_of(path)
        for path in sources(*PACKAGES, "tests")
        if {path.stem, path.parent.name} & FORBIDDEN_NAMES
    ]

    assert named == []


def may_read_the_clock(path: Path) -> bool:
    """Views, the middleware before them, commands and jobs; everything else is told the time."""
    rooms = set(path.relative_to(ROOT).parts)
    return path.stem in {"views", "middleware", "jobs"} or bool(rooms & {"views", "commands"})


def clock_readings(path: Path) -> Iterator[str]:
    tree = parsed(path)
    # timezone.localdate(at) only converts what it is given
    told = {
        id(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in CONVERTS
    }
    mentions = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    for node in mentions:
        if id(node) not in told and CLOCKS.search(words := ast.unparse(node)):
            yield f"{name_of(path)}:{node.lineno} {words}"


def test_only_views_middleware_commands_and_jobs_read_the_clock() -> None:
    readings = [
        reading
        for path in sources(*PACKAGES)
        if not may_read_the_clock(path)
        for reading in clock_readings(path)
    ]

    assert readings == []


def test_no_template_reads_the_clock() -> None:
    reading = [
        name_of(path) for path in templates() if "{% now" in path.read_text(encoding="utf-8")
    ]

    assert reading == []


def test_nothing_is_imported_inside_a_function() -> None:
    inside = [
        f"{name_of(path)}:{node.lineno} {ast.unparse(node)}"
        for path in sources(*PACKAGES, "tests", "bench")
        for function in functions(parsed(path))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_files_stay_small() -> None:
    long = [
        f"{name_of(path)}: {lines} lines"
        for path in sources(*PACKAGES, "tests", "bench")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    ]

    assert long == []


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """What is done: without the signature and the docstring, which are there to be read."""
    documented = ast.get_docstring(function) is not None and len(function.body) > 1
    first = function.body[1 if documented else 0]
    return (function.end_lineno or first.lineno) - first.lineno + 1


def test_functions_stay_small() -> None:
    long = [
        f"{name_of(path)}:{function.lineno} {function.name}: {lines} lines"
        for path in sources(*PACKAGES, "tests", "bench")
        for function in functions(parsed(path))
        if (lines := body_lines(function)) > FUNCTION_LINES
    ]

    assert long == []


def test_templates_stay_small() -> None:
    long = [
        f"{name_of(path)}: {lines} lines"
        for path in templates()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > TEMPLATE_LINES
    ]

    assert long == []


@pytest.mark.parametrize(
    "forbidden",
    [
        pytest.param(r"<[^>]*\sstyle\s*=", id="style attribute"),
        pytest.param(r"<[^>]*\son[a-z]+\s*=", id="event attribute"),
        pytest.param(r"<style\b", id="style element"),
        pytest.param(r"<script\b(?![^>]*\ssrc=)", id="script with a body"),
        pytest.param(r"javascript:", id="script address"),
    ],
)
def test_templates_hold_nothing_that_the_content_security_policy_would_stop(
    forbidden: str,
) -> None:
    pattern = re.compile(forbidden, re.IGNORECASE)
    comments = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in templates()
        for match in pattern.finditer(comments.sub("", path.read_text(encoding="utf-8")))
    ]

    assert found == []


def test_values_are_escaped_but_where_they_are_ours_or_not_html() -> None:
    unescaped = re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off")
    found = {
        name_of(path) for path in templates() if unescaped.search(path.read_text(encoding="utf-8"))
    }

    assert found == {
        # Help texts are written in the code: Django's rules for passwords are a list
        "templates/partials/field_notes.html",
        # Plain text
        "templates/registration/password_reset_email.html",
    }


def test_nothing_happens_behind_the_back_of_a_caller() -> None:
    """No signals: who changes a row records it in the same function."""
    signals = [
        f"{name_of(path)}:{node.lineno} {ast.unparse(node)}"
        for path in sources(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module == "django.dispatch" or (node.module or "").endswith(".signals"))
    ]

    assert signals == []


def test_saving_a_row_does_nothing_but_save_it() -> None:
    overrides = [
        f"{model._meta.label}.{name}"
        for model in our_models()
        for name in ("save", "delete", "save_base", "full_clean")
        if any(
            name in parent.__dict__
            for parent in model.__mro__
            if parent.__module__.split(".")[0] in PACKAGES
        )
    ]

    assert overrides == []
