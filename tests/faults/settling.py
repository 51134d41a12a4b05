"""After a fault: is everything that was answered there, once, and seen by all?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg

from tests.faults.centre import Centre
from tests.faults.load import Ledger
from tests.faults.watch import Watch

EVENTS = """
SELECT change ->> 'kind', (change ->> 'id')::int, (change ->> 'version')::int
FROM conversations_event, jsonb_array_elements(changes::jsonb) change
"""
MESSAGES = "SELECT conversation_id, text FROM conversations_message"
SUBJECTS = "SELECT subject FROM conversations_conversation"
KINDS = ("conversations", "agents", "queues")
CEILING = 30.0


@dataclass(frozen=True, slots=True)
class Accounts:
    """Answered and not there; there more than once."""

    lost: Sequence[object]
    doubled: Sequence[object]


def settled(database: psycopg.Connection[Any], ledger: Ledger) -> Accounts:
    """What the ledger of answers and the database say of each other."""
    events = Counter(database.execute(EVENTS).fetchall())
    messages = Counter(database.execute(MESSAGES).fetchall())
    subjects = Counter(name for (name,) in database.execute(SUBJECTS))
    rows = [("conversation", *row) for row in ledger.rows]
    lost = [
        *(row for row in rows if row not in events),
        *(message for message in ledger.messages if message not in messages),
        *(subject for subject in ledger.subjects if subject not in subjects),
    ]
    words = Counter({pair: n for pair, n in messages.items() if "word " in pair[1]})
    cases = Counter({name: n for name, n in subjects.items() if "case " in name})
    return Accounts(lost, [*_twice(events), *_twice(words), *_twice(cases)])


def screens_equal_the_database(centre: Centre, watch: Watch) -> None:
    """Field by field, each with what its user gets by HTTP, read just now."""
    end = time.monotonic() + CEILING
    while differing := _differing(centre, watch):
        assert time.monotonic() < end, differing[:3]


def _differing(centre: Centre, watch: Watch) -> list[object]:
    boards = [_board(centre, cookie) for cookie in watch.cookies]
    shown = watch.screens()
    return [
        (kind, mine, true)
        for screen, board in zip(shown, boards, strict=True)
        for kind in KINDS
        for mine, true in _unlike(screen[kind], board[kind])
    ]


def _board(centre: Centre, cookie: str) -> dict[str, Any]:
    with centre.lan.inside("people"):
        url = f"{centre.url}/api/v1/board/"  # not what the hub knows
        answer = httpx.get(url, headers={"Cookie": cookie}, timeout=CEILING)
    board: dict[str, Any] = answer.json()
    return board


def _unlike(
    mine: Iterable[dict[str, Any]], true: Iterable[dict[str, Any]]
) -> list[tuple[object, object]]:
    shown = {thing["id"]: thing for thing in mine}
    there = {thing["id"]: thing for thing in true}
    return [
        (shown.get(pk), there.get(pk))
        for pk in shown.keys() | there.keys()
        if shown.get(pk) != there.get(pk)
    ]


def _twice(counted: Counter[Any]) -> list[object]:
    return [thing for thing, count in counted.items() if count > 1]
