"""What the demo floor plays: which dialogue when, on which channel, how it turns out.

Pure: a function of the seed and the dialogues, in the dialogues' own seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from random import Random
from typing import TypeVar

from replay.library import Dialogue

ASYNCHRONOUS = frozenset({"persistent_chat", "sms", "whatsapp", "messenger"})

CHANNELS: Mapping[str, int] = {
    "live_chat": 42,
    "persistent_chat": 12,
    "whatsapp": 14,
    "messenger": 8,
    "sms": 10,
    "voice": 5,
    "record": 9,
}
"""How customers come, in percent."""

QUEUES: Mapping[str, str] = {
    "apartment": "Billing",
    "bank": "Billing",
    "energy": "Billing",
    "insurance": "Billing",
    "meeting": "Billing",
    "ride": "Billing",
    "hotel": "Sales",
    "plane": "Sales",
    "shop": "Sales",
    "travel": "Sales",
}
"""Where a domain is at home; all others are at home in Support."""

SUPPORT, DANISH, CARE, PHONE, CASES = (
    "Support",
    "Danish support",
    "Care desk",
    "Phone",
    "Cases",
)
SKILLS: Mapping[str, tuple[str, ...]] = {
    SUPPORT: ("Accounts", "Technical", "Complaints"),
    DANISH: ("Danish",),
    "Billing": ("Payments",),
    "Sales": ("Travel", "Orders"),
    PHONE: ("Accounts",),
    CASES: ("Complaints",),
}
"""What some conversations of a queue ask for."""

NAMES = (
    "Alma Karlsson",
    "Ben Adeyemi",
    "Carmen Ortiz",
    "Ditte Skov",
    "Elias Brandt",
    "Fatima Noor",
    "Gustav Riis",
    "Helle Dam",
    "Ivan Petrov",
    "Julie Bech",
    "Kenji Mori",
    "Lone Fisker",
    "Marta Lopez",
    "Niels Toft",
    "Olga Weiss",
    "Per Højgaard",
    "Rosa Conti",
    "Samir Aziz",
    "Tove Lind",
    "Victor Hall",
)
"""For customers whose dialogue does not tell theirs."""

CARE_SHARE = 0.02
DANISH_SHARE = 0.85
BOT_SHARE = 0.08
BOT_ALONE_SHARE = 0.25
SKILL_SHARE = 0.2
HASTY_SHARE = 0.04
ELEVATED_SHARE = 0.04
PAUSED_SHARE = 0.3
SHORTEST_PAUSE = 15.0

T = TypeVar("T")


class Ending(StrEnum):
    """How a conversation is meant to end."""

    AGENT = "agent"
    CUSTOMER = "customer"
    WAITING = "waiting"
    RESOLVED = "resolved"
    BOT = "bot"


ENDINGS: Mapping[str, Mapping[Ending, int]] = {
    "live_chat": {Ending.AGENT: 75, Ending.CUSTOMER: 25},
    "voice": {Ending.AGENT: 60, Ending.CUSTOMER: 40},
    "record": {Ending.RESOLVED: 100},
    **{
        channel: {Ending.AGENT: 50, Ending.CUSTOMER: 15, Ending.WAITING: 35}
        for channel in ASYNCHRONOUS
    },
}


@dataclass(frozen=True, slots=True)
class Pause:
    """After this turn the agent puts the conversation to waiting; then either revives
    it, or the customer's next message brings it back."""

    after_turn: int
    revived: bool


@dataclass(frozen=True, slots=True)
class Story:
    """One planned conversation.

    `gap`: real seconds after the start of the one before. Everything else is in the
    dialogue's seconds, which the player divides by its speed.
    """

    number: int
    gap: float
    dialogue: Dialogue
    channel: str
    queue: str
    customer_name: str
    address: str
    skills: tuple[str, ...]
    ending: Ending
    patience: float
    consent: str
    bot_turns: int = 0
    elevate_after: int | None = None
    pause: Pause | None = None
    wrap_up: float = 20.0
    waits: float = 120.0


def stories(
    dialogues: Sequence[Dialogue], *, rate: float, seed: int
) -> Iterator[Story]:
    """Without end; every dialogue comes once before any comes again."""
    number = 0
    while True:
        order = list(dialogues)
        Random(f"{seed}/order/{number // len(order)}").shuffle(order)
        for dialogue in order:
            yield story(number, dialogue, rate=rate, seed=seed)
            number += 1


def story(number: int, dialogue: Dialogue, *, rate: float, seed: int) -> Story:
    """How this dialogue is played as the conversation of this number."""
    dice = Random(f"{seed}/story/{number}")
    gap = dice.expovariate(rate / 60) if number else 0.0
    channel = _channel(dice, dialogue)
    queue = _queue(dice, dialogue, channel)
    name = dialogue.customer_name or dice.choice(NAMES)
    bot_turns, ending = _bot(dice, dialogue, channel), _weighted(dice, ENDINGS[channel])
    if bot_turns >= _agent_turns(dialogue):
        ending = Ending.BOT
    return Story(
        number=number,
        gap=gap,
        dialogue=dialogue,
        channel=channel,
        queue=queue,
        customer_name=name,
        address=_address(channel, number, seed),
        skills=_skills(dice, queue),
        ending=ending,
        patience=_patience(dice, queue),
        consent=dice.choices(("at_once", "later", "refused"), (85, 10, 5))[0],
        bot_turns=bot_turns,
        elevate_after=_elevation(dice, dialogue, channel),
        pause=_pause(dice, dialogue, channel, bot_turns),
        wrap_up=dice.uniform(5, 60),
        waits=dice.uniform(60, 240),
    )


def _weighted(dice: Random, weights: Mapping[T, int]) -> T:
    return dice.choices(list(weights), list(weights.values()))[0]


def _channel(dice: Random, dialogue: Dialogue) -> str:
    """A bot and a later call need a text channel to begin with."""
    channel = _weighted(dice, CHANNELS)
    if dialogue.channel in CHANNELS:
        return dialogue.channel
    while channel in ("voice", "record") and (
        dialogue.bot_turns or dialogue.is_elevated
    ):
        channel = _weighted(dice, CHANNELS)
    return channel


def _queue(dice: Random, dialogue: Dialogue, channel: str) -> str:
    if channel == "voice":
        return PHONE
    if channel == "record":
        return CASES
    if dice.random() < CARE_SHARE:
        return CARE
    if dialogue.language.startswith("da") and dice.random() < DANISH_SHARE:
        return DANISH
    at_home = [QUEUES.get(domain, SUPPORT) for domain in dialogue.domains]
    return at_home[0] if at_home else SUPPORT


def _bot(dice: Random, dialogue: Dialogue, channel: str) -> int:
    """How many of the agent's turns a bot says before it hands over: often none."""
    if dialogue.bot_turns:
        return dialogue.bot_turns
    if channel in ("voice", "record") or dice.random() >= BOT_SHARE:
        return 0
    if dice.random() < BOT_ALONE_SHARE:
        return _agent_turns(dialogue)
    return min(dice.randint(1, 2), _agent_turns(dialogue))


def _agent_turns(dialogue: Dialogue) -> int:
    return sum(not turn.by_customer for turn in dialogue.turns)


def _address(channel: str, number: int, seed: int) -> str:
    """A visitor of the website has none; everybody else comes back under theirs."""
    if channel == "live_chat":
        return ""
    if channel in ("sms", "whatsapp", "voice"):
        return f"+4500{seed % 100:02d}{number:06d}"
    return f"customer-{seed}-{number}@example.com"


def _skills(dice: Random, queue: str) -> tuple[str, ...]:
    wanted = SKILLS.get(queue, ())
    if not wanted or dice.random() >= SKILL_SHARE:
        return ()
    return (dice.choice(wanted),)


def _patience(dice: Random, queue: str) -> float:
    """After how long without any agent the customer gives up."""
    if queue == CARE:
        return dice.uniform(180, 480)
    if dice.random() < HASTY_SHARE:
        return dice.uniform(2, 12)
    return dice.uniform(300, 900)


def _elevation(dice: Random, dialogue: Dialogue, channel: str) -> int | None:
    share = 1.0 if dialogue.is_elevated else ELEVATED_SHARE
    if channel in ("voice", "record") or dice.random() >= share:
        return None
    return len(dialogue.turns) // 2


def _pause(
    dice: Random, dialogue: Dialogue, channel: str, bot_turns: int
) -> Pause | None:
    """Where an agent speaks and the customer takes the longest to answer."""
    if bot_turns or channel not in ASYNCHRONOUS or dice.random() >= PAUSED_SHARE:
        return None
    turns = dialogue.turns
    answers = [
        (later.at - turn.at, -index)
        for index, (turn, later) in enumerate(pairwise(turns))
        if later.by_customer and not turn.by_customer
    ]
    if not answers or max(answers)[0] < SHORTEST_PAUSE:
        return None
    return Pause(after_turn=-max(answers)[1], revived=dice.random() < 0.5)
