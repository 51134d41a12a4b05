"""A real cluster on this machine, and pages on it that come back as browsers do."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.dashboard.live_page import LivePage, socket_at
from tests.dashboard.screen import opened
from tests.servers import ROOT, LiveServer, Process, wait_until

PATIENCE = 120.0


class LiveCluster(LiveServer):
    """`make run-cluster` with the demo's people, and without its traffic."""

    def __init__(self, folder: Path, web: int) -> None:
        super().__init__()
        shutil.rmtree(self.folder)
        self.folder, self.log = folder, folder / "cluster.log"
        own = {"DATA_DIR": str(folder), "WEB": str(web), "REPLAY": "0"}
        self.env |= own

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start all of it and wait until it says that it is open."""
        command = [sys.executable, "bin/cluster.py", "run"]
        self.process = Process(command, self.env, self.log)
        wait_until(self.is_open, "the cluster is open", self.log, PATIENCE)

    def is_open(self) -> bool:
        if self.process is None or not self.process.alive:
            raise RuntimeError("the cluster ended:\n" + self.log.read_text()[-4000:])
        return "Floorwalker is open at" in self.log.read_text()

    def roll(self) -> str:
        """`make roll`; the answer is what it says."""
        done = subprocess.run(
            [sys.executable, "bin/cluster.py", "roll"],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@dataclass
class Proofs:
    """When a page was last proved right, and the longest it went without."""

    last: float = field(default_factory=time.monotonic)
    longest: float = 0.0

    def one(self) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, now - self.last)
        self.last = now


class ReturningPage(LivePage):
    """Told goodbye, it opens its next socket within the window and leaves the last one
    once the next has its snapshot; cut off without a word, it comes at once."""

    def __init__(self, server: LiveServer, cookie: str) -> None:
        super().__init__(server, cookie)
        self.proofs = Proofs()
        self.returns = 0
        self.cuts = 0
        self.refusals = 0

    async def stay(self) -> None:
        """Until cancelled."""
        socket = await self._next_socket()
        try:
            while True:
                try:
                    window = await self._read_until_bye(socket)
                    socket = await self._change(socket, window)
                except ConnectionClosed:
                    self.cuts += 1
                    socket = await self._next_socket()
        finally:
            await socket.close()

    async def _change(
        self, socket: ClientConnection, window: list[int]
    ) -> ClientConnection:
        reading = asyncio.create_task(self.read(socket))
        await asyncio.sleep(random.uniform(*window) / 1000)
        following = await self._next_socket()
        reading.cancel()
        await socket.close()
        self.returns += 1
        return following

    async def _next_socket(self) -> ClientConnection:
        """A socket whose snapshot is on the screen; one that is refused is asked for
        again, as from a process that is leaving."""
        while True:
            socket = await socket_at(self.server, cookie=self.cookie)
            try:
                while (said := opened(await socket.recv()))["type"] != "snapshot":
                    continue
            except ConnectionClosed:
                self.refusals += 1
                continue
            self._take(said)
            return socket

    async def read(self, socket: ClientConnection) -> None:
        async for frame in socket:
            await self._hear(socket, opened(frame))

    async def _read_until_bye(self, socket: ClientConnection) -> list[int]:
        while True:
            said = opened(await socket.recv())
            await self._hear(socket, said)
            if said["type"] == "bye":
                window: list[int] = said["retry_ms"]
                return window

    async def _hear(self, socket: ClientConnection, said: dict[str, object]) -> None:
        self._take(said)
        if said["type"] == "pulse":
            await socket.send(json.dumps({"type": "ack", "tick": said["tick"]}))

    def _take(self, said: dict[str, object]) -> None:
        doubted = len(self.screen.false_stale)
        self.screen.take(said)
        proves = said["type"] in ("snapshot", "pulse")
        if proves and len(self.screen.false_stale) == doubted:
            self.proofs.one()


@asynccontextmanager
async def open_pages(
    cluster: LiveCluster, cookie: str, count: int
) -> AsyncIterator[list[ReturningPage]]:
    """So many pages of one person."""
    pages = [ReturningPage(cluster, cookie) for _each in range(count)]
    async with asyncio.TaskGroup() as group:
        staying = [group.create_task(page.stay()) for page in pages]
        async with asyncio.timeout(PATIENCE):
            while not all(page.screen.snapshots for page in pages):
                await asyncio.sleep(0.05)
        for page in pages:
            page.proofs = Proofs()
        yield pages
        for task in staying:
            task.cancel()
