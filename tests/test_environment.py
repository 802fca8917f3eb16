"""Settings come from the environment, and a wrong one stops the start with a clear message."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from stmm import environment

ROOT = Path(__file__).resolve().parent.parent
WHOLE = {"STMM_SECRET_KEY": "a key for this test", "STMM_ALLOWED_HOSTS": "stmm.example"}


def start(**variables: str) -> "subprocess.CompletedProcess[str]":
    """Start Django in a process of its own that has these variables of ours and no others."""
    ours = ("STMM_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=env | {"DJANGO_SETTINGS_MODULE": "stmm.settings"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_whole_environment_starts() -> None:
    started = start(**WHOLE)

    assert (started.returncode, started.stderr) == (0, "")


@pytest.mark.parametrize("key", ["", "  "])
def test_without_a_secret_key_it_does_not_start(key: str) -> None:
    started = start(**WHOLE | {"STMM_SECRET_KEY": key})

    assert started.returncode == 1
    assert started.stderr.splitlines()[-1].endswith(
        "Set STMM_SECRET_KEY in the environment (see README, Configuration)."
    )


def test_without_its_host_names_it_does_not_start() -> None:
    started = start(STMM_SECRET_KEY="a key for this test")

    assert "Set STMM_ALLOWED_HOSTS to the host names of this site." in started.stderr


def test_a_demonstration_needs_no_host_names() -> None:
    assert start(STMM_SECRET_KEY="a key for this test", STMM_DEMONSTRATION="1").returncode == 0


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("STMM_DEMONSTRATION", "maybe", "STMM_DEMONSTRATION must be 1 or 0, not 'maybe'."),
        ("STMM_SMTP_PORT", "smtp", "STMM_SMTP_PORT must be a whole number, not 'smtp'."),
    ],
)
def test_a_misspelt_value_stops_the_start(name: str, value: str, message: str) -> None:
    started = start(**WHOLE | {name: value})

    assert started.returncode == 1
    assert message in started.stderr


@pytest.mark.parametrize("value", ["1", "true", "YES", " yes "])
def test_a_flag_is_up(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STMM_FLAG", value)

    assert environment.flag("STMM_FLAG") is True


@pytest.mark.parametrize("value", ["0", "false", "No", ""])
def test_a_flag_is_down(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STMM_FLAG", value)

    assert environment.flag("STMM_FLAG", default=True) is False


@pytest.mark.parametrize("value", ["-1", "2.5", "٣", "²", "1e3"])
def test_what_is_no_whole_number_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STMM_NUMBER", value)

    with pytest.raises(ImproperlyConfigured, match="STMM_NUMBER must be a whole number"):
        environment.number("STMM_NUMBER", 5)


def test_a_number_left_out_or_empty_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.number("STMM_NUMBER", 5) == 5
    monkeypatch.setenv("STMM_NUMBER", "")
    assert environment.number("STMM_NUMBER", 5) == 5
    monkeypatch.setenv("STMM_NUMBER", "0")
    assert environment.number("STMM_NUMBER", 5) == 0


def test_words_are_split_at_commas_and_blanks_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STMM_WORDS", " one.example, ,two.example,")

    assert environment.words("STMM_WORDS") == ["one.example", "two.example"]


def test_a_text_left_out_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.text("STMM_TEXT", "default") == "default"
    monkeypatch.setenv("STMM_TEXT", " given ")
    assert environment.text("STMM_TEXT", "default") == "given"
