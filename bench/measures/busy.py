"""A thousand changes a second to 200 dashboards: their cost and their delay."""

from __future__ import annotations

import time
from statistics import median

from websockets.sync.client import connect

from bench.ground import Ground
from bench.load import (
    FED,
    Window,
    bare_server,
    broadcasts,
    feeding,
    pages,
    watch,
)
from bench.measure import Aim, Extent, Figure, Result, share

ROWS = 10_000
PAGES = 200
RATE = 1_000
CALLS = 50
"""Broadcasts a second of the limit; each costs the same."""
TRIPS = 300


def measure(ground: Ground, extent: Extent) -> Result:
    """Acknowledgements, reading and comparing included."""
    with ground.product(ROWS) as product, pages(product, PAGES) as crowd:
        with feeding(product, 2, 0.5) as slow:
            single = watch(product.pid, crowd, 2.0, slow).sample
        with feeding(product, RATE) as feed:
            seen = [
                watch(product.pid, crowd, extent.seconds, feed)
                for _ in range(extent.rounds)
            ]
    limits = [
        broadcasts(single, PAGES, CALLS, extent.seconds) for _ in range(extent.rounds)
    ]
    return Result([*_costs(seen, limits), *_delays(seen)], fed=FED)


def _costs(seen: list[Window], limits: list[Window]) -> list[Figure]:
    cost = median(window.cpu_per_change for window in seen)
    call = median(w.cpu / max(1, w.frames) * PAGES for w in limits)
    core = median(window.core for window in seen)
    rate = median(window.changes / window.seconds for window in seen)
    what = "a change, 1,000/s to 200 dashboards"
    return [
        Figure(what, cost * 1e3, "CPU-ms", call * 1e3, "one broadcast", Aim(0.10)),
        Figure("share of a core meanwhile", core, "", aim=Aim(0.20, "value")),
        Figure("changes that were made", rate, "/s"),
    ]


def _delays(seen: list[Window]) -> list[Figure]:
    late = [late for window in seen for late in window.latencies]
    trip = round_trip()
    return [
        _delay("commit -> frame, p50", share(late, 50), trip, 80),
        _delay("commit -> frame, p99", share(late, 99), trip, 150),
    ]


def _delay(what: str, value: float, trip: float, bound: float) -> Figure:
    limit = "one bare round trip; the tick is 100 ms"
    return Figure(what, value, "ms", trip, limit, Aim(bound, "value"))


def round_trip() -> float:
    """Median milliseconds of a small frame there and back at a bare server."""
    times = []
    with (
        bare_server() as (_server, port),
        connect(f"ws://127.0.0.1:{port}/", proxy=None) as socket,
    ):
        for _ in range(TRIPS):
            started = time.perf_counter()
            socket.send("x")
            socket.recv()
            times.append((time.perf_counter() - started) * 1e3)
    return median(times)
