"""How many statements a command costs: a known number, the same on a busy floor."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.calling import caller
from tests.commanding import COMMANDS, Command, Floor, a_floor, a_place

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SET ")
CLOCK = "SELECT clock_timestamp()"
BUSY = 30
RECEIPT = 2

STATEMENTS = {
    "assign": 27,
    "assign to queue": 18,
    "transfer": 26,
    "force close": 24,
    "monitor": 16,
    "unmonitor": 11,
    "join": 18,
    "leave": 13,
    "whisper": 11,
    "lower hand": 10,
    "accept": 24,
    "decline": 23,
    "pick": 23,
    "release": 23,
    "finish": 21,
    "close": 18,
    "wait": 20,
    "revive": 23,
    "answer": 8,
    "notes": 9,
    "raise hand": 11,
    "notice": 13,
    "consult": 15,
    "take back": 14,
    "help": 20,
    "add": 15,
    "end help": 14,
    "go": 11,
    "hand over": 23,
    "hand to queue": 25,
    "open": 17,
    "write": 10,
    "write again": 20,
    "go on": 19,
    "write several": 10,
    "ingest": 10,
    "consent": 8,
    "end": 20,
    "elevate": 12,
    "resolve": 17,
    "bot writes": 8,
    "bot escalates": 15,
    "bot ends": 13,
    "capacity": 11,
    "presence": 13,
}
"""Log-in and command together; fewer are welcome, more need a reason."""


def statements(command: Command, floor: Floor, key: str = "") -> list[str]:
    """What the command sends to the database, log-in by token included; the frame of
    the transaction and the look at the clock, which SQLite does not need, left out."""
    door = caller(floor.who(command.who))
    path, body = command.address(floor), command.body(floor)
    with CaptureQueriesContext(connection) as seen:
        answer = door.send(command.method, path, body, key=key)
    assert answer.status == command.status, (command.label, answer.body)
    sent = [str(query["sql"]) for query in seen.captured_queries]
    return [sql for sql in sent if not sql.startswith((*FRAME, CLOCK))]


def costs(around: int) -> dict[str, list[str]]:
    """Of every command, on a floor with so many of everything around."""
    channels = {command.channel for command in COMMANDS}
    places = {channel: a_place(channel, around=around) for channel in channels}
    return {
        command.label: statements(command, a_floor(command, places[command.channel]))
        for command in COMMANDS
    }


def test_a_command_costs_the_same_on_a_busy_floor() -> None:
    quiet, busy = costs(1), costs(BUSY)
    assert {label: len(sent) for label, sent in quiet.items()} == STATEMENTS
    more = {
        label: Counter(map(shape, busy[label])) - Counter(map(shape, sent))
        for label, sent in quiet.items()
        if len(sent) != len(busy[label])
    }
    assert more == {}


def shape(statement: str) -> str:
    """Enough of it to find it again."""
    return re.sub(r"\d+", "#", statement)[:160]


@pytest.mark.parametrize("label", ["force close", "write", "accept"])
def test_a_receipt_costs_two_statements(label: str) -> None:
    command = next(each for each in COMMANDS if each.label == label)
    plain, kept = (
        len(statements(command, a_floor(command, a_place(command.channel)), key))
        for key in ("", "1")
    )
    assert kept == plain + RECEIPT


def test_a_long_batch_costs_no_more_statements_than_one_message() -> None:
    command = next(each for each in COMMANDS if each.label == "write several")
    floor = a_floor(command, a_place(command.channel))
    words = {
        "messages": [{"text": f"Word {n}", "client_id": f"{n}"} for n in range(50)]
    }
    long = replace(command, body=lambda _floor: dict(words))
    # Which of the client ids are known already is one look for all of them.
    assert len(statements(long, floor)) == STATEMENTS["write"] + 1
