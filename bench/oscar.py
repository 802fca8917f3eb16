"""django-oscar's checkout beside our filing: in a virtual environment of its own, thrown away.

It is no dependency of ours: it is installed for the measurement, outside the project, and where
it can't be, that is said and the measurement goes on without it.
"""

import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import NamedTuple

WANTED = ("django-oscar[sorl-thumbnail]==4.2.1", "psycopg2-binary")
SCRIPT = Path(__file__).with_name("oscar_checkout.py")


class Checkout(NamedTuple):
    """Of one order: seconds on the clock, seconds of this process's own work, requests."""

    seconds: float
    cpu: float
    requests: int


def check_out(rounds: int) -> Checkout | None:
    """The median of so many checkouts; None, with a word why, where oscar can't be had."""
    with tempfile.TemporaryDirectory(prefix="oscar-venv-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        installed = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", *WANTED], capture_output=True, check=False
        )
        if installed.returncode:
            print("django-oscar can't be installed here, so it is not measured.")
            return None
        # -P: the folder of the script has modules of ours by the names of theirs
        ran = subprocess.run(
            [python, "-P", "-W", "ignore", SCRIPT, str(rounds)],
            capture_output=True, text=True, check=False, cwd=folder,
        )  # fmt: skip
    if ran.returncode:
        print(f"django-oscar did not run, so it is not measured:\n{ran.stderr}", file=sys.stderr)
        return None
    taken = [line.split() for line in ran.stdout.splitlines()]
    return Checkout(
        statistics.median(float(seconds) for seconds, _, _ in taken),
        statistics.median(float(cpu) for _, cpu, _ in taken),
        int(taken[0][2]),
    )
