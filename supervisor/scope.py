"""What a supervisor supervises: queues, and through them everything else."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from conversations.models import ONGOING, Agent, Conversation, Membership, Queue


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
    ongoing = Conversation.objects.filter(ONGOING, queue__in=wanted)
    # Each by itself: joined, an agent's members, conversations and offers of two years
    # would be multiplied by each other.
    return Agent.objects.filter(
        Q(pk__in=Membership.objects.filter(queue__in=wanted).values("agent"))
        | Q(pk__in=ongoing.filter(agent__isnull=False).values("agent"))
        | Q(pk__in=ongoing.filter(offer__agent__isnull=False).values("offer__agent"))
    )
