"""The tiles of one scope, kept as things come and go instead of counted anew. Pure.

Definitions: domain, section 7. Each thing says what it adds to which figure; the
longest wait is found by a heap, which drops what waits no longer when it is met.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conversations.states import Presence, State
from dashboard.floor import AgentItem, ConversationItem, Item, QueueItem

FIGURES = (
    "ongoing",
    State.OPEN.value,
    State.ACTIVE.value,
    State.WAITING.value,
    State.WRAP_UP.value,
    "waiting_for_agent",
    "agents_available",
    "agents_on",
    "agents_total",
    "units_used",
    "units_total",
)
TAKE_WORK = frozenset({Presence.AVAILABLE, Presence.BUSY})
SLACK = 64  # left-overs in the heap that are not worth sorting out


@dataclass(frozen=True, slots=True)
class Today:
    """Counts of one queue since midnight."""

    accepted: int = 0
    accepted_in_time: int = 0
    abandoned: int = 0

    def __add__(self, other: Today) -> Today:
        return Today(
            self.accepted + other.accepted,
            self.accepted_in_time + other.accepted_in_time,
            self.abandoned + other.abandoned,
        )

    @property
    def service_level(self) -> float | None:
        """Share accepted within the queue's threshold; None before the first."""
        return self._share(self.accepted_in_time)

    @property
    def abandon_rate(self) -> float | None:
        """Share that left before an agent accepted."""
        return self._share(self.abandoned)

    @property
    def shown(self) -> dict[str, object]:
        """The tiles of the day."""
        return {
            "service_level": self.service_level,
            "abandon_rate": self.abandon_rate,
            "accepted_today": self.accepted,
            "abandoned_today": self.abandoned,
        }

    def _share(self, part: int) -> float | None:
        offered = self.accepted + self.abandoned
        return round(part / offered, 4) if offered else None


class Tally:
    """Figures over the items that were put and not taken out again."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._queues: dict[int, QueueItem] = {}
        self._waits: dict[int, ConversationItem] = {}
        self._heap: list[tuple[str, int]] = []

    def put(self, pk: int, item: Item) -> None:
        """A thing has come, at this version."""
        self._counts.update(_figures(item))
        if isinstance(item, QueueItem):
            self._queues[pk] = item
        elif isinstance(item, ConversationItem) and item.wait_since is not None:
            self._waits[pk] = item
            heapq.heappush(self._heap, (item.wait_since, pk))

    def take(self, pk: int, item: Item) -> None:
        """The thing has gone, or another version of it comes next."""
        self._counts.subtract(_figures(item))
        if isinstance(item, QueueItem):
            self._queues.pop(pk, None)
        elif isinstance(item, ConversationItem):
            self._waits.pop(pk, None)

    def tiles(self, today: Mapping[int, Today]) -> dict[str, object]:
        """Every figure of the floor; those of the day from the counts of its queues."""
        total = sum((today.get(pk, Today()) for pk in self._queues), Today())
        figures = {name: self._counts[name] for name in FIGURES}
        return {**figures, **self._longest_wait(), **total.shown}

    def _longest_wait(self) -> dict[str, object]:
        self._sort_out()
        if not self._heap:
            return {"longest_wait_since": None, "longest_wait_target_seconds": None}
        since, pk = self._heap[0]
        queue = self._queues.get(self._waits[pk].queue)
        target = None if queue is None else queue.service_level_seconds
        return {"longest_wait_since": since, "longest_wait_target_seconds": target}

    def _sort_out(self) -> None:
        if len(self._heap) > 2 * len(self._waits) + SLACK:
            self._heap = list(self._entries())
            heapq.heapify(self._heap)
        while self._heap and not self._waits_still(*self._heap[0]):
            heapq.heappop(self._heap)

    def _entries(self) -> Iterable[tuple[str, int]]:
        for pk, item in self._waits.items():
            if item.wait_since is not None:
                yield item.wait_since, pk

    def _waits_still(self, since: str, pk: int) -> bool:
        item = self._waits.get(pk)
        return item is not None and item.wait_since == since


def _figures(item: Item) -> Mapping[str, int]:
    """What one thing adds to which figure."""
    if isinstance(item, ConversationItem):
        waits = item.wait_since is not None
        return {"ongoing": 1, item.state: 1, "waiting_for_agent": int(waits)}
    return _staff(item) if isinstance(item, AgentItem) else {}


def _staff(agent: AgentItem) -> Mapping[str, int]:
    if agent.presence == Presence.OFFLINE:
        return {"agents_total": 1}
    free = agent.presence in TAKE_WORK and agent.used < agent.total
    return {
        "agents_total": 1,
        "agents_on": 1,
        "agents_available": int(free),
        "units_used": agent.used,
        "units_total": agent.total,
    }
