"""A story as two lists of acts: what happens on the customer's side, and what whoever
is the agent does. Each turn waits for the one before it, whoever says it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from replay.plan import Ending, Story

REPLY = 3.0  # seconds that it takes to react to the other side's last word
LIVELY = 12.0  # whoever answers late makes the other side wait no longer than this
GOODBYE = 420.0  # a talk in which nobody says anything more is given up after this


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do at `at`, in the dialogue's seconds since the conversation opened.

    `key` makes a repeated message the same message; `turn` is which one of the dialogue
    it is. It waits until `after` turns are done with, and then at least for `pause`;
    None goes by the clock alone, whatever is said.
    """

    at: float
    verb: str
    text: str = ""
    key: str = ""
    turn: int | None = None
    after: int | None = None
    pause: float = 0.0


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
            yield _said(story, index, "write")


def _said(story: Story, index: int, verb: str) -> Act:
    turns = story.dialogue.turns
    turn, before = turns[index], turns[max(index - 1, 0)]
    return Act(
        turn.at,
        verb,
        turn.text,
        key=f"turn-{index}",
        turn=index,
        after=index,
        pause=min(turn.at - before.at, LIVELY),
    )


def _then(story: Story, index: int, verb: str, pause: float = REPLY) -> Act:
    """Something that follows this turn."""
    at = story.dialogue.turns[index].at + pause
    return Act(at, verb, after=index + 1, pause=pause)


def _at_last(story: Story, verb: str, pause: float = REPLY) -> Act:
    return _then(story, len(story.dialogue.turns) - 1, verb, pause)


def _bot_acts(story: Story) -> Iterator[Act]:
    spoken = _bot_turns(story)
    for index in spoken:
        yield _said(story, index, "bot_write")
    if story.ending is Ending.BOT:
        yield _at_last(story, "bot_end")
    elif spoken:
        yield _then(story, spoken[-1], "bot_escalate")


def _bot_turns(story: Story) -> list[int]:
    turns = enumerate(story.dialogue.turns)
    return [index for index, turn in turns if not turn.by_customer][: story.bot_turns]


def _fate(story: Story) -> Iterator[Act]:
    last = story.dialogue.last_at
    if story.consent == "later":
        yield Act(REPLY, "consent")
    if story.elevate_after is not None:
        yield _then(story, story.elevate_after, "elevate")
    if story.ending is not Ending.BOT:
        yield Act(story.patience, "give_up")
    if story.ending is Ending.CUSTOMER:
        yield _at_last(story, "end")
    if story.ending is Ending.WAITING:
        yield _at_last(story, "end", 2 * REPLY + story.waits)
    yield Act(max(last, story.patience) + GOODBYE, "end")


def _agent_talk(story: Story) -> Iterator[Act]:
    turns = story.dialogue.turns
    spoken = set(_bot_turns(story))
    for index, turn in enumerate(turns):
        if turn.by_customer or index in spoken:
            continue
        yield _said(story, index, "write")
        pause = story.pause
        if pause is not None and pause.after_turn == index:
            yield _then(story, index, "wait")
            if pause.revived:
                half = (turns[index + 1].at - turn.at) / 2 + REPLY / 2
                yield _then(story, index, "revive", half)


def _agent_ending(story: Story) -> Iterator[Act]:
    if story.ending is Ending.WAITING:
        yield _at_last(story, "wait", 2 * REPLY)
        return
    if story.ending is Ending.RESOLVED:
        yield _at_last(story, "resolve", 2 * REPLY)
        return
    yield _at_last(story, "finish", 2 * REPLY)
    yield _at_last(story, "close", 2 * REPLY + story.wrap_up)
