"""What fails and is tried again: said once when it goes and once when it is back."""

from __future__ import annotations

import threading
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
        self._failing: dict[str, tuple[str, float]] = {}
        self._gauge = AWAY.labels(part, what)
        self._lock = threading.Lock()

    def failed(self, work: str, error: Exception) -> None:
        """It did not work; call it where the error was caught."""
        FAILURES.labels(self._part, work, type(error).__name__).inc()
        # What is away fails in several ways by turns; that is one trouble all the same.
        kind = "away" if isinstance(error, self._away) else type(error).__name__
        with self._lock:
            before, since = self._failing.get(work, ("", time.monotonic()))
            self._failing[work] = kind, since
            self._gauge.set(1)
        if before != kind:
            self._tell(work, error, kind)

    def worked(self, work: str) -> None:
        """It did."""
        if work not in self._failing:
            return
        with self._lock:
            _kind, since = self._failing.pop(work, (None, None))
            self._gauge.set(bool(self._failing))
        if since is not None:
            after = round(time.monotonic() - since, 1)
            log.warning(f"{self._what}.back", part=self._part, work=work, after=after)

    def _tell(self, work: str, error: Exception, kind: str) -> None:
        facts = {"part": self._part, "work": work, "error": type(error).__name__}
        if kind == "away":
            log.error(f"{self._what}.away", **facts)
        else:
            log.error(f"{self._part}.work_failed", exc_info=error, **facts)
