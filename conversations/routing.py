"""Who gets the next conversation, and why the others do not. Pure: no ORM.

First who had it before, where the workstream keeps the same agent; then, where the
queue takes the closest match, whoever lacks least; then the queue's method.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from conversations.states import Method, SkillMatch

MAX_OPEN_SESSIONS = 10
MAX_DECLINES = 100
"""After so many answers of no, by whomever, only people decide about it."""
PAUSE_AFTER_DECLINE = 60
"""Seconds for which routing passes over an agent who has just said no to a
supervisor's assignment, while there is somebody else."""

Skills = Mapping[str, int]
"""Name of a skill -> proficiency: asked for, or had."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one waiting conversation asks for; `same_agent` had it before, where the
    workstream keeps it; `declines` are everybody's."""

    units: int
    allowed_presences: frozenset[str]
    skills: Skills = field(default_factory=dict)
    skill_match: str = SkillMatch.EXACT
    declines_allowed: int = 3
    declines: int = 0
    same_agent: int | None = None

    @property
    def needs(self) -> tuple[object, ...]:
        """Equal for all that the same agents can serve, apart from who said no."""
        skills = frozenset(self.skills.items())
        return (self.units, self.allowed_presences, skills, self.skill_match)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of the queue as they are at this moment.

    `membership` is in the order of joining; `offered_at` this queue's last offer to
    them; `freed_at` when they last gave units back since they signed in.
    """

    agent: int
    presence: str
    remaining: int
    open_sessions: int = 0
    skills: Skills = field(default_factory=dict)
    declines: int = 0
    paused: bool = False
    offered_at: datetime | None = None
    freed_at: datetime | None = None
    membership: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One candidate, and why not; an empty reason is an eligible one."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What routing finds for one conversation at one moment.

    `reason` is about the whole: nobody is asked, whoever they are; `verdicts` are in
    the order of choice, the eligible ones first.
    """

    reason: str
    verdicts: tuple[Verdict, ...]

    @property
    def chosen(self) -> int | None:
        """The agent whom it goes to; None: to nobody."""
        if self.reason or not self.verdicts or self.verdicts[0].reason:
            return None
        return self.verdicts[0].candidate.agent

    @property
    def summary(self) -> dict[str, int]:
        """Reason -> how many candidates are left out for it."""
        return dict(Counter(each.reason for each in self.verdicts if each.reason))


def asked_for(skills: Iterable[object]) -> dict[str, int]:
    """The skills of a conversation as stored: names, or names with a proficiency; a
    bare name asks for any."""
    asked: dict[str, int] = {}
    for each in skills:
        name, least = str(each), 1
        if isinstance(each, Mapping):
            name, least = str(each["name"]), int(each.get("proficiency") or 1)
        asked[name] = max(least, asked.get(name, 1))
    return asked


def shortfall(candidate: Candidate, work: Work) -> int:
    """How far the candidate is from what is asked for: over all skills, the points of
    proficiency that are missing. Nought is a full match."""
    return sum(
        max(0, least - candidate.skills.get(name, 0))
        for name, least in work.skills.items()
    )


def why_not(candidate: Candidate, work: Work) -> str | None:
    """The first reason for which this agent can't be offered it; None when they can.

    `paused` counts only while there is somebody else.
    """
    if candidate.presence not in work.allowed_presences:
        return "presence_not_allowed"
    if candidate.remaining < work.units:
        return "capacity_exceeded"
    if work.skill_match == SkillMatch.EXACT and shortfall(candidate, work):
        return "skills_missing"
    if candidate.declines >= work.declines_allowed:
        return "decline_limit"
    if candidate.open_sessions >= MAX_OPEN_SESSIONS:
        return "session_limit"
    return "paused" if candidate.paused else None


def blocked(method: str, work: Work, *, is_closed: bool = False) -> str:
    """Why nobody is asked, whoever they are; empty when the candidates decide."""
    if ORDERS[Method(method)] is None:
        return "manual_queue"
    if is_closed:
        return "queue_closed"
    return "too_many_declines" if work.declines >= MAX_DECLINES else ""


def choose(
    method: str, candidates: Iterable[Candidate], work: Work
) -> Candidate | None:
    """Whom this queue offers it to; None when there is nobody, or nobody is asked."""
    order = ORDERS[Method(method)]
    if order is None or blocked(method, work):
        return None
    eligible, paused = [], []
    for candidate in candidates:
        reason = why_not(candidate, work)
        if reason is None:
            eligible.append(candidate)
        elif reason == "paused":
            paused.append(candidate)
    return min(eligible or paused, key=_ranking(order, work), default=None)


def explain(
    method: str,
    candidates: Iterable[Candidate],
    work: Work,
    *,
    is_closed: bool = False,
) -> Explanation:
    """The same choice with everybody who was looked at, and why not."""
    members = list(candidates)
    reasons = {each.agent: why_not(each, work) or "" for each in members}
    if "" not in reasons.values():
        reasons = {pk: "" if r == "paused" else r for pk, r in reasons.items()}
    rank = _ranking(ORDERS[Method(method)] or _by_joining, work)
    members.sort(key=lambda each: (bool(reasons[each.agent]), rank(each)))
    verdicts = tuple(Verdict(each, reasons[each.agent]) for each in members)
    reason = blocked(method, work, is_closed=is_closed)
    return Explanation(reason or ("" if verdicts else "nobody_in_queue"), verdicts)


_NEVER = datetime.min.replace(tzinfo=UTC)
Order = Callable[[Candidate], tuple[object, ...]]


def _by_joining(candidate: Candidate) -> tuple[object, ...]:
    return (candidate.membership,)


def _by_last_offer(candidate: Candidate) -> tuple[object, ...]:
    """Never offered first, in the order of joining; then whose turn is longest ago."""
    return (candidate.offered_at or _NEVER, candidate.membership)


def _by_room(candidate: Candidate) -> tuple[object, ...]:
    return (-candidate.remaining, *_by_last_offer(candidate))


def _by_rest(candidate: Candidate) -> tuple[object, ...]:
    """Who has just signed in has given nothing back yet: the least active of all."""
    return (candidate.freed_at or _NEVER, *_by_last_offer(candidate))


ORDERS: Mapping[Method, Order | None] = {
    Method.HIGHEST_CAPACITY: _by_room,
    Method.ADVANCED_ROUND_ROBIN: _by_last_offer,
    Method.LEAST_ACTIVE: _by_rest,
    Method.MANUAL: None,
}
"""Method -> who comes first; by hand nobody does."""


def _ranking(order: Order, work: Work) -> Order:
    def rank(candidate: Candidate) -> tuple[object, ...]:
        lacks = (
            shortfall(candidate, work) if work.skill_match == SkillMatch.CLOSEST else 0
        )
        return (candidate.agent != work.same_agent, lacks, *order(candidate))

    return rank
