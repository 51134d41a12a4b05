"""CPU of one delivery: the same frame to every page, ten times a second."""

from __future__ import annotations

from bench.ground import Ground, Product
from bench.load import FED, Window, broadcasts, feeding, pages, watch
from bench.measure import Aim, Extent, Figure, Result, alternating

ROWS = 100
RATE = 10
MILLION = 1_000_000
CASES = (
    ("uvicorn", 200, Aim(1.4)),
    ("uvicorn", 1_000, Aim(1.2)),
    ("daphne", 200, Aim(6)),
    ("daphne", 1_000, Aim(6)),
)


def measure(ground: Ground, extent: Extent) -> Result:
    """Beyond what the server needs for one page: reading and comparing are done once,
    however many look on."""
    figures: list[Figure] = []
    for server in ("uvicorn", "daphne"):
        with ground.product(ROWS, daphne=server == "daphne") as product:
            alone = _watch(product, 1, extent)
            for name, count, aim in CASES:
                if name == server:
                    figures += _figures(product, alone, name, count, aim, extent)
    return Result(figures, fed=FED)


def _figures(
    product: Product, alone: Window, name: str, count: int, aim: Aim, extent: Extent
) -> list[Figure]:
    def ours() -> float:
        seen = _watch(product, count, extent)
        return per_million(seen, alone)

    def limit() -> float:
        seen = broadcasts(alone.sample, count, RATE, extent.seconds)
        return seen.cpu / max(1, seen.frames) * MILLION

    value, least = alternating(extent.rounds, ours, limit)
    what = f"a million deliveries, {name}, {count} sockets"
    return [Figure(what, value, "CPU-s", least, "websockets broadcast", aim)]


def per_million(seen: Window, alone: Window) -> float:
    """CPU-seconds of a million more deliveries, from a crowd and a single page."""
    extra = seen.core - alone.core
    rate = seen.frames / seen.seconds - alone.frames / alone.seconds
    return extra / max(1.0, rate) * MILLION


def _watch(product: Product, count: int, extent: Extent) -> Window:
    with (
        pages(product, count, acks=False, every=max(1, count // 4)) as crowd,
        feeding(product, RATE, 1 / RATE) as feed,
    ):
        return watch(product.pid, crowd, extent.seconds, feed)
