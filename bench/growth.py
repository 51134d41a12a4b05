"""What each hot path costs in the database of the settings, as a line of JSON.

`python -m bench.growth --repeat 9` beside `bench.history`, at growing sizes: the median
milliseconds of this process's CPU, and of the wall with the database's work in it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time


def measure(repeat: int) -> dict[str, dict[str, float]]:
    """Path -> median milliseconds of CPU and of the wall; commands really commit."""
    from bench.floor import Floor
    from bench.hot_paths import PATHS

    floor = Floor()
    return {
        name: _median([_once(path(floor)) for _each in range(repeat)])
        for name, path in PATHS.items()
    }


def _once(work: Callable[[], object]) -> tuple[float, float]:
    began, cpu = perf_counter(), process_time()
    work()
    return process_time() - cpu, perf_counter() - began


def _median(times: list[tuple[float, float]]) -> dict[str, float]:
    cpu, wall = zip(*times, strict=True)
    return {
        "cpu": round(1000 * median(cpu), 2),
        "wall": round(1000 * median(wall), 2),
    }


if __name__ == "__main__":
    import django

    django.setup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=9)
    print(json.dumps(measure(parser.parse_args().repeat)))
