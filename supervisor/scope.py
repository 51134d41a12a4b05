"""What a supervisor supervises: queues, and through them everything else."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from conversations.models import Agent, Queue
from conversations.states import State


def supervised_queues(user: User) -> frozenset[int]:
    """The ids of the queues in this user's scope."""
    return frozenset(user.supervised_queues.values_list("pk", flat=True))


def scopes_of(users: Iterable[int]) -> dict[int, frozenset[int]]:
    """The same for many users in one query."""
    scopes: dict[int, set[int]] = {pk: set() for pk in users}
    rows = Queue.supervisors.through.objects.filter(user__in=scopes)
    for user_id, queue_id in rows.values_list("user_id", "queue_id"):
        scopes[user_id].add(queue_id)
    return {pk: frozenset(queues) for pk, queues in scopes.items()}


def agents_in_scope(queues: Iterable[int]) -> QuerySet[Agent]:
    """Members of these queues, and primaries and offer targets of their ongoing
    conversations (interface, HTTP)."""
    wanted = list(queues)
    ongoing = ~Q(conversations__state=State.CLOSED)
    offered = ~Q(offers__offered_conversation__state=State.CLOSED)
    return Agent.objects.filter(
        Q(memberships__queue__in=wanted)
        | (Q(conversations__queue__in=wanted) & ongoing)
        | (Q(offers__offered_conversation__queue__in=wanted) & offered)
    ).distinct()
