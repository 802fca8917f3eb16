from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.orders.factories import World, make_world
from tests.outbox.conftest import desk as desk  # noqa: PLC0414  a fixture, handed on


def _commits(request: pytest.FixtureRequest) -> bool:
    """Whether the tests of a module commit: then each makes its own world."""
    marks = getattr(request.module, "pytestmark", [])
    return any(
        mark.kwargs.get("transaction") for mark in (marks if isinstance(marks, list) else [marks])
    )


@pytest.fixture(scope="module")
def shared_world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World | None]:
    """One world for the tests of a module, each of which takes back what it does."""
    if _commits(request):
        yield None
        return
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(request: pytest.FixtureRequest, shared_world: World | None) -> World:
    """A copy, so that what a test does to its people and places stays with it."""
    request.getfixturevalue("db" if shared_world else "transactional_db")
    return deepcopy(shared_world) if shared_world else make_world()
