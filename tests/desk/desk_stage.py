"""Desks' sockets without a server: the real consumers in an event loop of a thread of
its own, the test writes to the database in its thread."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from conversations import attendance
from desk.line import compare
from desk.routing import websocket_urlpatterns
from live.lines import Lines
from tests.desk.desk_screen import DeskScreen

CEILING = 15.0
R = TypeVar("R")

application = AuthMiddlewareStack(URLRouter(websocket_urlpatterns))


def eventually(condition: Callable[[], object], what: str) -> None:
    """Wait until it is so; after the ceiling it is a failure."""
    end = time.monotonic() + CEILING
    while not condition():
        assert time.monotonic() < end, f"not within {CEILING:g} s: {what}"
        threading.Event().wait(0.005)


class Tab:
    """One tab of a desk: what it was sent, what it shows, and how it was closed."""

    def __init__(self, stage: DeskStage, client: Client, headers: Any = ()) -> None:
        self.stage, self.client = stage, client
        self.raw: list[str] = []
        self.closed: int | None = None
        self.screen = DeskScreen()
        self.taken = 0
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        cookies = "; ".join(f"{k}={m.value}" for k, m in client.cookies.items())
        self._scope = {
            "type": "websocket",
            "path": "/ws/desk/",
            "headers": [(b"cookie", cookies.encode()), *headers],
            "query_string": b"",
        }
        self.task = asyncio.ensure_future(self._run())

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in list(self.raw)]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The frames of this type."""
        return [frame for frame in self.frames if frame["type"] == kind]

    def look(self) -> DeskScreen:
        """The screen after everything that has come."""
        frames = self.frames
        for frame in frames[self.taken :]:
            if frame["type"] not in ("hello", "pulse", "typing"):
                self.screen.take(frame)
        self.taken = len(frames)
        return self.screen

    def must_show(self, condition: Callable[[DeskScreen], object], what: str) -> None:
        eventually(lambda: condition(self.look()), what)

    def must_hear(self, kind: str, times: int = 1) -> None:
        eventually(lambda: len(self.of(kind)) >= times, f"{times} x {kind}")

    def must_be_closed(self, code: int) -> None:
        eventually(lambda: self.closed is not None, "it is closed")
        assert self.closed == code

    def send(self, frame: object) -> None:
        """An object as JSON, or text as it is."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self._put({"type": "websocket.receive", "text": text})

    def leave(self, code: int = 1001) -> None:
        """The tab is closed, and the server has done what follows from it."""
        self._put({"type": "websocket.disconnect", "code": code})
        eventually(self.task.done, "the consumer has ended")

    def _put(self, message: dict[str, Any]) -> None:
        self.stage.loop.call_soon_threadsafe(self._inbox.put_nowait, message)

    async def _run(self) -> None:
        self._inbox.put_nowait({"type": "websocket.connect"})
        await application(self._scope, self._inbox.get, self._take)

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            self.raw.append(message["text"])
        elif message["type"] == "websocket.close" and self.closed is None:
            self.closed = message.get("code", 1000)
            self._inbox.put_nowait(
                {"type": "websocket.disconnect", "code": self.closed}
            )


class DeskStage:
    """An event loop in a thread with the open desks of a process of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.lines = Lines("desk", compare=compare, keep_alive=attendance.keep_alive)
        self._tabs: list[Tab] = []

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(CEILING)

    def connect(self, user: User | None, headers: Any = ()) -> Tab:
        """A socket with this user's session, or with none."""
        client = Client()
        if user is not None:
            client.force_login(user)

        async def made() -> Tab:
            return Tab(self, client, headers)

        tab = self.run(made())
        self._tabs.append(tab)
        return tab

    def come(self, user: User) -> Tab:
        """An open desk that shows all there is."""
        tab = self.connect(user)
        tab.must_hear("desk")
        tab.look()
        return tab

    def compare(self) -> None:
        """The comparison of every two seconds, now."""
        self.run(self.lines._compare_all())

    def end(self) -> None:
        """All tabs close; the threads let go of the database."""
        for tab in self._tabs:
            if not tab.task.done():
                tab.leave()
        self.loop.call_soon_threadsafe(self._stop_comparing)
        self.lines._reader.close()
        self.run(self.loop.shutdown_default_executor())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(CEILING)
        self.loop.close()
        connection.close()

    def _stop_comparing(self) -> None:
        if self.lines._comparing is not None:
            self.lines._comparing.cancel()
