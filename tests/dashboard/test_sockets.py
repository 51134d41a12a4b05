"""The sockets of a real server: who is let in, and what closes them with which code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from supervisor.demo import PASSWORD
from tests.dashboard.live_page import (
    CEILING,
    become_right,
    cookies_of,
    floor_page,
    socket_at,
)
from tests.dashboard.screen import Screen, opened
from tests.servers import LiveServer

# One server for all of them: workers of xdist would start one each.
pytestmark = pytest.mark.scale

JUNK = [
    "not json",
    "[]",
    "{}",
    '{"type":"subscribe"}',
    '{"type":"refresh","now":true}',
    '{"type":"ack"}',
    '{"type":"ack","tick":"1"}',
    '{"type":"ack","tick":true}',
    '{"type":"ping","x":"' + "x" * 2_000 + '"}',
    b'{"type":"ping"}',
]


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with LiveServer("setup_demo") as server:
        yield server


@pytest.fixture(scope="module")
def supervisor(server: LiveServer) -> str:
    return cookies_of(server, "supervisor")


async def close_code(socket: ClientConnection) -> int | None:
    """Read until the server closes."""
    with pytest.raises(ConnectionClosed):
        while True:
            await socket.recv()
    return socket.close_code


async def frames(socket: ClientConnection) -> AsyncIterator[str]:
    async for frame in socket:
        yield opened(frame)["type"]


@pytest.mark.parametrize("junk", JUNK)
async def test_junk_closes_with_4400(
    junk: str | bytes, server: LiveServer, supervisor: str
) -> None:
    async with socket_at(server, cookie=supervisor) as socket:
        await socket.send(junk)
        assert await close_code(socket) == 4400


async def test_what_the_protocol_knows_is_answered(
    server: LiveServer, supervisor: str
) -> None:
    async with socket_at(server, cookie=supervisor) as socket:
        kinds = frames(socket)
        assert [await anext(kinds), await anext(kinds)] == ["hello", "snapshot"]
        for frame in ('{"type":"ping"}', '{"type":"ack","tick":0}'):
            await socket.send(frame)
        await socket.send('{"type":"refresh"}')
        while await anext(kinds) != "snapshot":
            pass
        while await anext(kinds) != "pulse":
            pass


@pytest.mark.parametrize("path", ["/ws/board/", "/ws/conversations/1/"])
@pytest.mark.parametrize("cookie", ["", "sessionid=made-up"])
async def test_without_a_session_it_closes_with_4401(
    path: str, cookie: str, server: LiveServer
) -> None:
    async with socket_at(server, path, cookie=cookie) as socket:
        assert await close_code(socket) == 4401


@pytest.mark.parametrize("username", ["agent1", "admin", "channels"])
async def test_without_the_right_it_closes_with_4403(
    username: str, server: LiveServer
) -> None:
    cookie = cookies_of(server, username)
    async with socket_at(server, cookie=cookie) as socket:
        assert await close_code(socket) == 4403


async def test_a_panel_of_what_one_does_not_monitor_closes_with_4403(
    server: LiveServer, supervisor: str
) -> None:
    async with socket_at(server, "/ws/conversations/1/", cookie=supervisor) as socket:
        assert await close_code(socket) == 4403


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1"])
async def test_another_origin_gets_no_handshake(
    origin: str, server: LiveServer, supervisor: str
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await socket_at(server, cookie=supervisor, origin=origin)
    assert refused.value.response.status_code == 403


async def test_a_log_out_closes_the_open_page(server: LiveServer) -> None:
    cookie = cookies_of(server, "billing")
    async with socket_at(server, cookie=cookie) as socket:
        headers = {"Cookie": cookie, "X-CSRFToken": cookie.rpartition("=")[2]}
        async with httpx.AsyncClient(headers=headers, timeout=CEILING) as browser:
            await browser.post(f"{server.url}/accounts/logout/")
        assert await close_code(socket) == 4401


async def test_a_page_follows_the_api_of_its_server(
    server: LiveServer, supervisor: str
) -> None:
    async with (
        floor_page(server, supervisor) as page,
        httpx.AsyncClient(base_url=server.url, timeout=CEILING) as machine,
    ):
        login = {"username": "channels", "password": PASSWORD}
        token = (await machine.post("/api/v1/token/", json=login)).json()["token"]
        machine.headers["Authorization"] = f"Token {token}"
        body = {"channel": "live_chat", "queue": _care(page.screen), "text": "Hello"}
        answer = await machine.post("/api/v1/conversations/", json=body)
        assert answer.status_code == 201, answer.text
        await become_right(page)
        assert answer.json()["id"] in page.screen.of("c")
        assert page.screen.false_stale == []


def _care(screen: Screen) -> int:
    queues = screen.of("q").values()
    found: int = next(q["id"] for q in queues if q["name"] == "Care desk")
    return found
