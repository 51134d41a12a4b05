"""What is on the screens of one scope: kept as the floor changes, never computed anew.

Everybody who supervises the same queues shares one of these, its digest and its
frames. Pure: no sockets, no database, no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from dashboard.floor import (
    Change,
    ConversationItem,
    Floor,
    Gone,
    Item,
    Key,
    QueueItem,
)
from dashboard.tally import Tally, Today

_NAMES = {"c": "conversations", "a": "agents", "q": "queues"}


@dataclass(slots=True)
class Delta:
    """What a tick changed on these screens: things to show anew, things that left."""

    rows: dict[Key, Item] = field(default_factory=dict)
    gone: dict[Key, Gone] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rows or self.gone)


class ScopeView:
    """The visible things of the supervisors of `queues`."""

    def __init__(self, queues: frozenset[int], floor: Floor) -> None:
        self.queues = queues
        self.digest = 0
        self._floor = floor
        self._shown: dict[Key, Item] = {}
        self._tally = Tally()
        self._needed: Counter[int] = Counter()
        self.absorb(_everything(floor))

    @property
    def count(self) -> int:
        """How many things are on the screen."""
        return len(self._shown)

    def absorb(self, changes: Iterable[Change]) -> Delta:
        """Follow the floor; what these screens must be told comes back."""
        delta = Delta()
        touched: set[int] = set()
        for change in changes:
            if change.kind == "a":
                touched.add(change.pk)
            else:
                touched |= self._absorb_one(change, delta)
        for pk in touched:
            self._absorb_agent(pk, delta)
        return delta

    def items(self) -> Iterable[tuple[Key, Item]]:
        """Everything visible, at its newest version."""
        return self._shown.items()

    def item(self, key: Key) -> Item | None:
        """A visible thing, or None when it is not on these screens."""
        return self._shown.get(key)

    def tiles(self, today: Mapping[int, Today]) -> dict[str, object]:
        """The figures over everything visible, and the day's."""
        return self._tally.tiles(today)

    def _absorb_one(self, change: Change, delta: Delta) -> frozenset[int]:
        """A conversation or queue; answers the agents whose visibility may move."""
        key = (change.kind, change.pk)
        before = change.before if self._sees(change.pk, change.before) else None
        after = change.after if self._sees(change.pk, change.after) else None
        self._needed.subtract(_agents_of(before))
        self._needed.update(_agents_of(after))
        if after is not None:
            self._show(key, after, delta)
        elif before is not None:
            self._hide(key, _why(change), delta)
        return _agents_of(before) ^ _agents_of(after)

    def _sees(self, pk: int, item: Item | None) -> bool:
        if isinstance(item, ConversationItem):
            return item.queue in self.queues
        return item is not None and pk in self.queues

    def _absorb_agent(self, pk: int, delta: Delta) -> None:
        key = ("a", pk)
        item = self._floor.agents.get(pk)
        before = self._shown.get(key)
        if item is not None and self._needed[pk] > 0:
            if before is None or before.version != item.version:
                self._show(key, item, delta)
        elif before is not None:
            self._hide(key, Gone(before.version, "out_of_scope"), delta)

    def _show(self, key: Key, item: Item, delta: Delta) -> None:
        self._forget(key)
        self._shown[key] = item
        self._tally.put(key[1], item)
        self.digest ^= item.digest
        delta.rows[key] = item
        delta.gone.pop(key, None)

    def _hide(self, key: Key, gone: Gone, delta: Delta) -> None:
        self._forget(key)
        delta.gone[key] = gone
        delta.rows.pop(key, None)

    def _forget(self, key: Key) -> None:
        item = self._shown.pop(key, None)
        if item is not None:
            self._tally.take(key[1], item)
            self.digest ^= item.digest


def rows_frame(tick: int, rows: dict[Key, Item]) -> str:
    """`rows`: a join of strings that are ready."""
    parts = [f'{{"type":"rows","tick":{tick}']
    parts += _lists((key[0], item.text) for key, item in rows.items())
    return "".join([*parts, "}"])


def gone_frame(tick: int, gone: dict[Key, Gone]) -> str:
    """`gone`: what has left these screens, and why."""
    lists: dict[str, list[dict[str, object]]] = {}
    for (kind, pk), why in gone.items():
        entry = {"id": pk, "version": why.version, "reason": why.reason, "by": why.by}
        lists.setdefault(_NAMES[kind], []).append(entry)
    return orjson.dumps({"type": "gone", "tick": tick, **lists}).decode()


def listed(items: Iterable[tuple[Key, Item]]) -> list[str]:
    """`,"conversations":[...],"agents":[...],"queues":[...]`, empty ones included, in
    parts: joining them can wait for a thread."""
    texts: dict[str, list[str]] = {"c": [], "a": [], "q": []}
    for (kind, _pk), item in items:
        texts[kind] += (item.text, ",")
    return [
        part
        for kind, rows in texts.items()
        for part in (f',"{_NAMES[kind]}":[', *rows[:-1], "]")
    ]


def _lists(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    by_kind: dict[str, list[str]] = {}
    for kind, text in texts:
        by_kind.setdefault(kind, []).append(text)
    for kind, rows in by_kind.items():
        yield f',"{_NAMES[kind]}":[{",".join(rows)}]'


def _why(change: Change) -> Gone:
    if change.after is not None:
        return Gone(change.after.version, "out_of_scope")
    return change.gone or Gone(0, "removed")


def _agents_of(item: Item | None) -> frozenset[int]:
    if isinstance(item, ConversationItem):
        return item.agents
    return item.members if isinstance(item, QueueItem) else frozenset()


def _everything(floor: Floor) -> list[Change]:
    return [
        *(Change("q", pk, None, item) for pk, item in floor.queues.items()),
        *(Change("a", pk, None, item) for pk, item in floor.agents.items()),
        *(Change("c", pk, None, item) for pk, item in floor.conversations.items()),
    ]
