"""Gives waiting conversations to agents: one router at a time per queue."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from django.db.models import F, Max

from conversations import explaining, moments
from conversations.events import SYSTEM
from conversations.locks import lock_queue, one_transaction
from conversations.models import (
    ONGOING,
    Agent,
    Conversation,
    Membership,
    Queue,
    Workstream,
)
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
    return sum(_route(queue_id) for queue_id in _queues_with_work())


def _route(queue_id: int) -> int:
    offered = 0
    turn = _Turn(again=True)
    while turn.again:
        turn = _take_turn(queue_id)
        offered += turn.offered
    return offered


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one transaction of a queue's router came to, and whether there may be
    somebody for something else that waits there."""

    offered: int = 0
    again: bool = False


def _queues_with_work() -> list[int]:
    """Queues where something waits and somebody there has room for it, by priority.

    Whoever has room is looked for first: where many wait nobody has, and where somebody
    has few wait.
    """
    room = _room()
    served = {
        queue
        for queue, presences, units in _asked_for(room)
        if any(room[queue].get(presence, 0) >= units for presence in presences)
    }
    by_priority = Queue.objects.filter(pk__in=served).order_by("priority", "name")
    return list(by_priority.values_list("pk", flat=True))


def _room() -> dict[int, dict[str, int]]:
    """Queue -> presence -> the most units that one of its members has left."""
    members = Membership.objects.filter(
        agent__user__is_active=True,
        agent__total_units__gt=F("agent__used_units"),
        queue__in=Queue.objects.filter(ROUTES_NOW).exclude(method=Method.MANUAL),
    ).exclude(agent__presence=Presence.OFFLINE)
    room: dict[int, dict[str, int]] = {}
    most = Max(F("agent__total_units") - F("agent__used_units"))
    found = members.values_list("queue", "agent__presence").annotate(most=most)
    for queue, presence, units in found:
        room.setdefault(queue, {})[presence] = units
    return room


def _asked_for(queues: Collection[int]) -> list[tuple[int, list[str], int]]:
    """(queue, allowed presences, units) of what waits in these queues, each once."""
    if not queues:
        return []
    waiting = Conversation.objects.filter(ONGOING, queue__in=queues, state=State.OPEN)
    asked = waiting.values_list("queue", "workstream", "units").distinct()
    kinds = list(asked.order_by())
    streams = Workstream.objects.filter(pk__in={stream for _q, stream, _u in kinds})
    presences = dict(streams.values_list("pk", "allowed_presences"))
    return [(queue, presences[stream], units) for queue, stream, units in kinds]


@one_transaction
def _take_turn(queue_id: int) -> _Turn:
    """Offer the first conversation for which there is somebody."""
    queue = lock_queue(queue_id, skip_locked=True)
    if queue is None or queue.method == Method.MANUAL or is_closed(queue):
        return _Turn()
    for start in count(step=BLOCK):
        waiting = works_of(queue, waiting_in(queue), start=start, stop=start + BLOCK)
        if not waiting:
            return _Turn()
        turn = _Block(queue, waiting, moments.now()).serve()
        if turn is not None:
            whole = start == 0 and len(waiting) < BLOCK
            return turn if whole else replace(turn, again=True)
    raise AssertionError("unreachable")


class _Block:
    """A block of what waits in a locked queue, with the members as they are now."""

    def __init__(self, queue: Queue, waiting: dict[int, Work], now: datetime) -> None:
        self.queue = queue
        self.refusals = refusals_of(waiting, now)
        self.waiting = {
            pk: self.refusals.counted(pk, work) for pk, work in waiting.items()
        }
        asks = any(work.skills for work in waiting.values())
        self.members = members_of(queue, with_skills=asks)

    def serve(self) -> _Turn | None:
        """Offer the first for which there is somebody; None when there is nobody."""
        for pk, work, chosen in self._pairs():
            scene = enter(pk, agents=[chosen.agent], skip_locked=True)
            if scene is None:
                continue  # in another's hands just now
            agent = scene.agents[chosen.agent]
            if not (_waits_here(scene, self.queue) and _fits(agent, work)):
                # Look again in a transaction of its own: here its rows stay locked.
                return _Turn(again=True)
            offer_work(scene, agent, by=SYSTEM)
            explaining.note_offer(scene, self.queue, self._seen_by(pk), work)
            self._follow(pk, chosen, agent, scene.now)
            return _Turn(offered=1, again=any(True for _pair in self._pairs()))
        return None

    def _pairs(self) -> Iterator[tuple[int, Work, Candidate]]:
        """What somebody can take, with whom it goes to, in the order of service."""
        hopeless: set[tuple[object, ...]] = set()
        for pk, work in self.waiting.items():
            if work.needs in hopeless:
                continue
            chosen = choose(self.queue.method, self._seen_by(pk), work)
            if chosen is not None:
                yield pk, work, chosen
            elif not work.declines:
                # Nobody, although nobody has said no: nobody for its like either.
                hopeless.add(work.needs)

    def _seen_by(self, pk: int) -> list[Candidate]:
        return self.refusals.seen_by(pk, self.members)

    def _follow(self, pk: int, chosen: Candidate, agent: Agent, now: datetime) -> None:
        """After an offer, as one would read it anew."""
        del self.waiting[pk]
        after = replace(
            chosen,
            presence=agent.presence,
            remaining=agent.remaining_units,
            open_sessions=chosen.open_sessions + 1,
            offered_at=now,
            declines=0,
            paused=False,
        )
        self.members = [
            after if each.agent == chosen.agent else each for each in self.members
        ]


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
