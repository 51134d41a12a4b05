"""Steady commands from customers, agents and supervisors; a ledger of the answers."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from supervisor.demo import PASSWORD
from tests.faults.centre import Centre

PATIENCE = 8.0
AGAIN = 3
NAMES = ("channels", "supervisor", "agent1", "agent2")
LOST = frozenset({502, 503, 504})
"""Answers after which nobody knows, or that ask to come again."""


@dataclass
class Ledger:
    """What the product said it had done."""

    rows: list[tuple[int, int]] = field(default_factory=list)
    messages: list[tuple[int, str]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    html: list[str] = field(default_factory=list)


class Person:
    """One client: opens, writes, assigns, accepts, moves and closes, without an end."""

    def __init__(self, load: Load, number: int) -> None:
        self.load = load
        self.random = Random(number)
        self.agent = NAMES[2 + number % 2]
        self.ledger = load.ledger

    def live(self) -> None:
        """Until the load is over."""
        with self.load.centre.lan.inside("people"):
            self.http = httpx.Client(base_url=f"{self.load.centre.url}/api/v1/")
            while not self.load.over.is_set():
                self._one_case()
            self.http.close()

    def _one_case(self) -> None:
        """A conversation from the first word to its end, as far as it goes."""
        subject = f"case {uuid4()}"
        body = {"channel": "sms", "customer": {"name": "Kirsten"}, "subject": subject}
        row = self._do("channels", "conversations/", body | {"text": "Hello"})
        if row is None:
            return
        self.ledger.subjects.append(subject)
        self._write(row)
        row = self._move(row, "assign", queue=self.load.queues["Care desk"])
        row = self._move(row, "assign", agent=self.load.agents[self.agent])
        row = self._accept(row)
        other = self.load.agents[NAMES[5 - NAMES.index(self.agent)]]
        row = self._move(row, "transfer", agent=other)
        self._write(row)
        self._move(row, "force-close")

    def _write(self, row: dict[str, Any] | None) -> None:
        for _number in range(self.random.randint(1, 3)):
            text = f"word {uuid4()}"
            path = f"conversations/{row['id']}/customer-messages/" if row else ""
            if row and self._do("channels", path, {"text": text}):
                self.ledger.messages.append((row["id"], text))

    def _move(
        self, row: dict[str, Any] | None, act: str, **body: object
    ) -> dict[str, Any] | None:
        if row is None:
            return None
        if act != "force-close":
            body["override"] = True
        path = f"conversations/{row['id']}/{act}/"
        return self._do("supervisor", path, body, row) or row

    def _accept(self, row: dict[str, Any] | None) -> dict[str, Any] | None:
        if row is None or not row.get("offer"):
            return row
        path = f"offers/{row['offer']['id']}/accept/"
        return self._do(self.agent, path, {}) or row

    def _do(
        self,
        who: str,
        path: str,
        body: dict[str, Any],
        row: dict[str, Any] | None = None,
    ) -> dict[str, Any] | None:
        """The row that a command came to; None when it was refused or nobody knows."""
        for _try in range(AGAIN):
            if row is not None:
                body["state_version"] = row["state_version"]
            answer = self._send(who, path, body)
            if answer is None or not answer.is_success:
                if answer is None or answer.status_code != 409:
                    return None
                row = answer.json().get("conversation") or row
                continue
            said = answer.json()
            found: dict[str, Any] = said.get("conversation", said)
            if found:
                self.ledger.rows.append((found["id"], found["version"]))
            return found
        return None

    def _send(self, who: str, path: str, body: dict[str, Any]) -> httpx.Response | None:
        """The answer; when it is lost, the same again with the same key."""
        key = {"Idempotency-Key": str(uuid4())}
        headers = {"Authorization": f"Token {self.load.tokens[who]}"} | key
        for _try in range(AGAIN):
            self.load.over.wait(self.load.pause)
            answer = self._once(path, body, headers)
            if answer is not None and answer.status_code not in LOST:
                return answer
        return None

    def _once(
        self, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> httpx.Response | None:
        try:
            answer = self.http.post(path, json=body, headers=headers, timeout=PATIENCE)
        except httpx.TransportError as error:
            self.ledger.answers[type(error).__name__] += 1
            return None
        self.ledger.answers[str(answer.status_code)] += 1
        from_us = answer.status_code not in {502, 504}
        if from_us and "json" not in answer.headers.get("content-type", ""):
            self.ledger.html.append(f"{path} {answer.status_code} {answer.text[:200]}")
        return answer


class Load:
    """So many people at so many commands a second, all together."""

    def __init__(self, centre: Centre, people: int = 4, rate: float = 20) -> None:
        self.centre = centre
        self.ledger = Ledger()
        self.over = threading.Event()
        self.pause = people / rate
        self.tokens: dict[str, str] = {}
        self.people = people
        self._log_in()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Commands are sent inside the block."""
        self.over.clear()
        people = [Person(self, number) for number in range(self.people)]
        threads = [threading.Thread(target=person.live) for person in people]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join(4 * PATIENCE)

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Until so many more commands have been answered well."""
        aim = len(self.ledger.rows) + count
        end = time.monotonic() + seconds
        while len(self.ledger.rows) < aim:
            assert time.monotonic() < end, self.ledger.answers
            self.over.wait(0.05)

    def _log_in(self) -> None:
        with self.centre.lan.inside("people"), httpx.Client(timeout=30) as http:
            for name in NAMES:
                body = {"username": name, "password": PASSWORD}
                answer = http.post(f"{self.centre.url}/api/v1/token/", json=body)
                self.tokens[name] = answer.json()["token"]
        with self.centre.connect() as database:
            self.queues = _ids(
                database.execute("SELECT name, id FROM conversations_queue")
            )
            self.agents = _ids(database.execute(AGENTS))


AGENTS = "SELECT u.username, a.id FROM conversations_agent a"
AGENTS += " JOIN auth_user u ON u.id = a.user_id"


def _ids(found: Sequence[Any] | Any) -> dict[str, int]:
    return {str(name): int(pk) for name, pk in found}
