"""Rings after a commit: ids, not rows. Whoever wants to know listens; losing a ring is
allowed, because the truth is found by comparing versions (architecture, steps 5 to 7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is writing just now; customers have no user. Never stored, and nobody's
    loss when it is lost."""

    conversation: int
    kind: str
    name: str
    visibility: str
    user: int = 0


@dataclass(frozen=True, slots=True)
class Ring:
    """What may have changed. `watched` are conversations whose panel may have, `desks`
    agents whose desk may have beyond its rows; `routable`: somebody may now be offered
    what they could not be before; `doubt`: a ring may have been missed."""

    conversations: frozenset[int] = field(default_factory=frozenset)
    agents: frozenset[int] = field(default_factory=frozenset)
    queues: frozenset[int] = field(default_factory=frozenset)
    watched: frozenset[int] = field(default_factory=frozenset)
    desks: frozenset[int] = field(default_factory=frozenset)
    typing: tuple[Typing, ...] = ()
    routable: bool = False
    settings: bool = False
    rights: bool = False
    alerts: bool = False
    doubt: bool = False


Listener = Callable[[Ring], None]
_own: list[Listener] = []
_all: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Hear the rings that this process makes; the answer ends it. Must not raise or
    block."""
    return _added(_own, listener)


def overhear(listener: Listener) -> Callable[[], None]:
    """Hear every ring that reaches this process, other processes' too."""
    return _added(_all, listener)


def ring_on_commit(ring: Ring) -> None:
    """Ring once the running transaction is in the database, and only then."""
    transaction.on_commit(lambda: ring_now(ring), robust=True)


def ring_now(ring: Ring) -> None:
    """Ring for what no transaction stands behind, such as somebody typing."""
    for listener in (*_own, *_all):
        listener(ring)


def hear(ring: Ring) -> None:
    """A ring of another process has come in."""
    for listener in tuple(_all):
        listener(ring)


def _added(listeners: list[Listener], listener: Listener) -> Callable[[], None]:
    listeners.append(listener)
    return lambda: listeners.remove(listener)
