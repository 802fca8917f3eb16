from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.orders.factories import World, make_world
from tests.outbox.conftest import desk as desk  # noqa: PLC0414  a fixture, handed on


@pytest.fixture(scope="module")
def _world_of_the_module(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """Made once a module, for it takes as long as the rest of most tests; then taken back.

    Tests of the module that ask for no world find it all the same.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_world_of_the_module: World, db: None, request: pytest.FixtureRequest) -> World:
    """A world that the test may change: what it does to the rows is taken back."""
    mark = request.node.get_closest_marker("django_db")
    assert not (mark and mark.kwargs.get("transaction")), "Use committed_world: others can’t see it"
    return deepcopy(_world_of_the_module)


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For tests in which other connections must see it."""
    return make_world()
