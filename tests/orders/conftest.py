import signal
from collections.abc import Iterator

import pytest

from tests.orders.factories import World, make_world
from tests.outbox.conftest import desk as desk  # noqa: PLC0414  a fixture, handed on


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def signals() -> Iterator[None]:
    """The worker takes over the signals of its process, which here is pytest's."""
    taken = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
    before = {number: signal.getsignal(number) for number in taken}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
