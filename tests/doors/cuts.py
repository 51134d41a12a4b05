"""When whose network is cut in a story, and how; all of it follows from a seed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.doors.network import FATES
from tests.doors.parts import ACTORS, PARTS, WHOLE
from tests.doors.script import Story

PEOPLE = ("customer", "nora", "tomas", "freja", "boss")
AFTER = "after"
LONGEST_DELAY, LONGEST_CUT = 0.4, 0.3  # seconds
WHOLE_OF_TWENTY = 1


@dataclass(frozen=True)
class Cut:
    """`kind`: away (from `delay` after the step began on), no_sockets (only they are
    cut; HTTP goes on), or what happens to the person's next request."""

    step: str
    who: str
    kind: str
    delay: float
    seconds: float


@dataclass
class Disturbed(Story):
    """A story with cuts."""

    cuts: Sequence[Cut] = ()
    struck: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def before_step(self, step: str) -> None:
        for cut in self.cuts:
            if cut.step == step:
                self._plan(cut)

    async def end_well(self) -> None:
        """Some cuts come when all is over; everybody is back in the end."""
        await self.before_step(AFTER)
        await asyncio.sleep(0)
        for who, browser in self.people.items():
            network = browser.network
            network.fate = ""
            for kind, times in network.happened.items():
                self.struck[who, kind] += times
            network.happened.clear()
            await network.back()

    def _plan(self, cut: Cut) -> None:
        network = self.people[cut.who].network
        network.random = Random(self.number)
        network.away = cut.seconds
        if cut.kind in FATES:
            network.fate = cut.kind
            return
        work = network.cut if cut.kind == "away" else network.block_sockets
        network.happened[cut.kind] += 1
        asyncio.get_running_loop().call_later(cut.delay, work, cut.seconds)


def part_of(seed: int) -> tuple[str, ...]:
    """Which part of the story this run tells."""
    random = Random(f"part {seed}")
    return WHOLE if random.randrange(20) < WHOLE_OF_TWENTY else random.choice(PARTS[1:])


def cuts_of(seed: int) -> list[Cut]:
    """One to three."""
    random = Random(f"cuts {seed}")
    return [_cut(random, part_of(seed)) for _each in range(random.randint(1, 3))]


def _cut(random: Random, steps: Sequence[str]) -> Cut:
    step = random.choice([*steps, AFTER])
    kind = random.choice((*FATES, "away", "away", "no_sockets"))
    if kind in FATES and step != AFTER:
        who = random.choice(ACTORS[step])
    elif kind == "no_sockets":
        who = "customer"
    else:
        kind, who = "away", random.choice(PEOPLE)
    delay = random.choice((0.0, random.uniform(0, LONGEST_DELAY)))
    return Cut(step, who, kind, delay, random.uniform(0.02, LONGEST_CUT))
