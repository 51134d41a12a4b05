"""Every fault under steady commands: no screen called itself live while it was wrong,
nothing that was answered is lost or done twice, and everything is true again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults import faults, table
from tests.faults.centre import Centre
from tests.faults.faults import Deaf, Fault
from tests.faults.load import Load
from tests.faults.settling import screens_equal_the_database, settled
from tests.faults.watch import Watch

pytestmark = pytest.mark.scale

SCREENS = ("supervisor",) * 4 + ("billing",) * 2
BEFORE = 15  # commands
SHORT, LONG = 6.0, 30.0


@dataclass(frozen=True, slots=True)
class Floor:
    """The data centre, the screens, and the people who give commands."""

    centre: Centre
    watch: Watch
    load: Load


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with Centre() as centre:
        watch = Watch(centre, SCREENS)
        load = Load(centre)
        with watch.running():
            watch.until(watch.all_right, "the screens are right at first")
            yield Floor(centre, watch, load)


def survives(floor: Floor, fault: Fault, held: float) -> None:
    """The fault comes, stays and goes under load; then the books are compared."""
    watch, load = floor.watch, floor.load
    watch.open_again()
    watch.until(watch.all_right, "right before")
    lies = len(watch.lies)
    with load.running():
        load.wait_for(BEFORE)
        begun = time.monotonic()
        with fault.happening(floor.centre):
            load.over.wait(held)
        mended = time.monotonic()
        true_again = watch.until(watch.all_right, f"true again after {fault.name}")
    watch.until(watch.all_right, "all is quiet")
    with floor.centre.connect() as database:
        books = settled(database, load.ledger)
    doubted = watch.someone_doubts(begun)
    line = table.Line(
        fault=fault.name,
        held=mended - begun,
        detected=None if doubted is None else doubted - begun,
        true_again=true_again - mended,
        behind=watch.longest_behind(begun),
        lost=len(books.lost),
        doubled=len(books.doubled),
        lies=len(watch.lies) - lies,
        answers=load.ledger.answers.total(),
    )
    table.lines.append(line)
    assert watch.lies[lies:] == []
    assert (books.lost, books.doubled) == ([], [])
    assert load.ledger.html == []
    screens_equal_the_database(floor.centre, watch)
    assert "No differences." in floor.centre.manage("reconcile")


@pytest.mark.parametrize("fault", faults.QUICK, ids=lambda fault: fault.name)
def test_a_fault_is_survived(floor: Floor, fault: Fault) -> None:
    survives(floor, fault, SHORT)


@pytest.mark.soak
@pytest.mark.parametrize("fault", faults.ALL, ids=lambda fault: fault.name)
def test_a_long_fault_is_survived(floor: Floor, fault: Fault) -> None:
    survives(floor, fault, LONG)


@pytest.mark.soak
def test_a_client_that_stops_reading_is_nobody_elses_concern(floor: Floor) -> None:
    deaf = Deaf(lambda: floor.watch.cookies[0])
    survives(floor, Fault("a client stops reading", deaf.open, deaf.close), LONG)
