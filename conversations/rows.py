"""What is shown of each live thing: a pure function of the database at its version.

No clock, no locale, no viewer (domain, section 2). The names are fixed in
`interface.md`; the hub encodes these once and sends them to everybody in scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from conversations.models import Agent, Conversation, Offer, Queue
from conversations.moments import iso
from conversations.states import State


class OfferShown(TypedDict):
    id: int
    kind: str
    agent: int
    expires_at: str | None


class MoodShown(TypedDict):
    level: str
    score: float | None
    trend: str
    points: list[float]


class CustomerShown(TypedDict):
    name: str


class ClosesShown(TypedDict):
    kind: str
    at: str | None


class HandShown(TypedDict):
    since: str | None
    text: str


class SkillShown(TypedDict):
    name: str
    proficiency: int


class ConversationRow(TypedDict):
    id: int
    version: int
    state_version: int
    subject: str
    channel: str
    channel_kind: str
    elevated: str | None
    state: str
    phase: str | None
    status_reason: str
    queue: int
    agent: int | None
    customer: CustomerShown
    priority: int
    opened_at: str | None
    queued_at: str | None
    state_since: str | None
    accepted_at: str | None
    last_customer_message_at: str | None
    last_agent_message_at: str | None
    unanswered_since: str | None
    transfer_count: int
    sentiment: MoodShown
    offer: OfferShown | None
    attention: list[dict[str, object]]
    units: int
    language: str
    consent_recorded: bool
    workstream: str
    wait_since: str | None
    waited_seconds: int | None
    bot_name: str
    skills: list[SkillShown]
    closes: ClosesShown | None
    hand: HandShown | None


class AgentRow(TypedDict):
    id: int
    version: int
    state_version: int
    user: int
    name: str
    presence: str
    presence_label: str
    presence_since: str | None
    presence_set_by: str
    presence_reason: str
    used_units: int
    total_units: int
    skills: list[SkillShown]


class QueueRow(TypedDict):
    id: int
    version: int
    name: str
    type: str
    priority: int
    open: bool
    method: str
    service_level_seconds: int
    agents: list[int]


CONVERSATION_JOINS = ("customer", "workstream", "offer")
"""`select_related` of one statement that reads whole conversation rows."""


def conversation_row(conversation: Conversation) -> ConversationRow:
    """The row of the floor; needs customer, workstream and offer loaded."""
    return {
        "id": conversation.pk,
        "version": conversation.version,
        "state_version": conversation.state_version,
        "subject": conversation.subject,
        "channel": conversation.channel,
        "channel_kind": conversation.channel_kind.value,
        "elevated": conversation.elevated or None,
        "state": conversation.state,
        "phase": conversation.phase or None,
        "status_reason": conversation.status_reason,
        "queue": conversation.queue_id,
        "agent": conversation.agent_id,
        "customer": {"name": conversation.customer.name},
        "priority": conversation.priority,
        "opened_at": iso(conversation.opened_at),
        "queued_at": iso(conversation.queued_at),
        "state_since": iso(conversation.state_since),
        "accepted_at": iso(conversation.accepted_at),
        "last_customer_message_at": iso(conversation.last_customer_message_at),
        "last_agent_message_at": iso(conversation.last_agent_message_at),
        "unanswered_since": iso(conversation.unanswered_since),
        "transfer_count": conversation.transfer_count,
        "sentiment": _mood_shown(conversation),
        "offer": offer_shown(conversation.offer),
        "attention": [],
        "units": conversation.units,
        "language": conversation.language,
        "consent_recorded": bool(conversation.consent_given),
        "workstream": conversation.workstream.name,
        "wait_since": iso(conversation.waiting_since),
        "waited_seconds": conversation.waited_seconds,
        "bot_name": conversation.bot_name,
        "skills": skills_asked(conversation.skills),
        "closes": _closes_shown(conversation),
        "hand": _hand_shown(conversation),
    }


def state_part(conversation: Conversation) -> tuple[object, ...]:
    """What moves `state_version`: state, phase, agent, queue, elevation and offers."""
    return (
        conversation.state,
        conversation.phase,
        conversation.agent_id,
        conversation.queue_id,
        conversation.elevated,
        conversation.offer_id,
    )


def offer_shown(offer: Offer | None) -> OfferShown | None:
    """The offer that is out, with the moment at which it ends."""
    if offer is None:
        return None
    return {
        "id": offer.pk,
        "kind": offer.kind,
        "agent": offer.target,
        "expires_at": iso(offer.expires_at),
    }


def agent_row(agent: Agent, skills: Iterable[SkillShown]) -> AgentRow:
    """An agent as the floor sees it."""
    return {
        "id": agent.pk,
        "version": agent.version,
        "state_version": agent.state_version,
        "user": agent.user_id,
        "name": agent.name,
        "presence": agent.presence,
        "presence_label": agent.presence_label,
        "presence_since": iso(agent.presence_since),
        "presence_set_by": agent.presence_set_by,
        "presence_reason": agent.presence_reason,
        "used_units": agent.used_units,
        "total_units": agent.total_units,
        "skills": list(skills),
    }


def agent_state_part(agent: Agent) -> tuple[object, ...]:
    """What moves an agent's `state_version`, skills apart: presence, total units."""
    return (*presence_part(agent), agent.total_units)


def presence_part(agent: Agent) -> tuple[object, ...]:
    """A presence, since when, set by whom and why."""
    return (
        agent.presence,
        agent.presence_label,
        agent.presence_since,
        agent.presence_set_by,
        agent.presence_reason,
    )


def queue_row(queue: Queue, agents: Iterable[int]) -> QueueRow:
    """A queue with the ids of its members."""
    return {
        "id": queue.pk,
        "version": queue.version,
        "name": queue.name,
        "type": queue.type,
        "priority": queue.priority,
        "open": queue.is_open,
        "method": queue.method,
        "service_level_seconds": queue.service_level_seconds,
        "agents": sorted(agents),
    }


def is_ongoing(conversation: Conversation) -> bool:
    """Ongoing conversations are on the board; closed ones leave it."""
    return conversation.state != State.CLOSED


def skills_asked(stored: Iterable[str | SkillShown]) -> list[SkillShown]:
    """What a conversation asks for; a bare name asks for any proficiency."""
    return [
        {"name": skill, "proficiency": 1} if isinstance(skill, str) else skill
        for skill in stored
    ]


def _closes_shown(conversation: Conversation) -> ClosesShown | None:
    if conversation.closes_at is None:
        return None
    return {"kind": conversation.closes_kind, "at": iso(conversation.closes_at)}


def _hand_shown(conversation: Conversation) -> HandShown | None:
    if conversation.hand_since is None:
        return None
    return {"since": iso(conversation.hand_since), "text": conversation.hand_text}


def _mood_shown(conversation: Conversation) -> MoodShown:
    return {
        "level": conversation.mood_level,
        "score": conversation.mood_score,
        "trend": conversation.mood_trend,
        "points": list(conversation.mood_points),
    }
