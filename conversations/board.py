"""Reads rows from the database: each kind in one look, as the floor shows them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from conversations.models import ONGOING, Agent, Conversation, Membership, Queue
from conversations.refusals import Refused
from conversations.rows import (
    CONVERSATION_JOINS,
    AgentRow,
    ConversationRow,
    QueueRow,
    agent_row,
    conversation_row,
    queue_row,
)

BATCH = 500  # ids in one statement; SQLite allows 32,766 variables, older ones 999


def ongoing() -> QuerySet[Conversation]:
    """Everything that is not closed, ready for `conversation_row`."""
    joined = Conversation.objects.select_related(*CONVERSATION_JOINS)
    return joined.filter(ONGOING)


def conversations_by_id(ids: Iterable[int]) -> list[Conversation]:
    """These conversations, closed ones too, ready for `conversation_row`."""
    joined = Conversation.objects.select_related(*CONVERSATION_JOINS, "closed_by")
    return [
        conversation
        for chunk in _chunks(ids)
        for conversation in joined.filter(pk__in=chunk)
    ]


def agents_by_id(ids: Iterable[int] | None = None) -> list[AgentRow]:
    """These agents, or all; read them inside `consistent_read`."""
    agents = Agent.objects.prefetch_related("agent_skills__skill")
    if ids is None:
        return [_agent(agent) for agent in agents]
    return [
        _agent(agent) for chunk in _chunks(ids) for agent in agents.filter(pk__in=chunk)
    ]


def queues_by_id(ids: Iterable[int] | None = None) -> list[QueueRow]:
    """These queues, or all; read them inside `consistent_read`."""
    queues = Queue.objects.all()
    memberships = Membership.objects.all()
    if ids is not None:
        wanted = list(ids)
        queues = queues.filter(pk__in=wanted)
        memberships = memberships.filter(queue__in=wanted)
    members: dict[int, list[int]] = {}
    for queue_id, agent_id in memberships.values_list("queue_id", "agent_id"):
        members.setdefault(queue_id, []).append(agent_id)
    return [queue_row(queue, members.get(queue.pk, ())) for queue in queues]


def row_of(conversation_id: int) -> ConversationRow:
    """One present row; raises `Refused("not_found")`."""
    found = conversations_by_id([conversation_id])
    if not found:
        raise Refused.not_found()
    return conversation_row(found[0])


def agent_row_of(agent_id: int) -> AgentRow:
    """One agent's present row; raises `Refused("not_found")`."""
    found = agents_by_id([agent_id])
    if not found:
        raise Refused.not_found()
    return found[0]


def present_things(refused: Refused) -> dict[str, object]:
    """What a 409 carries: the present row of what it is about (interface, HTTP)."""
    things: dict[str, object] = {}
    if refused.conversation_id is not None:
        things["conversation"] = row_of(refused.conversation_id)
    if refused.agent_id is not None:
        things["agent"] = agent_row_of(refused.agent_id)
    return things


def _agent(agent: Agent) -> AgentRow:
    return agent_row(
        agent,
        [
            {"name": own.skill.name, "proficiency": own.proficiency}
            for own in agent.agent_skills.all()
        ],
    )


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]
