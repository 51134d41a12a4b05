"""docs/operations.md, "Backup and restore", as it stands there: a dump that is taken
while people write is a whole floor, and the product goes on with it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.errors import RestrictViolation

from deploy.cluster.servers import postgres_program
from tests.faults import trail
from tests.faults.killing import CEILING, Client, tokens_at
from tests.servers import LiveServer, wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.scale]

CLIENTS = 4
EVENTS = "SELECT id, at, kind FROM conversations_event"
MESSAGES = "SELECT conversation_id, public_number FROM conversations_message"
Rows = list[tuple[int, int]]
FORBIDDEN = (
    "UPDATE conversations_event SET kind = kind",
    "DELETE FROM conversations_event",
    "UPDATE conversations_conversation SET state = 'active' WHERE state = 'closed'",
)


@dataclass(frozen=True)
class Database:
    """One database of this run's PostgreSQL."""

    url: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def beside(self, name: str) -> Database:
        """Another one on the same server, which need not be there yet."""
        return Database(urlsplit(self.url)._replace(path=f"/{name}").geturl())


@contextmanager
def people_write(server: LiveServer) -> Iterator[list[Client]]:
    """Inside, commands come without pause; behind it, the server has ended."""
    tokens, start = tokens_at(server.url), Barrier(CLIENTS)
    clients = [Client(server.url, tokens, seed) for seed in range(CLIENTS)]
    threads = [Thread(target=client.work, args=(start,)) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield clients
    finally:
        server.stop()
        for thread in threads:
            thread.join(CEILING)


def await_more(clients: Sequence[Client], log: Path) -> None:
    """Each of them has been answered several times from now on."""
    aims = [(client, len(client.rows) + 6) for client in clients]
    wait_until(lambda: all(len(c.rows) >= aim for c, aim in aims), "answers", log)


def run(program: str, *arguments: str) -> None:
    subprocess.run([postgres_program(program), *arguments], check=True)


def dump(database: Database, file: Path) -> None:
    run("pg_dump", "--format=custom", f"--file={file}", database.url)


def restore(database: Database, file: Path) -> Database:
    """The new database *restored*, on the same server."""
    copy = database.beside("restored")
    run("createdb", f"--maintenance-db={database.url}", "restored")
    run(
        "pg_restore",
        "--no-owner",
        "--exit-on-error",
        f"--dbname={copy.url}",
        str(file),
    )
    run("vacuumdb", "--analyze-only", "--quiet", f"--dbname={copy.url}")
    return copy


def check_holds(copy: Database, answered: Sequence[tuple[Rows, Rows]]) -> None:
    """All that had been answered before the dump began is there, rows and trail."""
    named, messages = trail.versions(copy.rows), set(copy.rows(MESSAGES))
    for rows, numbers in answered:
        assert rows
        assert set(numbers) <= messages
        assert all(version in named["conversation", pk] for pk, version in rows)


def check_refuses(copy: Database, statement: str) -> None:
    """The triggers that keep the trail came along."""
    with psycopg.connect(copy.url) as connection, pytest.raises(RestrictViolation):
        connection.execute(statement)


def check_goes_on(server: LiveServer, copy: Database) -> None:
    """The product starts on the copy and continues its numbers and its trail."""
    before = len(copy.rows(EVENTS))
    server.start()
    client = Client(server.url, tokens_at(server.url), seed=CLIENTS)
    client.one_case()
    client.http.close()
    trail.check_whole(copy.rows)
    assert len(copy.rows(EVENTS)) > before


def test_a_dump_under_traffic_is_a_whole_floor(tmp_path: Path) -> None:
    database = Database(os.environ["DATABASE_URL"]).beside("backed_up")
    run("createdb", f"--maintenance-db={os.environ['DATABASE_URL']}", "backed_up")
    file = tmp_path / "floor.dump"
    with LiveServer("setup_demo", env={"DATABASE_URL": database.url}) as server:
        with people_write(server) as clients:
            await_more(clients, server.log)
            answered = [(list(one.rows), list(one.messages)) for one in clients]
            dump(database, file)
            await_more(clients, server.log)
        copy = restore(database, file)
        check_holds(copy, answered)
        trail.check_whole(copy.rows)
        # It was taken in the middle: the floor went on behind it.
        assert set(copy.rows(EVENTS)) < set(database.rows(EVENTS))
        for statement in FORBIDDEN:
            check_refuses(copy, statement)
        server.env["DATABASE_URL"] = copy.url
        assert "No differences." in server.manage("reconcile")
        check_goes_on(server, copy)
