"""When the check-in and the follow-ups are: by the clock on the wall, across both daylight-saving changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from retreats.catalogue.models import Gathering
from retreats.feedback import timeline

LISBON = ZoneInfo("Europe/Lisbon")


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=LISBON)


def from_to(start: datetime, end: datetime) -> Gathering:
    return Gathering(starts_at=start.astimezone(UTC), ends_at=end.astimezone(UTC), zone="Europe/Lisbon")


@pytest.mark.parametrize(
    ("start", "end", "opens", "closes"),
    [
        # Clocks go forward on 28 March 2027 and back on 31 October 2027: the middle is elapsed time, eight is on the wall.
        (at(3, 26, 18), at(3, 29, 16), at(3, 28, 5, 30), at(3, 28, 20)),
        (at(10, 29, 18), at(11, 1, 16), at(10, 31, 4, 30), at(10, 31, 20)),
        (at(3, 27, 12), at(3, 29, 12), at(3, 28, 12, 30), at(3, 28, 20)),
        (at(10, 30, 12), at(11, 1, 12), at(10, 31, 11, 30), at(10, 31, 20)),
        # A weekend whose middle is late: it opens at six, so that there are two hours for it.
        (at(6, 11, 20), at(6, 13, 20), at(6, 12, 18), at(6, 12, 20)),
        # A day: it closes with the day. An evening: from its middle to its end.
        (at(6, 12, 10), at(6, 12, 17), at(6, 12, 13, 30), at(6, 12, 17)),
        (at(6, 12, 19), at(6, 12, 22), at(6, 12, 20, 30), at(6, 12, 22)),
    ],
)
def test_the_check_in_lies_in_the_middle_and_closes_at_eight(start, end, opens, closes) -> None:
    gathering = from_to(start, end)

    found = timeline.check_in_times(gathering)

    assert found == (opens.astimezone(UTC), closes.astimezone(UTC))
    assert found == (timeline.CHECK_IN_OPENS.due_at(gathering), timeline.CHECK_IN_CLOSES.due_at(gathering))


def test_what_has_no_date_has_no_check_in() -> None:
    gathering = from_to(at(6, 11, 18), at(6, 13, 14))
    gathering.postponed_at = at(6, 1, 12)

    assert timeline.check_in_times(gathering) is None
    assert timeline.check_in_times(Gathering(zone="Europe/Lisbon")) is None


@pytest.mark.parametrize(
    ("start", "end", "is_long"),
    [
        (at(6, 12, 6), at(6, 13, 18), True),
        (at(6, 12, 6), at(6, 13, 17, 59), False),
        # In spring a day and a half on the wall is an hour less of life, in autumn an hour more: the wall counts.
        (at(3, 27, 18), at(3, 29, 6), True),
        (at(10, 30, 18), at(11, 1, 5, 59), False),
    ],
)
def test_a_day_and_a_half_is_counted_on_the_wall(start, end, is_long) -> None:
    assert timeline.is_long(from_to(start, end)) is is_long


@pytest.mark.parametrize("end", [at(3, 14, 16), at(10, 17, 16), at(1, 3, 16)])
def test_follow_ups_come_at_the_same_hour_of_the_day_as_the_end(end) -> None:
    gathering = from_to(end - timedelta(days=2), end)
    noted = {
        (days, what): timeline.FOLLOW_UPS[days, what].due_at(gathering).astimezone(LISBON)
        for days, what in timeline.FOLLOW_UPS
    }

    assert {key: (found.date() - end.date()).days for key, found in noted.items()} == {
        (14, "opens"): 14, (14, "reminder"): 21, (14, "closes"): 28, (14, "held"): 35,
        (30, "opens"): 30, (30, "reminder"): 37, (30, "closes"): 44, (30, "held"): 51,
        (21, "opens"): 21, (21, "reminder"): 28, (21, "closes"): 35, (21, "held"): 42,
        (90, "opens"): 90, (90, "reminder"): 97, (90, "closes"): 104, (90, "held"): 111,
    }  # fmt: skip
    assert {found.time() for found in noted.values()} == {end.time()}
