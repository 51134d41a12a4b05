"""Memory of an idle dashboard, beside a bare socket."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from bench.child import Child
from bench.ground import Ground
from bench.load import SETTLE, bare_pages, bare_server, pages
from bench.measure import Aim, Extent, Figure, Result
from bench.processor import memory_kb

ROWS = 1_000
FEW, MANY = 100, 1_100


def measure(ground: Ground, extent: Extent) -> Result:
    """The slope between a hundred and a thousand more, so that what is there once does
    not count."""
    with ground.product(ROWS) as product, pages(product, FEW):
        ours = _slope(product.pid, lambda: pages(product, MANY - FEW))
    with bare_server() as (server, port), bare_pages(port, FEW):
        bare = _slope(server.pid, lambda: bare_pages(port, MANY - FEW))
    aim, limit = Aim(1.3), "bare uvicorn socket"
    return Result([Figure("an idle dashboard", ours, "kB", bare, limit, aim)])


def _slope(pid: int, more: Callable[[], AbstractContextManager[Child]]) -> float:
    time.sleep(SETTLE)
    before = memory_kb(pid)
    with more():
        time.sleep(2 * SETTLE)
        return (memory_kb(pid) - before) / (MANY - FEW)
