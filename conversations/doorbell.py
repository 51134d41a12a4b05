"""Rings after a commit: ids, not rows. Whoever wants to know listens; losing a ring is
allowed, because the truth is found by comparing versions (architecture, steps 5 to 7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Ring:
    """What may have changed. `watched` are conversations whose panel may have;
    `routable`: somebody may now be offered what they could not be before."""

    conversations: frozenset[int] = field(default_factory=frozenset)
    agents: frozenset[int] = field(default_factory=frozenset)
    queues: frozenset[int] = field(default_factory=frozenset)
    watched: frozenset[int] = field(default_factory=frozenset)
    routable: bool = False
    settings: bool = False
    rights: bool = False
    alerts: bool = False


Listener = Callable[[Ring], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Hear every ring of this process; the answer ends it. Must not raise or block."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def ring_on_commit(ring: Ring) -> None:
    """Ring once the running transaction is in the database, and only then."""
    transaction.on_commit(lambda: _ring(ring), robust=True)


def _ring(ring: Ring) -> None:
    for listener in tuple(_listeners):
        listener(ring)
