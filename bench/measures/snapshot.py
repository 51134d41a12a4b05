"""The whole truth of 10,000 rows by HTTP: cold from the database, warm from the hub."""

from __future__ import annotations

import gzip
import time
from collections.abc import Mapping
from http.client import HTTPConnection

import orjson
import zstandard

from bench.ground import Ground, Product
from bench.measure import Aim, Extent, Figure, Result, alternating

ROWS = 10_000
LEVEL = 6
WARM = 20
IDLE = 3.0
HEADERS = {"Accept-Encoding": "gzip"}


def measure(ground: Ground, extent: Extent) -> Result:
    """CPU of the server for one, beside dumping and packing the same data."""
    with ground.product(ROWS) as product:
        key = product.run("bench.sessions", "--count", 1).strip()
        headers = HEADERS | {"Cookie": f"sessionid={key}"}
        packed = _get(product, "/api/v1/board/", headers)
        data = orjson.loads(gzip.decompress(packed))
        cold, limit = alternating(
            extent.rounds,
            lambda: _cost(product, "/api/v1/board/?fresh=1", headers, 1),
            lambda: by_hand(data),
        )
        warm = _warm(product, headers)
    is_limit = f"orjson.dumps and gzip -{LEVEL}"
    zstd = len(zstandard.compress(orjson.dumps(data)))
    size = Aim(600_000, "value")
    return Result(
        [
            Figure("snapshot, cold", cold, "CPU-ms", limit, is_limit, Aim(3)),
            Figure("snapshot, warm", warm, "CPU-ms", limit, is_limit, Aim(0.05)),
            Figure("bytes on the wire", len(packed), "", zstd, "zstd", size),
        ]
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


def _warm(product: Product, headers: Mapping[str, str]) -> float:
    """The same from the hub, without what its comparisons take in that time."""
    cpu, started = product.cpu, time.monotonic()
    time.sleep(IDLE)
    idle = (product.cpu - cpu) / (time.monotonic() - started)
    started = time.monotonic()
    cost = _cost(product, "/api/v1/board/", headers, WARM)
    return cost - idle * (time.monotonic() - started) / WARM * 1e3


def _get(product: Product, path: str, headers: Mapping[str, str]) -> bytes:
    connection = HTTPConnection("127.0.0.1", product.port, timeout=60)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return body
