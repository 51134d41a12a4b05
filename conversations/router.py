"""Gives waiting conversations to agents: one router at a time per queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When

from conversations import moments
from conversations.events import SYSTEM
from conversations.locks import lock_queue, one_transaction
from conversations.models import (
    AgentSkill,
    Conversation,
    FloorSettings,
    Membership,
    Offer,
    Queue,
    Session,
)
from conversations.routing import (
    PAUSE_AFTER_DECLINE,
    Candidate,
    Work,
    choose_highest_capacity,
)
from conversations.states import Method, OfferState, Presence, State
from conversations.transitions.offering import offer_work
from conversations.transitions.scene import enter

BLOCK = 100  # how many waiting conversations are considered at a time


def route_all() -> int:
    """Route every queue that routes by itself; answers how many offers were made.

    Queues of the smaller priority number first, so that an agent of several queues
    serves the more urgent one.
    """
    offered = 0
    for queue_id in _queues_with_work():
        while (made := _route_one(queue_id)) is not None:
            offered += made
    return offered


@dataclass(frozen=True, slots=True)
class _Refusals:
    """How often each agent said no to a conversation, and who is paused for it."""

    counts: Counter[tuple[int, int]]
    paused: frozenset[tuple[int, int]]


def _queues_with_work() -> list[int]:
    """Queues where something waits and somebody has room for it, by priority."""
    somebody = Membership.objects.filter(
        queue=OuterRef("queue"),
        agent__user__is_active=True,
        agent__total_units__gte=F("agent__used_units") + OuterRef("units"),
    ).exclude(agent__presence=Presence.OFFLINE)
    waiting = Conversation.objects.filter(Exists(somebody), state=State.OPEN)
    return list(
        Queue.objects.filter(conversations__in=waiting)
        .exclude(method=Method.MANUAL)
        .order_by("priority", "name")
        .values_list("pk", flat=True)
        .distinct()
    )


@one_transaction
def _route_one(queue_id: int) -> int | None:
    """Offer the first conversation for which there is somebody; None when done.

    0: what was chosen is another one now; look again in a transaction of its own, for
    here its rows stay locked.
    """
    queue = lock_queue(queue_id, skip_locked=True)
    if queue is None or queue.method == Method.MANUAL:
        return None
    for start in count(step=BLOCK):
        waiting = _waiting(queue, start)
        if not waiting:
            return None
        made = _serve(queue, waiting)
        if made is not None:
            return made
    raise AssertionError("unreachable")


def _serve(queue: Queue, waiting: Mapping[int, Work]) -> int | None:
    members = _members(queue, with_skills=any(work.skills for work in waiting.values()))
    refusals = _refusals(waiting, moments.now())
    for conversation_id, work in waiting.items():
        candidates = [_with_refusals(m, conversation_id, refusals) for m in members]
        chosen = choose_highest_capacity(candidates, work)
        made = None if chosen is None else _offer(conversation_id, chosen, work, queue)
        if made is not None:
            return made
    return None


def _waiting(queue: Queue, start: int) -> dict[int, Work]:
    """A block of what waits in the queue, in the order in which it is served."""
    declines_allowed = FloorSettings.current().declines_allowed
    waiting = (
        Conversation.objects.filter(queue=queue, state=State.OPEN)
        .annotate(same_agent=_KEPT_AGENT)
        .order_by("-at_front", "priority", "waiting_since", "pk")
        .values_list(
            "pk", "units", "skills", "workstream__allowed_presences", "same_agent"
        )
    )
    return {
        pk: Work(
            units, frozenset(presences), frozenset(skills), declines_allowed, same_agent
        )
        for pk, units, skills, presences, same_agent in waiting[start : start + BLOCK]
    }


_KEPT_AGENT = Case(
    When(
        workstream__keep_same_agent=True,
        then=Subquery(
            Session.objects.filter(
                conversation=OuterRef("pk"), accepted_at__isnull=False
            )
            .order_by("-pk")
            .values("agent")[:1]
        ),
    )
)
"""Who had the conversation last, where its workstream keeps the same agent."""


def _members(queue: Queue, *, with_skills: bool) -> list[Candidate]:
    members = (
        Membership.objects.filter(queue=queue, agent__user__is_active=True)
        .exclude(agent__presence=Presence.OFFLINE)
        .annotate(
            remaining=F("agent__total_units") - F("agent__used_units"),
            open_sessions=Count(
                "agent__sessions", filter=Q(agent__sessions__closed_at__isnull=True)
            ),
        )
        .values_list(
            "agent", "agent__presence", "remaining", "open_sessions", "offered_at"
        )
    )
    skills = _skills(queue) if with_skills else {}
    return [
        Candidate(
            agent,
            presence,
            remaining,
            open_sessions,
            skills=frozenset(skills.get(agent, ())),
            offered_at=offered_at,
        )
        for agent, presence, remaining, open_sessions, offered_at in members
    ]


def _skills(queue: Queue) -> dict[int, set[str]]:
    skills: dict[int, set[str]] = {}
    own = AgentSkill.objects.filter(agent__memberships__queue=queue)
    for agent, name in own.values_list("agent", "skill__name"):
        skills.setdefault(agent, set()).add(name)
    return skills


def _refusals(waiting: Iterable[int], now: datetime) -> _Refusals:
    counts: Counter[tuple[int, int]] = Counter()
    paused = set()
    ended = Offer.objects.filter(
        conversation__in=list(waiting),
        state__in=(OfferState.DECLINED, OfferState.TIMED_OUT),
    ).values_list("conversation_id", "agent_id", "offered_by_id", "ended_at")
    for conversation_id, agent_id, offered_by, ended_at in ended:
        pair = (conversation_id, agent_id)
        counts[pair] += 1
        if (
            offered_by
            and ended_at
            and now - ended_at < timedelta(seconds=PAUSE_AFTER_DECLINE)
        ):
            paused.add(pair)
    return _Refusals(counts, frozenset(paused))


def _with_refusals(
    member: Candidate, conversation_id: int, refusals: _Refusals
) -> Candidate:
    pair = (conversation_id, member.agent)
    if pair not in refusals.counts:
        return member
    return replace(
        member, declines=refusals.counts[pair], paused=pair in refusals.paused
    )


def _offer(
    conversation_id: int, chosen: Candidate, work: Work, queue: Queue
) -> int | None:
    """Offer it if, under the locks, both are still as they were when chosen; None
    where the conversation is in another's hands just now."""
    scene = enter(conversation_id, agents=[chosen.agent], skip_locked=True)
    if scene is None:
        return None
    conversation, agent = scene.conversation, scene.agents[chosen.agent]
    waits_here = conversation.queue_id == queue.pk and conversation.state == State.OPEN
    fits = agent.remaining_units >= work.units
    if not (waits_here and fits and agent.presence in work.allowed_presences):
        return 0
    offer_work(scene, agent, by=SYSTEM)
    return 1
