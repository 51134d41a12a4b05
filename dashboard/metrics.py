"""The tiles: figures of a scope, from what is on its screens and from today's counts.

Definitions: domain, section 7. Service level divides by accepted + abandoned, short
abandons left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from conversations.models import Conversation, Queue
from conversations.states import Presence, State
from dashboard.floor import AgentItem, ConversationItem, Item, Key, QueueItem


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

    def _share(self, part: int) -> float | None:
        offered = self.accepted + self.abandoned
        return round(part / offered, 4) if offered else None


def tiles_of(
    items: Iterable[tuple[Key, Item]], today: Mapping[int, Today]
) -> dict[str, object]:
    """The figures over everything that one scope shows. Pure."""
    conversations, agents, queues = [], [], {}
    for (_kind, pk), item in items:
        if isinstance(item, ConversationItem):
            conversations.append(item)
        elif isinstance(item, AgentItem):
            agents.append(item)
        elif isinstance(item, QueueItem):
            queues[pk] = item
    total = sum((today.get(pk, Today()) for pk in queues), Today())
    return {
        **_work(conversations, queues),
        **_staff(agents),
        "service_level": total.service_level,
        "abandon_rate": total.abandon_rate,
        "accepted_today": total.accepted,
        "abandoned_today": total.abandoned,
    }


def today_by_queue(now: datetime) -> dict[int, Today]:
    """Today's counts of every queue, each of which has its own thresholds."""
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return {queue.pk: _today(queue, midnight) for queue in Queue.objects.all()}


def _work(
    conversations: list[ConversationItem], queues: Mapping[int, QueueItem]
) -> dict[str, object]:
    states = Counter(item.state for item in conversations)
    waits = [item for item in conversations if item.wait_since is not None]
    longest = min(waits, key=lambda item: item.wait_since or "", default=None)
    target = None if longest is None else queues.get(longest.queue)
    return {
        "ongoing": len(conversations),
        "open": states[State.OPEN],
        "active": states[State.ACTIVE],
        "waiting": states[State.WAITING],
        "wrap_up": states[State.WRAP_UP],
        "waiting_for_agent": len(waits),
        "longest_wait_since": None if longest is None else longest.wait_since,
        "longest_wait_target_seconds": (
            None if target is None else target.service_level_seconds
        ),
    }


def _staff(agents: list[AgentItem]) -> dict[str, object]:
    present = [agent for agent in agents if agent.presence != Presence.OFFLINE]
    takes_work = {Presence.AVAILABLE, Presence.BUSY}
    return {
        "agents_available": sum(
            agent.presence in takes_work and agent.used < agent.total
            for agent in present
        ),
        "agents_on": len(present),
        "agents_total": len(agents),
        "units_used": sum(agent.used for agent in present),
        "units_total": sum(agent.total for agent in present),
    }


def _today(queue: Queue, midnight: datetime) -> Today:
    target = timedelta(seconds=queue.service_level_seconds)
    short = timedelta(seconds=queue.short_abandon_seconds)
    accepted = Conversation.objects.filter(
        queue=queue, first_accepted_at__gte=midnight
    ).aggregate(
        all=Count("pk"),
        in_time=Count(
            "pk", filter=Q(first_accepted_at__lte=F("first_queued_at") + target)
        ),
    )
    # Closed without any agent ever accepting; what a bot ended never waited for one.
    abandoned = Conversation.objects.filter(
        Q(closed_at__gte=F("first_queued_at") + short),
        queue=queue,
        closed_at__gte=midnight,
        first_accepted_at__isnull=True,
    )
    return Today(accepted["all"], accepted["in_time"], abandoned.count())
