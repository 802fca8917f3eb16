from datetime import date

import pytest

from stmm.policy.editions import EDITIONS, STMM_2013, edition_in_force


@pytest.mark.parametrize("day", [date(2013, 7, 1), date(2026, 3, 2)])
def test_the_2013_edition_is_in_force_from_its_first_day(day: date) -> None:
    assert edition_in_force(day) is STMM_2013


def test_no_edition_is_made_up_for_the_time_before_the_first() -> None:
    with pytest.raises(LookupError, match=r"known for June 30, 2013: .* from July 1, 2013"):
        edition_in_force(date(2013, 6, 30))


def test_an_edition_is_found_by_one_key() -> None:
    assert len({edition.key for edition in EDITIONS}) == len(EDITIONS)
