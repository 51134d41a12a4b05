"""`python -m bench [--only NAME ...] [--quick]`: every figure beside its limit."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench import report
from bench.ground import Ground
from bench.measure import QUICK, Extent, Measure, Result
from bench.measures import (
    arrivals,
    busy,
    commands,
    fanout,
    growth,
    memory,
    paint,
    slow,
    snapshot,
)
from tests.servers import ROOT, pytest_unconfigure

MEASURES: Mapping[str, Measure] = {
    "fanout": fanout.measure,
    "busy": busy.measure,
    "snapshot": snapshot.measure,
    "memory": memory.measure,
    "slow": slow.measure,
    "arrivals": arrivals.measure,
    "commands": commands.measure,
    "paint": paint.measure,
    "growth": growth.measure,
}


def main() -> None:
    """Measure, print, write; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES))
    parser.add_argument("--quick", action="store_true", help="about five minutes")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    options = parser.parse_args()
    extent = QUICK if options.quick else Extent()
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory(prefix="floorwalker-bench-") as folder:
        try:
            run(Ground(Path(folder)), options.only, extent, results)
        finally:
            pytest_unconfigure()
    report.write(options.results, results, about(extent))
    sys.exit(len(results) < len(options.only))


def run(
    ground: Ground, names: list[str], extent: Extent, results: dict[str, Result]
) -> None:
    """One after the other; one that fails does not stop the rest."""
    for name in names:
        started = time.monotonic()
        try:
            results[name] = MEASURES[name](ground, extent)
        except Exception:
            traceback.print_exc()
            continue
        print(report.table(name, results[name]))
        print(f"   took {time.monotonic() - started:.0f} s\n", flush=True)


def about(extent: Extent) -> dict[str, object]:
    """What was run, when, on what."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": extent.quick,
        "seconds": extent.seconds,
        "rounds": extent.rounds,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
    }


if __name__ == "__main__":
    main()
