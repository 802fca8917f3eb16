"""R6: 200 exemptions revoked or ending while purchases rely on them: none accepted without."""

import pytest
from django.db import connection

from stmm.audit.services import verify
from tests.exemptions.factories import make_case
from tests.exemptions.using_races import race_with_revocation, race_with_the_end

pytestmark = pytest.mark.django_db(transaction=True)
RACES = 200


def test_two_hundred_exemptions_in_a_race_cover_nothing_after_their_end() -> None:
    case = make_case()
    for number in range(RACES):
        (race_with_revocation if number % 2 else race_with_the_end)(case)
        connection.close()
    assert verify().faults == ()
