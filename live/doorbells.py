"""Carries doorbells between processes, by Redis: one, behind Sentinels, or a Cluster.

Pub/sub may lose messages; a connection that was away means doubt, and doubt means
that everybody compares at once. It never carries the truth.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import orjson
import redis
import redis.asyncio

from conversations import doorbell
from conversations.doorbell import Ring, Typing
from conversations.troubles import Troubles
from live import redis_address
from live.meters import DOORBELLS, DOUBTS
from live.redis_clients import Publishers, Subscribers

CHANNEL = "floorwalker:doorbells"
PATIENCE = 0.25  # seconds that a command may wait for Redis, which it does not need
ATTEMPTS = 2  # nodes of a Cluster that one ring may ask
PAUSE = 2.0  # seconds without trying after Redis was away
SILENCE = 5.0  # seconds after which a quiet connection must prove itself
DOUBT = Ring(doubt=True)
SENT, NOT_SENT, HEARD = map(DOORBELLS.labels, ("sent", "not_sent", "heard"))


class Sender:
    """Publishes this process's rings; a Redis that is away costs nothing but speed."""

    def __init__(self, url: str) -> None:
        self._places = Publishers(redis_address.read(url), PATIENCE)
        self._resume_at = 0.0
        self._troubles = _troubles()

    def __call__(self, ring: Ring) -> None:
        """Never raises and never blocks for long: it runs behind somebody's commit."""
        if time.monotonic() >= self._resume_at:
            data = encode(ring)
            for _attempt in range(min(self._places.count, ATTEMPTS)):
                if self._is_published(data):
                    SENT.inc()
                    return
                self._places.turn()
            self._resume_at = time.monotonic() + PAUSE
        NOT_SENT.inc()

    def answers(self) -> bool:
        """Whether Redis is there just now."""
        try:
            return bool(self._places.now.ping())
        except redis.RedisError:
            return False

    def _is_published(self, data: bytes) -> bool:
        try:
            self._places.now.publish(CHANNEL, data)
        except redis.RedisError as error:
            self._troubles.failed("send", error)
            return False
        self._troubles.worked("send")
        return True


async def receive(url: str) -> None:
    """Hear the other processes' rings until cancelled; after any gap, doubt."""
    places, troubles = Subscribers(redis_address.read(url), SILENCE), _troubles()
    try:
        while True:
            try:
                async with places.next() as client:
                    await _hear(client, troubles)
            except redis.RedisError as error:
                troubles.failed("hear", error)
            _doubt()
            await asyncio.sleep(PAUSE)
    finally:
        await places.close()


async def _hear(client: redis.asyncio.Redis, troubles: Troubles) -> None:
    """Until the connection is lost; one that is silent must answer a ping."""
    asked = False
    async with client.pubsub() as subscription:
        await subscription.subscribe(CHANNEL)
        troubles.worked("hear")
        while True:
            message = await subscription.get_message(timeout=SILENCE)
            if message is not None:
                asked = False
                _take(message)
            elif asked:
                raise redis.TimeoutError("silent, and no answer to a ping")
            else:
                asked = True
                await subscription.ping()


def _take(message: Mapping[str, Any]) -> None:
    if message["type"] == "message":
        HEARD.inc()
        doorbell.hear(decode(message["data"]))
    elif message["type"] == "subscribe":
        _doubt()


def _doubt() -> None:
    DOUBTS.inc()
    doorbell.hear(DOUBT)


def _troubles() -> Troubles:
    return Troubles("doorbell", what="doorbell", away=(redis.RedisError,))


def overhear_in(
    loop: asyncio.AbstractEventLoop, take: Callable[[Ring], None]
) -> Callable[[], None]:
    """Let every ring reach `take` in this loop; the answer ends it."""

    def hand_over(ring: Ring) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(take, ring)

    return doorbell.overhear(hand_over)


def encode(ring: Ring) -> bytes:
    """Ids and flags, as JSON."""
    return orjson.dumps(asdict(ring), default=sorted)


def decode(data: bytes) -> Ring:
    """The ring that `encode` wrote."""
    fields = orjson.loads(data)
    sets = {name: frozenset(fields[name]) for name in _SETS}
    typing = tuple(Typing(**each) for each in fields["typing"])
    return Ring(**{**fields, **sets, "typing": typing})


_SETS = ("conversations", "agents", "queues", "watched", "desks")
