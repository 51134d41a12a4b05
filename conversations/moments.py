"""Time as the domain wants it: one clock for all processes, injected in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.db import connection

_injected: ContextVar[Callable[[], datetime] | None] = ContextVar(
    "injected_clock", default=None
)


def now() -> datetime:
    """The database's clock on PostgreSQL, the process clock on SQLite.

    Ask once per transaction, after the locks are taken, and pass the answer on: a
    later holder of the lock then never has an earlier time than its predecessor.
    """
    injected = _injected.get()
    if injected is not None:
        return injected()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = cursor.fetchone()[0]
            return moment
    return datetime.now(UTC)


@contextmanager
def clock(read: Callable[[], datetime]) -> Iterator[None]:
    """Use another clock inside the block (tests)."""
    token = _injected.set(read)
    try:
        yield
    finally:
        _injected.reset(token)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with milliseconds, as every time on the wire."""
    if moment is None:
        return None
    stamp = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return stamp.replace("+00:00", "Z")
