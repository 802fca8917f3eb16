import pytest

from tests.exemptions.factories import Case, make_case


@pytest.fixture
def case(db: None) -> Case:
    return make_case()
