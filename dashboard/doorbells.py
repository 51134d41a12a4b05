"""Carries doorbells to the hub: straight within the process, by Redis between them.

Pub/sub may lose messages; a connection that was away means doubt, and doubt means
that the hub compares at once. It never carries the truth.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict

import orjson
import redis
import redis.asyncio
import structlog

from conversations import doorbell
from conversations.doorbell import Ring
from dashboard.hub import Hub

CHANNEL = "floorwalker:doorbells"
PATIENCE = 0.25  # seconds that a command may wait for Redis, which it does not need
PAUSE = 2.0  # seconds without trying after Redis was away

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


async def receive(url: str, hub: Hub) -> None:
    """Hear the other processes' rings until cancelled; after any gap, doubt."""
    while True:
        try:
            async with redis.asyncio.Redis.from_url(url) as client:
                await _hear(client, hub)
        except redis.RedisError as error:
            log.warning("doorbell.not_heard", error=type(error).__name__)
        hub.doubt()
        await asyncio.sleep(PAUSE)


async def _hear(client: redis.asyncio.Redis, hub: Hub) -> None:
    async with client.pubsub() as subscription:
        await subscription.subscribe(CHANNEL)
        hub.doubt()
        async for message in subscription.listen():
            if message["type"] == "message":
                hub.ring(decode(message["data"]))


def connect(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
    """Let the rings of this process's own commits reach its hub."""
    doorbell.listen(lambda ring: _hand_over(hub, loop, ring))


def _hand_over(hub: Hub, loop: asyncio.AbstractEventLoop, ring: Ring) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(hub.ring, ring)


def encode(ring: Ring) -> bytes:
    """Ids and flags, as JSON."""
    return orjson.dumps(asdict(ring), default=sorted)


def decode(data: bytes) -> Ring:
    """The ring that `encode` wrote."""
    fields = orjson.loads(data)
    return Ring(
        conversations=frozenset(fields["conversations"]),
        agents=frozenset(fields["agents"]),
        queues=frozenset(fields["queues"]),
        watched=frozenset(fields["watched"]),
        routable=fields["routable"],
        settings=fields["settings"],
        rights=fields["rights"],
        alerts=fields["alerts"],
    )
