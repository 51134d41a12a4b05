"""Gives waiting conversations to agents: one router at a time per queue."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from django.db.models import Exists, F, OuterRef, QuerySet

from conversations import explaining, moments
from conversations.events import SYSTEM
from conversations.locks import lock_queue, one_transaction
from conversations.models import Agent, Conversation, Membership, Queue
from conversations.queue_facts import (
    ROUTES_NOW,
    is_closed,
    members_of,
    refusals_of,
    waiting_in,
    works_of,
)
from conversations.routing import MAX_OPEN_SESSIONS, Candidate, Work, choose
from conversations.states import Method, Presence, State
from conversations.transitions.offering import offer_work
from conversations.transitions.scene import Scene, enter

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


def _queues_with_work() -> list[int]:
    """Queues where something waits and somebody has room for it, by priority."""
    somebody = Membership.objects.filter(
        queue=OuterRef("queue"),
        agent__user__is_active=True,
        agent__total_units__gte=F("agent__used_units") + OuterRef("units"),
    ).exclude(agent__presence=Presence.OFFLINE)
    waiting = Conversation.objects.filter(Exists(somebody), state=State.OPEN)
    queues: QuerySet[Queue] = Queue.objects.filter(
        ROUTES_NOW, conversations__in=waiting
    ).exclude(method=Method.MANUAL)
    return list(
        queues.order_by("priority", "name").values_list("pk", flat=True).distinct()
    )


@one_transaction
def _route_one(queue_id: int) -> int | None:
    """Offer the first conversation for which there is somebody; None when done.

    0: what was chosen is another one now; look again in a transaction of its own, for
    here its rows stay locked.
    """
    queue = lock_queue(queue_id, skip_locked=True)
    if queue is None or queue.method == Method.MANUAL or is_closed(queue):
        return None
    for start in count(step=BLOCK):
        waiting = works_of(queue, waiting_in(queue), start=start, stop=start + BLOCK)
        if not waiting:
            return None
        made = _serve(queue, waiting)
        if made is not None:
            return made
    raise AssertionError("unreachable")


def _serve(queue: Queue, waiting: Mapping[int, Work]) -> int | None:
    asks = any(work.skills for work in waiting.values())
    members = members_of(queue, with_skills=asks)
    refusals = refusals_of(waiting, moments.now())
    hopeless: set[tuple[object, ...]] = set()
    for conversation_id, asked in waiting.items():
        if asked.needs in hopeless:
            continue
        work = refusals.counted(conversation_id, asked)
        candidates = refusals.seen_by(conversation_id, members)
        chosen = choose(queue.method, candidates, work)
        if chosen is None:
            # Nobody for it although nobody has said no: nobody for its like either.
            if not work.declines:
                hopeless.add(work.needs)
            continue
        made = _offer(conversation_id, chosen, work, candidates, queue)
        if made is not None:
            return made
    return None


def _offer(
    conversation_id: int,
    chosen: Candidate,
    work: Work,
    candidates: list[Candidate],
    queue: Queue,
) -> int | None:
    """Offer it if, under the locks, both are still as they were when chosen; None
    where the conversation is in another's hands just now."""
    scene = enter(conversation_id, agents=[chosen.agent], skip_locked=True)
    if scene is None:
        return None
    agent = scene.agents[chosen.agent]
    if not (_waits_here(scene, queue) and _fits(agent, work)):
        return 0
    offer_work(scene, agent, by=SYSTEM)
    explaining.note_offer(scene, queue, candidates, work)
    return 1


def _waits_here(scene: Scene, queue: Queue) -> bool:
    conversation = scene.conversation
    return conversation.queue_id == queue.pk and conversation.state == State.OPEN


def _fits(agent: Agent, work: Work) -> bool:
    """Another queue's router may have given the same agent something meanwhile."""
    return (
        agent.remaining_units >= work.units
        and agent.presence in work.allowed_presences
        and agent.sessions.filter(closed_at__isnull=True).count() < MAX_OPEN_SESSIONS
    )
