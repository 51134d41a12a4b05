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
import structlog

from conversations import doorbell
from conversations.doorbell import Ring, Typing
from live import redis_address
from live.redis_clients import Publishers, Subscribers

CHANNEL = "floorwalker:doorbells"
PATIENCE = 0.25  # seconds that a command may wait for Redis, which it does not need
ATTEMPTS = 2  # nodes of a Cluster that one ring may ask
PAUSE = 2.0  # seconds without trying after Redis was away
SILENCE = 5.0  # seconds after which a quiet connection must prove itself
DOUBT = Ring(doubt=True)

log = structlog.get_logger(__name__)


class Sender:
    """Publishes this process's rings; a Redis that is away costs nothing but speed."""

    def __init__(self, url: str) -> None:
        self._places = Publishers(redis_address.read(url), PATIENCE)
        self._resume_at = 0.0

    def __call__(self, ring: Ring) -> None:
        """Never raises and never blocks for long: it runs behind somebody's commit."""
        if time.monotonic() < self._resume_at:
            return
        data = encode(ring)
        for _attempt in range(min(self._places.count, ATTEMPTS)):
            if self._is_published(data):
                return
            self._places.turn()
        self._resume_at = time.monotonic() + PAUSE

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
            log.warning("doorbell.not_sent", error=type(error).__name__)
            return False
        return True


async def receive(url: str) -> None:
    """Hear the other processes' rings until cancelled; after any gap, doubt."""
    places = Subscribers(redis_address.read(url), SILENCE)
    try:
        while True:
            try:
                async with places.next() as client:
                    await _hear(client)
            except redis.RedisError as error:
                log.warning("doorbell.not_heard", error=type(error).__name__)
            doorbell.hear(DOUBT)
            await asyncio.sleep(PAUSE)
    finally:
        await places.close()


async def _hear(client: redis.asyncio.Redis) -> None:
    """Until the connection is lost; one that is silent must answer a ping."""
    asked = False
    async with client.pubsub() as subscription:
        await subscription.subscribe(CHANNEL)
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
        doorbell.hear(decode(message["data"]))
    elif message["type"] == "subscribe":
        doorbell.hear(DOUBT)


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
