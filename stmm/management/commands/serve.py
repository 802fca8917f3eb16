"""The web server and the job worker, run side by side and stopped together."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

POLL_SECONDS = 0.2

WEB_SERVER = "web server"
JOB_WORKER = "job worker"

Children = dict[str, "subprocess.Popen[bytes]"]


class Command(BaseCommand):
    help = "Run the web server and the job worker until SIGINT (Ctrl-C) or SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="127.0.0.1:8000", help="host:port to listen on")
        parser.add_argument("--web-processes", type=int, default=2)
        parser.add_argument(
            "--stop-seconds",
            type=int,
            default=20,
            help="how long the two may take to finish what they are at before they are killed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError if the address is taken, or if one of the two ends by itself."""
        address: str = options["address"]
        _refuse_taken(address)
        commands = _commands(address, options["web_processes"], options["stop_seconds"])
        with _stop_signal() as stop:
            children = {name: _start(command) for name, command in commands.items()}
            self.stdout.write(f"Serving http://{address}/ - Ctrl-C stops it.")
            self.stdout.flush()
            try:
                ended = _first_to_end(children, stop)
            finally:
                _stop_all(children, options["stop_seconds"])
        if ended:
            code = children[ended].returncode
            raise CommandError(f"The {ended} ended by itself ({code}), so all of it was stopped.")
        self.stdout.write("Stopped.")


def _commands(address: str, web_processes: int, stop_seconds: int) -> dict[str, list[str]]:
    gunicorn = ["gunicorn", f"--bind={address}", f"--workers={web_processes}"]
    # Browsers open connections ahead of use; without threads each would hold a whole process
    # Requests are cut off a moment before the whole server would be
    patience = max(1, stop_seconds - 2)
    gunicorn += ["--preload", "--threads=4", f"--graceful-timeout={patience}"]
    gunicorn += ["--no-control-socket", "--log-level=warning"]
    return {
        WEB_SERVER: [sys.executable, "-m", *gunicorn, "stmm.wsgi:application"],
        JOB_WORKER: [sys.executable, "-m", "django", "worker"],
    }


def _refuse_taken(address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise CommandError(f"An address is host:port, like 127.0.0.1:8000, not {address!r}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except (OSError, OverflowError) as error:
            raise CommandError(f"Cannot listen on {address}: {error}. Try another.") from error


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    stop = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        stop.set()

    earlier = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    # A group of its own: Ctrl-C reaches only us, and each child is told once. Told twice, the
    # worker would give up the job it is in.
    # The kernel stops the child should we be killed before we can.
    setpriv = shutil.which("setpriv")
    prefix = [setpriv, "--pdeathsig", "TERM"] if setpriv else []
    return subprocess.Popen(  # noqa: S603  our own programs, with our own arguments
        prefix + command,
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        process_group=0,
    )


def _first_to_end(children: Children, stop: threading.Event) -> str | None:
    """The name of a child that ended; None when we were asked to stop."""
    while not stop.wait(POLL_SECONDS):
        for name, child in children.items():
            if child.poll() is not None:
                return name
    return None


def _stop_all(children: Children, stop_seconds: int) -> None:
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + stop_seconds
    for child in children.values():
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
