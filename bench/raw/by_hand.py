"""The limit of a command: the SQL that it sends, sent by psycopg with nothing around.

`--connections 4 --database URL`, where URL is a copy of the database of the settings.
A line on stdin, `{"kind": "one message", "targets": [[7, 1]]}`, is answered with what
the replay took. Each command is first done by the product, in this process, on the
database of the settings, and its statements are noted with their values; then all of
them are sent to the copy as they are. Ids that the copy gives out may differ from the
noted ones; no statement of these commands looks for a row by an id that it has made.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

import psycopg

from bench import lanes
from bench.posts import POSTS, Post, Target

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Statements with their values: one transaction, or one statement outside any."""

    atomic: bool
    statements: list[tuple[str, Any]] = field(default_factory=list)


class Notes:
    """What one command sends, in the shape of its transactions."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._open: Step | None = None

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: object,
    ) -> Any:
        """Note it and let it pass."""
        assert not many, sql
        self._step().statements.append((sql, params))
        return execute(sql, params, many, context)

    def _step(self) -> Step:
        from django.db import connection, transaction

        if self._open is not None:
            return self._open
        step = Step(connection.in_atomic_block)
        self.steps.append(step)
        if step.atomic:
            self._open = step
            transaction.on_commit(self._close)
        return step

    def _close(self) -> None:
        self._open = None


def noted(post: Post) -> list[Step]:
    """Do it as the server would, and answer what was sent."""
    from django.db import connection
    from django.test import Client

    notes = Notes()
    client = Client(headers=post.headers, SERVER_NAME="127.0.0.1")
    with connection.execute_wrapper(notes):
        answer = client.post(post.path, post.body, content_type="application/json")
    if answer.status_code != 200:
        raise RuntimeError(f"{post.path}: {answer.status_code} {answer.content!r}")
    return notes.steps


def send(connection: Connection, steps: Sequence[Step]) -> None:
    """The same statements in the same transactions; what they find is fetched."""
    for step in steps:
        around: AbstractContextManager[object] = (
            connection.transaction() if step.atomic else nullcontext()
        )
        with around:
            for sql, params in step.statements:
                _send(connection, sql, params)


def _send(connection: Connection, sql: str, params: Any) -> None:
    found = connection.execute(sql.encode(), params)
    if found.description:
        found.fetchall()


def answer(connections: Sequence[Connection], line: str) -> dict[str, Any]:
    """Note the commands of this line, replay them, and tell what that took."""
    words = json.loads(line)
    post = POSTS[words["kind"]]
    work = [noted(post(Target(*target))) for target in words["targets"]]
    cpu = time.process_time()
    lap = lanes.run([partial(send, one) for one in connections], work)
    return {
        "seconds": lap.seconds,
        "times": lap.times,
        "cpu": time.process_time() - cpu,
        "statements": median(sum(len(s.statements) for s in steps) for steps in work),
    }


def main() -> None:
    """Until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--connections", type=int, required=True)
    options = parser.parse_args()
    count = range(options.connections)
    connections = [_connected(options.database) for _ in count]
    for line in sys.stdin:
        print(json.dumps(answer(connections, line)), flush=True)


def _connected(database: str) -> Connection:
    # With the product's options, so that the same plans are chosen.
    from django.db import connection

    options = connection.settings_dict["OPTIONS"]["options"]
    return psycopg.connect(database, autocommit=True, options=options)


if __name__ == "__main__":
    import django

    django.setup()
    main()
