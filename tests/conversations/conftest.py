"""A clock for these tests: it stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from conversations import moments


class Standing:
    """The time that the whole domain believes in."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def forward(self, **delta: float) -> datetime:
        """Let time pass: `forward(seconds=120)`; answers the new moment."""
        self.now += timedelta(**delta)
        return self.now

    def after(self, **delta: float) -> datetime:
        """The moment that is so far ahead."""
        return self.now + timedelta(**delta)


@pytest.fixture
def standing() -> Iterator[Standing]:
    clock = Standing()
    with moments.clock(lambda: clock.now):
        yield clock
