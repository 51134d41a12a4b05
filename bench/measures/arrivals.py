"""Pages that come: a process alone, and a thousand at once beside fifty that live."""

from __future__ import annotations

import time

from bench.child import Child
from bench.ground import Ground, Product
from bench.load import FED, bare_server, come, feeding, pages, watch
from bench.measure import Aim, Extent, Figure, Result, alternating, share
from bench.processor import cpu_seconds

ROWS = 100
MANY_ROWS = 10_000
COMERS = 500
STORM = 1_000
LIVE = 50
RATE = 100


def measure(ground: Ground, extent: Extent) -> Result:
    """Accepts for each CPU-second, whole path: session, rights, hello, the snapshot of
    a small floor, so that it is the accepting that counts."""
    with ground.product(ROWS) as product, bare_server() as (bare, port):
        rate, limit = alternating(
            extent.rounds,
            lambda: _accepts(product.pid, *_ours(product, COMERS)),
            lambda: _accepts(bare.pid, *_bare(port, COMERS)),
        )
    aim = Aim(0.4, at_least=True)
    what = "authenticated accepts of a process"
    figures = [Figure(what, rate, "/CPU-s", limit, "bare uvicorn", aim)]
    with ground.product(MANY_ROWS) as product:
        return Result([*figures, *_storm(product, extent)], fed=FED)


def _ours(product: Product, count: int) -> tuple[list[str], list[object]]:
    keys = product.run("bench.sessions", "--count", count).split()
    url = product.url.replace("http", "ws", 1) + "/ws/board/"
    return keys, ["--url", url, "--acks", 0]


def _bare(port: int, count: int) -> tuple[list[str], list[object]]:
    url = f"ws://127.0.0.1:{port}/"
    return ["nobody"] * count, ["--url", url, "--acks", 0, "--greeted", 0]


def _accepts(pid: int, keys: list[str], options: list[object]) -> float:
    """How many a CPU-second of the server lets in."""
    with Child("bench.crowd", *options) as crowd:
        cpu = cpu_seconds(pid)
        come(crowd, keys)
        return len(keys) / (cpu_seconds(pid) - cpu)


def _storm(product: Product, extent: Extent) -> list[Figure]:
    """The live ones' p99 before and while all the others come."""
    keys, options = _ours(product, STORM)
    options += ["--at-once", STORM]
    with (
        pages(product, LIVE, every=5) as live,
        feeding(product, RATE) as feed,
        Child("bench.crowd", *options) as crowd,
    ):
        before = watch(product.pid, live, extent.seconds, feed)
        live.ask()
        started = time.monotonic()
        come(crowd, keys)
        took = time.monotonic() - started
        meanwhile = live.ask()["latencies"]
    quiet, late = share(before.latencies, 99), share(meanwhile, 99)
    return [
        Figure("live ones' p99 while 1,000 come", late, "ms", quiet, "before", Aim(2)),
        Figure("until all 1,000 have their snapshot", took, "s"),
    ]
