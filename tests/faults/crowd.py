"""Two hundred dashboards and a steady stream of changes, in one process of its own.

`python -m tests.faults.crowd` reads an `Order` as a line of JSON. Each page keeps what
it was sent and compares its digest with every pulse. Changes are fed past the product:
a version moved by SQL, and the doorbell rung as a commit would; when each version was
committed is known here, so how old a frame is, too. It writes a line of JSON a span.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import asdict, dataclass, field

import orjson
import psycopg
import redis
import uvloop
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from conversations.doorbell import Ring
from live.digest import hashed, shown
from live.doorbells import CHANNEL, encode

STROKE = 0.05
CACHED = 64
RETURN_AFTER = 1.0
NAMES = {"conversations": "c", "agents": "a", "queues": "q"}
BUMP = """
UPDATE conversations_conversation SET version = version + 1,
last_customer_message_at = clock_timestamp() WHERE id = ANY(%s) AND state <> 'closed'
RETURNING id, version
"""
ONGOING = "SELECT id FROM conversations_conversation WHERE state <> 'closed'"

Thing = tuple[str, int]
News = tuple[list[tuple[Thing, int, int]], list[Thing]]
"""What to show: (thing, version, hash); what has left."""


@dataclass(frozen=True, slots=True)
class Order:
    """Where, as whom, how many pages, changes a second, seconds of a span."""

    url: str
    cookie: str
    pages: int
    rate: float
    span: float
    database: str
    doorbell: str


@dataclass(slots=True)
class Span:
    """What happened in so many seconds; `late`: seconds from commit to frame."""

    frames: int = 0
    pulses: int = 0
    drift: int = 0
    returns: int = 0
    fed: int = 0
    late: list[float] = field(default_factory=list)

    def told(self) -> dict[str, object]:
        """For a line: percentiles instead of every delay."""
        late = sorted(self.late)
        plain = {name: value for name, value in asdict(self).items() if name != "late"}
        return plain | {
            "samples": len(late),
            "p50": _at(late, 0.5),
            "p99": _at(late, 0.99),
        }


class Crowd:
    """All pages, and what they share: pages of a node get the same frames."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.span = Span()
        self.committed: OrderedDict[tuple[Thing, int], float] = OrderedDict()
        self._known: OrderedDict[str | bytes, tuple[str, object]] = OrderedDict()

    async def run(self) -> None:
        """Until the process is ended."""
        threading.Thread(target=self._feed, daemon=True).start()
        pages = [Page(self, number) for number in range(self.order.pages)]
        async with asyncio.TaskGroup() as group:
            for page in pages:
                group.create_task(page.live())
            group.create_task(self._tell())

    def read(self, frame: str | bytes) -> tuple[str, object]:
        """The kind of a frame and what it says; the same bytes are read only once."""
        if frame not in self._known:
            self._known[frame] = _read(frame)
            if len(self._known) > CACHED:
                self._known.popitem(last=False)
        return self._known[frame]

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(self.order.span)
            span, self.span = self.span, Span()
            print(json.dumps({"at": time.monotonic(), **span.told()}), flush=True)

    def _feed(self) -> None:
        ring = redis.Redis.from_url(self.order.doorbell)
        count = max(1, round(self.order.rate * STROKE))
        with psycopg.connect(self.order.database, autocommit=True) as database:
            found = database.execute(ONGOING).fetchall()
            ids = [pk for (pk,) in found]
            due = time.monotonic()
            while True:
                due += STROKE
                time.sleep(max(0.0, due - time.monotonic()))
                self._change(database, ring, sorted(random.sample(ids, count)))

    def _change(
        self,
        database: psycopg.Connection[tuple[int, int]],
        ring: redis.Redis,
        ids: list[int],
    ) -> None:
        changed = database.execute(BUMP, [ids]).fetchall()
        now = time.monotonic()
        for pk, version in changed:
            self.committed[("c", pk), version] = now
        while len(self.committed) > 20_000:
            self.committed.popitem(last=False)
        ring.publish(CHANNEL, encode(Ring(conversations=frozenset(ids))))
        self.span.fed += len(changed)


class Page:
    """What one dashboard was sent, as (thing, version), and the digest of that."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd = crowd
        self.is_timed = number % 10 == 0
        self.versions: dict[Thing, int] = {}
        self.hashes: dict[Thing, int] = {}
        self.digest = 0

    async def live(self) -> None:
        """Connected, and again after each loss."""
        while True:
            await asyncio.sleep(random.uniform(0, RETURN_AFTER))
            try:
                await self._listen()
            except (OSError, WebSocketException):
                self.crowd.span.returns += 1

    async def _listen(self) -> None:
        order = self.crowd.order
        async with connect(
            order.url.replace("http", "ws", 1) + "/ws/board/",
            additional_headers={"Cookie": order.cookie},
            origin=order.url,  # type: ignore[arg-type]
            proxy=None,
            max_size=None,
            compression=None,
        ) as socket:
            async for frame in socket:
                kind, what = self.crowd.read(frame)
                answer = self._take(kind, what)
                if answer:
                    await socket.send(answer)

    def _take(self, kind: str, what: object) -> str:
        self.crowd.span.frames += 1
        if kind == "pulse":
            return self._judge(what)  # type: ignore[arg-type]
        if kind == "snapshot":
            self.versions, self.hashes, self.digest = {}, {}, 0
        if kind in {"snapshot", "rows", "gone"}:
            self._show(what)  # type: ignore[arg-type]
        return ""

    def _show(self, news: News) -> None:
        shown, left = news
        for thing in left:
            self.versions.pop(thing, None)
            self.digest ^= self.hashes.pop(thing, 0)
        for thing, version, number in shown:
            if self.versions.get(thing, -1) < version:
                self.versions[thing] = version
                self.digest ^= self.hashes.get(thing, 0) ^ number
                self.hashes[thing] = number
        if self.is_timed:
            self._time(shown)

    def _time(self, shown: list[tuple[Thing, int, int]]) -> None:
        now, committed = time.monotonic(), self.crowd.committed
        times = (committed.get((thing, version)) for thing, version, _hash in shown)
        self.crowd.span.late += [now - at for at in times if at is not None]

    def _judge(self, pulse: tuple[str, int]) -> str:
        digest, tick = pulse
        self.crowd.span.pulses += 1
        self.crowd.span.drift += digest != shown(self.digest)
        return json.dumps({"type": "ack", "tick": tick})


def _read(frame: str | bytes) -> tuple[str, object]:
    said = orjson.loads(gzip.decompress(frame) if isinstance(frame, bytes) else frame)
    kind = said["type"]
    if kind == "pulse":
        return kind, (said["digest"], said["tick"])
    things = [(NAMES[name], row) for name in NAMES for row in said.get(name, ())]
    if kind == "gone":
        return kind, ([], [(letter, row["id"]) for letter, row in things])
    return kind, (
        [_hashed(letter, row["id"], row["version"]) for letter, row in things],
        [],
    )


def _hashed(letter: str, pk: int, version: int) -> tuple[Thing, int, int]:
    return (letter, pk), version, hashed(letter, pk, version)


def _at(values: list[float], share: float) -> float | None:
    return values[int(share * (len(values) - 1))] if values else None


if __name__ == "__main__":
    uvloop.run(Crowd(Order(**json.loads(sys.stdin.readline()))).run())
