"""Half an hour of a full floor: memory stays flat, frames stay quick, nothing drifts.

SOAK_MINUTES (30) says for how long.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import pytest

from tests.faults.centre import Centre
from tests.faults.crowd import Order
from tests.faults.load import Load
from tests.faults.settling import screens_equal_the_database, settled
from tests.faults.soaking import Sample, Soak, memory_of
from tests.faults.watch import Watch
from tests.servers import ROOT

pytestmark = [pytest.mark.scale, pytest.mark.soak]

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
SPAN = 10.0
ONGOING, PAGES, RATE, COMMANDS = 5_000, 200, 300.0, 5.0
RESULTS = ROOT / "bench" / "results"
EVERYTHING = """
INSERT INTO conversations_queue_supervisors (queue_id, user_id)
SELECT q.id, u.id FROM conversations_queue q, auth_user u
WHERE u.username = 'supervisor' ON CONFLICT DO NOTHING
"""


def test_nothing_grows_slows_or_drifts() -> None:
    soak = Soak(PAGES, RATE)
    with Centre(fill) as centre:
        watch = Watch(centre, ["supervisor", "supervisor"], every=0.5)
        load = Load(centre, people=2, rate=COMMANDS)
        with watch.running():
            watch.until(watch.all_right, "the screens are right at first")
            with crowd(centre, watch.cookies[0]) as told, load.running():
                sample(centre, soak, told, load)
            watch.until(watch.all_right, "all is quiet")
            with centre.connect() as database:
                books = settled(database, load.ledger)
            soak.lost, soak.doubled = len(books.lost), len(books.doubled)
            soak.lies, soak.judged = len(watch.lies), watch.judged
            soak.write(RESULTS)
            screens_equal_the_database(centre, watch)
    assert soak.faults() == []


def fill(centre: Centre) -> None:
    """Five thousand conversations, which one supervisor sees."""
    centre.run("-m", "bench.history", "--ongoing", str(ONGOING), "--closed", "0")
    with centre.connect() as database:
        database.execute(EVERYTHING)


@contextmanager
def crowd(centre: Centre, cookie: str) -> Iterator[Iterator[str]]:
    """The dashboards and the feed; what they tell, line by line."""
    env = centre.env("clock")
    order = Order(
        url=centre.url,
        cookie=cookie,
        pages=PAGES,
        rate=RATE,
        span=SPAN,
        database=env["DATABASE_URL"],
        doorbell=env["REDIS_URL"],
    )
    with subprocess.Popen(
        centre.lan.at("people", [sys.executable, "-m", "tests.faults.crowd"]),
        env=env,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(json.dumps(asdict(order)) + "\n")
        child.stdin.flush()
        try:
            yield child.stdout
        finally:
            child.kill()


def sample(centre: Centre, soak: Soak, told: Iterator[str], load: Load) -> None:
    """A sample for each line, for as long as it shall take; the first is for coming."""
    next(told)
    for _number in range(round(60 * MINUTES / SPAN)):
        line = json.loads(next(told))
        del line["samples"]
        answered = load.ledger.answers.total()
        soak.samples.append(Sample(memory=memory_of(centre), answered=answered, **line))
