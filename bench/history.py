"""Fills a database with a floor and what it did before: for measuring, never in use.

`python -m bench.history --closed 1000000 --ongoing 10000` on an empty, migrated
database. What is over is made by the database itself, a million conversations in
minutes; what goes on comes from `bench.ongoing`. All words are made up.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from django.db import connection, transaction

from bench import past
from bench.plan import Places, Plan

STROKE = 50_000
TWO_YEARS = 730 * 24 * 60 * 60
DAY = 24 * 60 * 60
DETAILED = 4
"""Of every so many closed conversations one has its words, events and routing."""


def fill(plan: Plan) -> Places:
    """Make it all; the ids of the closed conversations come before the ongoing ones."""
    # Models can be imported only once the settings are read.
    from bench import ongoing
    from bench import places as floor

    with _no_limits():
        places = floor.make_floor(plan)
        for low in range(0, plan.closed, STROKE):
            with transaction.atomic():
                _close(plan, places, low, min(low + STROKE, plan.closed))
        with transaction.atomic():
            ongoing.make_ongoing(plan, places)
            now = _Span(places.conversation, plan.closed, plan.closed + plan.ongoing, 1)
            _run(plan, places, (*past.MESSAGES, *past.EVENTS, *past.OF_AGENTS), now)
    _gather_statistics(places.conversation + plan.closed + plan.ongoing)
    return places


@dataclass(frozen=True, slots=True)
class _Span:
    """Numbers `low` to `high` of conversations whose ids begin at `first`; one of
    `every` is told in detail."""

    first: int
    low: int
    high: int
    every: int


def _close(plan: Plan, places: Places, low: int, high: int) -> None:
    span = _Span(places.conversation, low, high, DETAILED)
    tables = (past.CLOSED, *past.HANDLED, *past.MESSAGES, *past.EVENTS)
    _run(plan, places, tables, span)


def _run(plan: Plan, places: Places, statements: tuple[str, ...], span: _Span) -> None:
    if span.low == span.high:
        return
    words = _words(plan, places, span)
    numbers = past.NUMBERS.format(**words)
    for statement in statements:
        _execute(statement.format(numbers=numbers, **words))


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _words(plan: Plan, places: Places, span: _Span) -> dict[str, object]:
    """What the statements are filled with: numbers, and how each database says it."""
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    postgres = connection.vendor == "postgresql"
    return {
        "low": span.low,
        "high": span.high,
        "every": span.every,
        "first": span.first,
        "closed": max(1, plan.closed),
        "today": max(1, plan.closed_today),
        "since_midnight": max(1, int((now - midnight).total_seconds())),
        "old": TWO_YEARS - 2 * DAY,
        "queue": places.queue,
        "queues": plan.queues,
        "stream": places.stream,
        "agent": places.agent,
        "agents": plan.agents,
        "customer": places.customer,
        "customers": plan.customers,
        "ago": _Ago(now, postgres=postgres),
        "json": "::jsonb" if postgres else "",
    }


class _Ago:
    """`ago["age + 2"]`: the moment that many seconds ago, as the database says it."""

    def __init__(self, now: datetime, *, postgres: bool) -> None:
        self._now = now.strftime("%Y-%m-%d %H:%M:%S")
        self._form = _POSTGRES_AGO if postgres else _SQLITE_AGO

    def __getitem__(self, seconds: str) -> str:
        return self._form.format(now=self._now, seconds=seconds)


_POSTGRES_AGO = "(timestamptz '{now}+00' - interval '1 second' * ({seconds}))"
_SQLITE_AGO = "strftime('%Y-%m-%d %H:%M:%f', '{now}', '-' || ({seconds}) || ' seconds')"


@contextmanager
def _no_limits() -> Iterator[None]:
    """No time-out for the strokes; references are right by construction, and checking
    ten million of them one by one would take longer than making them."""
    postgres = connection.vendor == "postgresql"
    before, after = _LIMITS_OFF[postgres], _LIMITS_ON[postgres]
    for statement in before:
        _execute(statement)
    try:
        yield
    finally:
        for statement in after:
            _execute(statement)


def _gather_statistics(next_id: int) -> None:
    """What the planner goes by; PostgreSQL would find the time for it by itself. On
    SQLite the product has none, so that plans must be right without."""
    if connection.vendor == "postgresql":
        _execute(past.NEXT_ID.format(next=next_id))
        _execute("VACUUM ANALYZE")


_LIMITS_OFF = {
    True: (
        "SET statement_timeout = 0",
        "SET session_replication_role = replica",
    ),
    False: ("PRAGMA foreign_keys = OFF",),
}
_LIMITS_ON = {
    True: ("RESET statement_timeout", "RESET session_replication_role"),
    False: ("PRAGMA foreign_keys = ON",),
}


def main() -> None:
    """Fill the database of the settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("closed", "ongoing"):
        parser.add_argument(f"--{name}", type=int, required=True)
    for name in ("queues", "agents", "supervisors", "today", "room"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan(), name))
    started = monotonic()
    fill(Plan(**vars(parser.parse_args())))
    print(f"Filled in {monotonic() - started:.0f} s.")


if __name__ == "__main__":
    import django

    django.setup()
    main()
