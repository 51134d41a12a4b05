"""A page at a real server: logs in as a browser does and keeps the browser's rule."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from supervisor.demo import PASSWORD
from tests.dashboard.screen import Screen, opened
from tests.servers import LiveServer

CEILING = 15.0


def cookies_of(server: LiveServer, username: str) -> str:
    """Log in at this server."""
    return cookies_at(server.url, username)


def cookies_at(url: str, username: str) -> str:
    """Log in at the form; session and CSRF cookies as a browser sends them."""
    with httpx.Client(base_url=url, timeout=CEILING) as browser:
        browser.get("/accounts/login/")
        form = {
            "username": username,
            "password": PASSWORD,
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        answer = browser.post("/accounts/login/", data=form)
        assert answer.status_code == 302, answer.text[:500]
        kept = browser.cookies
        return f"sessionid={kept['sessionid']}; csrftoken={kept['csrftoken']}"


def socket_at(
    server: LiveServer,
    path: str = "/ws/board/",
    *,
    cookie: str = "",
    origin: str | None = None,
) -> connect:
    """A handshake as this server's own page would begin it, unless told otherwise."""
    return connect(
        server.url.replace("http", "ws", 1) + path,
        additional_headers={"Cookie": cookie} if cookie else {},
        origin=origin or server.url,  # type: ignore[arg-type]
        proxy=None,
        max_size=None,
    )


class LivePage:
    """The floor page of one user at one server."""

    def __init__(self, server: LiveServer, cookie: str) -> None:
        self.server = server
        self.cookie = cookie
        self.screen = Screen()

    async def read(self, socket: ClientConnection) -> None:
        """Take every frame; acknowledge with each pulse."""
        async for frame in socket:
            said = opened(frame)
            self.screen.take(said)
            if said["type"] == "pulse":
                await socket.send(json.dumps({"type": "ack", "tick": said["tick"]}))

    async def snapshot(self) -> dict[str, Any]:
        """The same by HTTP, now."""
        headers = {"Cookie": self.cookie}
        async with httpx.AsyncClient(headers=headers, timeout=CEILING) as client:
            answer = await client.get(f"{self.server.url}/api/v1/board/")
        assert answer.status_code == 200
        snapshot: dict[str, Any] = answer.json()
        return snapshot

    async def is_right(self) -> bool:
        return self.screen.shows(await self.snapshot())


@asynccontextmanager
async def floor_page(server: LiveServer, cookie: str) -> AsyncIterator[LivePage]:
    """An open page with its snapshot."""
    page = LivePage(server, cookie)
    async with socket_at(server, cookie=cookie) as socket:
        reading = asyncio.create_task(page.read(socket))
        try:
            async with asyncio.timeout(CEILING):
                while not page.screen.snapshots:
                    await asyncio.sleep(0.01)
            yield page
        finally:
            reading.cancel()


async def become_right(page: LivePage) -> None:
    """It equals a fresh snapshot by itself, and the next pulse proves it."""
    async with asyncio.timeout(CEILING):
        while not await page.is_right():
            await asyncio.sleep(0.1)
        pulses = page.screen.pulses
        while page.screen.pulses == pulses:
            await asyncio.sleep(0.1)
