"""The demonstration, loaded once for a file of journeys, and a contractor's mail server."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.outbox.conftest import desk

__all__ = ["demonstration", "desk"]


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", "--without-orders")
        yield
        transaction.set_rollback(True)
