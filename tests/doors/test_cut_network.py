"""Whoever's network is cut, whenever: nothing is lost, nothing comes twice, and the
story ends as it does without cuts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.doors.cuts import PEOPLE
from tests.doors.network import FATES
from tests.doors.script import WHOLE
from tests.doors.stage import (
    ON_POSTGRES,
    Doors,
    at_work,
    disturbed_runs,
    doors,
    undisturbed,
)

FEW, MANY = 20, 40 if ON_POSTGRES else 200
LANES = 10
FLOORS = 1 if ON_POSTGRES else 2
pytestmark = pytest.mark.behaviour


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Doors]:
    with doors() as opened:
        yield opened
        opened.reconcile()


async def test_the_story_without_cuts(open_doors: Doors) -> None:
    cast = open_doors.cast(*open_doors.houses(1))
    async with at_work([cast]):
        found = await undisturbed(open_doors, cast, WHOLE)
    print(found)


async def test_cut_networks_change_nothing(open_doors: Doors) -> None:
    struck = await disturbed_runs(open_doors, range(FEW), lanes=LANES)
    assert sum(struck.values()) >= FEW


@pytest.mark.scale
async def test_many_cut_networks_change_nothing() -> None:
    """On SQLite on two floors side by side, one for each core."""
    struck: Counter[tuple[str, str]] = Counter()
    with ExitStack() as stack:
        floors = [stack.enter_context(doors()) for _each in range(FLOORS)]
        async with asyncio.TaskGroup() as group:
            runs = [
                group.create_task(
                    disturbed_runs(
                        floor, range(FEW + number, FEW + MANY, FLOORS), lanes=LANES
                    )
                )
                for number, floor in enumerate(floors)
            ]
        for floor, run in zip(floors, runs, strict=True):
            struck.update(run.result())
            floor.reconcile()
    print(struck)
    assert {kind for _who, kind in struck} == {*FATES, "away", "no_sockets"}
    assert {who for who, _kind in struck} == set(PEOPLE)
