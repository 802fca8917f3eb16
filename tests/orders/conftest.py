import pytest

from tests.orders.factories import World, make_world
from tests.outbox.conftest import desk as desk  # noqa: PLC0414  a fixture, handed on


@pytest.fixture
def world(db: None) -> World:
    return make_world()
