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
from tests.doors.parts import WHOLE
from tests.doors.stage import (
    ON_POSTGRES,
    Doors,
    at_work,
    disturbed_runs,
    doors,
    undisturbed,
)

FEW, MANY = (3, 40) if ON_POSTGRES else (6, 200)
LANES = 10
FLOORS = 1 if ON_POSTGRES else 2
pytestmark = pytest.mark.behaviour

TOLD = {
    "conversation": [
        ("closed", "", "force_closed", 1, "slightly_negative", "Freja"),
    ],
    "people": [
        ("Nora", "consult", False, True, "force_closed"),
        ("Astrid", "consult", True, True, "force_closed"),
        ("Freja", "primary", False, True, "force_closed"),
    ],
    "sessions": [
        ("Nora", "supervisor_transferred_to_agent"),
        ("Freja", "force_closed"),
    ],
    "offers": [
        ("work", "accepted", "Nora"),
        ("transfer", "declined", "Tomas"),
        ("transfer", "accepted", "Freja"),
    ],
    "timers": [(0,)],
    "rating": [(4,)],
    "order": [
        "conversation.opened",
        "offer.made",
        "offer.accepted",
        "monitoring.started",
        "supervisor.joined",
        "conversation.transfer_offered",
        "offer.declined",
        "conversation.transfer_offered",
        "offer.accepted",
        "conversation.force_closed",
        "customer.rated",
    ],
}
"""What the whole story comes to; booleans of SQLite equal them."""


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Doors]:
    with doors() as opened:
        yield opened
        opened.reconcile()


async def test_the_story_without_cuts(open_doors: Doors) -> None:
    cast = open_doors.cast(*open_doors.houses(1))
    async with at_work([cast]):
        found = await undisturbed(open_doors, cast, WHOLE)
    for name, told in TOLD.items():
        assert found[name] == told
    said = {who: len(lines) for who, lines in found["messages"].items()}
    assert said == {"": 5, "Kirsten": 5, "Nora": 3, "Astrid": 3, "Freja": 1}


async def test_cut_networks_change_nothing(open_doors: Doors) -> None:
    struck = await disturbed_runs(open_doors, range(FEW), lanes=LANES)
    assert sum(struck.values()) >= FEW


@pytest.mark.soak
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
    assert {kind for _who, kind in struck} == {*FATES, "away", "no_sockets"}
    assert {who for who, _kind in struck} == set(PEOPLE)
