"""Commands as they are posted to the API, each to a conversation of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import psycopg

from bench.callers import MACHINE, SUPERVISOR, token_of

BATCH = 20
ONE, SEVERAL, CLOSE = "one message", f"batch of {BATCH}", "force close"
# One of each agent's: whoever is the agent of two would have their row waited for.
TALKING = """SELECT DISTINCT ON (agent_id) id, state_version
FROM conversations_conversation
WHERE phase = 'in_conversation' AND channel IN ('live_chat', 'sms', 'whatsapp')
ORDER BY agent_id, id"""


class Target(NamedTuple):
    """A conversation, as whoever sends a command has seen it."""

    pk: int
    state_version: int


@dataclass(frozen=True, slots=True)
class Post:
    """One request: below which conversation, what, and who sends it."""

    path: str
    body: Mapping[str, object]
    caller: str

    @property
    def headers(self) -> dict[str, str]:
        """Who it is, and that it is JSON."""
        token = f"Token {token_of(self.caller)}"
        return {"Authorization": token, "Content-Type": "application/json"}


def _one(it: Target) -> Post:
    return _said(it, {"text": "Where is my parcel?", "client_id": "alone"})


def _several(it: Target) -> Post:
    words = [
        {"text": f"Where is parcel {number}?", "client_id": f"word-{number}"}
        for number in range(BATCH)
    ]
    return _said(it, {"messages": words})


def _close(it: Target) -> Post:
    body = {"state_version": it.state_version, "reason": "Measured."}
    return Post(f"/api/v1/conversations/{it.pk}/force-close/", body, SUPERVISOR)


def _said(it: Target, body: Mapping[str, object]) -> Post:
    return Post(f"/api/v1/conversations/{it.pk}/customer-messages/", body, MACHINE)


POSTS: Mapping[str, Callable[[Target], Post]] = {
    ONE: _one,
    SEVERAL: _several,
    CLOSE: _close,
}
"""In the order in which one conversation can take them all."""


def talking(database: str, count: int) -> list[Target]:
    """So many with an agent, each with another one; the same in every copy."""
    with psycopg.connect(database) as connection:
        found = connection.execute(f"{TALKING} LIMIT {count:d}".encode()).fetchall()
    if len(found) < count:
        raise RuntimeError(f"{len(found)} conversations will do, {count} are needed")
    return [Target(*row) for row in found]
