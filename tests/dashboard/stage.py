"""Hubs that really run, with pages whose sockets only remember what they were sent.

The hubs live in an event loop of a thread of its own; the test writes to the database
in its thread, as a server's request threads do.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.test import Client

from conversations import doorbell
from conversations.doorbell import Ring
from dashboard.audience import Watcher
from dashboard.hub import Hub
from dashboard.rights import Viewer, me, viewer_of
from dashboard.snapshot import board_of
from dashboard.watching import Panel
from tests.dashboard.screen import Screen, opened

CEILING = 15.0
R = TypeVar("R")


def eventually(condition: Callable[[], object], what: str) -> None:
    """Wait until it is so; after the ceiling it is a failure."""
    end = time.monotonic() + CEILING
    while not condition():
        assert time.monotonic() < end, f"not within {CEILING:g} s: {what}"
        threading.Event().wait(0.005)


def fresh_snapshot(user: User) -> dict[str, Any]:
    """What `GET /api/v1/board/` answers now."""
    snapshot: dict[str, Any] = json.loads(board_of(user).text)
    return snapshot


@dataclass(eq=False)
class Socket:
    """Remembers frames and the close code; `hold` makes every send wait."""

    frames: list[str | bytes] = field(default_factory=list)
    closed: int | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    async def send(self, frame: str | bytes) -> None:
        if not self.gate.is_set():
            self.waiting += 1
            await self.gate.wait()
            self.waiting -= 1
        self.frames.append(frame)

    async def send_json(self, frame: dict[str, object]) -> None:
        await self.send(json.dumps(frame))

    async def close(self, code: int) -> None:
        self.closed = code

    @property
    def said(self) -> list[dict[str, Any]]:
        """Everything that came, opened."""
        return [opened(frame) for frame in list(self.frames)]

    def kinds(self) -> list[str]:
        return [frame["type"] for frame in self.said]

    @property
    def raw(self) -> bytes:
        """All bytes in the clear, as anybody at the wire could read them."""
        return b"\n".join(
            gzip.decompress(f) if isinstance(f, bytes) else f.encode()
            for f in list(self.frames)
        )


@dataclass(eq=False)
class Page:
    """A supervisor's open page."""

    user: User
    client: Client
    hub: Hub
    socket: Socket
    watcher: Watcher
    screen: Screen = field(default_factory=Screen)
    taken: int = 0

    def look(self) -> Screen:
        """The screen after all frames that have come."""
        while self.taken < len(self.socket.frames):
            self.screen.take(opened(self.socket.frames[self.taken]))
            self.taken += 1
        return self.screen

    def must_follow(self) -> None:
        """It becomes right by itself, and no pulse ever called it wrong."""
        fresh = fresh_snapshot(self.user)
        eventually(lambda: self.look().shows(fresh), "the screen is a fresh snapshot")
        assert self.screen.false_stale == []

    def must_hear(self, kind: str, times: int = 1) -> None:
        """So many frames of this kind have come."""
        eventually(
            lambda: self.socket.kinds().count(kind) >= times, f"{times} x {kind}"
        )


class Stage:
    """An event loop in a thread, and the hubs that run in it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._hubs: list[Hub] = []
        self._serving: list[asyncio.Future[None]] = []
        self._unlisten: list[Callable[[], None]] = []

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Do this in the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(CEILING)

    def call(self, work: Callable[..., object], *args: object) -> None:
        """Call this in the loop and wait until it has been called."""

        async def called() -> None:
            work(*args)

        self.run(called())

    def hub(self, *, hears: bool = True) -> Hub:
        """A running hub; one that does not hear gets no doorbell ever."""

        async def started() -> Hub:
            hub = Hub()
            hub.start()
            return hub

        hub = self.run(started())
        self._hubs.append(hub)
        # The comparison behind the loading must not help anybody.
        eventually(lambda: hub.counts.comparisons, "the first comparison")
        if hears:
            self._unlisten.append(doorbell.listen(lambda ring: self.ring(hub, ring)))
        return hub

    def stop(self, hub: Hub) -> None:
        """The hub's server goes down."""
        self._hubs.remove(hub)
        self.run(hub.stop())

    def ring(self, hub: Hub, ring: Ring) -> None:
        self.loop.call_soon_threadsafe(hub.ring, ring)

    def page(self, hub: Hub, user: User, *, parked: bool = False) -> Page:
        """This user opens the floor page; when parked, nothing ever gets through."""
        client, viewer = self._logged_in(user)
        socket = Socket()
        if parked:
            socket.gate.clear()
        opening = hub.open_page(viewer, me(user), socket.send, socket.close)
        page = Page(user, client, hub, socket, self.run(opening))
        if not parked:
            page.must_hear("snapshot")
        return page

    def panel(self, hub: Hub, user: User, conversation: int) -> Socket:
        """This user opens a conversation's panel."""
        _client, viewer = self._logged_in(user)
        socket = Socket()
        panel = Panel(conversation, user, viewer, socket.send_json, socket.close)

        async def opened() -> None:
            self._serving.append(asyncio.ensure_future(hub.watching.serve(panel)))

        self.run(opened())
        eventually(lambda: socket.frames, "the panel's first frame")
        return socket

    def _logged_in(self, user: User) -> tuple[Client, Viewer]:
        client = Client()
        client.force_login(user)
        return client, viewer_of(user, str(client.session.session_key))

    def release(self, socket: Socket) -> None:
        """The browser reads again."""
        self.loop.call_soon_threadsafe(socket.gate.set)

    def end(self) -> None:
        """Everything stops; what the hubs' threads still read is waited for."""
        for unlisten in self._unlisten:
            unlisten()
        for task in self._serving:
            self.loop.call_soon_threadsafe(task.cancel)
        for hub in tuple(self._hubs):
            self.stop(hub)
        self.run(self.loop.shutdown_default_executor())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(CEILING)
        self.loop.close()
