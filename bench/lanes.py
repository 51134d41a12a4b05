"""A bounded amount of work on so many connections at once, and how long each took."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from bench.measure import share

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds of it all, ms of each, CPU-seconds of the program and of its database."""

    seconds: float
    times: list[float]
    cpu: float = 0.0
    database: float = 0.0

    @property
    def rate(self) -> float:
        """Pieces of work a second."""
        return len(self.times) / self.seconds

    @property
    def p99(self) -> float:
        """In ms."""
        return share(self.times, 99)

    @property
    def cpu_each(self) -> float:
        """CPU-ms of the program for one piece."""
        return self.cpu / len(self.times) * 1e3

    @property
    def database_each(self) -> float:
        """CPU-ms of the database for one piece."""
        return self.database / len(self.times) * 1e3


def run(lanes: Sequence[Callable[[T], object]], work: Sequence[T]) -> Lap:
    """Each lane takes the next piece as soon as it has done one."""
    left, times = deque(work), list[float]()
    started = time.perf_counter()
    with ThreadPoolExecutor(len(lanes)) as pool:
        for end in [pool.submit(_drive, lane, left, times) for lane in lanes]:
            end.result()
    return Lap(time.perf_counter() - started, times)


def _drive(lane: Callable[[T], object], left: deque[T], times: list[float]) -> None:
    while left:
        try:
            piece = left.popleft()
        except IndexError:  # another lane was faster
            return
        started = time.perf_counter()
        lane(piece)
        times.append((time.perf_counter() - started) * 1e3)
