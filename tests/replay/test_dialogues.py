"""The dialogues of the demo floor: whole, well formed and varied."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "replay" / "dialogues"
SENDERS = {"customer", "agent", "action", "bot"}
OUTCOME = {
    "task_done",
    "agent_calm_helpful",
    "customer_changed_mind",
    "customer_annoyed",
}
BUSINESSES = {
    "telecom",
    "parcel",
    "bank",
    "energy",
    "travel",
    "shop",
    "clinic",
    "insurance",
}
HINTS = {"elevate": "voice", "bot_first": True, "channel": "record"}

Dialogue = dict[str, Any]


def _read() -> list[Dialogue]:
    files = sorted(FOLDER.glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


DIALOGUES = _read()
each_dialogue = pytest.mark.parametrize(
    "dialogue", DIALOGUES, ids=[dialogue["id"] for dialogue in DIALOGUES]
)


@each_dialogue
def test_a_dialogue_says_who_it_is(dialogue: Dialogue) -> None:
    assert dialogue["subject"] and dialogue["customer_name"]
    assert dialogue["language"] in {"en", "da", "de"}
    assert set(dialogue["domains"]) <= BUSINESSES
    assert set(dialogue["outcome"]) == OUTCOME
    assert all(isinstance(flag, bool) for flag in dialogue["outcome"].values())


@each_dialogue
def test_every_turn_has_a_sender_and_a_text(dialogue: Dialogue) -> None:
    for turn in dialogue["turns"]:
        assert set(turn) == {"sender", "t", "text"}
        assert turn["sender"] in SENDERS
        assert turn["text"] == turn["text"].strip() != ""
    senders = {turn["sender"] for turn in dialogue["turns"]}
    assert {"customer", "agent"} <= senders


@each_dialogue
def test_time_only_moves_forward(dialogue: Dialogue) -> None:
    times = [turn["t"] for turn in dialogue["turns"]]
    assert all(isinstance(t, int) for t in times)
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert (times[0], times[-1]) == (0, dialogue["duration_s"])


@each_dialogue
def test_a_dialogue_takes_two_to_twelve_minutes(dialogue: Dialogue) -> None:
    assert 120 <= dialogue["duration_s"] <= 720
    assert 6 <= len(dialogue["turns"]) <= 36


@each_dialogue
def test_hints_are_the_known_ones(dialogue: Dialogue) -> None:
    for hint, value in HINTS.items():
        assert dialogue.get(hint, value) == value


@each_dialogue
def test_a_bot_speaks_first_or_never(dialogue: Dialogue) -> None:
    senders = [turn["sender"] for turn in dialogue["turns"]]
    assert ("bot" in senders) == dialogue.get("bot_first", False)
    if "bot" in senders:
        assert senders[0] == "bot"
        assert "bot" not in senders[senders.index("agent") :]


def test_there_are_enough_of_each_language() -> None:
    counts = Counter(dialogue["language"] for dialogue in DIALOGUES)
    assert len(DIALOGUES) >= 44
    assert counts["en"] >= 24 and counts["da"] >= 16


def test_no_dialogue_is_there_twice() -> None:
    ids = Counter(dialogue["id"] for dialogue in DIALOGUES)
    openings = Counter(dialogue["turns"][0]["text"] for dialogue in DIALOGUES)
    assert ids.most_common(1)[0][1] == 1
    humans = {text: n for text, n in openings.items() if "I'm" not in text}
    assert max(humans.values()) <= 2


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_business_and_mood_occurs(language: str) -> None:
    spoken = [row for row in DIALOGUES if row["language"] == language]
    assert {domain for row in spoken for domain in row["domains"]} == BUSINESSES
    for flag in OUTCOME:
        assert {row["outcome"][flag] for row in spoken} == {True, False}


@pytest.mark.parametrize("hint", HINTS)
def test_every_hint_occurs(hint: str) -> None:
    assert sum(hint in dialogue for dialogue in DIALOGUES) >= 3


@each_dialogue
def test_the_agent_is_called_by_the_name_that_the_replay_can_put_its_own_for(
    dialogue: Dialogue,
) -> None:
    name = dialogue["agent_name"]
    spoken = [turn["text"] for turn in dialogue["turns"] if turn["sender"] == "agent"]
    assert name is None or any(name in text for text in spoken)
