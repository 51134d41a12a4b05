"""The whole truth of 10,000 rows by HTTP: from the hub, cold when something has changed
and it must be packed anew, warm when not; and read from the database for comparison."""

from __future__ import annotations

import gzip
import time
from collections.abc import Mapping
from http.client import HTTPConnection

import orjson
import zstandard

from bench.ground import Ground, Product
from bench.load import FED, feeding
from bench.measure import Aim, Extent, Figure, Result, alternating

ROWS = 10_000
LEVEL = 6
WARM = 20
COLD = 4
TRICKLE = 5  # changes a second, so that no packed snapshot is the newest for long
PACKED_FOR = 1.5  # seconds; a packed one that is out of date is shared for one
IDLE = 3.0
SHARED = "/api/v1/board/?shared=1"
HEADERS = {"Accept-Encoding": "gzip"}


def measure(ground: Ground, extent: Extent) -> Result:
    """CPU of the server for one, beside dumping and packing the same data."""
    with ground.product(ROWS) as product:
        key = product.run("bench.sessions", "--count", 1).strip()
        headers = HEADERS | {"Cookie": f"sessionid={key}"}
        packed = _get(product, SHARED, headers)
        data = orjson.loads(gzip.decompress(packed))
        with feeding(product, TRICKLE):
            cold, limit = alternating(
                extent.rounds,
                lambda: _beyond_idle(product, headers, COLD, apart=PACKED_FOR),
                lambda: by_hand(data),
            )
        time.sleep(PACKED_FOR)
        warm = _beyond_idle(product, headers, WARM)
        fresh = _cost(product, "/api/v1/board/", headers, 1)
    is_limit = f"orjson.dumps and gzip -{LEVEL}"
    zstd = len(zstandard.compress(orjson.dumps(data)))
    size = Aim(600_000, "value")
    return Result(
        [
            Figure("snapshot, cold", cold, "CPU-ms", limit, is_limit, Aim(3)),
            Figure("snapshot, warm", warm, "CPU-ms", limit, is_limit, Aim(0.05)),
            Figure("read from the database", fresh, "CPU-ms", limit, is_limit),
            Figure("bytes on the wire", len(packed), "", zstd, "zstd", size),
        ],
        fed=FED,
    )


def by_hand(data: object) -> float:
    """CPU-ms of this thread for the same bytes without the product."""
    started = time.thread_time()
    gzip.compress(orjson.dumps(data), LEVEL)
    return (time.thread_time() - started) * 1e3


def _cost(product: Product, path: str, headers: Mapping[str, str], times: int) -> float:
    """CPU-ms of the server for one such request."""
    cpu = product.cpu
    for _ in range(times):
        _get(product, path, headers)
    return (product.cpu - cpu) / times * 1e3


def _beyond_idle(
    product: Product, headers: Mapping[str, str], times: int, apart: float = 0.0
) -> float:
    """CPU-ms of one from the hub, without what it does anyway in that time."""
    cpu, started = product.cpu, time.monotonic()
    time.sleep(IDLE)
    idle = (product.cpu - cpu) / (time.monotonic() - started)
    cpu, started = product.cpu, time.monotonic()
    for _ in range(times):
        time.sleep(apart)
        _get(product, SHARED, headers)
    spent = product.cpu - cpu - idle * (time.monotonic() - started)
    return spent / times * 1e3


def _get(product: Product, path: str, headers: Mapping[str, str]) -> bytes:
    connection = HTTPConnection("127.0.0.1", product.port, timeout=60)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return body
