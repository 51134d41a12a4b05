"""How the simulated agents behave: when they answer offers, take breaks and look at
their desk. Pure: a function of the seed and of what they see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import ceil
from random import Random

SIMULATED = tuple(f"sim{number:02d}" for number in range(1, 97))
"""The usernames that `setup_demo` gives them; the first few serve every queue."""

FEWEST_AGENTS = 16
CONVERSATIONS_PER_AGENT = 3.2

LOOK = 4.0
LOOK_FULL = 12.0
LOOK_ABSENT = 15.0
LOOK_SOON = 1.0
"""Real seconds between two looks at the desk; a full or absent agent gets no new work,
and right after an agent has become free there may be some."""


SMALLEST_WORK = 10
"""Units of the smallest work that is ever offered."""

FULL = frozenset({"full", "over_capacity"})
RESPECT = 300.0
"""For so long an agent stays as a supervisor has set them."""

BREAKS = {"away": 70, "do_not_disturb": 25, "offline": 5}
"""What agents on a break are, in percent."""

TIDYING = {"waiting": "revive", "active": "finish", "wrap_up": "close"}
"""How an agent ends a conversation that nobody plays."""
STRAY = 180.0
"""For so long the agent waits for its customer to say something."""
LISTEN = 2.5
THINKS = 4.0
"""Real seconds: between two looks at what a person has written, and after their last
word until it is answered."""
CONSULTS = 20.0
"""For so long an agent stays who was asked in, or was there before."""


class Answer(StrEnum):
    """What an agent does about an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Reaction:
    """`after` seconds from seeing it; an ignored offer ends by its countdown."""

    answer: Answer
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Break:
    """Work for `work` seconds, then be `presence` for `length` seconds."""

    work: float
    presence: str
    length: float


def staff_for(max_active: int) -> tuple[str, ...]:
    """Enough agents for so many ongoing conversations, and not many more: everyone
    who looks at a desk costs the server something."""
    wanted = ceil(max_active / CONVERSATIONS_PER_AGENT) + FEWEST_AGENTS // 2
    return SIMULATED[: max(FEWEST_AGENTS, wanted)]


def room_for_each(max_active: int, staff: int) -> list[int]:
    """How many more conversations may be ongoing with each agent who arrives."""
    shares = [max_active * number // staff for number in range(staff + 1)]
    return [after - before for before, after in pairwise(shares)]


def reaction(seed: int, conversation: int, attempt: int) -> Reaction:
    """What becomes of this conversation's offer number `attempt`, counted from 0."""
    dice = Random(f"{seed}/offer/{conversation}/{attempt}")
    kind = dice.choices(("prompt", "late", "decline", "ignore"), (86, 7, 5, 2))[0]
    if kind == "late":
        return Reaction(Answer.ACCEPT, dice.uniform(25, 90))
    if kind == "decline":
        return Reaction(Answer.DECLINE, dice.uniform(3, 15))
    if kind == "ignore":
        return Reaction(Answer.IGNORE)
    return Reaction(Answer.ACCEPT, min(20.0, dice.lognormvariate(1.2, 0.6)))


def in_time(after: float, left: float) -> float:
    """A late answer still comes before the countdown ends: `left` real seconds."""
    return max(0.0, min(after, left - 5, left * 0.8))


def breaks(seed: int, username: str) -> Iterator[Break]:
    """When this agent steps away, without end."""
    dice = Random(f"{seed}/breaks/{username}")
    while True:
        presence = dice.choices(list(BREAKS), list(BREAKS.values()))[0]
        yield Break(dice.uniform(300, 2400), presence, dice.uniform(60, 240))


def next_look(presence: str, used_units: int, total_units: int) -> float:
    """After how many seconds an agent in this shape looks at the desk again."""
    if presence not in ("available", "busy", "do_not_disturb"):
        return LOOK_ABSENT
    return LOOK_FULL if total_units - used_units < SMALLEST_WORK else LOOK


def returns_after(presence: str, set_by: str, reason: str) -> float | None:
    """After how long an agent who is not on a break is available again; None for one
    who works, or is only full."""
    if presence in ("available", "busy"):
        return None
    if presence == "do_not_disturb" and set_by == "system" and reason in FULL:
        return None
    return RESPECT if set_by == "supervisor" else 0.0
