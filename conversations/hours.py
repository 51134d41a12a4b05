"""Operating hours: a week of spans in a time zone, and days off. Pure: no ORM.

Spans are read off the clock on the wall: an hour that the clock skips is no hour, one
that it repeats is open both times. Overlapping spans are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

Week = Sequence[Sequence[Sequence[str]]]
"""Seven lists, Monday first, of spans such as `["09:00", "17:00"]`."""

DAYS = 7
MIDNIGHT = 24 * 60
_DAY = timedelta(days=1)
LOOK_AHEAD = 16  # working days; a span may fall into an hour that is skipped once


def is_open(week: Week, days_off: Sequence[str], zone: str, at: datetime) -> bool:
    """Whether people work at this moment. A week without spans is never open."""
    local = at.astimezone(ZoneInfo(zone))
    if local.date().isoformat() in days_off:
        return False
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in _spans(week, local.date()))


def next_change(
    week: Week, days_off: Sequence[str], zone: str, at: datetime
) -> datetime | None:
    """The first moment after `at` at which it opens or closes; None when never."""
    now = is_open(week, days_off, zone, at)
    for day in _days_to_look_at(days_off, at.astimezone(ZoneInfo(zone)).date()):
        for moment in _moments(week, ZoneInfo(zone), day):
            if moment > at and is_open(week, days_off, zone, moment) != now:
                return moment
    return None


def problems_of(week: object, days_off: object, zone: str) -> list[str]:
    """Sentences for the administrator about what is wrong; none: it may be saved."""
    problems = []
    if zone not in available_timezones():
        problems.append(_("There is no time zone “%(zone)s”.") % {"zone": zone[:60]})
    if not isinstance(week, list) or len(week) != DAYS:
        problems.append(_("The week needs seven lists of spans, Monday first."))
    else:
        for number, spans in enumerate(week, 1):
            problems += _problems_of_day(number, spans)
    if not isinstance(days_off, list):
        problems.append(_("Days off are a list of dates."))
    else:
        problems += [_not_a_date(day) for day in days_off if not _is_date(day)]
    return problems


def _spans(week: Week, day: date) -> Iterator[tuple[int, int]]:
    if day.weekday() < len(week):
        for start, end in week[day.weekday()]:
            yield _minute(start), _minute(end)


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _days_to_look_at(days_off: Sequence[str], today: date) -> list[date]:
    """From yesterday on (the wall's midnight may come twice) enough days of the week's
    own course, and every day off with the day behind it."""
    off = {date.fromisoformat(each) for each in days_off}
    ahead = (today + (number - 1) * _DAY for number in range(LOOK_AHEAD + len(off)))
    coming = {day for day in off if day >= today}
    return sorted({*ahead, *coming, *(day + _DAY for day in coming)})


def _moments(week: Week, zone: ZoneInfo, day: date) -> list[datetime]:
    """When something may change on this day: midnight, the ends of spans, and when
    the wall's clock is put forward or back."""
    walls = {0, *(minute for span in _spans(week, day) for minute in span)}
    begin = datetime.combine(day, time(), tzinfo=zone)
    moments = {
        (begin + timedelta(minutes=minute)).replace(fold=fold).astimezone(UTC)
        for minute in walls
        for fold in (0, 1)
    }
    return sorted({*moments, *_clock_changes(zone, day)})


def _clock_changes(zone: ZoneInfo, day: date) -> Iterator[datetime]:
    early = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) - _DAY / 2
    late = early + 2 * _DAY
    if _offset(zone, early) == _offset(zone, late):
        return
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if _offset(zone, middle) == _offset(zone, early):
            early = middle
        else:
            late = middle
    yield late.replace(microsecond=0)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


def _problems_of_day(number: int, spans: object) -> Iterator[str]:
    if not isinstance(spans, list):
        yield _("Day %(day)d: this is not a list of spans.") % {"day": number}
        return
    for span in islice(spans, MIDNIGHT):
        if not _is_span(span):
            yield _(
                "Day %(day)d: a span is two times such as 09:00 and 17:00, the second "
                "one later; it may be 24:00."
            ) % {"day": number}


def _is_span(span: object) -> bool:
    if not isinstance(span, list | tuple) or len(span) != 2:
        return False
    if not all(isinstance(each, str) and _is_time(each) for each in span):
        return False
    start, end = span
    return _minute(start) < _minute(end)


def _is_time(text: str) -> bool:
    if len(text) != 5 or not text.isascii() or text[2] != ":":
        return False
    if not (text[:2] + text[3:]).isdigit():
        return False
    return text == "24:00" or (int(text[:2]) < 24 and int(text[3:]) < 60)


def _is_date(day: object) -> bool:
    try:
        return isinstance(day, str) and date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def _not_a_date(day: object) -> str:
    return _("“%(day)s” is not a date such as 2026-12-24.") % {"day": str(day)[:40]}
