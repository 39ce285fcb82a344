"""Working days in Portugal, against another reckoning of Easter and against days that stand in the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from dateutil.easter import easter

from retreats.feedback import working_days


def test_easter_is_where_everybody_else_has_it() -> None:
    assert all(working_days.easter(year) == easter(year) for year in range(1900, 2300))


def test_a_year_has_thirteen_national_holidays() -> None:
    assert sorted(working_days.holidays(2027)) == [
        date(2027, 1, 1),
        date(2027, 3, 26),  # Good Friday
        date(2027, 3, 28),
        date(2027, 4, 25),
        date(2027, 5, 1),
        date(2027, 5, 27),  # Corpus Christi
        date(2027, 6, 10),
        date(2027, 8, 15),
        date(2027, 10, 5),
        date(2027, 11, 1),
        date(2027, 12, 1),
        date(2027, 12, 8),
        date(2027, 12, 25),
    ]


@pytest.mark.parametrize(
    ("moment", "days", "last"),
    [
        (
            datetime(2027, 3, 24, 9, tzinfo=UTC),
            3,
            datetime(2027, 3, 30, 22, 59, tzinfo=UTC),
        ),  # Easter and summer time between
        (datetime(2027, 12, 6, 23, 30, tzinfo=UTC), 1, datetime(2027, 12, 7, 23, 59, tzinfo=UTC)),
        (datetime(2027, 12, 7, 10, tzinfo=UTC), 1, datetime(2027, 12, 9, 23, 59, tzinfo=UTC)),
        (datetime(2027, 7, 3, 10, tzinfo=UTC), 1, datetime(2027, 7, 5, 22, 59, tzinfo=UTC)),  # a Saturday
        (
            datetime(2027, 7, 5, 23, 30, tzinfo=UTC),
            1,
            datetime(2027, 7, 7, 22, 59, tzinfo=UTC),
        ),  # Tuesday already, in Lisbon
        (datetime(2027, 3, 1, 9, tzinfo=UTC), 15, datetime(2027, 3, 22, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_date_is_the_end_of_a_working_day_in_lisbon(moment, days, last) -> None:
    assert working_days.after(moment, days, "Europe/Lisbon") == last
