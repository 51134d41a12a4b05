"""Carries doorbells between processes, by Redis.

Pub/sub may lose messages; a connection that was away means doubt, and doubt means
that everybody compares at once. It never carries the truth.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict

import orjson
import redis
import redis.asyncio
import structlog

from conversations import doorbell
from conversations.doorbell import Ring, Typing

CHANNEL = "floorwalker:doorbells"
PATIENCE = 0.25  # seconds that a command may wait for Redis, which it does not need
PAUSE = 2.0  # seconds without trying after Redis was away
DOUBT = Ring(doubt=True)

log = structlog.get_logger(__name__)


class Sender:
    """Publishes this process's rings; a Redis that is away costs nothing but speed."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        )
        self._resume_at = 0.0

    def __call__(self, ring: Ring) -> None:
        """Never raises and never blocks for long: it runs behind somebody's commit."""
        if time.monotonic() < self._resume_at:
            return
        try:
            self._redis.publish(CHANNEL, encode(ring))
        except redis.RedisError as error:
            self._resume_at = time.monotonic() + PAUSE
            log.warning("doorbell.not_sent", error=type(error).__name__)

    def answers(self) -> bool:
        """Whether Redis is there just now."""
        try:
            return bool(self._redis.ping())
        except redis.RedisError:
            return False


async def receive(url: str) -> None:
    """Hear the other processes' rings until cancelled; after any gap, doubt."""
    while True:
        try:
            async with redis.asyncio.Redis.from_url(url) as client:
                await _hear(client)
        except redis.RedisError as error:
            log.warning("doorbell.not_heard", error=type(error).__name__)
        doorbell.hear(DOUBT)
        await asyncio.sleep(PAUSE)


async def _hear(client: redis.asyncio.Redis) -> None:
    async with client.pubsub() as subscription:
        await subscription.subscribe(CHANNEL)
        doorbell.hear(DOUBT)
        async for message in subscription.listen():
            if message["type"] == "message":
                doorbell.hear(decode(message["data"]))


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
