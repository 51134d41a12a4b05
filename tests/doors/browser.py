"""What all pages have in common, as the contract says that they must behave: a socket
that comes again, a heartbeat, an outbox.

Independent of the product: nothing of it is imported. What is on a screen came by a
frame or an answer; whatever should not have come is kept in `faults`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.doors.network import Lost, Network, json_of

Json = dict[str, Any]
REFUSED = (4400, 4401, 4403)
PAUSE = 0.02  # seconds before another attempt to connect


@dataclass
class Unsent:
    """Something written: kept and sent again until the server has answered."""

    client_id: str
    text: str
    extra: Json = field(default_factory=dict)


class Browser:
    """A page with one socket that comes again, and an outbox that forgets nothing."""

    path = ""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.bell = network.bell
        self.outbox: list[Unsent] = []
        self.faults: list[str] = []
        self.frames: list[Json] = []
        self.raw: list[str] = []
        self.closes: list[int] = []
        self.socket: ClientConnection | None = None
        self.is_whole = False
        self.beats = True
        self._beat_at = 0.0
        self._heartbeat = 5.0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.begin(self._stay_connected())
        self.begin(self._keep_sending())

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Something that goes on beside; a slip in it is a fault like others."""
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.faults.append(repr(error))
            self.bell.ring()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.socket is not None:
            await self.socket.close()
        await self.network.close()

    async def until(self, condition: Callable[[], object], what: str) -> None:
        await self.bell.until(
            condition, f"{self}: {what}", lambda: (self.faults, self.shown())
        )

    def write(self, text: str, client_id: str, **extra: object) -> None:
        """What this person says; it is sent, however long that takes."""
        self.outbox.append(Unsent(client_id, text, extra))
        self.bell.ring()

    def shown(self) -> object:
        """For the report of a failure."""
        return [frame["type"] for frame in self.frames[-8:]]

    async def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One attempt; `Lost` says nothing of what became of it."""
        return await self.network.request(method, path, body)

    # What each kind of page does in its own way

    async def greet(self, socket: ClientConnection) -> None:
        """The page's first words at its socket."""

    def take(self, frame: Json) -> None:
        """A frame, in its order."""
        raise NotImplementedError

    async def post(self, item: Unsent) -> httpx.Response:
        """Send one thing written."""
        raise NotImplementedError

    def stored(self, item: Unsent, answer: Json) -> None:
        """The server has it."""

    async def without_socket(self) -> None:
        """What the page does while it has none."""

    def is_over(self) -> bool:
        """Whether a socket is wanted no more."""
        return False

    # The socket's life

    async def _stay_connected(self) -> None:
        while not self.is_over():
            try:
                self.socket = await self.network.connect(self.path)
                await self.greet(self.socket)
                await self._read(self.socket)
            except Lost:
                await self._rest()
            except ConnectionClosed as end:
                self._closed(end)
            finally:
                self.socket, self.is_whole = None, False

    async def _rest(self) -> None:
        with suppress(Lost):
            if self.network.is_up:
                await self.without_socket()
                await asyncio.sleep(PAUSE)
        await self.network.back()

    async def _read(self, socket: ClientConnection) -> None:
        while not self.is_over():
            text = await socket.recv()
            assert isinstance(text, str)
            self.raw.append(text)
            frame = json.loads(text)
            self.frames.append(frame)
            self.take(frame)
            self.bell.ring()
            await self._beat(socket)
        await socket.close()

    async def _beat(self, socket: ClientConnection) -> None:
        """In answer to a frame: the timers of hidden tabs are slowed down."""
        now = asyncio.get_running_loop().time()
        if self.beats and now - self._beat_at >= self._heartbeat:
            self._beat_at = now
            await socket.send(json.dumps({"type": "ping"}))

    def _closed(self, end: ConnectionClosed) -> None:
        code = end.rcvd.code if end.rcvd is not None else 1006
        self.closes.append(code)
        if code in REFUSED:
            self.faults.append(f"the socket was closed with {code}")
        self.bell.ring()

    # The outbox

    async def _keep_sending(self) -> None:
        while True:
            while not self.outbox:
                await self.bell.wait()
            try:
                answer = await self.post(self.outbox[0])
            except Lost:
                await self.network.back()
                continue
            item = self.outbox.pop(0)
            if answer.is_success:
                self.stored(item, json_of(answer))
            else:
                self.faults.append(f"{item.text!r}: {answer.status_code} {answer.text}")
            self.bell.ring()
