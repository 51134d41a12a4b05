"""Lost answers, duplicates that race, and retries: each command is done exactly once.

One process on SQLite, two on PostgreSQL. Whoever sends does not know what became of it,
and sends the same again with the same key until there is an answer.
"""

from __future__ import annotations

import json
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.doors.houses import CSRF, MACHINE, SUPERVISOR, House, houses_of
from tests.doors.stage import Doors, doors

pytestmark = [pytest.mark.behaviour, pytest.mark.scale]

CEILING = 40.0
COPIES = 3
TEXTS = 3
CASES_AT_ONCE = 4
FATES = ("answered", "answered", "lost", "cut")
"""What becomes of a copy: `lost` breaks off once it was sent, `cut` in the middle."""
DONE = {
    "conversation.opened": 1,
    "message.received": TEXTS,
    "conversation.force_closed": 1,
}


@dataclass(frozen=True, slots=True)
class Command:
    """What is sent, byte for byte the same in every copy."""

    who: str
    path: str
    body: dict[str, Any]
    key: str


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, as far as copies may not differ."""

    status: int
    text: str
    replayed: bool


class Sender:
    """Sends each command in several copies at once, of which some go astray."""

    def __init__(self, doors: Doors, house: House, seed: int) -> None:
        self.urls = [server.url for server in doors.servers]
        self.house = house
        self.random = Random(seed)
        self.fates: Counter[str] = Counter()

    def done(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer of a command that was sent until there was one."""
        key = f"{self.random.getrandbits(64):x}"
        command = Command(who, f"/api/v1/{path}", body, key)
        fates = [self.random.choice(FATES) for _each in range(COPIES)]
        self.fates.update(fates)
        ways = [(self.random.choice(self.urls), fate) for fate in fates]
        with ThreadPoolExecutor(COPIES) as crowd:
            heard = list(crowd.map(lambda way: self._send(command, *way), ways))
        heard.append(self._send(command, self.random.choice(self.urls), "answered"))
        answers = [answer for answer in heard if answer is not None]
        assert len({(answer.status, answer.text) for answer in answers}) == 1, answers
        assert sum(not answer.replayed for answer in answers) <= 1
        assert answers[-1].status < 300, answers[-1]
        answer: dict[str, Any] = json.loads(answers[-1].text)
        return answer

    def _send(self, command: Command, url: str, fate: str) -> Heard | None:
        if fate != "answered":
            self._go_astray(command, url, whole=fate == "lost")
            return None
        answer = httpx.post(
            f"{url}{command.path}",
            content=json.dumps(command.body),
            headers=self._headers(command),
            timeout=CEILING,
        )
        again = answer.headers.get("Idempotency-Replayed") == "true"
        return Heard(answer.status_code, answer.text, again)

    def _go_astray(self, command: Command, url: str, *, whole: bool) -> None:
        """The connection breaks without a farewell, and nobody hears the answer."""
        place = urlsplit(url)
        body = json.dumps(command.body)
        headers = self._headers(command) | {"Host": place.netloc}
        headers["Content-Length"] = str(len(body))
        lines = [f"POST {command.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        request = "\r\n".join([*lines, "", body]).encode()
        with socket.create_connection((place.hostname, place.port)) as way:
            way.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            way.sendall(request if whole else request[: len(request) // 2])

    def _headers(self, command: Command) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "Cookie": self.house.staff[command.who].cookie,
            "X-CSRFToken": CSRF,
            "Idempotency-Key": command.key,
        }


def one_case(sender: Sender) -> int:
    """A conversation from its first word to its forced end; its id."""
    texts = f"Texts {sender.house.number}"
    opened = sender.done(MACHINE, "conversations/", {"workstream": texts})
    path = f"conversations/{opened['id']}/"
    for number in range(TEXTS):
        sender.done(MACHINE, f"{path}customer-messages/", {"text": f"Word {number}"})
    seen = {"state_version": opened["state_version"]}
    sender.done(SUPERVISOR, f"{path}force-close/", seen)
    return int(opened["id"])


def cases(doors: Doors, number: int) -> Counter[str]:
    """So many cases, several at once, each looked through; what became of copies."""
    (house,) = houses_of(doors.servers[0], 1)
    senders = [Sender(doors, house, seed) for seed in range(number)]
    with ThreadPoolExecutor(CASES_AT_ONCE) as crowd:
        ids = list(crowd.map(one_case, senders))
    assert len(set(ids)) == number
    for pk in ids:
        check_done_once(doors, pk)
    opened = "SELECT count(*) FROM conversations_conversation WHERE queue_id = ?"
    assert doors.database.rows(opened, house.queue) == [(number,)]
    doors.reconcile()
    return sum((sender.fates for sender in senders), Counter())


def check_done_once(doors: Doors, pk: int) -> None:
    """Each command has its one event, each version its one event, each word its row."""
    events = "SELECT kind, changes FROM conversations_event WHERE conversation_id = ?"
    found = doors.database.rows(events, pk)
    assert Counter(kind for kind, _changes in found) == DONE
    named = [change for _kind, changes in found for change in _read(changes)]
    versions = [change["version"] for change in named if change["id"] == pk]
    assert sorted(versions) == list(range(1, len(found) + 1))
    words = (
        "SELECT text FROM conversations_message"
        " WHERE conversation_id = ? AND sender_kind = 'customer' ORDER BY public_number"
    )
    said = [text for (text,) in doors.database.rows(words, pk)]
    assert said == [f"Word {number}" for number in range(TEXTS)]


def _read(changes: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        json.loads(changes) if isinstance(changes, str) else changes
    )
    return found


@pytest.fixture(scope="module")
def both_doors() -> Iterator[Doors]:
    with doors() as opened:
        yield opened


def test_each_command_is_done_exactly_once(both_doors: Doors) -> None:
    fates = cases(both_doors, 6)
    assert min(fates[fate] for fate in FATES) > 10


@pytest.mark.soak
def test_thousands_of_commands_are_done_exactly_once(both_doors: Doors) -> None:
    fates = cases(both_doors, 600)
    assert min(fates[fate] for fate in FATES) > 1_000
