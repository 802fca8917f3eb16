"""The lock files pin every artefact by its digest and name no registry."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]


def pins(lock: str) -> dict[str, str]:
    """Name and version of each package in a lock file."""
    found = re.findall(
        r"^([a-z0-9][a-z0-9-]*)(?:\[[a-z0-9,-]+\])?==(\S+) \\$",
        (ROOT / lock).read_text(),
        re.MULTILINE,
    )
    return dict(found)


def name_of(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[._-]+", "-", match[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_only_pins_digests_and_notes_of_origin(lock: str) -> None:
    line = re.compile(
        r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    # [^/]*"
    )

    assert [
        text for text in (ROOT / lock).read_text().splitlines() if not line.fullmatch(text)
    ] == []


def test_each_declared_package_is_locked() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = {name_of(text) for text in declared["project"]["dependencies"]}
    groups = declared["dependency-groups"]

    assert runtime <= pins("requirements.txt").keys()
    assert {name_of(text) for text in groups["dev"]} <= pins("requirements-dev.txt").keys()
    assert {name_of(text) for text in groups["node"]} <= pins("requirements-node.txt").keys()


def test_the_tests_run_with_the_very_versions_that_serve() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_each_front_end_package_carries_its_digest_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    del packages[""]  # ourselves

    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
