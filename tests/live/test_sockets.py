"""Sockets whose consumer breaks are counted out, and let go of what hung on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from prometheus_client import REGISTRY

from live.sockets import BROKEN, FrameConsumer

SCOPE: dict[str, Any] = {"type": "websocket", "path": "/", "headers": []}


class Broken(FrameConsumer):
    """Fails as a door does whose database is away."""

    left_with: int | None = None

    async def begin(self) -> None:
        raise ConnectionError

    async def disconnect(self, code: int) -> None:
        self.left_with = code


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"door": "broken", **labels}) or 0.0


async def test_a_consumer_that_breaks_is_not_counted_as_open() -> None:
    async def receive() -> Mapping[str, Any]:
        return {"type": "websocket.connect"}

    async def send(_message: Mapping[str, Any]) -> None: ...

    consumer = Broken()
    with pytest.raises(ConnectionError):
        await consumer(SCOPE, receive, send)
    assert consumer.left_with == BROKEN
    assert sample("floorwalker_open_sockets") == 0
    assert sample("floorwalker_sockets_closed_total", code=str(BROKEN)) == 1
