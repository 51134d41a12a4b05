"""Operating hours, against a slow clock that looks at every single minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conversations.hours import is_open, next_change, problems_of

ZONES = [
    "UTC",
    "Europe/Copenhagen",
    "America/Sao_Paulo",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
]
# Days around which clocks are put forward or back somewhere; Apia skipped a whole one.
TURNS = [
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2018, 11, 4),
    date(2026, 3, 8),
    date(2026, 4, 5),
    date(2011, 12, 30),
    date(2026, 2, 15),
    date(2026, 6, 10),
]
MINUTE = timedelta(minutes=1)
WORK = [[["09:00", "17:00"]]] * 5 + [[], []]


def text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


spans = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440))
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: [text(pair[0]), text(pair[1])]),
    max_size=3,
)
weeks = st.lists(spans, min_size=7, max_size=7)
moments = st.builds(
    lambda day, minutes, seconds: (
        datetime(day.year, day.month, day.day, tzinfo=UTC)
        + timedelta(minutes=minutes, seconds=seconds)
    ),
    st.sampled_from(TURNS),
    st.integers(-1440, 1440),
    st.sampled_from([0, 1, 59]),
)
days_off = st.lists(
    st.sampled_from([day + n * timedelta(days=1) for day in TURNS for n in (-1, 0, 1)]),
    max_size=4,
).map(lambda days: [day.isoformat() for day in days])


def slow(week: Any, off: list[str], zone: str, at: datetime) -> bool:
    """What a person at the wall clock would say."""
    wall = at.astimezone(ZoneInfo(zone))
    if str(wall.date()) in off:
        return False
    now = wall.strftime("%H:%M")
    return any(a <= now < b for a, b in week[wall.weekday()])


@given(weeks, days_off, st.sampled_from(ZONES), moments)
def test_open_is_what_the_wall_clock_says(
    week: Any, off: list[str], zone: str, at: datetime
) -> None:
    assert is_open(week, off, zone, at) == slow(week, off, zone, at)


@given(weeks, days_off, st.sampled_from(ZONES), moments)
@example(
    [[["02:15", "02:45"]]] * 7,
    [],
    "Europe/Copenhagen",
    datetime(2026, 3, 28, 12, tzinfo=UTC),
)
@example(
    [[["00:00", "24:00"]]] * 7,
    ["2026-03-29"],
    "Europe/Copenhagen",
    datetime(2026, 3, 27, tzinfo=UTC),
)
def test_the_next_change_is_where_the_minutes_differ(
    week: Any, off: list[str], zone: str, at: datetime
) -> None:
    found = next_change(week, off, zone, at)
    was = slow(week, off, zone, at)
    minute = at.replace(second=0, microsecond=0) + MINUTE
    end = at + timedelta(days=2)
    while minute <= end and slow(week, off, zone, minute) == was:
        minute += MINUTE
    if minute <= end:
        assert found == minute
    else:
        assert found is None or found > end


@given(weeks, days_off, st.sampled_from(ZONES), moments)
def test_the_next_change_is_a_change(
    week: Any, off: list[str], zone: str, at: datetime
) -> None:
    found = next_change(week, off, zone, at)
    if found is not None:
        assert found > at
        before = slow(week, off, zone, found - timedelta(seconds=1))
        assert before == slow(week, off, zone, at)
        assert slow(week, off, zone, found) != before


def at(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


@pytest.mark.parametrize(
    ("week", "off", "zone", "now", "then"),
    [
        pytest.param(
            WORK, [], "UTC", "2026-03-06T12:00Z", "2026-03-06T17:00Z", id="closes"
        ),
        pytest.param(
            WORK, [], "UTC", "2026-03-06T17:00Z", "2026-03-09T09:00Z", id="weekend"
        ),
        pytest.param(
            WORK,
            [],
            "Europe/Copenhagen",
            "2026-03-27T18:00Z",
            "2026-03-30T07:00Z",
            id="summer",
        ),
        pytest.param(
            WORK,
            ["2026-03-09"],
            "UTC",
            "2026-03-07T00:00Z",
            "2026-03-10T09:00Z",
            id="day off",
        ),
        pytest.param(
            [[["00:00", "24:00"]]] * 7,
            [],
            "UTC",
            "2026-03-06T12:00Z",
            None,
            id="always",
        ),
        pytest.param([[]] * 7, [], "UTC", "2026-03-06T12:00Z", None, id="never"),
        pytest.param([], [], "UTC", "2026-03-06T12:00Z", None, id="no week at all"),
        pytest.param(
            [[["00:00", "24:00"]]] * 7,
            ["2031-12-25"],
            "UTC",
            "2026-03-06T12:00Z",
            "2031-12-25T00:00Z",
            id="far off",
        ),
        pytest.param(
            [[["08:00", "12:00"], ["11:00", "15:00"]]] * 7,
            [],
            "UTC",
            "2026-03-06T09:00Z",
            "2026-03-06T15:00Z",
            id="overlapping",
        ),
        pytest.param(
            [[["22:00", "24:00"], ["00:00", "06:00"]]] * 7,
            [],
            "UTC",
            "2026-03-06T23:00Z",
            "2026-03-07T06:00Z",
            id="over midnight",
        ),
        pytest.param(
            [[["02:15", "02:45"]]] * 7,
            [],
            "Europe/Copenhagen",
            "2026-03-28T12:00Z",
            "2026-03-30T00:15Z",
            id="in the hour that is skipped",
        ),
        pytest.param(
            [[["02:15", "02:45"]]] * 7,
            [],
            "Europe/Copenhagen",
            "2026-10-25T00:45Z",
            "2026-10-25T01:15Z",
            id="in the hour that comes twice",
        ),
    ],
)
def test_known_days(
    week: Any, off: list[str], zone: str, now: str, then: str | None
) -> None:
    assert next_change(week, off, zone, at(now)) == (None if then is None else at(then))


@pytest.mark.parametrize(
    ("week", "off", "zone", "problems"),
    [
        (WORK, [], "Europe/Copenhagen", 0),
        ([[]] * 7, ["2026-12-24"], "UTC", 0),
        ([[["00:00", "24:00"]]] * 7, [], "UTC", 0),
        (WORK, [], "Europe/Kopenhagen", 1),
        ([], [], "UTC", 1),
        ("always", [], "UTC", 1),
        ([[["09:00", "17:00"]]] * 6 + ["x"], [], "UTC", 1),
        ([[["17:00", "09:00"]]] + [[]] * 6, [], "UTC", 1),
        ([[["09:00", "09:00"]]] + [[]] * 6, [], "UTC", 1),
        ([[["9:00", "17:00"]]] + [[]] * 6, [], "UTC", 1),
        ([[["24:00", "24:00"]]] + [[]] * 6, [], "UTC", 1),
        ([[["09:00", "24:30"]]] + [[]] * 6, [], "UTC", 1),
        ([[["09:60", "17:00"]]] + [[]] * 6, [], "UTC", 1),
        ([[["09:00"]]] + [[]] * 6, [], "UTC", 1),
        ([[[9, 17]]] + [[]] * 6, [], "UTC", 1),
        (WORK, ["24.12.2026"], "UTC", 1),
        (WORK, ["2026-02-30", 7], "UTC", 2),
        (WORK, "2026-12-24", "UTC", 1),
    ],
)
def test_what_cannot_be_is_said(
    week: object, off: object, zone: str, problems: int
) -> None:
    assert len(problems_of(week, off, zone)) == problems
