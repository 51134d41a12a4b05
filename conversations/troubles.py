"""What fails and is tried again: said once when it goes and once when it is back."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from django.db import InterfaceError, OperationalError

from conversations.meters import AWAY, FAILURES

DATABASE_AWAY = (OperationalError, InterfaceError)

log = structlog.get_logger(__name__)


class Troubles:
    """The troubles of one part of the process, each piece of work by its name.

    An outage that is tried ten times a second makes two lines in the log, not ten a
    second; anything else that goes wrong is a fault of ours, with its stack.
    """

    def __init__(
        self,
        part: str,
        *,
        what: str = "database",
        away: Sequence[type[Exception]] = DATABASE_AWAY,
    ) -> None:
        self._part = part
        self._what = what
        self._away = tuple(away)
        self._failing: dict[str, tuple[type[Exception], float]] = {}
        self._gauge = AWAY.labels(part, what)

    def failed(self, work: str, error: Exception) -> None:
        """It did not work; call it where the error was caught."""
        kind = type(error)
        FAILURES.labels(self._part, work, kind.__name__).inc()
        before, since = self._failing.get(work, (None, time.monotonic()))
        self._failing[work] = kind, since
        self._gauge.set(1)
        if before is kind:
            return
        facts = {"part": self._part, "work": work, "error": kind.__name__}
        if isinstance(error, self._away):
            log.error(f"{self._what}.away", **facts)
        else:
            log.error(f"{self._part}.work_failed", exc_info=error, **facts)

    def worked(self, work: str) -> None:
        """It did."""
        if work not in self._failing:
            return
        _kind, since = self._failing.pop(work)
        if not self._failing:
            self._gauge.set(0)
        away = round(time.monotonic() - since, 1)
        log.warning(f"{self._what}.back", part=self._part, work=work, after=away)
