"""When a member may be asked something: hours, days, zones, and the two nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloque.people.hours import OpenHours

PARIS = ZoneInfo("Europe/Paris")
SUNDAY = frozenset({6})
ZONES = [
    "Europe/Paris", "Indian/Reunion", "America/Martinique", "America/Cayenne", "Pacific/Noumea", "Pacific/Marquesas",
    "America/Miquelon",
]  # fmt: skip
moments = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC))
open_hours = st.builds(
    OpenHours,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.integers(0, 24),
    st.integers(0, 24),
    st.frozensets(st.integers(0, 6), max_size=7),
)


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PARIS)  # type: ignore[misc, arg-type]


def test_an_ordinary_day_opens_at_eight_and_closes_at_twenty() -> None:
    hours = OpenHours(PARIS, 8, 20, SUNDAY)
    assert not hours.is_open(paris(2026, 11, 4, 7, 59))
    assert hours.is_open(paris(2026, 11, 4, 8, 0))
    assert hours.is_open(paris(2026, 11, 4, 19, 59, 59))
    assert not hours.is_open(paris(2026, 11, 4, 20, 0))


def test_saturday_evening_waits_for_monday_morning() -> None:
    hours = OpenHours(PARIS, 8, 20, SUNDAY)
    assert hours.next_open(paris(2026, 11, 7, 20, 30)) == paris(2026, 11, 9, 8)
    assert hours.closes_after(paris(2026, 11, 7, 19, 30)) == paris(2026, 11, 7, 20)


def test_a_night_doctor_is_asked_across_midnight() -> None:
    hours = OpenHours(PARIS, 20, 8)
    assert hours.is_open(paris(2026, 11, 4, 23)) and hours.is_open(paris(2026, 11, 5, 7))
    assert not hours.is_open(paris(2026, 11, 5, 12))
    assert hours.next_open(paris(2026, 11, 5, 12)) == paris(2026, 11, 5, 20)
    assert hours.closes_after(paris(2026, 11, 5, 22)) == paris(2026, 11, 6, 8)


def test_a_quiet_day_cuts_the_night_at_midnight() -> None:
    hours = OpenHours(PARIS, 20, 8, SUNDAY)
    assert hours.closes_after(paris(2026, 11, 7, 22)) == paris(2026, 11, 8, 0)
    assert hours.next_open(paris(2026, 11, 8, 21)) == paris(2026, 11, 9, 0)


def test_the_night_of_twenty_five_hours_opens_at_eight_by_the_clock() -> None:
    hours = OpenHours(PARIS, 8, 20)
    opens = hours.next_open(paris(2026, 10, 24, 20))
    assert opens == paris(2026, 10, 25, 8)
    assert opens.astimezone(UTC) - paris(2026, 10, 24, 20).astimezone(UTC) == timedelta(hours=13)


def test_the_night_of_twenty_three_hours_opens_at_eight_by_the_clock() -> None:
    hours = OpenHours(PARIS, 8, 20)
    opens = hours.next_open(paris(2027, 3, 27, 20))
    assert opens == paris(2027, 3, 28, 8)
    assert opens.astimezone(UTC) - paris(2027, 3, 27, 20).astimezone(UTC) == timedelta(hours=11)


def test_the_hour_that_comes_twice_is_closed_twice_and_the_missing_one_does_no_harm() -> None:
    hours = OpenHours(PARIS, 3, 20)
    assert not hours.is_open(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # 2:30 of summer
    assert not hours.is_open(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))  # 2:30 of winter
    skipped = OpenHours(PARIS, 2, 3)  # an hour that the 28th of March 2027 does not have
    assert skipped.next_open(paris(2027, 3, 28, 0, 30)).astimezone(PARIS) == paris(2027, 3, 29, 2)


@pytest.mark.parametrize(("zone", "utc_hour"), [("Indian/Reunion", 4), ("America/Martinique", 12)])
def test_eight_oclock_is_eight_oclock_where_the_doctor_lives(zone: str, utc_hour: int) -> None:
    hours = OpenHours(ZoneInfo(zone), 8, 20)
    assert hours.next_open(datetime(2026, 7, 1, 3, tzinfo=UTC)).astimezone(UTC).hour == utc_hour


def test_a_zone_half_an_hour_off_opens_on_its_own_full_hours() -> None:
    hours = OpenHours(ZoneInfo("Pacific/Marquesas"), 8, 20)
    assert hours.next_open(datetime(2026, 7, 1, 9, 10, tzinfo=UTC)) == datetime(2026, 7, 1, 17, 30, tzinfo=UTC)


def test_equal_hours_never_close() -> None:
    hours = OpenHours(PARIS, 8, 8)
    assert hours.is_open(paris(2026, 11, 4, 3))
    assert hours.closes_after(paris(2026, 11, 4, 3)) == paris(2026, 11, 11, 3)


def test_seven_quiet_days_never_open() -> None:
    hours = OpenHours(PARIS, 8, 20, frozenset(range(7)))
    assert not any(hours.is_open(paris(2026, 11, day, 12)) for day in range(1, 9))
    assert hours.next_open(paris(2026, 11, 4, 12)) == paris(2026, 11, 11, 12)


@given(open_hours, moments)
def test_what_is_said_to_be_the_next_opening_is_open_and_nothing_before_it_was(
    hours: OpenHours, moment: datetime
) -> None:
    opens = hours.next_open(moment)
    assert opens >= moment
    if hours.is_open(opens):
        between = (moment + timedelta(minutes=17 * n) for n in range(int((opens - moment) / timedelta(minutes=17))))
        assert not any(hours.is_open(each) for each in between)
    else:
        assert opens == moment + timedelta(days=7) and len(hours.quiet_days) == 7


@given(open_hours, moments)
def test_a_window_is_open_until_it_closes(hours: OpenHours, moment: datetime) -> None:
    closes = hours.closes_after(moment)
    if not hours.is_open(moment):
        assert closes == moment
        return
    between = (moment + timedelta(minutes=17 * n) for n in range(int((closes - moment) / timedelta(minutes=17))))
    assert all(hours.is_open(each) for each in between)
    assert not hours.is_open(closes) or closes == moment + timedelta(days=7)
