"""Frames of the board's stream that are not rows (interface, WebSocket)."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson

from conversations.moments import iso
from live.digest import shown

PROTOCOL = 1
RETURN_WINDOW_MS = (500, 5_000)
"""Within which returning browsers spread themselves after a shutdown."""


RESYNC = '{"type":"resync","reason":"too_far_behind"}'
"""In front of a snapshot that nobody asked for."""


def hello(hub: str, tick: int, pulse_seconds: float) -> str:
    """The first frame."""
    return _frame(
        "hello",
        protocol=PROTOCOL,
        server_time=_server_time(),
        pulse_seconds=pulse_seconds,
        hub=hub,
        tick=tick,
    )


def pulse(
    *,
    hub: str,
    tick: int,
    compared_at: str | None,
    steady: tuple[float, float],
    digest: int,
    count: int,
    settings_version: object,
) -> str:
    """The proof: what was sent on this stream digests to this.

    `steady`: now and the beginning of the last comparison on the hub's own clock, in
    seconds, so that no jump of the calendar makes an old comparison look young.
    """
    return _frame(
        "pulse",
        server_time=_server_time(),
        compared_at=compared_at,
        steady_now=round(steady[0], 3),
        steady_compared=round(steady[1], 3),
        hub=hub,
        tick=tick,
        digest=shown(digest),
        count=count,
        settings_version=settings_version,
    )


def settings(tick: int, values: dict[str, object]) -> str:
    """The supervisors' switches as they are now."""
    return _frame("settings", tick=tick, settings=values)


def metrics(tick: int, tiles: dict[str, object]) -> str:
    """The tiles."""
    return _frame("metrics", tick=tick, tiles=tiles)


def bye() -> str:
    """The server goes; come back somewhere within this window."""
    return _frame("bye", retry_ms=RETURN_WINDOW_MS)


def _frame(kind: str, **fields: object) -> str:
    return orjson.dumps({"type": kind, **fields}).decode()


def _server_time() -> str | None:
    return iso(datetime.now(UTC))
