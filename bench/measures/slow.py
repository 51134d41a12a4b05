"""One client of fifty never reads: what the others and the memory notice of it."""

from __future__ import annotations

from statistics import median

from bench.ground import Ground, Product
from bench.load import FED, feeding, pages, watch
from bench.measure import Aim, Extent, Figure, Result, share

ROWS = 1_000
PAGES = 50
RATE = 1_000
FLAT_KB = 2_048


def measure(ground: Ground, extent: Extent) -> Result:
    """With and without it in turn, on the same server."""
    with ground.product(ROWS) as product:
        _look(product, 0, extent)  # warm
        pairs = [
            (_look(product, 0, extent), _look(product, 1, extent))
            for _ in range(max(2, extent.rounds))
        ]
    without = median(plain[0] for plain, _ in pairs)
    late = median(deaf[0] for _, deaf in pairs)
    grown = median(deaf[1] - plain[1] for plain, deaf in pairs)
    flat = Aim(FLAT_KB, "value")
    return Result(
        [
            Figure("the others' p99", late, "ms", without, "without it", Aim(1.2)),
            Figure("memory more than without it", grown, "kB", aim=flat),
        ],
        fed=FED,
    )


def _look(product: Product, deaf: int, extent: Extent) -> tuple[float, float]:
    """The others' p99 in ms, and by how many kB the server grew."""
    with (
        pages(product, PAGES, deaf=deaf, every=5) as crowd,
        feeding(product, RATE) as feed,
    ):
        before = product.memory
        seen = watch(product.pid, crowd, 1.5 * extent.seconds, feed)
        return share(seen.latencies, 99), float(product.memory - before)
