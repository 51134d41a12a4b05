"""Gives waiting conversations to agents: one router at a time per queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from conversations import moments
from conversations.events import SYSTEM
from conversations.locks import lock_queue, one_transaction
from conversations.models import Conversation, FloorSettings, Membership, Offer, Queue
from conversations.routing import (
    PAUSE_AFTER_DECLINE,
    Candidate,
    Work,
    choose_highest_capacity,
)
from conversations.states import Method, OfferState, State
from conversations.transitions.offering import offer_work
from conversations.transitions.scene import enter

BLOCK = 100  # how many waiting conversations one look considers


def route_all() -> int:
    """Route every queue that routes by itself; answers how many offers were made.

    Queues of the smaller priority number first, so that an agent of several queues
    serves the more urgent one.
    """
    offered = 0
    for queue_id in _queues_with_work():
        while _route_one(queue_id):
            offered += 1
    return offered


@dataclass(frozen=True, slots=True)
class _Refusals:
    """How often each agent said no to a conversation, and who is paused for it."""

    counts: Counter[tuple[int, int]]
    paused: frozenset[tuple[int, int]]


def _queues_with_work() -> list[int]:
    return list(
        Queue.objects.filter(
            Q(conversations__state=State.OPEN) & ~Q(method=Method.MANUAL)
        )
        .order_by("priority", "name")
        .values_list("pk", flat=True)
        .distinct()
    )


@one_transaction
def _route_one(queue_id: int) -> bool:
    """Offer the first conversation for which there is somebody; False when done."""
    queue = lock_queue(queue_id, skip_locked=True)
    if queue is None or queue.method == Method.MANUAL:
        return False
    waiting = _waiting(queue)
    if not waiting:
        return False
    members = _members(queue)
    refusals = _refusals(waiting, moments.now())
    allowed = FloorSettings.current().declines_allowed
    for conversation in waiting:
        work = _work(conversation, allowed)
        chosen = choose_highest_capacity(
            [_with_refusals(m, conversation.pk, refusals) for m in members], work
        )
        if chosen is not None and _offer(conversation.pk, chosen, work):
            return True
    return False


def _waiting(queue: Queue) -> list[Conversation]:
    return list(
        Conversation.objects.filter(queue=queue, state=State.OPEN)
        .select_related("workstream")
        .order_by("-at_front", "priority", "waiting_since", "pk")[:BLOCK]
    )


def _members(queue: Queue) -> list[Candidate]:
    memberships = (
        Membership.objects.filter(queue=queue, agent__user__is_active=True)
        .select_related("agent")
        .prefetch_related("agent__agent_skills__skill")
        .annotate(
            open_sessions=Count(
                "agent__sessions", filter=Q(agent__sessions__closed_at__isnull=True)
            )
        )
    )
    return [
        Candidate(
            agent=membership.agent_id,
            presence=membership.agent.presence,
            remaining=membership.agent.remaining_units,
            open_sessions=membership.open_sessions,
            skills=frozenset(
                own.skill.name for own in membership.agent.agent_skills.all()
            ),
            offered_at=membership.offered_at,
        )
        for membership in memberships
    ]


def _refusals(waiting: Iterable[Conversation], now: datetime) -> _Refusals:
    counts: Counter[tuple[int, int]] = Counter()
    paused = set()
    ended = Offer.objects.filter(
        conversation__in=[conversation.pk for conversation in waiting],
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


def _work(conversation: Conversation, declines_allowed: int) -> Work:
    return Work(
        units=conversation.units,
        allowed_presences=frozenset(conversation.workstream.allowed_presences),
        skills=frozenset(conversation.skills),
        declines_allowed=declines_allowed,
    )


def _with_refusals(
    member: Candidate, conversation_id: int, refusals: _Refusals
) -> Candidate:
    pair = (conversation_id, member.agent)
    if pair not in refusals.counts:
        return member
    return Candidate(
        agent=member.agent,
        presence=member.presence,
        remaining=member.remaining,
        open_sessions=member.open_sessions,
        skills=member.skills,
        declines=refusals.counts[pair],
        paused=pair in refusals.paused,
        offered_at=member.offered_at,
    )


def _offer(conversation_id: int, chosen: Candidate, work: Work) -> bool:
    """Offer it if, under the locks, both are still as they were when chosen."""
    scene = enter(conversation_id, agents=[chosen.agent], skip_locked=True)
    if scene is None or scene.conversation.state != State.OPEN:
        return False
    agent = scene.agents[chosen.agent]
    fits = agent.remaining_units >= work.units
    if not fits or agent.presence not in work.allowed_presences:
        return False
    offer_work(scene, agent, by=SYSTEM)
    return True
