"""Monitoring leaves no trace on the wire: the same story with and without it sends the
customer the same bytes, and the agent too, but for the whispers.

Masked is what differs by nature between any two stories, and nothing else: ids of rows,
tokens, times, and with the ids the digest, which the desk client checks by itself.
Pulses come when the clock says so; each says no more than frames before it, which the
clients check, so they are left out. Ids are masked by their order of appearance: one
that a monitor had used up would shift nothing here, for agents see others' ids move all
the time; the customer's message numbers are compared as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.doors.outcome import check_screens
from tests.doors.parts import WHOLE
from tests.doors.script import INTERNAL, Story
from tests.doors.stage import Doors, at_work, doors

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
TOKEN = re.compile(r"[\w-]{43}:\d:[\w-]{43}")
HOUSE = re.compile(r"(house-|House |Chat |said-|opening-)\d+|\[\d+\]")
KIND_OF = {
    "conversations": "conversation",
    "offers": "offer",
    "messages": "message",
    "queues": "queue",
    "consults": "offer",
    "gone": "conversation",
}
"""Of the things in a list. Participants' ids are no row's: they are compared."""
IDS_OF_FRAMES = {"offer_ended": "offer", "alert": "alert"}
KINDS = ("conversation", "offer", "message", "queue", "agent", "user")
BY_NATURE = ("digest", "waited_seconds")
WATCHING = ("is_monitored", "is_whispered")


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Doors]:
    with doors() as opened:
        yield opened


async def wires_of(opened: Doors, *, watched: bool) -> tuple[list[str], list[str]]:
    """What the customer and Nora were sent in this story, masked."""
    cast = opened.cast(*opened.houses(1))
    story = opened.story(cast, watched=watched)
    story.in_turn = True
    async with at_work([cast]):
        cast.nora.frames.clear()  # coming in is no part of the story
        steps = [step for step in WHOLE if watched or step not in WATCHING]
        try:
            await story.tell(steps)
            check_screens(story)
        finally:
            await story.customer.stop()
    return customer_wire(story), agent_wire(story)


def customer_wire(story: Story) -> list[str]:
    """Frames and answers, byte by byte apart from the masks."""
    frames = [text for text in story.customer.raw if not is_pulse(text)]
    return [masked(text) for text in (*frames, *story.customer.network.answers)]


def agent_wire(story: Story) -> list[str]:
    """Frames alone: an answer says only what Nora asked for."""
    numbers = Numbers()
    frames = []
    for frame in story.cast.nora.frames:
        if frame["type"] == "pulse" or is_whisper(frame):
            continue
        plain = numbers.plain(frame, IDS_OF_FRAMES.get(frame["type"], ""))
        frames.append(masked(json.dumps(plain)))
    return frames


def is_pulse(text: str) -> bool:
    return text.startswith('{"type":"pulse"')


def is_whisper(frame: dict[str, Any]) -> bool:
    """What the agent is meant to see of a supervisor who only monitors."""
    if frame["type"] != "message" or frame["message"]["visibility"] != "internal":
        return False
    return bool(frame["message"]["sender"]["kind"] == "supervisor")


def masked(text: str) -> str:
    """Without times, tokens, and the number of the house and of the story."""
    return HOUSE.sub("H", TOKEN.sub("T", TIME.sub("S", text)))


class Numbers:
    """Row ids by the order in which their kind's have appeared."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], int] = {}

    def of(self, kind: str, pk: int) -> str:
        same = sum(1 for known, _pk in self._known if known == kind)
        return f"{kind} {self._known.setdefault((kind, pk), same + 1)}"

    def plain(self, thing: Any, kind: str) -> Any:
        """The same with numbers in place of ids; `kind` is what it is."""
        if isinstance(thing, list):
            return [self.plain(each, kind) for each in thing]
        if not isinstance(thing, dict):
            return thing
        return {
            name: self._field(name, value, kind)
            for name, value in thing.items()
            if name not in BY_NATURE
        }

    def _field(self, name: str, value: Any, kind: str) -> Any:
        is_id = isinstance(value, int) and not isinstance(value, bool)
        if is_id and name in KINDS:
            return self.of(name, value)
        if is_id and name == "id" and kind in (*KINDS, "alert"):
            return self.of(kind, value)
        return self.plain(value, KIND_OF.get(name, name))


async def test_nobody_can_tell_from_their_wire_that_somebody_watches(
    open_doors: Doors,
) -> None:
    alone = await wires_of(open_doors, watched=False)
    watched = await wires_of(open_doors, watched=True)
    assert len(alone[0]) > 20
    assert len(alone[1]) > 20
    assert watched[0] == alone[0]
    assert watched[1] == alone[1]


async def test_the_comparison_would_find_a_whisper(open_doors: Doors) -> None:
    """The masks hide nothing of what they are there to find."""
    told = json.dumps({"type": "message", "message": {"text": INTERNAL[0], "id": 7}})
    assert INTERNAL[0] in masked(told)
    assert masked('{"version":41}') == '{"version":41}'
