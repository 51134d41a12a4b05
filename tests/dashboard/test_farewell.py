"""A server that goes: its pages are told, are served until they leave, and are closed
properly when they do not."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.dashboard.live_page import CEILING, cookies_of, socket_at
from tests.dashboard.screen import opened
from tests.servers import LiveServer

pytestmark = pytest.mark.scale


@pytest.fixture
def server() -> Iterator[LiveServer]:
    with LiveServer("setup_demo") as server:
        yield server


async def hear(socket: ClientConnection, kind: str) -> dict[str, object]:
    """The next frame of this kind."""
    async with asyncio.timeout(CEILING):
        while True:
            frame = opened(await socket.recv())
            if frame["type"] == kind:
                return frame


def go(server: LiveServer) -> None:
    assert server.process is not None
    server.process.child.send_signal(signal.SIGTERM)


async def test_pages_are_told_and_served_until_they_leave(server: LiveServer) -> None:
    cookie = cookies_of(server, "supervisor")
    async with socket_at(server, cookie=cookie) as socket:
        await hear(socket, "pulse")
        go(server)
        assert (await hear(socket, "bye"))["retry_ms"] == [500, 5000]
        await hear(socket, "pulse")
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{server.url}/healthz")
    assert server.process is not None
    assert await asyncio.to_thread(server.process.child.wait, CEILING) == -15


async def test_who_does_not_leave_is_closed_with_1012(server: LiveServer) -> None:
    cookie = cookies_of(server, "supervisor")
    async with socket_at(server, cookie=cookie) as socket:
        await hear(socket, "pulse")
        go(server)
        with pytest.raises(ConnectionClosed):
            await hear(socket, "nothing of this kind")
    assert socket.close_code == 1012
