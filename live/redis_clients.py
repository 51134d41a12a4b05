"""Clients of Redis or Valkey, wherever it is: one server, behind Sentinels, a Cluster.

Nothing here listens again by itself: who lost a connection must hear of it, because
what was said meanwhile is lost. In a Cluster any node reaches all with pub/sub, so any
one that answers will do.
"""

from __future__ import annotations

from itertools import cycle
from typing import Any

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from live.redis_address import RedisAddress


class Publishers:
    """Blocking clients of each place that will do; `now` is the one in use.

    `patience` in seconds is for one answer, and for a connection to come about.
    """

    def __init__(self, address: RedisAddress, patience: float) -> None:
        # A connection kept from before Redis started again gets its second chance.
        common = _within(patience) | {"retry": Retry(NoBackoff(), 1)}
        if address.kind == "single":
            clients = [redis.Redis.from_url(address.url, **common)]
        elif address.kind == "cluster":
            clients = [redis.Redis(**place, **common) for place in _nodes(address)]
        else:
            asking = common | _tls(address)
            sentinels = Sentinel(address.nodes, sentinel_kwargs=asking)
            clients = [sentinels.master_for(**_master(address), **common)]
        self.count = len(clients)
        self._turn = cycle(clients)
        self.now = next(self._turn)

    def turn(self) -> None:
        """The one in use has failed: take the next."""
        self.now = next(self._turn)


class Subscribers:
    """Clients to listen with, one after the other, each given up when it fails."""

    def __init__(self, address: RedisAddress, patience: float) -> None:
        self._address = address
        self._common = _within(patience) | {"retry": AsyncRetry(NoBackoff(), 0)}
        self._nodes = cycle(_nodes(address))
        self._sentinels = AsyncSentinel(
            address.nodes, sentinel_kwargs=self._common | _tls(address)
        )

    def next(self) -> redis.asyncio.Redis:
        """A new client: of the server, of the present master, of the next node."""
        address = self._address
        if address.kind == "single":
            return redis.asyncio.Redis.from_url(address.url, **self._common)
        if address.kind == "cluster":
            return redis.asyncio.Redis(**next(self._nodes), **self._common)
        found: redis.asyncio.Redis = self._sentinels.master_for(
            **_master(address), **self._common
        )
        return found

    async def close(self) -> None:
        """Let go of the Sentinels that were asked."""
        for sentinel in self._sentinels.sentinels:
            await sentinel.aclose()


def _within(patience: float) -> dict[str, Any]:
    return {"socket_timeout": patience, "socket_connect_timeout": patience}


def _tls(address: RedisAddress) -> dict[str, Any]:
    return {"ssl": True} if address.tls else {}


def _login(address: RedisAddress) -> dict[str, Any]:
    return {"username": address.username, "password": address.password}


def _nodes(address: RedisAddress) -> list[dict[str, Any]]:
    common = _login(address) | _tls(address)
    return [{"host": host, "port": port} | common for host, port in address.nodes]


def _master(address: RedisAddress) -> dict[str, Any]:
    place = {"service_name": address.master, "db": address.database}
    return place | _login(address) | _tls(address)
