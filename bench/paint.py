"""How fast a real page paints a big, busy floor: `python -m bench.paint`.

Starts PostgreSQL or SQLite (FLOOR_TEST_DB), Valkey, the server and Chromium, makes up
`--rows` conversations, moves `--rate` of them a second, and prints as JSON: from commit
to paint in ms, frames a second beside what an empty page gets meanwhile, tasks longer
than 50 ms, the main thread's share of a core, the heap, and from the navigation to the
first rows, cold and warm. On a machine that others use too only the share means much.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    sync_playwright,
)

from tests.servers import ROOT, LiveServer, start_valkey

PROBE = (Path(__file__).parent / "paint_probe.js").read_text()
FLAGS = ("--no-sandbox", "--disable-gpu", "--enable-precise-memory-info")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LIVE = "freshness-badge .badge[data-state=live]"
FRAMES_OF_NOTHING = """() => new Promise((tell) => {
  let frames = 0;
  const end = performance.now() + 3000;
  const one = (now) => {
    frames += 1;
    if (now < end) requestAnimationFrame(one);
    else tell(frames);
  };
  requestAnimationFrame(one);
})"""
COOKIE = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
user = User.objects.get(username='bench-supervisor-0')
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""
Figures = dict[str, Any]


def main() -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--pictures", type=Path, help="a folder for screenshots")
    options = parser.parse_args()
    env = {"REDIS_URL": start_valkey(), "DEMO": "0", "CLOCK": "outside"}
    with LiveServer(env=env) as server:
        _run(server, "bench.history", "--closed", "0", "--ongoing", str(options.rows))
        server.stop()
        server.start()
        look = Look(options.rate, options.seconds, options.pictures)
        print(json.dumps(painted(server, look), indent=2))


@dataclass(frozen=True, slots=True)
class Look:
    """Changes a second, for how many seconds, and a folder for pictures if wanted."""

    rate: int
    seconds: int
    pictures: Path | None = None


def browser_path() -> str | None:
    """The Chromium of this machine."""
    named = os.environ.get("FLOOR_BROWSER")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def painted(server: LiveServer, look: Look) -> Figures:
    """What a page of this server shows, whose floor has its conversations already."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        return _measure(server, browser, look)


def _measure(server: LiveServer, browser: Browser, look: Look) -> Figures:
    context = _context(server, browser)
    starts = [_start(context, server) for _ in range(2)]
    page, warm = starts[1]
    with _moving(server, look.rate) as feed:
        steady = _watch(page, browser, feed, look.seconds)
    if look.pictures:
        _take_pictures(page, look.pictures)
    return {"cold_ms": starts[0][1], "warm_ms": warm, **steady}


def _context(server: LiveServer, browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    key = server.manage("shell", "--no-imports", "-c", COOKIE).strip()
    context.add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
    context.add_init_script(PROBE)
    return context


def _start(context: BrowserContext, server: LiveServer) -> tuple[Page, Figures]:
    """A page that has become live; the last one is closed."""
    for old in context.pages:
        old.close()
    page = context.new_page()
    page.goto(server.url)
    page.locator(LIVE).wait_for(timeout=120_000)
    page.locator('.ag-row [col-id="subject"]').first.wait_for(timeout=60_000)
    page.wait_for_timeout(1000)
    first, snapshot = page.evaluate("[paintProbe.first, paintProbe.snapshot]")
    tasks = page.evaluate("paintProbe.tasks.map(([, ms]) => ms)")
    return page, {
        "navigation_to_rows": round(first),
        "snapshot_to_rows": round(first - snapshot),
        "longest_task": round(max(tasks, default=0)),
    }


@contextmanager
def _moving(server: LiveServer, rate: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.restless", "--rate", str(rate)]
    feed = subprocess.Popen(
        command, cwd=ROOT, env=_env(server), stdin=subprocess.PIPE, text=True
    )
    try:
        yield feed
    finally:
        feed.kill()
        feed.wait()


def _watch(
    page: Page, browser: Browser, feed: subprocess.Popen[str], seconds: int
) -> Figures:
    empty = browser.new_page()
    page.bring_to_front()
    _pass(page, feed, 5)
    heap = [_heap(page)]
    with _worked(page) as work:
        page.evaluate("paintProbe.begin()")
        _pass(page, feed, seconds)
    found = page.evaluate("[paintProbe.painted, paintProbe.frames, paintProbe.tasks]")
    heap.append(_heap(page))
    empty.bring_to_front()
    nothing = empty.evaluate(FRAMES_OF_NOTHING) / 3
    page.bring_to_front()
    surroundings = {"fps_of_nothing": round(nothing, 1), "load": os.getloadavg()[0]}
    return _figures(*found) | work | surroundings | {"heap_mb": heap}


@contextmanager
def _worked(page: Page) -> Iterator[Figures]:
    """Fills in the share of one core that the page's main thread took: CPU time, which
    stays the same however busy the machine is."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    work: Figures = {}
    started, before = time.monotonic(), _task_seconds(devtools)
    yield work
    spent = _task_seconds(devtools) - before
    work["main_thread_percent"] = round(100 * spent / (time.monotonic() - started), 1)
    devtools.detach()


def _task_seconds(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def _pass(page: Page, feed: subprocess.Popen[str], seconds: int) -> None:
    """Time goes by, and the feed learns which rows are looked at."""
    assert feed.stdin is not None
    for _ in range(seconds):
        feed.stdin.write(json.dumps(page.evaluate("paintProbe.shown()")) + "\n")
        feed.stdin.flush()
        page.wait_for_timeout(1000)


def _figures(
    painted: Sequence[float], frames: Sequence[float], tasks: Sequence[Sequence[float]]
) -> Figures:
    gaps = [after - before for before, after in pairwise(frames)]
    spent = (frames[-1] - frames[0]) / 1000
    long = [duration for _, duration in tasks]
    return {
        "painted": len(painted),
        "commit_to_paint_ms": {p: _share(painted, p) for p in (50, 95, 99)},
        "fps": round(len(gaps) / spent, 1),
        "longest_gap_ms": round(max(gaps)),
        "long_tasks": len(long),
        "long_tasks_ms": {p: _share(long, p) for p in (50, 95, 100)} if long else {},
    }


def _share(values: Sequence[float], percent: int) -> int | None:
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)])


def _heap(page: Page) -> float:
    """After a collection, which itself is a long task, so that what is left is held."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("HeapProfiler.collectGarbage")
    devtools.detach()
    return round(float(page.evaluate("performance.memory.usedJSHeapSize")) / 1e6, 1)


def _take_pictures(page: Page, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"floor-{scheme}.png")


def _run(server: LiveServer, module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, cwd=ROOT, env=_env(server), check=True, stdout=sys.stderr)


def _env(server: LiveServer) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings"}
    return os.environ | server.env | settings


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"Measured in {time.monotonic() - started:.0f} s.", file=sys.stderr)
