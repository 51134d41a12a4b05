"""A story as two lists of acts: what happens on the customer's side at fixed times, and
what whoever is the agent does, never before there is one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from replay.plan import Ending, Story

REPLY = 3.0  # seconds that it takes to react to the other side's last word
GOODBYE = 420.0  # an ended talk that nobody closes is given up after this


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do at `at`, in the dialogue's seconds since the conversation opened.

    `key` makes a repeated message the same message.
    """

    at: float
    verb: str
    text: str = ""
    key: str = ""


def customer_acts(story: Story) -> list[Act]:
    """What customer, bot and record system do after the opening, in order."""
    acts = [*_customer_writes(story), *_bot_acts(story), *_fate(story)]
    return sorted(acts, key=attrgetter("at"))


def agent_acts(story: Story) -> list[Act]:
    """What the agent does once there is one, in order."""
    if story.ending is Ending.BOT:
        return []
    return [*_agent_talk(story), *_agent_ending(story)]


def _customer_writes(story: Story) -> Iterator[Act]:
    for index, turn in enumerate(story.dialogue.turns):
        if turn.by_customer and index > 0:
            yield Act(turn.at, "write", turn.text, f"turn-{index}")


def _bot_acts(story: Story) -> Iterator[Act]:
    at = 0.0
    for index in _bot_turns(story):
        turn = story.dialogue.turns[index]
        at = turn.at
        yield Act(at, "bot_write", turn.text, f"turn-{index}")
    if story.ending is Ending.BOT:
        yield Act(story.dialogue.last_at + REPLY, "bot_end")
    elif story.bot_turns:
        yield Act(at + REPLY, "bot_escalate")


def _bot_turns(story: Story) -> list[int]:
    turns = enumerate(story.dialogue.turns)
    return [index for index, turn in turns if not turn.by_customer][: story.bot_turns]


def _fate(story: Story) -> Iterator[Act]:
    last = story.dialogue.last_at
    if story.consent == "later":
        yield Act(REPLY, "consent")
    if story.elevate_after is not None:
        turn = story.dialogue.turns[story.elevate_after]
        yield Act(turn.at + REPLY, "elevate")
    if story.ending is not Ending.BOT:
        yield Act(story.patience, "give_up")
    if story.ending is Ending.CUSTOMER:
        yield Act(last + REPLY, "end")
    if story.ending is Ending.WAITING:
        yield Act(last + 2 * REPLY + story.waits, "end")
    yield Act(max(last, story.patience) + GOODBYE, "end")


def _agent_talk(story: Story) -> Iterator[Act]:
    turns = story.dialogue.turns
    spoken = set(_bot_turns(story))
    for index, turn in enumerate(turns):
        if turn.by_customer or index in spoken:
            continue
        yield Act(turn.at, "write", turn.text, f"turn-{index}")
        pause = story.pause
        if pause is not None and pause.after_turn == index:
            yield Act(turn.at + REPLY, "wait")
            if pause.revived:
                yield Act((turn.at + turns[index + 1].at) / 2 + REPLY / 2, "revive")


def _agent_ending(story: Story) -> Iterator[Act]:
    at = story.dialogue.last_at + 2 * REPLY
    if story.ending is Ending.WAITING:
        yield Act(at, "wait")
        return
    if story.ending is Ending.RESOLVED:
        yield Act(at, "resolve")
        return
    yield Act(at, "finish")
    yield Act(at + story.wrap_up, "close")
