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
from tests.doors.script import INTERNAL, WHOLE, Story
from tests.doors.stage import Doors, at_work, doors

pytestmark = pytest.mark.behaviour

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
TOKEN = re.compile(r"[\w-]{43}:\d:[\w-]{43}")
HOUSE = re.compile(r"(house-|House |Chat |said-|opening-)\d+|\[\d+\]")
IDS = ("id", "conversation", "agent", "queue", "user", "offer", "offered_by")
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
    async with at_work([cast]):
        steps = [step for step in WHOLE if watched or step not in WATCHING]
        try:
            await story.tell(steps)
            check_screens(story)
        finally:
            await story.customer.stop()
    return customer_wire(story), agent_wire(story)


def customer_wire(story: Story) -> list[str]:
    """Frames and answers, byte by byte apart from the masks."""
    raw = [text.decode() for text in story.customer.network.raw]
    return [masked(text) for text in raw if not is_pulse(text)]


def agent_wire(story: Story) -> list[str]:
    """Frames alone: an answer says only what Nora asked for."""
    numbers: dict[Any, int] = {}
    frames = []
    for frame in story.cast.nora.frames:
        if frame["type"] == "pulse" or is_whisper(frame):
            continue
        plain = without_ids(frame, numbers)
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


def without_ids(thing: Any, numbers: dict[Any, int]) -> Any:
    """Row ids by their order of appearance."""
    if isinstance(thing, list):
        return [without_ids(each, numbers) for each in thing]
    if not isinstance(thing, dict):
        return thing
    return {
        _plain_key(name, numbers): _plain(name, value, numbers)
        for name, value in thing.items()
        if name not in BY_NATURE
    }


def _plain(name: str, value: Any, numbers: dict[Any, int]) -> Any:
    if name in IDS and isinstance(value, int):
        return numbers.setdefault((name, value), len(numbers))
    return without_ids(value, numbers)


def _plain_key(name: str, numbers: dict[Any, int]) -> str:
    """Transcripts come by the id of their conversation."""
    return str(numbers.get(("id", int(name)), "?")) if name.isdigit() else name


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
