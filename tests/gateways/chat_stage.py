"""Customers' sockets without a server: the real consumers in an event loop of a thread
of its own, the test writes to the database in its thread."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from channels.routing import URLRouter
from django.db import connection

from config.origin import SiteOrigin
from conversations import attendance
from gateways.chat.line import compare
from gateways.chat.routing import may_embed, websocket_urlpatterns
from live.lines import Lines
from tests.gateways.chat_door import Door

CEILING = 15.0
OWN = "http://floor.example.com"
R = TypeVar("R")

application = SiteOrigin(URLRouter(websocket_urlpatterns), may_embed)


def eventually(condition: Callable[[], object], what: str) -> None:
    """Wait until it is so; after the ceiling it is a failure."""
    end = time.monotonic() + CEILING
    while not condition():
        assert time.monotonic() < end, f"not within {CEILING:g} s: {what}"
        threading.Event().wait(0.005)


class Tab:
    """One tab at the socket: what it was sent, and how it was closed."""

    def __init__(self, stage: ChatStage, headers: list[tuple[bytes, bytes]]) -> None:
        self.stage = stage
        self.raw: list[str] = []
        self.closed: int | None = None
        self.is_accepted = False
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._scope = {
            "type": "websocket",
            "path": "/ws/chat/",
            "scheme": "ws",
            "headers": [(b"host", OWN.partition("//")[2].encode()), *headers],
            "query_string": b"",
        }
        self.task = asyncio.ensure_future(self._run())

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in list(self.raw)]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The frames of this type."""
        return [frame for frame in self.frames if frame["type"] == kind]

    @property
    def texts(self) -> list[str]:
        return [frame["message"]["text"] for frame in self.of("message")]

    @property
    def numbers(self) -> list[int]:
        return [frame["message"]["id"] for frame in self.of("message")]

    @property
    def state(self) -> dict[str, Any]:
        """The newest."""
        state: dict[str, Any] = self.of("state")[-1]["state"]
        return state

    def send(self, frame: object) -> None:
        """An object as JSON, or text as it is."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self._put({"type": "websocket.receive", "text": text})

    def send_bytes(self, data: bytes) -> None:
        self._put({"type": "websocket.receive", "bytes": data})

    def greet(self, token: str, after: int = 0) -> None:
        self.send({"type": "hello", "token": token, "after": after})

    def leave(self) -> None:
        """The tab is closed, and the server has done what follows from it."""
        self._put({"type": "websocket.disconnect", "code": 1001})
        eventually(self.task.done, "the consumer has ended")

    def must_hear(self, kind: str, times: int = 1) -> None:
        eventually(lambda: len(self.of(kind)) >= times, f"{times} x {kind}")

    def must_read(self, text: str) -> None:
        eventually(lambda: text in self.texts, f"reads {text!r}")

    def must_be_closed(self, code: int) -> None:
        eventually(lambda: self.closed is not None, "it is closed")
        assert self.closed == code

    def _put(self, message: dict[str, Any]) -> None:
        self.stage.loop.call_soon_threadsafe(self._inbox.put_nowait, message)

    async def _run(self) -> None:
        self._inbox.put_nowait({"type": "websocket.connect"})
        await application(self._scope, self._inbox.get, self._take)

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.accept":
            self.is_accepted = True
        elif message["type"] == "websocket.send":
            self.raw.append(message["text"])
        elif self.closed is None:
            self.closed = message.get("code", 1000)
            self._inbox.put_nowait(
                {"type": "websocket.disconnect", "code": self.closed}
            )


class ChatStage:
    """An event loop in a thread with the open chats of a process of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.lines = Lines("chat", compare=compare, keep_alive=attendance.keep_alive)
        self._tabs: list[Tab] = []

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(CEILING)

    def connect(self, origin: str | None = OWN, **headers: str) -> Tab:
        """A handshake, with nothing said yet."""
        pairs = [(name.encode(), text.encode()) for name, text in headers.items()]
        if origin is not None:
            pairs.append((b"origin", origin.encode()))

        async def made() -> Tab:
            return Tab(self, pairs)

        tab = self.run(made())
        self._tabs.append(tab)
        return tab

    def come(self, door: Door, after: int = 0, token: str = "") -> Tab:
        """A tab of this customer that has been let in."""
        tab = self.connect()
        tab.greet(token or door.token, after)
        tab.must_hear("state")
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
