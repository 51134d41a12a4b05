"""The hub: one per process. Doorbells make it fast, the comparison makes it true.

Everything here runs in the server's event loop; the database is read in the reader's
thread. Dirty things are re-read at most every TICK, each kind in one look, encoded
once, and told to each scope as ready strings (architecture, steps 6 to 9).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import orjson
import structlog

from conversations.doorbell import Ring
from conversations.models import FloorSettings
from conversations.moments import iso
from conversations.troubles import Troubles
from dashboard import frames
from dashboard.audience import Audience, Audiences, Watcher
from dashboard.counts import Counts, Unrung
from dashboard.floor import Change, Floor, Key
from dashboard.meters import COMPARING, LOOKING
from dashboard.proof import Proof
from dashboard.reader import read_everything, read_things, read_versions
from dashboard.rights import Viewer, supervisors_of
from dashboard.shipping import Shipping
from dashboard.snapshot import settings_shown
from dashboard.stream import Send, Stream, Whole
from dashboard.surroundings import Surroundings
from dashboard.watching import Watchers
from live.reader import Reader
from live.sockets import SERVER_GOES, TOO_SLOW
from live.together import Together
from live.wire import Shared, Wire

TICK = 0.1
COMPARISON = 1.0
PULSE = 1.0
TILES = 1.0
CLOSED_WITHIN = 5.0  # seconds; then the connection is cut
LIVE_FOR = 3.0  # seconds after the last comparison

log = structlog.get_logger(__name__)


class Hub:
    """Keeps every open floor page of this process equal to the database."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(4)
        self.tick = 0
        self.proof = Proof()
        self.counts = Counts()
        # Panels and new pages look for themselves, so that they never delay the rows.
        self.lookups = Reader()
        self.watching = Watchers(self.lookups)
        self.arrivals = Together(self.lookups, supervisors_of)
        self._reader = Reader()
        self._now = asyncio.get_running_loop().time
        self._floor = Floor()
        self.audiences = Audiences(self._floor, self._now)
        self.shipping = Shipping(self)
        self._surroundings = Surroundings(self)
        self._dirty: set[Key] = set()
        self._unrung = Unrung()
        self._troubles = Troubles("hub")
        self._rung = asyncio.Event()
        self._doubt = asyncio.Event()
        self._reading = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._closing: set[asyncio.Future[None]] = set()
        self._ready = asyncio.Event()
        self._proved_on = float("-inf")

    # Life

    def start(self) -> None:
        """Begin to read, compare and prove; call once, inside the running loop."""
        loops = (
            self._keep_reading,
            self._keep_comparing,
            self._keep_proving,
            self._keep_counting,
            self.watching.run,
            self._surroundings.run,
        )
        self._tasks = [asyncio.create_task(loop()) for loop in loops]

    @property
    def has_pages(self) -> bool:
        """Whether anybody looks."""
        return bool(self.audiences.users)

    def say_goodbye(self) -> None:
        """Name a window that spreads the returning; until they leave, all goes on."""
        for page in self.audiences.pages:
            self.say_goodbye_to(page)

    def say_goodbye_to(self, page: Watcher) -> None:
        """The same to one who came while the server goes."""
        page.stream.tell_extra("bye", frames.bye())

    async def stop(self) -> None:
        """End; whoever is still there hears of it, whatever server this is."""
        self.say_goodbye()
        self.shipping.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._surroundings.stop()
        for reader in (self._reader, self.lookups):
            reader.close()

    @property
    def is_live(self) -> bool:
        """Whether the last successful comparison is young enough to be believed."""
        return self.comparison_age < LIVE_FOR

    @property
    def comparison_age(self) -> float:
        """Seconds since the last successful comparison; infinite before the first."""
        return self._now() - self.proof.compared_on

    def ring(self, ring: Ring) -> None:
        """What may have changed; call in the loop (`call_soon_threadsafe`)."""
        self._dirty.update(("c", pk) for pk in ring.conversations)
        self._dirty.update(("a", pk) for pk in ring.agents)
        self._dirty.update(("q", pk) for pk in ring.queues)
        self.watching.ring(ring.watched)
        self.watching.tell_typing(ring.typing)
        if self._dirty:
            self._unrung.rung(self._dirty)
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
        send: Send,
        close: Callable[[int], Awaitable[None]],
        wire: Wire | None = None,
    ) -> Watcher:
        """A page comes: it gets hello and the whole truth, then every change."""
        await self._ready.wait()
        async with self.shipping.in_turn():
            stream = Stream(
                self.audiences.of(viewer.queues).view,
                send,
                greeting=frames.hello(self.name, self.tick, PULSE),
                now=self._now,
                on_writable=lambda: self._catch_up(page),
                wire=wire,
            )
            page = Watcher(viewer, orjson.dumps(me), stream, close)
            self.audiences.add(page)
            self._catch_up(page)
        return page

    def close_page(self, page: Watcher) -> None:
        """The page went."""
        self.audiences.remove(page)
        page.stream.close()

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
            began = self._now()
            await self.guarded(self._read_dirty)
            LOOKING.observe(self._now() - began)
            # At once when idle, then at most one look per TICK.
            await asyncio.sleep(max(0.0, TICK - (self._now() - began)))

    async def _keep_comparing(self) -> None:
        await self._ready.wait()
        while True:
            await self.guarded(self._compare)
            self._surroundings.look()
            try:
                await asyncio.wait_for(self._doubt.wait(), COMPARISON)
            except TimeoutError:
                continue
            # Many doubts at once are one.
            await asyncio.sleep(TICK)
            self._doubt.clear()

    async def _keep_proving(self) -> None:
        """A comparison is told by itself; this tells that there was none."""
        await self._ready.wait()
        while True:
            await asyncio.sleep(PULSE / 2)
            if self._now() - self._proved_on > 1.5 * PULSE:
                await self.guarded(self._prove)
            await self.guarded(self._tidy)

    async def _keep_counting(self) -> None:
        await self._ready.wait()
        while True:
            await asyncio.sleep(TILES)
            await self.guarded(self._count)

    async def guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """Nothing that fails may end the hub, a database that is away least of all; the
        pulse tells of it."""
        try:
            await work()
        except Exception as error:
            self._troubles.failed(work.__name__, error)
            await asyncio.sleep(TICK)
        else:
            self._troubles.worked(work.__name__)

    # Reading

    async def _load(self) -> None:
        while not self._ready.is_set():
            await self.guarded(self._read_everything)

    async def _read_everything(self) -> None:
        began, began_on = datetime.now(UTC), self._now()
        async with self._reading:
            everything = await self._reader(read_everything)
            # After a start over somebody may have come before there was anything.
            self._publish(self._floor.apply(everything))
        await self._look_at_settings()
        await self._surroundings.count_today()
        self.proof.compared_at, self.proof.compared_on = began, began_on
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
            self.counts.looks += 1
            self.counts.rows_read += len(dirty)
            self._publish(self._floor.apply(reading))

    async def _compare(self) -> None:
        began, began_on = datetime.now(UTC), self._now()
        async with self._reading:
            differences = await self._reader(_compared, self._floor)
        if differences is None:
            await self._start_over()
            return
        lost = self._unrung.found(differences - self._dirty)
        if lost:
            self.counts.repaired += lost
            log.warning("hub.repaired", count=lost)
        if differences:
            self._dirty |= differences
            await self._read_dirty()
        await self._look_at_settings()
        self.proof.compared_at, self.proof.compared_on = began, began_on
        self.counts.comparisons += 1
        COMPARING.observe(self._now() - began_on)
        await self._prove()

    async def _start_over(self) -> None:
        """What was shown is newer than the database: nothing known counts any more, and
        every page comes in anew."""
        log.error("hub.database_went_back")
        self._ready.clear()
        self.proof.compared_on = float("-inf")
        for page in self.audiences.pages:
            self.turn_out(page, SERVER_GOES)
        self.audiences.forget()
        self._floor.forget()
        await self._load()

    async def _look_at_settings(self) -> None:
        before = self.proof.settings
        self.proof.settings = await self._reader(_read_settings)
        if before and self.proof.settings != before:
            frame = frames.settings(self.tick, self.proof.settings)
            for audience in self.audiences:
                audience.parcel = None
                audience.tell_extra("settings", frame)

    # Telling

    def _publish(self, changes: list[Change]) -> None:
        if not changes:
            return
        self.tick += 1
        for audience in self.audiences:
            try:
                audience.tell_changes(self.tick, changes)
            except Exception as error:
                self._troubles.failed("tell", error)
                audience.start_over(self._floor)

    async def _prove(self) -> None:
        self._proved_on = self._now()
        for audience in self.audiences:
            frame = Shared(self._pulse(audience))
            for page in audience.pages:
                self._catch_up(page)
                if page.stream.in_step:
                    page.stream.tell_extra("pulse", frame)

    def _pulse(self, audience: Audience) -> str:
        proof, view = self.proof, audience.view
        return frames.pulse(
            hub=self.name,
            tick=self.tick,
            compared_at=iso(proof.compared_at),
            steady=(self._now(), proof.compared_on),
            digest=view.digest,
            count=view.count,
            settings_version=proof.settings.get("version"),
        )

    def _catch_up(self, page: Watcher) -> None:
        page.stream.catch_up(self.tick, partial(self._whole, page))

    def _whole(self, page: Watcher) -> Whole | None:
        return self.shipping.whole(self.audiences.of(page.viewer.queues), page)

    async def _count(self) -> None:
        for audience in self.audiences:
            audience.tell_tiles(self.tick, self.proof.today)

    async def _tidy(self) -> None:
        self.audiences.let_go()
        for page in self.audiences.pages:
            if page.stream.is_stuck or page.stream.failed:
                self.turn_out(page, TOO_SLOW)

    def turn_out(self, page: Watcher, code: int) -> None:
        """Nobody waits for a socket to close."""
        self.close_page(page)
        closing = asyncio.ensure_future(_closed(page, code))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


async def _closed(page: Watcher, code: int) -> None:
    """Whoever has stopped reading would keep its socket, and what waits in it."""
    try:
        async with asyncio.timeout(CLOSED_WITHIN):
            await page.close(code)
    except TimeoutError:
        page.stream.cut()


def _compared(floor: Floor) -> set[Key] | None:
    """What differs; None when the database is an older one than was shown."""
    there = read_versions()
    return None if floor.is_ahead_of(there) else floor.differences(there)


def _read_settings() -> dict[str, object]:
    return settings_shown(FloorSettings.current())
