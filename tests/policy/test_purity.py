"""The policy engine stands alone: no framework, no clock, nothing of the apps."""

import subprocess
import sys
from pathlib import Path

import stmm.policy

POLICY = Path(stmm.policy.__file__).parent
MODULES = sorted(POLICY.glob("*.py"))

IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"stmm.policy.{name}")
print(*sorted(sys.modules))
"""


def test_importing_the_policy_imports_no_django_and_no_app() -> None:
    names = [module.stem for module in MODULES if module.stem != "__init__"]

    run = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *names],
        cwd=POLICY.parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = run.stdout.split()
    ours = {name for name in loaded if name.partition(".")[0] == "stmm"}
    assert ours == {"stmm", "stmm.policy", *(f"stmm.policy.{name}" for name in names)}
    assert not [name for name in loaded if name.partition(".")[0] == "django"]


def test_no_policy_module_reads_a_clock() -> None:
    for module in MODULES:
        source = module.read_text(encoding="utf-8")
        for clock in ("datetime.now", "date.today", "datetime.today", "utcnow", "import time"):
            assert clock not in source, f"{module.name} mentions {clock}"
