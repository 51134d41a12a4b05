"""A server killed in the middle of its work has done each thing wholly or not."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from random import Random
from threading import Barrier, Event, Thread
from typing import Any

import httpx
import pytest

from supervisor.demo import PASSWORD
from tests.servers import LiveServer

pytestmark = pytest.mark.scale

PUBLIC_NUMBERS = "SELECT conversation_id, public_number FROM conversations_message"
KILLS = 4
CLIENTS = 4
CEILING = 15
Numbers = dict[tuple[str, int], list[int]]


class Client:
    """A channel and a supervisor in one thread: open, write, close, without pause.

    `answered` is what the server said it had done: a conversation's versions and the
    public numbers of its messages.
    """

    def __init__(self, url: str, tokens: dict[str, str], seed: int) -> None:
        self.http = httpx.Client(base_url=f"{url}/api/v1/", timeout=CEILING)
        self.tokens = tokens
        self.random = Random(seed)
        self.rows: list[tuple[int, int]] = []
        self.messages: list[tuple[int, int]] = []
        self.enough = Event()

    def work(self, start: Barrier) -> None:
        """Until the server is gone."""
        start.wait(timeout=CEILING)
        try:
            while True:
                self.one_case()
                if len(self.rows) >= 6:
                    self.enough.set()
        except httpx.TransportError:
            self.enough.set()
        finally:
            self.http.close()

    def one_case(self) -> None:
        """A conversation from its first word to its forced end."""
        body = {"channel": "sms", "customer": {"name": "Kirsten"}, "text": "Hello"}
        opened = self.done("channels", "conversations/", body)
        path = f"conversations/{opened['id']}/"
        for number in range(self.random.randint(0, 3)):
            self.done("channels", f"{path}customer-messages/", {"text": f"{number}"})
        seen = {"state_version": opened["state_version"]}
        self.done("supervisor", f"{path}force-close/", seen)

    def done(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What a command came to; a row is remembered with its version."""
        headers = {"Authorization": f"Token {self.tokens[who]}"}
        response = self.http.post(path, json=body, headers=headers)
        answer = response.json()
        if response.status_code == 409:  # the router has offered it meanwhile
            body["state_version"] = answer["conversation"]["state_version"]
            return self.done(who, path, body)
        assert response.is_success, answer
        row: dict[str, Any] = answer.get("conversation", answer)
        self.rows.append((row["id"], row["version"]))
        if "message" in answer:
            self.messages.append((row["id"], answer["message"]["id"]))
        return row


def tokens_of(url: str) -> dict[str, str]:
    """A token each for a channel and a supervisor of the demo floor."""
    found = {}
    for name in ("channels", "supervisor"):
        body = {"username": name, "password": PASSWORD}
        answer = httpx.post(f"{url}/api/v1/token/", json=body, timeout=CEILING)
        found[name] = answer.json()["token"]
    return found


def rows(server: LiveServer, query: str) -> list[tuple[Any, ...]]:
    """Read past the server, which is dead."""
    (file,) = server.folder.glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as data:
        return data.execute(query).fetchall()


def versions(server: LiveServer) -> Numbers:
    """Each version that an event names, by thing."""
    named: Numbers = defaultdict(list)
    for (changes,) in rows(server, "SELECT changes FROM conversations_event"):
        for change in json.loads(changes):
            named[change["kind"], change["id"]].append(change["version"])
    return named


def check_nothing_half_done(server: LiveServer) -> None:
    """Every version of every thing has its one event, and the holds add up."""
    named = versions(server)
    for kind in ("conversation", "agent", "queue"):
        for pk, version in rows(
            server, f"SELECT id, version FROM conversations_{kind}"
        ):
            assert sorted(named[kind, pk]) == list(range(1, version + 1)), (kind, pk)
    assert "No differences." in server.manage("reconcile")


def load(server: LiveServer, tokens: dict[str, str], round_: int) -> list[Client]:
    """Commands from several sides; the server is killed in the middle of them."""
    clients = [Client(server.url, tokens, seed=10 * round_ + n) for n in range(CLIENTS)]
    start = Barrier(CLIENTS)
    threads = [Thread(target=client.work, args=(start,)) for client in clients]
    for thread in threads:
        thread.start()
    for client in clients:
        assert client.enough.wait(CEILING)
    server.kill()
    for thread in threads:
        thread.join(CEILING)
        assert not thread.is_alive()
    return clients


def test_what_was_answered_survives_and_nothing_is_half_done() -> None:
    with LiveServer("setup_demo") as server:
        tokens = tokens_of(server.url)
        for round_ in range(KILLS):
            clients = load(server, tokens, round_)
            named = versions(server)
            kept = set(rows(server, PUBLIC_NUMBERS))
            for client in clients:
                assert client.rows
                assert set(client.messages) <= kept
                for pk, version in client.rows:
                    assert version in named["conversation", pk]
            check_nothing_half_done(server)
            server.start()
