"""One browser's ordered stream: in step with its scope, or behind it with only the
newest version of each row pending. Never a longer queue, never a silent gap."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, NamedTuple

from dashboard.eager import step
from dashboard.floor import Gone, Item, Key
from dashboard.frames import RESYNC
from dashboard.meters import RESYNCS
from dashboard.scope_view import Delta, ScopeView, gone_frame, rows_frame
from live.wire import Shared, Wire

MAX_UNACKED = 4 * 1024 * 1024  # bytes on their way to a browser that acknowledges
MAX_PENDING = 2_000
STUCK_AFTER = 30.0  # seconds without taking anything: closed with 4408

Frame = str | bytes
Send = Callable[[Frame], Coroutine[Any, Any, None]]


class Whole(NamedTuple):
    """A snapshot for one person, and what its screen was told after its tick."""

    tick: int
    frame: bytes
    since: Mapping[Key, Gone | None]


class Stream:
    """Frames for one socket. `send` may wait; nobody else ever waits for it."""

    __slots__ = (
        "_acknowledged",
        "_acks",
        "_behind_since",
        "_extra",
        "_greeting",
        "_is_resync",
        "_needs_snapshot",
        "_now",
        "_on_writable",
        "_pending",
        "_send",
        "_task",
        "_unacked",
        "_unacked_bytes",
        "_wire",
        "failed",
        "view",
    )

    def __init__(
        self,
        view: ScopeView,
        send: Send,
        *,
        greeting: str,
        now: Callable[[], float],
        on_writable: Callable[[], None],
        wire: Wire | None = None,
    ) -> None:
        self.view = view
        self._send = send
        self._wire = wire
        self._greeting: str | None = greeting
        self._now = now
        self._on_writable = on_writable
        self._pending: dict[Key, Gone | None] = {}
        self._extra: dict[str, str] = {}
        self._needs_snapshot = True
        self._is_resync = False
        self._task: asyncio.Task[None] | None = None
        self._acks = False
        self._acknowledged = -1
        self._unacked: deque[tuple[int, int]] | None = None
        self._unacked_bytes = 0
        self._behind_since: float | None = None
        self.failed = False

    @property
    def in_step(self) -> bool:
        """Whether this browser has been sent everything that its scope shows."""
        return not self._needs_snapshot and not self._pending and self._is_writable

    @property
    def needs_snapshot(self) -> bool:
        """Whether the whole truth must be sent next."""
        return self._needs_snapshot

    @property
    def pending(self) -> int:
        """How many rows wait for this browser."""
        return len(self._pending)

    @property
    def is_stuck(self) -> bool:
        """It has taken nothing for so long that it is better closed."""
        since = self._behind_since
        return since is not None and self._now() - since > STUCK_AFTER

    def ask_for_snapshot(self) -> None:
        """A refresh: the whole truth is next."""
        self._needs_snapshot = True
        self._pending.clear()

    def tell(self, tick: int, delta: Delta, frames: Sequence[str]) -> None:
        """A tick's change: the ready frames when in step, else kept as pending keys."""
        if self._needs_snapshot:
            return
        if not self._pending and self._is_writable:
            self._write(tick, *frames)
            return
        self._pending.update(dict.fromkeys(delta.rows))
        self._pending.update(delta.gone)
        if len(self._pending) > MAX_PENDING:
            self._is_resync = True
            RESYNCS.inc()
            self.ask_for_snapshot()

    def tell_extra(self, kind: str, frame: str) -> None:
        """A frame beside the rows, such as metrics; only the newest of a kind waits."""
        if self.in_step:
            # An older one that still waits must not come after this one.
            self._extra.pop(kind, None)
            self._write(0, frame)
        else:
            self._extra[kind] = frame

    def catch_up(self, tick: int, whole: Callable[[], Whole | None]) -> None:
        """Send what is pending, or the whole truth once that is there, if the socket
        takes it now."""
        if not self._is_writable:
            self._note_behind()
            return
        if self._needs_snapshot and not self._send_whole(whole()):
            return
        if self._pending and self._is_writable:
            self._write_pending(tick)
        while self._extra and self._is_writable:
            kind = next(iter(self._extra))
            self._write(0, self._extra.pop(kind))

    def acknowledge(self, tick: int) -> None:
        """The browser has taken everything up to this tick."""
        self._acks = True
        self._acknowledged = max(self._acknowledged, tick)
        while self._unacked and self._unacked[0][0] <= tick:
            self._unacked_bytes -= self._unacked.popleft()[1]

    def close(self) -> None:
        """The socket is gone; nothing more is sent to it."""
        self.failed = True
        if self._task is not None:
            self._task.cancel()

    def cut(self) -> None:
        """End the connection of a socket that does not even take its farewell."""
        if self._wire is not None:
            self._wire.cut()

    def start_over(self, view: ScopeView) -> None:
        """The scope's view was made anew: the whole truth is next."""
        self.view = view
        self.ask_for_snapshot()

    @property
    def _is_writable(self) -> bool:
        if self.failed or (self._task is not None and not self._task.done()):
            return False
        # Only clients that acknowledge are held to it; for the others the server's
        # own back-pressure and ping time-out are the limit.
        return not self._acks or self._unacked_bytes < MAX_UNACKED

    def _send_whole(self, whole: Whole | None) -> bool:
        if whole is None:
            return False
        self._needs_snapshot = False
        self._pending = dict(whole.since)
        self._write(whole.tick, *self._introduction(), whole.frame)
        return True

    def _introduction(self) -> list[Frame]:
        """Greeted once; told why when the snapshot comes unasked."""
        greeting, self._greeting = self._greeting, None
        is_resync, self._is_resync = self._is_resync, False
        said: list[Frame] = [] if greeting is None else [greeting]
        return [*said, RESYNC] if is_resync else said

    def _write_pending(self, tick: int) -> None:
        rows: dict[Key, Item] = {}
        gone: dict[Key, Gone] = {}
        for key, why in self._pending.items():
            item = self.view.item(key)
            if item is not None:
                rows[key] = item
            elif why is not None:
                gone[key] = why
        self._pending.clear()
        frames = [rows_frame(tick, rows)] if rows else []
        frames += [gone_frame(tick, gone)] if gone else []
        if frames:
            self._write(tick, *frames)

    def _write(self, tick: int, *frames: Frame) -> None:
        self._behind_since = None
        self._count_unacknowledged(tick, frames)
        one = len(frames) == 1
        try:
            if one and self._went_by_wire(frames[0]):
                return
            self._task = step(self._send(frames[0]) if one else self._send_all(frames))
        except Exception:
            # The socket is on its way out; its consumer hears of it by itself.
            self.failed = True
            return
        if self._task is not None:
            self._task.add_done_callback(self._written)

    def _went_by_wire(self, frame: Frame) -> bool:
        if self._wire is None or not isinstance(frame, Shared):
            return False
        return self._wire.write(frame)

    def _count_unacknowledged(self, tick: int, frames: tuple[Frame, ...]) -> None:
        # Browsers acknowledge each tick once: for what comes at a tick that was
        # acknowledged before, such as pulses of a quiet floor, no more will come.
        if self._acks and tick > self._acknowledged:
            if self._unacked is None:
                self._unacked = deque()
            size = sum(map(len, frames))
            self._unacked.append((tick, size))
            self._unacked_bytes += size

    async def _send_all(self, frames: tuple[Frame, ...]) -> None:
        for frame in frames:
            await self._send(frame)

    def _written(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or task.exception() is not None:
            self.failed = True
        self._on_writable()

    def _note_behind(self) -> None:
        if self._behind_since is None:
            self._behind_since = self._now()
