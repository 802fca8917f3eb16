"""`manage.py serve`: started for real, on a free port, beside a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation of its own: SQLite in a temporary folder, whatever the suite runs on."""
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {
        "DJANGO_SETTINGS_MODULE": "stmm.settings",
        "STMM_DEMONSTRATION": "1",
        "STMM_SECRET_KEY": "a key for these tests only",
        "STMM_DATA_DIR": str(tmp_path_factory.mktemp("installation")),
    }
    output, _ = manage(env, "migrate", "--no-input").communicate(timeout=2 * PATIENCE)
    assert "Applying accounts" in output
    return env


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(environment: dict[str, str], port: int) -> Iterator["subprocess.Popen[str]"]:
    process = manage(environment, "serve", f"--address=127.0.0.1:{port}", "--stop-seconds=5")
    try:
        wait_until(lambda: answer(port) == "ok")
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def manage(env: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def answer(port: int) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz/")
        return connection.getresponse().read().decode()
    except OSError:  # not listening yet, or listening but not ready
        return ""
    finally:
        connection.close()


def children(process: "subprocess.Popen[str]") -> dict[str, int]:
    """The process ids of the web server and of the job worker."""
    ids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in ids}
    return {
        "web server": next(pid for pid, line in commands.items() if "gunicorn" in line),
        "job worker": next(pid for pid, line in commands.items() if "worker\0" in line),
    }


def group_is_gone(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_signal_ends_both_without_an_error(
    server: "subprocess.Popen[str]", number: signal.Signals
) -> None:
    started = children(server)

    server.send_signal(number)
    output, _ = server.communicate(timeout=PATIENCE)

    assert server.returncode == 0, output
    assert output.endswith("Stopped.\n")
    # A process that was killed is there until its new parent has looked after it
    wait_until(lambda: all(group_is_gone(pid) for pid in started.values()))


@pytest.mark.parametrize("victim", ["web server", "job worker"])
def test_when_one_dies_the_other_is_stopped_and_the_command_fails(
    server: "subprocess.Popen[str]", victim: str
) -> None:
    started = children(server)

    os.kill(started[victim], signal.SIGKILL)
    output, _ = server.communicate(timeout=PATIENCE)

    assert server.returncode == 1
    assert f"The {victim} ended by itself" in output
    for pid in started.values():
        wait_until(partial(group_is_gone, pid))


def test_a_worker_that_does_not_stop_in_time_is_killed(server: "subprocess.Popen[str]") -> None:
    started = children(server)
    os.kill(started["job worker"], signal.SIGSTOP)

    server.terminate()
    server.communicate(timeout=PATIENCE)

    # A process that was killed is there until its new parent has looked after it
    wait_until(lambda: all(group_is_gone(pid) for pid in started.values()))


def test_killing_the_command_itself_leaves_nothing_behind(server: "subprocess.Popen[str]") -> None:
    started = children(server)

    server.kill()

    for pid in started.values():
        wait_until(partial(group_is_gone, pid))


def test_an_address_in_use_is_named(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        output, _ = manage(environment, "serve", f"--address={address}").communicate(
            timeout=PATIENCE
        )

    assert f"Cannot listen on {address}" in output


def test_an_address_without_a_port_is_refused(environment: dict[str, str]) -> None:
    output, _ = manage(environment, "serve", "--address=localhost").communicate(timeout=PATIENCE)

    assert "An address is host:port" in output
