"""Frames that were framed once arrive as frames do, and only where they may."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from live.sockets import FrameConsumer
from live.wire import Shared, Wire, wire_of

CEILING = 15.0


class Door(FrameConsumer):
    """Shows the test its wire."""

    opened: asyncio.Queue[Door]

    async def begin(self) -> None:
        await self.opened.put(self)

    @property
    def way(self) -> Wire:
        wire = wire_of(self.base_send)
        assert wire is not None
        return wire


@pytest_asyncio.fixture
async def address() -> AsyncIterator[str]:
    Door.opened = asyncio.Queue()
    config = uvicorn.Config(
        Door.as_asgi(), port=0, lifespan="off", log_config=None, loop="asyncio"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(CEILING):
        while not server.started:
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"ws://127.0.0.1:{port}"
    server.should_exit = True
    await serving


async def both(address: str, **options: Any) -> tuple[ClientConnection, Door]:
    browser = await connect(address, proxy=None, max_size=None, **options)
    return browser, await asyncio.wait_for(Door.opened.get(), CEILING)


@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536, 300_000])
async def test_it_arrives_whole_and_in_its_order(address: str, size: int) -> None:
    browser, door = await both(address, compression=None)
    shared = Shared(json.dumps({"x": "\u00f8" * size}, ensure_ascii=False))
    assert door.way.write(shared)
    await door.send_frame("behind it")
    assert await browser.recv() == shared
    assert await browser.recv() == "behind it"
    await browser.close()


async def test_one_framing_serves_every_socket(address: str) -> None:
    pairs = [await both(address, compression=None) for _each in range(3)]
    shared = Shared("for all")
    framed = shared.framed
    for browser, door in pairs:
        assert door.way.write(shared)
        assert await browser.recv() == "for all"
        await browser.close()
    assert shared.framed is framed


async def test_a_socket_that_takes_no_more_goes_by_asgi(address: str) -> None:
    browser, door = await both(address, compression=None)
    browser.transport.pause_reading()
    big = Shared("x" * 1_000_000)
    async with asyncio.timeout(CEILING):
        while door.way.write(big):
            await asyncio.sleep(0)
    browser.transport.resume_reading()
    await asyncio.wait_for(door.send_frame("the last"), CEILING)
    while await browser.recv() != "the last":
        pass
    await browser.close()


async def test_compressed_and_closed_sockets_go_by_asgi(address: str) -> None:
    browser, door = await both(address)
    assert not door.way.write(Shared("compression was agreed on"))
    await browser.close()
    plain, other = await both(address, compression=None)
    await other.close(4400)
    assert not other.way.write(Shared("too late"))
    await plain.wait_closed()


async def test_a_lost_connection_goes_by_asgi_which_says_so(address: str) -> None:
    browser, door = await both(address, compression=None)
    protocol = door.way._protocol
    browser.transport.abort()
    async with asyncio.timeout(CEILING):
        while not protocol.disconnected:
            await asyncio.sleep(0)
    assert not door.way.write(Shared("too late"))
    with pytest.raises(OSError):
        await door.send_frame(Shared("too late"))


async def test_a_socket_that_takes_nothing_can_be_cut_off(address: str) -> None:
    browser, door = await both(address, compression=None)
    browser.transport.pause_reading()
    big = Shared("x" * 1_000_000)
    async with asyncio.timeout(CEILING):
        while door.way.write(big):
            await asyncio.sleep(0)
        door.way.cut()
        while not door.way._protocol.disconnected:
            await asyncio.sleep(0)
    browser.transport.abort()


def test_another_server_or_a_wrapped_send_has_no_wire() -> None:
    async def send(_message: object) -> None: ...

    assert wire_of(send) is None
