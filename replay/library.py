"""Reads dialogues from files of JSON lines, plain or gzipped."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

OWN = Path(__file__).parent / "dialogues"
SENDERS = frozenset({"customer", "agent", "bot", "action"})
LONGEST_TEXT = 10_000
LONGEST_SUBJECT = 200


class Unreadable(Exception):
    """A file of dialogues will not do; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said; `at` in seconds since the first turn."""

    sender: str
    at: float
    text: str

    @property
    def by_customer(self) -> bool:
        """The others who speak are the agent, and before the agent maybe a bot."""
        return self.sender == "customer"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation as it once went, without the agent's look-ups; `channel` and
    `is_elevated` are hints that a file may give, `agent_name` is the name by which the
    agent goes in its words."""

    id: str
    subject: str
    domains: tuple[str, ...]
    language: str
    customer_name: str
    turns: tuple[Turn, ...]
    channel: str = ""
    is_elevated: bool = False
    agent_name: str = ""

    @property
    def bot_turns(self) -> int:
        """How many turns a bot speaks."""
        return sum(turn.sender == "bot" for turn in self.turns)

    @property
    def last_at(self) -> float:
        """When the last word was said."""
        return self.turns[-1].at


def read(paths: Iterable[Path]) -> list[Dialogue]:
    """All dialogues of the files, or of every file in a folder; never none."""
    files = [file for path in paths for file in _files(path)]
    dialogues = [dialogue for file in files for dialogue in _read_file(file)]
    if not dialogues:
        raise Unreadable(f"No dialogues in {', '.join(map(str, files)) or 'no file'}.")
    return dialogues


def parse(record: Mapping[str, object]) -> Dialogue:
    """One dialogue from its JSON; raises ValueError saying what is wrong."""
    turns = tuple(_turns(record.get("turns")))
    if not turns:
        raise ValueError("nobody says anything")
    if any(later.at < earlier.at for earlier, later in pairwise(turns)):
        raise ValueError("the turns are not in the order of their time")
    return Dialogue(
        id=str(record.get("id") or ""),
        subject=_subject(str(record.get("subject") or "")),
        domains=tuple(_words(record.get("domains"))),
        language=str(record.get("language") or ""),
        customer_name=str(record.get("customer_name") or "")[:120],
        turns=turns,
        channel=str(record.get("channel") or ""),
        is_elevated=bool(record.get("elevate")),
        agent_name=str(record.get("agent_name") or ""),
    )


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.jsonl*")) if path.is_dir() else [path]


def _read_file(path: Path) -> Iterator[Dialogue]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError("not a JSON object")
            yield parse(record)
        except ValueError as error:
            raise Unreadable(f"{path}, line {number}: {error}.") from error


def _lines(path: Path) -> list[str]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            return list(file)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from error


def _turns(found: object) -> Iterator[Turn]:
    if not isinstance(found, list):
        raise ValueError("there is no list of turns")
    for turn in found:
        if not isinstance(turn, dict) or not isinstance(turn.get("t"), int | float):
            raise ValueError("a turn needs sender, t and text")
        sender, text = turn.get("sender"), str(turn.get("text") or "").strip()
        if sender not in SENDERS:
            raise ValueError(f"a turn has the unknown sender {sender!r}")
        if sender != "action" and text:
            yield Turn(sender, float(turn["t"]), text[:LONGEST_TEXT])


def _words(found: object) -> list[str]:
    return [str(word) for word in found] if isinstance(found, list) else []


def _subject(text: str) -> str:
    """Some data sets name tasks like_this; people would not."""
    plain = text.replace("_", " ").strip()
    return (plain[:1].upper() + plain[1:])[:LONGEST_SUBJECT]
