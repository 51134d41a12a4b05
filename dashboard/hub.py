"""The hub: one per process. Doorbells make it fast, the comparison makes it true.

Everything here runs in the server's event loop; the database is read in the reader's
thread. Dirty things are re-read at most every TICK, each kind in one look, encoded
once, and told to each scope as ready strings (architecture, steps 6 to 9).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from conversations.doorbell import Ring
from conversations.models import FloorSettings
from conversations.moments import iso
from dashboard import alerts, frames
from dashboard.floor import Change, Floor, Key
from dashboard.metrics import Today, tiles_of, today_by_queue
from dashboard.reader import read_everything, read_things, read_versions
from dashboard.rights import Viewer, lost_rights
from dashboard.scope_view import ScopeView, gone_frame, rows_frame
from dashboard.snapshot import packed, settings_shown, snapshot_text
from dashboard.stream import Stream
from dashboard.watching import Watchers
from live.reader import Reader
from live.sockets import TOO_SLOW

TICK = 0.1
COMPARISON = 2.0
PULSE = 2.0
TILES = 1.0
TODAY_EVERY = 3  # comparisons

log = structlog.get_logger(__name__)


@dataclass(eq=False)
class Watcher:
    """A supervisor's floor page: its stream, its rights, how to close it."""

    viewer: Viewer
    me: dict[str, object]
    stream: Stream
    close: Callable[[int], Awaitable[None]]


@dataclass(slots=True)
class Proof:
    """What the hub can prove: when it last compared itself with the database."""

    compared_at: datetime | None = None
    settings: dict[str, object] = field(default_factory=dict)
    today: dict[int, Today] = field(default_factory=dict)


class Hub:
    """Keeps every open floor page of this process equal to the database."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(4)
        self.tick = 0
        self.proof = Proof()
        # Panels and new pages look for themselves, so that they never delay the rows.
        self.lookups = Reader()
        self.watching = Watchers(self.lookups)
        self._reader = Reader()
        self._floor = Floor()
        self._views: dict[frozenset[int], ScopeView] = {}
        self._pages: set[Watcher] = set()
        self._dirty: set[Key] = set()
        self._rung = asyncio.Event()
        self._doubt = asyncio.Event()
        self._reading = asyncio.Lock()
        self._alerts = alerts.Outbox()
        self._packed: tuple[tuple[object, ...], bytes] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._closing: set[asyncio.Future[None]] = set()
        self._ready = asyncio.Event()
        self._comparisons = 0

    # Life

    def start(self) -> None:
        """Begin to read, compare and prove; call once, inside the running loop."""
        loops = (self._keep_reading, self._keep_comparing, self._keep_proving)
        self._tasks = [asyncio.create_task(loop()) for loop in loops]
        self._tasks.append(asyncio.create_task(self._keep_counting()))
        self._tasks.append(asyncio.create_task(self.watching.run()))

    @property
    def has_pages(self) -> bool:
        """Whether anybody looks."""
        return bool(self._pages)

    def say_goodbye(self) -> None:
        """Name a window that spreads the returning; until they leave, all goes on."""
        for page in tuple(self._pages):
            page.stream.tell_extra("bye", frames.bye())

    async def stop(self) -> None:
        """End; whoever is still there hears of it, whatever server this is."""
        self.say_goodbye()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._reader.close()
        self.lookups.close()

    @property
    def is_live(self) -> bool:
        """Whether the last successful comparison is younger than two periods."""
        compared = self.proof.compared_at
        if compared is None:
            return False
        age = (datetime.now(UTC) - compared).total_seconds()
        return age < 2 * COMPARISON + 1

    def ring(self, ring: Ring) -> None:
        """What may have changed; call in the loop (`call_soon_threadsafe`)."""
        self._dirty.update(("c", pk) for pk in ring.conversations)
        self._dirty.update(("a", pk) for pk in ring.agents)
        self._dirty.update(("q", pk) for pk in ring.queues)
        self.watching.ring(ring.watched)
        self.watching.tell_typing(ring.typing)
        if self._dirty:
            self._rung.set()
        if ring.settings or ring.rights or ring.alerts or ring.doubt:
            self.doubt()

    def doubt(self) -> None:
        """Something may have been missed, such as a lost doorbell: compare at once."""
        self._doubt.set()

    # Pages

    async def open_page(
        self,
        viewer: Viewer,
        me: dict[str, object],
        send: Callable[[str | bytes], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
    ) -> Watcher:
        """A page comes: it gets hello and the whole truth, then every change."""
        await self._ready.wait()
        stream = Stream(
            self._view(viewer.queues),
            send,
            greeting=frames.hello(self.name, self.tick, PULSE),
            now=asyncio.get_running_loop().time,
            on_writable=lambda: self._catch_up(page),
        )
        page = Watcher(viewer, me, stream, close)
        self._pages.add(page)
        self._catch_up(page)
        return page

    def close_page(self, page: Watcher) -> None:
        """The page went; the last one of a scope takes its view with it."""
        self._pages.discard(page)
        page.stream.close()
        queues = page.viewer.queues
        if not any(other.viewer.queues == queues for other in self._pages):
            self._views.pop(queues, None)

    def refresh(self, page: Watcher) -> None:
        """The person asked for the whole truth, compared just now."""
        page.stream.ask_for_snapshot()
        self.doubt()
        self._catch_up(page)

    def acknowledge(self, page: Watcher, tick: int) -> None:
        """The browser has taken what was sent up to `tick`."""
        page.stream.acknowledge(tick)
        self._catch_up(page)

    # Loops

    async def _keep_reading(self) -> None:
        await self._load()
        while True:
            await self._rung.wait()
            self._rung.clear()
            began = asyncio.get_running_loop().time()
            await self._guarded(self._read_dirty)
            spent = asyncio.get_running_loop().time() - began
            # At once when idle, then at most one look per TICK.
            await asyncio.sleep(max(0.0, TICK - spent))

    async def _keep_comparing(self) -> None:
        await self._ready.wait()
        while True:
            await self._guarded(self._compare)
            try:
                await asyncio.wait_for(self._doubt.wait(), COMPARISON)
            except TimeoutError:
                continue
            # Many doubts at once are one.
            await asyncio.sleep(TICK)
            self._doubt.clear()

    async def _keep_proving(self) -> None:
        await self._ready.wait()
        while True:
            await asyncio.sleep(PULSE)
            await self._guarded(self._prove)

    async def _keep_counting(self) -> None:
        await self._ready.wait()
        while True:
            await asyncio.sleep(TILES)
            await self._guarded(self._count)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """Nothing that fails may end the hub, a database that is away least of all; the
        pulse tells of it."""
        try:
            await work()
        except Exception:
            log.exception("hub.work_failed", work=work.__name__)
            await asyncio.sleep(TICK)

    # Reading

    async def _load(self) -> None:
        while not self._ready.is_set():
            await self._guarded(self._read_everything)

    async def _read_everything(self) -> None:
        began = datetime.now(UTC)
        async with self._reading:
            self._floor.apply(await self._reader(read_everything))
        await self._read_proof()
        self.proof.compared_at = began
        self._ready.set()

    async def _read_dirty(self) -> None:
        async with self._reading:
            dirty, self._dirty = self._dirty, set()
            try:
                reading = await self._reader(read_things, dirty)
            except Exception:
                self._dirty |= dirty
                self._rung.set()
                raise
            self._publish(self._floor.apply(reading))

    async def _compare(self) -> None:
        began = datetime.now(UTC)
        async with self._reading:
            there = await self._reader(read_versions)
            differences = self._floor.differences(there)
        if differences:
            self._dirty |= differences
            await self._read_dirty()
        await self._read_proof()
        self.proof.compared_at = began
        await self._check_rights()
        await self._tell_alerts()
        self.watching.compare()

    async def _read_proof(self) -> None:
        before = self.proof.settings
        self.proof.settings = await self._reader(_read_settings)
        if before and self.proof.settings != before:
            frame = frames.settings(self.tick, self.proof.settings)
            for page in self._pages:
                page.stream.tell_extra("settings", frame)
        if self._comparisons % TODAY_EVERY == 0:
            self.proof.today = await self._reader(_read_today)
        self._comparisons += 1

    async def _check_rights(self) -> None:
        viewers = {page.viewer for page in self._pages} | self.watching.viewers()
        lost = await self._reader(lost_rights, viewers) if viewers else {}
        for page in tuple(self._pages):
            if page.viewer in lost:
                self._turn_out(page, lost[page.viewer])
        self.watching.sign_out(lost)

    async def _tell_alerts(self) -> None:
        users = {page.viewer.user for page in self._pages}
        for alert in await self._reader(self._alerts.unsent, users) if users else []:
            for page in self._pages:
                if page.viewer.user == alert.user and page.viewer.sees(alert.queue):
                    page.stream.tell_extra(f"alert.{alert.id}", alert.frame)

    # Telling

    def _publish(self, changes: list[Change]) -> None:
        if not changes:
            return
        self.tick += 1
        for view in self._views.values():
            delta = view.absorb(changes)
            if delta:
                ready = [rows_frame(self.tick, delta.rows)] if delta.rows else []
                ready += [gone_frame(self.tick, delta.gone)] if delta.gone else []
                for page in self._of(view):
                    page.stream.tell(self.tick, delta, ready)

    async def _count(self) -> None:
        for view in self._views.values():
            tiles = tiles_of(view.items(), self.proof.today)
            if tiles != view.tiles:
                view.tiles = tiles
                self._tell_view(view, "metrics", frames.metrics(self.tick, tiles))

    async def _prove(self) -> None:
        for view in self._views.values():
            frame = frames.pulse(
                hub=self.name,
                tick=self.tick,
                compared_at=iso(self.proof.compared_at),
                digest=view.digest,
                count=view.count,
                settings_version=self.proof.settings.get("version"),
            )
            for page in self._of(view):
                self._catch_up(page)
                if page.stream.in_step:
                    page.stream.tell_extra("pulse", frame)
        self._close_stuck()

    def _tell_view(self, view: ScopeView, kind: str, frame: str) -> None:
        for page in self._of(view):
            page.stream.tell_extra(kind, frame)

    def _catch_up(self, page: Watcher) -> None:
        page.stream.catch_up(self.tick, lambda: self._snapshot(page))

    def _snapshot(self, page: Watcher) -> bytes:
        view = page.stream.view
        # All that is in it; on a quiet floor the tick alone says nothing.
        content = (
            self.tick,
            view.digest,
            page.viewer,
            self.proof.compared_at,
            self.proof.settings.get("version"),
        )
        if self._packed is None or self._packed[0] != content:
            self._packed = (content, self._pack(page))
        return self._packed[1]

    def _pack(self, page: Watcher) -> bytes:
        view = page.stream.view
        tiles = tiles_of(view.items(), self.proof.today)
        if tiles != view.tiles:
            # Should they go back before they are counted again, it must be told.
            view.tiles = {}
        text = snapshot_text(
            view,
            head=self._head(),
            settings=self.proof.settings,
            viewer=page.me,
            tiles=tiles,
        )
        return packed(text)

    def _head(self) -> dict[str, object]:
        return {
            "server_time": iso(datetime.now(UTC)),
            "compared_at": iso(self.proof.compared_at),
            "hub": self.name,
            "tick": self.tick,
        }

    def _close_stuck(self) -> None:
        for page in tuple(self._pages):
            if page.stream.is_stuck or page.stream.failed:
                self._turn_out(page, TOO_SLOW)

    def _turn_out(self, page: Watcher, code: int) -> None:
        """Nobody waits for a socket to close."""
        self.close_page(page)
        closing = asyncio.ensure_future(page.close(code))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def _view(self, queues: frozenset[int]) -> ScopeView:
        if queues not in self._views:
            self._views[queues] = ScopeView(queues, self._floor)
        return self._views[queues]

    def _of(self, view: ScopeView) -> Iterable[Watcher]:
        return [page for page in self._pages if page.stream.view is view]


def _read_settings() -> dict[str, object]:
    return settings_shown(FloorSettings.current())


def _read_today() -> dict[int, Today]:
    return today_by_queue(datetime.now(UTC))
