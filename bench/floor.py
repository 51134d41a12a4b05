"""Picks what to act on; what is measured comes after the picking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth.models import User
from django.db.models import Q

from conversations.models import Agent, Conversation, Queue
from conversations.states import Method, Presence, Situation

SOME = 50


@dataclass
class Floor:
    """Picks what to act on; each conversation serves one command only."""

    _used: set[int] = field(default_factory=set)

    @cached_property
    def supervisor(self) -> User:
        """Sees every queue."""
        return User.objects.get(username="bench-supervisor-0")

    @cached_property
    def agents(self) -> list[Agent]:
        """Some of those who work in a queue that hands out nothing by itself."""
        members = Agent.objects.filter(queues__method=Method.MANUAL)
        return list(members.select_related("user").order_by("pk")[:SOME])

    @property
    def ongoing(self) -> list[int]:
        """Some that are not over."""
        ongoing = Conversation.objects.filter(closed_at__isnull=True)
        return list(ongoing.order_by("pk").values_list("pk", flat=True)[:SOME])

    @property
    def closed(self) -> Conversation:
        """One that was told in detail."""
        closed = Conversation.objects.filter(closed_at__isnull=False, rating__score=1)
        found = closed.order_by("-pk").first()
        assert found is not None
        return found

    def one(self, situation: Situation, **where: object) -> Conversation:
        """Any in this situation that was not taken before."""
        state, phase = situation.parts
        found = (
            Conversation.objects.filter(
                Q(closed_at__isnull=True), state=state, phase=phase, **where
            )
            .exclude(pk__in=self._used)
            .select_related("queue", "agent__user", "offer__agent__user", "customer")
            .order_by("pk")
            .first()
        )
        assert found is not None, situation
        self._used.add(found.pk)
        return found

    def member(self, queue: Queue, *others: Agent | None) -> Agent:
        """Somebody of the queue but these."""
        taken = [other.pk for other in others if other is not None]
        members = Agent.objects.filter(memberships__queue=queue).exclude(pk__in=taken)
        found = members.order_by("pk").first()
        assert found is not None
        return found

    def with_room(self, queue: Queue, other: Agent | None) -> Agent:
        """Another one, who can take something more just now."""
        agent = self.member(queue, other)
        agent.total_units, agent.presence = agent.used_units + 20, Presence.BUSY
        agent.save(update_fields=["total_units", "presence"])
        return agent


Work = Callable[[], object]
Path = Callable[[Floor], Work]
"""Chooses what to do it with, and answers what is to be measured."""
