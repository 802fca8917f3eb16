from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.exemptions.factories import Case, make_case


@pytest.fixture(scope="module")
def _case_of_the_module(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Case]:
    """Made once a module, for it takes longer than most tests; then taken back.

    Tests of the module that ask for no case find it all the same.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_case()
        transaction.set_rollback(True)


@pytest.fixture
def case(_case_of_the_module: Case, db: None) -> Case:
    """A case that the test may change: what it does to the rows is taken back.

    Where tests commit, their module has a `case` of its own.
    """
    return deepcopy(_case_of_the_module)
