"""What one process knows of the floor: every live thing once, encoded once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import orjson

from conversations.rows import AgentRow, ConversationRow, QueueRow
from conversations.states import State
from live.digest import hashed

Key = tuple[str, int]
"""Kind (c, a, q) and id."""

Versions = Mapping[str, Mapping[int, int]]
"""Kind -> id -> version, of everything ongoing."""


@dataclass(frozen=True, slots=True)
class ConversationItem:
    """A row, ready to send, with what scopes and tiles ask of it; `digest` is its part
    in that of a screen, worked out once for all scopes."""

    version: int
    text: str
    queue: int
    agents: frozenset[int]
    state: str
    wait_since: str | None
    digest: int


@dataclass(frozen=True, slots=True)
class AgentItem:
    version: int
    text: str
    presence: str
    used: int
    total: int
    digest: int


@dataclass(frozen=True, slots=True)
class QueueItem:
    version: int
    text: str
    members: frozenset[int]
    service_level_seconds: int
    digest: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A thing that left the floor: at which version, why, and by whose hand."""

    version: int
    reason: str
    by: str = ""


Item = ConversationItem | AgentItem | QueueItem
OneItem = TypeVar("OneItem", ConversationItem, AgentItem, QueueItem)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after; `gone` says why where nothing came after."""

    kind: str
    pk: int
    before: Item | None
    after: Item | None
    gone: Gone | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at the database found: rows, and what is not there any more."""

    conversations: list[ConversationRow] = field(default_factory=list)
    closed: dict[int, Gone] = field(default_factory=dict)
    agents: list[AgentRow] = field(default_factory=list)
    queues: list[QueueRow] = field(default_factory=list)
    missing: frozenset[Key] = frozenset()


class Floor:
    """The newest version of each live thing that this process has read."""

    def __init__(self) -> None:
        self.conversations: dict[int, ConversationItem] = {}
        self.agents: dict[int, AgentItem] = {}
        self.queues: dict[int, QueueItem] = {}
        self._versions: dict[str, dict[int, int]] = {"c": {}, "a": {}, "q": {}}

    def apply(self, reading: Reading) -> list[Change]:
        """Take a reading in; what changed comes back, nothing for what was known."""
        return [
            *self._put_all("q", self.queues, _queue_items(reading.queues)),
            *self._put_all("a", self.agents, _agent_items(reading.agents)),
            *self._put_all(
                "c", self.conversations, _conversation_items(reading.conversations)
            ),
            *self._drop_closed(reading.closed),
            *self._drop_missing(reading.missing),
        ]

    def differences(self, there: Versions) -> set[Key]:
        """Which things are not as `there` says; any thread may ask.

        An older version than the known one is a look that began earlier: no news.
        """
        return {
            (kind, pk)
            for kind, known in self._versions.items()
            for pk in _differing(known, there[kind])
        }

    def is_ahead_of(self, there: Versions) -> bool:
        """Whether anything known is newer than `there`, which was read later: then the
        database itself went back, as when a replica takes over that lagged."""
        return any(
            version < known.get(pk, 0)
            for kind, known in self._versions.items()
            if known != there[kind]
            for pk, version in there[kind].items()
        )

    def forget(self) -> None:
        """Nothing is known any more."""
        self.conversations.clear()
        self.agents.clear()
        self.queues.clear()
        for known in self._versions.values():
            known.clear()

    @property
    def versions(self) -> Versions:
        """Of everything known, kept as things come and go."""
        return self._versions

    def _put_all(
        self, kind: str, known: dict[int, OneItem], items: Iterable[tuple[int, OneItem]]
    ) -> Iterator[Change]:
        for pk, item in items:
            before = known.get(pk)
            if before is None or item.version > before.version:
                known[pk] = item
                self._versions[kind][pk] = item.version
                yield Change(kind, pk, before, item)

    def _drop_closed(self, closed: dict[int, Gone]) -> Iterator[Change]:
        for pk, gone in closed.items():
            before = self._drop("c", pk)
            if before is not None:
                yield Change("c", pk, before, None, gone)

    def _drop_missing(self, missing: Iterable[Key]) -> Iterator[Change]:
        for kind, pk in missing:
            before = self._drop(kind, pk)
            if before is not None:
                yield Change(kind, pk, before, None, Gone(before.version, "removed"))

    def _drop(self, kind: str, pk: int) -> Item | None:
        self._versions[kind].pop(pk, None)
        if kind == "c":
            return self.conversations.pop(pk, None)
        if kind == "a":
            return self.agents.pop(pk, None)
        return self.queues.pop(pk, None)


def _differing(known: Mapping[int, int], there: Mapping[int, int]) -> set[int]:
    if known == there:
        return set()
    news = dict(there.items() - known.items())
    newer = {pk for pk, version in news.items() if version > known.get(pk, 0)}
    return newer | (known.keys() - there.keys())


def encoded(row: ConversationRow | AgentRow | QueueRow) -> str:
    """JSON of one row; the only place where rows become text."""
    return orjson.dumps(row).decode()


def _conversation_items(
    rows: Iterable[ConversationRow],
) -> Iterator[tuple[int, ConversationItem]]:
    for row in rows:
        offer = row["offer"]
        agents = {row["agent"], offer["agent"] if offer else None} - {None}
        yield (
            row["id"],
            ConversationItem(
                version=row["version"],
                text=encoded(row),
                queue=row["queue"],
                agents=frozenset(pk for pk in agents if pk is not None),
                state=State(row["state"]),
                wait_since=row["wait_since"],
                digest=hashed("c", row["id"], row["version"]),
            ),
        )


def _agent_items(rows: Iterable[AgentRow]) -> Iterator[tuple[int, AgentItem]]:
    for row in rows:
        yield (
            row["id"],
            AgentItem(
                version=row["version"],
                text=encoded(row),
                presence=row["presence"],
                used=row["used_units"],
                total=row["total_units"],
                digest=hashed("a", row["id"], row["version"]),
            ),
        )


def _queue_items(rows: Iterable[QueueRow]) -> Iterator[tuple[int, QueueItem]]:
    for row in rows:
        yield (
            row["id"],
            QueueItem(
                version=row["version"],
                text=encoded(row),
                members=frozenset(row["agents"]),
                service_level_seconds=row["service_level_seconds"],
                digest=hashed("q", row["id"], row["version"]),
            ),
        )
