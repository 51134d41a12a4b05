"""Small live things for tests that need no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dashboard.floor import (
    AgentItem,
    Change,
    ConversationItem,
    Floor,
    Gone,
    Item,
    QueueItem,
    Reading,
)
from live.digest import hashed


def conversation(
    version: int = 1, *, queue: int = 1, agents: Iterable[int] = ()
) -> ConversationItem:
    return ConversationItem(
        version=version,
        text=f'{{"version":{version},"queue":{queue}}}',
        queue=queue,
        agents=frozenset(agents),
        state="open",
        wait_since=None,
        digest=0,
    )


def agent(version: int = 1) -> AgentItem:
    return AgentItem(version, f'{{"version":{version}}}', "available", 0, 40, 0)


def queue(version: int = 1, *, members: Iterable[int] = ()) -> QueueItem:
    return QueueItem(version, f'{{"version":{version}}}', frozenset(members), 60, 0)


def put(floor: Floor, kind: str, pk: int, item: Item) -> Change:
    """The change that this item makes on `floor`, which has it from now on."""
    known = {"c": floor.conversations, "a": floor.agents, "q": floor.queues}[kind]
    assert isinstance(known, dict)
    before = known.get(pk)
    known[pk] = replace(item, digest=hashed(kind, pk, item.version))
    return Change(kind, pk, before, known[pk])


def drop(floor: Floor, kind: str, pk: int) -> list[Change]:
    """A conversation closes, an agent or a queue is removed."""
    if kind != "c":
        return floor.apply(Reading(missing=frozenset({(kind, pk)})))
    closed = floor.conversations.get(pk)
    version = 0 if closed is None else closed.version + 1
    return floor.apply(Reading(closed={pk: Gone(version, "force_closed", "Astrid")}))
