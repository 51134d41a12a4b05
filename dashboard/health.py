"""Whether this process should get people: looked at with time limits, at most once a
second, so that neither a database that hangs nor a probe that hurries can hurt it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.utils import load_backend

from conversations import moments
from conversations.models import Timer
from conversations.troubles import Troubles
from dashboard.meters import PART_OK, TIMERS_OVERDUE

if TYPE_CHECKING:
    from dashboard.process import Process

LIMIT = 0.7  # seconds for one look, all its parts side by side
KEPT_FOR = 1.0  # seconds that a look answers for
LATE = timedelta(minutes=1)
"""How long a timer may be overdue before the clock counts as away."""
NEEDED = ("database", "hub", "migrations")
"""Without these it can serve nobody. Without doorbell or clock all that it shows is
still true, only later: no reason to send people elsewhere."""

troubles = Troubles("health")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found: timers overdue (None: no database), whether rings get out."""

    overdue: int | None
    rings: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The word for each part, and whether the process is on its way out."""

    parts: Mapping[str, str]
    draining: bool

    @property
    def status(self) -> str:
        """ok, draining or down."""
        if self.draining:
            return "draining"
        return "ok" if all(self.parts[name] == "ok" for name in NEEDED) else "down"


class Health:
    """Looks at the parts of one process; everything here runs in its event loop."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._database = DatabaseLook()
        self._looking: asyncio.Future[Found] | None = None
        self._looked_on = 0.0
        self._is_migrated: bool | None = None

    async def report(self) -> Report:
        """The present state, a second old at the most, within a second."""
        now = asyncio.get_running_loop().time()
        if self._looking is None or now - self._looked_on > KEPT_FOR:
            self._looked_on = now
            self._looking = asyncio.ensure_future(self._look())
        # Who asks may hang up; the look is for whoever else waits for it.
        report = self._judged(await asyncio.shield(self._looking))
        for part, word in report.parts.items():
            PART_OK.labels(part).set(word == "ok")
        return report

    async def _look(self) -> Found:
        overdue, rings, _migrated = await asyncio.gather(
            within(LIMIT, "database", self._database),
            within(LIMIT, "doorbell", self._process.doorbell_answers),
            self._look_for_migrations(),
        )
        if overdue is not None:
            TIMERS_OVERDUE.set(overdue)
        return Found(overdue, bool(rings))

    async def _look_for_migrations(self) -> None:
        """Until they are all there; a running process's own files change no more."""
        if not self._is_migrated:
            self._is_migrated = await within(LIMIT, "migrations", all_migrated)

    def _judged(self, found: Found) -> Report:
        hub = self._process.hub
        on_time = None if found.overdue is None else found.overdue == 0
        parts = {
            "database": _word(found.overdue is not None),
            "doorbell": _word(found.rings),
            "hub": _word(hub is not None and hub.is_live),
            "clock": _word(on_time, "late"),
            "migrations": _word(self._is_migrated, "missing"),
        }
        return Report(parts, self._process.draining)


def _word(good: bool | None, bad: str = "down") -> str:
    return "unknown" if good is None else "ok" if good else bad


async def within(limit: float, name: str, work: Callable[[], R]) -> R | None:
    """What `work` answers within so many seconds, else None, as when it fails.

    In a thread of its own: one that hangs is left to itself and holds up neither the
    next look nor the end of the process.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[R | None] = loop.create_future()

    def settle(found: R | None) -> None:
        if not answer.done():
            answer.set_result(found)

    def run() -> None:
        found = None
        try:
            found = work()
        except Exception as error:
            troubles.failed(name, error)
        else:
            troubles.worked(name)
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, found)

    Thread(target=run, name="health", daemon=True).start()
    with suppress(TimeoutError):
        return await asyncio.wait_for(answer, limit)
    return None


class DatabaseLook:
    """How many timers are overdue, on a connection that is kept from look to look.

    Not one of the pool: where all of those are taken the database is busy, not away.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: list[BaseDatabaseWrapper] = []

    def __call__(self) -> int:
        """In a thread; raises what the database raises."""
        connection = self._taken()
        try:
            overdue = _overdue(connection)
        except Exception:
            connection.close()
            raise
        self._keep(connection)
        return overdue

    def _taken(self) -> BaseDatabaseWrapper:
        with self._lock:
            return self._kept.pop() if self._kept else own_connection()

    def _keep(self, connection: BaseDatabaseWrapper) -> None:
        with self._lock:
            if not self._kept:
                self._kept.append(connection)
                return
        connection.close()


def own_connection() -> BaseDatabaseWrapper:
    """To the product's database, for any thread, outside the pool; close it."""
    settings = deepcopy(connections.settings["default"])
    settings["OPTIONS"].pop("pool", None)
    backend = load_backend(settings["ENGINE"])
    connection: BaseDatabaseWrapper = backend.DatabaseWrapper(settings, "health")
    connection.inc_thread_sharing()
    return connection


def all_migrated() -> bool:
    """Whether the database is as new as this program."""
    newest = set(MigrationLoader(None).graph.leaf_nodes())
    connection = own_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return newest <= set(cursor.fetchall())
    finally:
        connection.close()


def _overdue(connection: BaseDatabaseWrapper) -> int:
    table = connection.ops.quote_name(Timer._meta.db_table)
    oldest = connection.ops.adapt_datetimefield_value(moments.now() - LATE)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE due_at < %s", [oldest])
        found: int = cursor.fetchone()[0]
    return found
