"""What one change costs as the floor, its history and its audience grow."""

from __future__ import annotations

from statistics import median

from bench.child import Child
from bench.ground import Ground, Product
from bench.load import FED, feeding, pages, watch
from bench.measure import Aim, Extent, Figure, Line, Result

RATE = 500
PAGES = 50
ONGOING = (100, 1_000, 10_000, 50_000)
CLOSED = (0, 100_000, 1_000_000)
QUICK_CLOSED = (0, 100_000)
AUDIENCE = (10, 100, 1_000)
MANY = 1_000


def measure(ground: Ground, extent: Extent) -> Result:
    """A change is what 500 of them a second cost more than none."""
    ongoing = {n: _cost(ground, n, 0, extent) for n in ONGOING}
    past = QUICK_CLOSED if extent.quick else CLOSED
    closed = {n: _cost(ground, MANY, n, extent) for n in past}
    with ground.product(MANY) as product:
        audience = {n: cost_of_change(product, n, extent) for n in AUDIENCE}
    return Result(
        [
            _figure("ongoing", ongoing, 1.3),
            _figure("closed", closed, 1.3),
            _figure("dashboards", audience, AUDIENCE[-1] / AUDIENCE[0]),
        ],
        [
            _line("ongoing conversations", ongoing),
            _line("closed conversations", closed),
            _line("dashboards", audience, steady=False),
        ],
        fed=FED,
    )


def _cost(ground: Ground, ongoing: int, closed: int, extent: Extent) -> float:
    with ground.product(ongoing, closed) as product:
        return cost_of_change(product, PAGES, extent)


def cost_of_change(product: Product, count: int, extent: Extent) -> float:
    """CPU-ms of one more change with so many pages."""
    with pages(product, count) as crowd:
        costs = [_once(product, crowd, extent) for _ in range(extent.rounds)]
    return median(costs)


def _once(product: Product, crowd: Child, extent: Extent) -> float:
    idle = watch(product.pid, crowd, extent.seconds)
    with feeding(product, RATE, 0.1) as feed:
        busy = watch(product.pid, crowd, extent.seconds, feed)
    return (busy.core - idle.core) / (busy.changes / busy.seconds) * 1e3


def _figure(of: str, costs: dict[int, float], bound: float) -> Figure:
    first, last = min(costs), max(costs)
    what = f"a change as {of} grow {first:,} -> {last:,}"
    limit = f"with {first:,}"
    return Figure(what, costs[last], "CPU-ms", costs[first], limit, Aim(bound))


def _line(of: str, costs: dict[int, float], *, steady: bool = True) -> Line:
    points = {float(number): cost for number, cost in costs.items()}
    return Line(f"One change, {of}", of, "CPU-ms a change", points, steady)
