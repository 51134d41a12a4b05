"""Many pages in one cheap process: they count frames, and some of them look at times.

Session keys come on stdin, one a line, ended by an empty line; once all are connected
and have their snapshot, a line is printed. Each further line on stdin is answered with
what came since the last one. Like browsers, pages acknowledge once a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

MARK = re.compile(rb'committed (\d+)"')
TICK = re.compile(rb'"tick":(\d+)')
HEAD = 200
SAMPLE = 65_536
AT_ONCE = 50
PATIENCE = 120.0


@dataclass
class Seen:
    """What all pages have been sent since somebody asked."""

    frames: int = 0
    size: int = 0
    latencies: list[float] = field(default_factory=list)
    newest: int = 0
    lost: int = 0
    sample: str = ""

    def note_times(self, payload: bytes) -> None:
        """From before the commit until now, in ms, of every row in the frame."""
        now = time.monotonic_ns()
        for mark in MARK.findall(payload):
            self.newest = max(self.newest, int(mark))
            self.latencies.append((now - int(mark)) / 1e6)
        if payload.startswith(b'{"type":"rows"') and len(payload) < SAMPLE:
            self.sample = payload.decode()


class Page(WSListener):
    """A socket that counts; a witness reads every frame, the others hardly any."""

    def __init__(self, crowd: Crowd, *, witness: bool, deaf: bool) -> None:
        self.crowd, self.witness, self.deaf = crowd, witness, deaf
        self.here: asyncio.Future[None] = crowd.loop.create_future()
        self.frames = 0
        self.tick: bytes | None = None
        self.transport: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """A deaf one takes a few kB and then nothing."""
        self.transport = transport
        if not self.crowd.options.greeted and not self.here.done():
            self.here.set_result(None)
        if self.deaf:
            door = transport.underlying_transport.get_extra_info("socket")
            door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            transport.underlying_transport.pause_reading()
            self.here.set_result(None)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Count; hello and the snapshot make it here."""
        if frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()
            return
        payload = frame.get_payload_as_bytes()
        self.frames += 1
        if self.frames == 2 and not self.here.done():
            self.here.set_result(None)
        self.crowd.seen.frames += 1
        self.crowd.seen.size += len(payload)
        if frame.msg_type == WSMsgType.TEXT:
            self.tick = payload[:HEAD]
            if self.witness:
                self.crowd.seen.note_times(payload)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """It counts as lost."""
        self.crowd.seen.lost += 1
        self.transport = None

    def acknowledge(self) -> None:
        """Once a second at most."""
        found = TICK.search(self.tick) if self.tick else None
        if found and self.transport is not None:
            words = b'{"type":"ack","tick":%s}' % found[1]
            self.transport.send(WSMsgType.TEXT, words)
        self.tick = None


class Crowd:
    """All pages of this process."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.loop = asyncio.get_running_loop()
        self.seen = Seen()
        self.pages: list[Page] = []

    async def come(self, keys: Sequence[str]) -> None:
        """Everybody connects, so many at once; TimeoutError if they cannot."""
        gate = asyncio.Semaphore(self.options.at_once)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(
                *(self._open(gate, number, key) for number, key in enumerate(keys))
            )

    async def _open(self, gate: asyncio.Semaphore, number: int, key: str) -> None:
        deaf = number < self.options.deaf
        witness = number % self.options.every == 0 and not deaf
        origin = self.options.url.replace("ws", "http", 1).partition("/ws")[0]
        headers = {"Cookie": f"sessionid={key}", "Origin": origin}
        async with gate:
            _, page = await ws_connect(
                lambda: Page(self, witness=witness, deaf=deaf),
                self.options.url,
                extra_headers=headers,
            )
            assert isinstance(page, Page)
            self.pages.append(page)
            await page.here

    async def acknowledge(self) -> None:
        """As pages do, spread over each second."""
        while True:
            for number in range(10):
                for page in self.pages[number::10]:
                    page.acknowledge()
                await asyncio.sleep(0.1)

    def report(self) -> str:
        """What came since the last report."""
        seen, self.seen = self.seen, Seen()
        return json.dumps(vars(seen))


async def run(options: argparse.Namespace, keys: Sequence[str]) -> None:
    """Come, then answer until killed."""
    crowd = Crowd(options)
    started = time.monotonic()
    await crowd.come(keys)
    print(json.dumps({"came_in": time.monotonic() - started}), flush=True)
    acks = asyncio.ensure_future(crowd.acknowledge()) if options.acks else None
    while await asyncio.to_thread(sys.stdin.readline):
        print(crowd.report(), flush=True)
    if acks is not None:
        acks.cancel()


def main() -> None:
    """Pages at one socket until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--every", type=int, default=20, help="one witness of so many")
    parser.add_argument("--deaf", type=int, default=0)
    parser.add_argument("--acks", type=int, default=1)
    parser.add_argument("--greeted", type=int, default=1, help="0: a bare server")
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    keys: list[str] = []
    while key := sys.stdin.readline().strip():
        keys.append(key)
    asyncio.run(run(parser.parse_args(), keys))


if __name__ == "__main__":
    main()
