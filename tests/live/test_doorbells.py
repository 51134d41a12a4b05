"""Doorbells by real Valkeys: a lost master, a lost node or a mute server costs a while
without rings, and afterwards everybody is told to compare."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from conversations import doorbell
from conversations.doorbell import Ring
from live import doorbells
from live.doorbells import DOUBT, Sender
from tests.live import valkeys

CEILING = 30.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbells, "PAUSE", 0.1)
    monkeypatch.setattr(doorbells, "SILENCE", 0.3)


class Other:
    """Another process: it hears rings, and counts the doubts among them."""

    def __init__(self) -> None:
        self.heard: list[Ring] = []

    @property
    def doubts(self) -> int:
        return self.heard.count(DOUBT)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(CEILING):
            while not holds():
                await asyncio.sleep(0.02)

    async def is_doubting(self, more_than: int) -> None:
        await self.until(lambda: self.doubts > more_than)

    async def hears_again(self, sender: Sender, number: int) -> None:
        """Rings sent over and over: some may be lost, for good they are not."""
        ring = Ring(conversations=frozenset([number]))
        async with asyncio.timeout(CEILING):
            while ring not in self.heard:
                await asyncio.to_thread(sender, ring)
                await asyncio.sleep(0.05)


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Other]:
    other = Other()
    end = doorbell.overhear(other.heard.append)
    receiving = asyncio.create_task(doorbells.receive(url))
    try:
        await other.is_doubting(more_than=0)
        yield other
    finally:
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        end()


async def test_a_ring_reaches_the_other_process_once() -> None:
    server = valkeys.start()
    with valkeys.stopping(server):
        url = f"redis://127.0.0.1:{server.port}/0"
        async with listening(url) as other:
            ring = Ring(conversations=frozenset([7, 8]), settings=True)
            Sender(url)(ring)
            await other.until(lambda: ring in other.heard)
            assert other.heard == [DOUBT, ring]


async def test_a_server_that_says_nothing_at_all_is_left() -> None:
    """No end of the connection is seen, as when a machine loses its power."""
    server = valkeys.start()
    with valkeys.stopping(server):
        url = f"redis://127.0.0.1:{server.port}/0"
        async with listening(url) as other:
            server.process.child.send_signal(signal.SIGSTOP)
            await other.is_doubting(more_than=1)
            server.process.child.send_signal(signal.SIGCONT)
            await other.hears_again(Sender(url), 1)


async def test_a_quiet_server_that_answers_is_kept() -> None:
    server = valkeys.start()
    with valkeys.stopping(server):
        url = f"redis://127.0.0.1:{server.port}/0"
        async with listening(url) as other:
            before = _pings(server)
            await other.until(lambda: _pings(server) >= before + 3)
            assert other.heard == [DOUBT]


def _pings(server: valkeys.Valkey) -> int:
    with server.client as client:
        stats = client.info("commandstats")
    return int(stats.get("cmdstat_ping", {"calls": 0})["calls"])


async def test_after_a_fail_over_rings_go_by_the_new_master() -> None:
    with valkeys.guarded() as servers:
        sender = Sender(servers.url)
        async with listening(servers.url) as other:
            await other.hears_again(sender, 1)
            doubts = other.doubts
            servers.master.process.kill()
            await other.until(servers.has_failed_over)
            await other.hears_again(sender, 2)
            assert other.doubts > doubts
            assert sender.answers()


async def test_a_lost_node_of_a_cluster_is_left_for_another() -> None:
    with valkeys.cluster() as nodes:
        places = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        url = f"redis+cluster://{places}"
        sender = Sender(url)
        async with listening(url) as other:
            await other.hears_again(sender, 1)
            doubts = other.doubts
            nodes[0].process.kill()
            await other.hears_again(sender, 2)
            assert other.doubts > doubts
            assert sender.answers()


async def test_in_a_cluster_a_ring_goes_from_any_node_to_any_other() -> None:
    with valkeys.cluster() as nodes:
        urls = [f"redis+cluster://127.0.0.1:{node.port}" for node in nodes]
        async with listening(urls[0]) as other:
            for number, url in enumerate(urls):
                await other.hears_again(Sender(url), number)
