"""Pages that look and changes that come, and what the server needed meanwhile."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.child import Child
from bench.ground import Product
from bench.processor import cpu_seconds

SETTLE = 1.5
FED = (
    "changes by SQL and a doorbell, past the commands (bench/feed.py); "
    "sessions, sockets and server are real"
)


@dataclass(frozen=True, slots=True)
class Window:
    """What happened between two looks."""

    seconds: float
    cpu: float
    frames: int
    size: int
    changes: int
    latencies: list[float]
    lost: int
    sample: str

    @property
    def core(self) -> float:
        """The share of one core that the server took."""
        return self.cpu / self.seconds

    @property
    def cpu_per_change(self) -> float:
        """CPU-seconds of the server for each change."""
        return self.cpu / max(1, self.changes)


@contextmanager
def pages(
    product: Product, count: int, *, deaf: int = 0, acks: bool = True, every: int = 20
) -> Iterator[Child]:
    """So many floor pages of this server, each with its snapshot."""
    keys = product.run("bench.sessions", "--count", count).split()
    url = product.url.replace("http", "ws", 1) + "/ws/board/"
    options = ("--url", url, "--deaf", deaf, "--acks", int(acks), "--every", every)
    with Child("bench.crowd", *options) as crowd:
        come(crowd, keys)
        yield crowd


@contextmanager
def bare_pages(port: int, count: int) -> Iterator[Child]:
    """So many sockets at a bare server."""
    options = ("--url", f"ws://127.0.0.1:{port}/", "--acks", 0, "--greeted", 0)
    with Child("bench.crowd", *options) as crowd:
        come(crowd, ["nobody"] * count)
        yield crowd


def come(crowd: Child, keys: Sequence[str]) -> float:
    """Let them all connect; the seconds that it took."""
    return float(crowd.ask("\n".join([*keys, ""]))["came_in"])


@contextmanager
def feeding(product: Product, rate: float, every: float = 0.02) -> Iterator[Child]:
    """So many changes a second."""
    places = ("--database", product.database, "--redis", product.env["REDIS_URL"])
    with Child("bench.feed", *places, "--rate", rate, "--every", every) as feed:
        yield feed


def watch(pid: int, crowd: Child, seconds: float, feed: Child | None = None) -> Window:
    """Let things run, and say what the process needed for it."""
    time.sleep(SETTLE)
    crowd.ask()
    if feed is not None:
        feed.ask()
    cpu, started = cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    spent, took = cpu_seconds(pid) - cpu, time.monotonic() - started
    seen = crowd.ask()
    changes = feed.ask()["changes"] if feed is not None else 0
    return _window(took, spent, changes, seen)


def _window(took: float, spent: float, changes: int, seen: dict[str, Any]) -> Window:
    return Window(
        seconds=took,
        cpu=spent,
        frames=seen["frames"],
        size=seen["size"],
        changes=changes,
        latencies=seen["latencies"],
        lost=seen["lost"],
        sample=seen["sample"],
    )


def broadcasts(text: str, count: int, rate: float, seconds: float) -> Window:
    """The limit: this text to so many bare sockets, `rate` times a second."""
    with (
        Child("bench.raw.broadcast") as server,
        bare_pages(_port(server), count) as all,
    ):
        server.ask(json.dumps({"rate": rate, "text": text}))
        return watch(server.pid, all, seconds)


@contextmanager
def bare_server() -> Iterator[tuple[Child, int]]:
    """Uvicorn with nothing behind it, and its port."""
    with Child("bench.raw.bare") as server:
        yield server, _port(server)


def _port(server: Child) -> int:
    return int(server.hear()["port"])


def until(condition: Callable[[], bool], ceiling: float) -> float:
    """Seconds until it holds; the ceiling if it never does."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > ceiling:
            return ceiling
        time.sleep(0.05)
    return time.monotonic() - started
