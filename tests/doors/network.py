"""The way between a client and the server, which can be cut at any moment.

Whoever is cut off is not told: sockets end without a close frame, and a request is
lost, or its answer is, or nobody knows which.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake

CEILING = 40.0
FATES = ("request", "answer", "midway")
"""What a cut does to the next request: it never leaves; it is answered, and the answer
is lost; the connection breaks somewhere in between."""


class Lost(Exception):
    """There is no network."""


class Bell:
    """Wakes everybody who waits for something that may have changed."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def wait(self) -> None:
        """Until it rings next."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn

    async def until(
        self,
        condition: Callable[[], object],
        what: str,
        seen: Callable[[], object] = str,
    ) -> None:
        """Wait until it is so; after the ceiling it is a failure."""
        try:
            async with asyncio.timeout(CEILING):
                while not condition():
                    await self.wait()
        except TimeoutError:
            raise AssertionError(f"not within {CEILING:g} s: {what} {seen()}") from None


@dataclass
class Network:
    """One person's network. `fate` waits for their next request."""

    url: str
    bell: Bell
    random: Random = field(default_factory=lambda: Random(0))
    address: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)
    is_up: bool = True
    passes_sockets: bool = True
    fate: str = ""
    away: float = 0.1
    happened: Counter[str] = field(default_factory=Counter)
    answers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sockets: set[ClientConnection] = set()
        self._calls: set[asyncio.Task[httpx.Response]] = set()
        self._http = self._new_http()

    def cut(self, seconds: float | None = None) -> None:
        """Everything breaks off; for so long, or until `mend`."""
        self.is_up = False
        self.drop_sockets()
        for call in self._calls:
            call.cancel()
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, self.mend)

    def mend(self) -> None:
        self.is_up = self.passes_sockets = True
        self.bell.ring()

    def drop_sockets(self) -> None:
        """No close frame, no farewell."""
        for socket in self._sockets:
            socket.transport.abort()
        self._sockets.clear()

    def block_sockets(self, seconds: float) -> None:
        """A proxy that knows no WebSockets has come in between."""
        self.passes_sockets = False
        self.drop_sockets()
        asyncio.get_running_loop().call_later(seconds, self.mend)

    async def back(self) -> None:
        """Wait until there is a network."""
        await self.bell.until(lambda: self.is_up, "the network is back")

    async def request(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> httpx.Response:
        """The answer, or `Lost`, which says nothing of what the server has done."""
        fate, self.fate = self.fate, ""
        if not self.is_up:
            raise Lost
        if fate == "request":
            self._strike(fate)
        call = asyncio.create_task(
            self._http.request(method, path, json=body, headers=headers)
        )
        self._calls.add(call)
        if fate == "midway":
            delay = self.random.uniform(0, 0.06)
            asyncio.get_running_loop().call_later(delay, self._break, call)
        answer = await self._answer(call)
        if fate == "answer":
            self._strike(fate)
        self.answers.append(answer.text)
        return answer

    async def connect(self, path: str) -> ClientConnection:
        """A socket, opened as a browser opens it; `Lost` where there is no way."""
        if not (self.is_up and self.passes_sockets):
            raise Lost
        try:
            socket = await connect(
                self.url.replace("http", "ws", 1) + path,
                additional_headers={
                    name: text
                    for name, text in self.headers.items()
                    if name == "Cookie"
                },
                origin=self.url,  # type: ignore[arg-type]
                proxy=None,
                max_size=None,
                compression=None,
                ping_interval=None,
            )
        except (OSError, InvalidHandshake):
            raise Lost from None
        if not (self.is_up and self.passes_sockets):
            socket.transport.abort()
            raise Lost
        self._sockets.add(socket)
        return socket

    async def close(self) -> None:
        self.cut()
        await self._http.aclose()

    async def _answer(self, call: asyncio.Task[httpx.Response]) -> httpx.Response:
        try:
            return await call
        except httpx.TransportError:
            raise Lost from None
        except asyncio.CancelledError:
            if not call.cancelled() or _is_cancelled():
                raise
            raise Lost from None
        finally:
            self._calls.discard(call)

    def _break(self, call: asyncio.Task[httpx.Response]) -> None:
        if not call.done():
            self.happened["midway"] += 1
            self.cut(self.away)

    def _strike(self, fate: str) -> None:
        self.happened[fate] += 1
        self.cut(self.away)
        raise Lost

    def _new_http(self) -> httpx.AsyncClient:
        way = httpx.AsyncHTTPTransport(verify=False, local_address=self.address)
        return httpx.AsyncClient(
            base_url=self.url, transport=way, headers=self.headers, timeout=CEILING
        )


def _is_cancelled() -> bool:
    """Whether it is this very task that shall end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def json_of(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer, which is always an object."""
    body: dict[str, Any] = answer.json()
    return body
