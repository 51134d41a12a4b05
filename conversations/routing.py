"""Who gets the next conversation, and why the others do not. Pure: no ORM."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

MAX_OPEN_SESSIONS = 10
PAUSE_AFTER_DECLINE = 60
"""Seconds for which routing passes over an agent who has just said no to a
supervisor's assignment, while there is somebody else."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one waiting conversation asks for; `same_agent` had it before, where the
    workstream keeps it."""

    units: int
    allowed_presences: frozenset[str]
    skills: frozenset[str] = frozenset()
    declines_allowed: int = 3
    same_agent: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of the queue as they are at this moment."""

    agent: int
    presence: str
    remaining: int
    open_sessions: int = 0
    skills: frozenset[str] = frozenset()
    declines: int = 0
    paused: bool = False
    offered_at: datetime | None = None


def why_not(candidate: Candidate, work: Work) -> str | None:
    """The first reason for which this agent can't be offered it; None when they can."""
    if candidate.presence not in work.allowed_presences:
        return "presence_not_allowed"
    if candidate.remaining < work.units:
        return "capacity_exceeded"
    if not work.skills <= candidate.skills:
        return "skills_missing"
    if candidate.declines >= work.declines_allowed:
        return "decline_limit"
    if candidate.open_sessions >= MAX_OPEN_SESSIONS:
        return "session_limit"
    return None


def choose_highest_capacity(
    candidates: Iterable[Candidate], work: Work
) -> Candidate | None:
    """Who had it before; then most units left, ties to whom this queue has waited for
    longest."""
    eligible = [c for c in candidates if why_not(c, work) is None]
    fresh = [c for c in eligible if not c.paused] or eligible
    known = [c for c in fresh if c.agent == work.same_agent]
    if known:
        return known[0]
    return min(fresh, key=_order, default=None)


def _order(candidate: Candidate) -> tuple[int, float, int]:
    offered = candidate.offered_at.timestamp() if candidate.offered_at else 0.0
    return (-candidate.remaining, offered, candidate.agent)
