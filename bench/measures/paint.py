"""From commit to pixels: a real browser on a big, busy floor."""

from __future__ import annotations

from math import nan

from bench.ground import Ground
from bench.measure import Aim, Extent, Figure, Result
from bench.paint import Figures, Look, browser_path, painted

ROWS = 10_000
RATE = 500
SECONDS, QUICK_SECONDS = 30, 10
NO_BROWSER = "no Chromium here; bin/find_browser.py looks for one, or installs it"
FED = "changes by SQL and a doorbell, past the commands (bench/restless.py)"


def measure(ground: Ground, extent: Extent) -> Result:
    """One page of somebody who sees everything."""
    if browser_path() is None:
        return Result([], skipped=NO_BROWSER)
    seconds = QUICK_SECONDS if extent.quick else SECONDS
    with ground.product(ROWS) as product:
        seen = painted(product, Look(RATE, seconds))
    return Result(figures(seen), fed=FED)


def figures(seen: Figures) -> list[Figure]:
    """What `bench.paint` has seen, beside an empty page."""
    nothing, late = seen["fps_of_nothing"], seen["commit_to_paint_ms"]
    frame = "one frame of an empty page; the tick is 100 ms"
    at_least = Aim(55, "value", at_least=True)
    none, second = Aim(0, "value"), Aim(1, "value")
    return [
        _delay("commit -> painted, p50", late[50], nothing, frame),
        _delay("commit -> painted, p95", late[95], nothing, frame, Aim(250, "value")),
        Figure("frames", seen["fps"], "/s", nothing, "an empty page", at_least),
        Figure("tasks longer than 50 ms", seen["long_tasks"], "", aim=none),
        Figure("main thread, of a core", seen["main_thread_percent"], "%"),
        Figure("until the first rows, cold", _start(seen, "cold_ms"), "s", aim=second),
        Figure("until the first rows, warm", _start(seen, "warm_ms"), "s", aim=second),
    ]


def _delay(
    what: str, late: int | None, fps: float, limit: str, aim: Aim | None = None
) -> Figure:
    value = nan if late is None else float(late)
    return Figure(what, value, "ms", 1e3 / fps, limit, aim)


def _start(seen: Figures, which: str) -> float:
    return float(seen[which]["navigation_to_rows"]) / 1e3
