"""The only creator of events: one per transition, in its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import User

from conversations import meters
from conversations.doorbell import Ring, ring_on_commit
from conversations.models import Agent, Conversation, Event, Queue


class Kind(StrEnum):
    """What happened, dotted and past."""

    OPENED = "conversation.opened"
    BOT_TOOK = "conversation.bot_took"
    BOT_ESCALATED = "conversation.bot_escalated"
    BOT_ENDED = "conversation.bot_ended"
    PICKED = "conversation.picked"
    RELEASED = "conversation.released"
    FINISHED = "conversation.finished"
    CUSTOMER_ENDED = "conversation.customer_ended"
    CLOSED = "conversation.closed"
    WAITED = "conversation.waited"
    REVIVED = "conversation.revived"
    RESOLVED = "conversation.resolved"
    ELEVATED = "conversation.elevated"
    CONSENT_RECORDED = "conversation.consent_recorded"
    FORCE_CLOSED = "conversation.force_closed"
    ASSIGNED = "conversation.assigned"
    ASSIGNED_TO_QUEUE = "conversation.assigned_to_queue"
    TRANSFERRED = "conversation.transfer_offered"
    AUTO_CLOSED = "conversation.auto_closed"
    CALL_TIMED_OUT = "conversation.call_timed_out"
    OVERFLOWED = "conversation.overflowed"
    AGENT_LOST = "conversation.agent_lost"
    UNITS_FREED = "conversation.units_freed"
    OFFERED = "offer.made"
    ACCEPTED = "offer.accepted"
    DECLINED = "offer.declined"
    TIMED_OUT = "offer.timed_out"
    RECEIVED = "message.received"
    SENT = "message.sent"
    WHISPERED = "message.whispered"
    MONITORING_STARTED = "monitoring.started"
    MONITORING_ENDED = "monitoring.ended"
    JOINED = "supervisor.joined"
    LEFT = "supervisor.left"
    CONSULT_ASKED = "consult.asked"
    CONSULT_ACCEPTED = "consult.accepted"
    CONSULT_DECLINED = "consult.declined"
    CONSULT_TIMED_OUT = "consult.timed_out"
    CONSULT_WITHDRAWN = "consult.withdrawn"
    CONSULT_ENDED = "consult.ended"
    CONSULTANT_ADDED = "consultant.added"
    CONSULTANT_LEFT = "consultant.left"
    HAND_RAISED = "hand.raised"
    HAND_LOWERED = "hand.lowered"
    HANDED_OVER = "conversation.handed_over"
    HANDED_OVER_TO_QUEUE = "conversation.handed_over_to_queue"
    TRANSFER_WITHDRAWN = "conversation.transfer_withdrawn"
    NOTES_SAVED = "notes.saved"
    CUSTOMER_GONE = "customer.gone"
    CUSTOMER_BACK = "customer.back"
    RATED = "customer.rated"
    PRESENCE_CHANGED = "agent.presence_changed"
    CAPACITY_CHANGED = "agent.capacity_changed"
    SKILLS_CHANGED = "agent.skills_changed"
    AGENT_ADDED = "agent.added"
    AGENT_RENAMED = "agent.renamed"
    SIGNED_IN = "agent.signed_in"
    NOTICE_READ = "notice.read"
    DISCONNECTED = "agent.disconnected"
    RECONNECTED = "agent.reconnected"
    VANISHED = "agent.vanished"
    QUEUE_CHANGED = "queue.changed"
    HOURS_CHANGED = "queue.hours_changed"
    SUPERVISORS_CHANGED = "queue.supervisors_changed"
    WORKSTREAM_CHANGED = "workstream.changed"
    SETTINGS_CHANGED = "settings.changed"
    WORDING_CHANGED = "wording.changed"
    EVENTS_REMOVED = "events.removed"
    CONVERSATIONS_ARCHIVED = "conversations.archived"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it; customers, bots and the system have no user of their own."""

    kind: str
    user: User | None = None
    name: str = ""

    @classmethod
    def agent(cls, agent: Agent) -> Actor:
        """An agent at their own desk."""
        return cls("agent", agent.user, agent.name)

    @classmethod
    def supervisor(cls, user: User) -> Actor:
        """A supervisor at the floor."""
        return cls("supervisor", user, shown_name(user))

    @classmethod
    def administrator(cls, user: User) -> Actor:
        """An administrator in Django admin."""
        return cls("administrator", user, shown_name(user))


SYSTEM = Actor("system")
CUSTOMER = Actor("customer")
BOT = Actor("bot")


def shown_name(user: User) -> str:
    """The name under which people see this user."""
    return user.get_full_name() or user.get_username()


def record(
    kind: Kind,
    *,
    at: datetime,
    by: Actor,
    conversation: Conversation | None = None,
    changed: Iterable[Conversation | Agent | Queue] = (),
    watched: Iterable[int] = (),
    desks: Iterable[int] = (),
    data: Mapping[str, object] | None = None,
    reason: str = "",
    routable: bool = False,
    settings: bool = False,
    rights: bool = False,
    alerts: bool = False,
) -> Event:
    """Write the event of one transition and ring the doorbell after its commit."""
    things = list(changed)
    event = Event.objects.create(
        at=at,
        kind=kind,
        actor_kind=by.kind,
        actor=by.user,
        actor_name=by.name,
        conversation=conversation,
        changes=[_named(thing) for thing in things],
        data=dict(data or {}),
        reason=reason,
    )
    meters.count(meters.TRANSITIONS, kind)
    ring_on_commit(
        Ring(
            conversations=_ids(things, Conversation),
            agents=_ids(things, Agent),
            queues=_ids(things, Queue),
            watched=frozenset(watched),
            desks=frozenset(desks),
            routable=routable,
            settings=settings,
            rights=rights,
            alerts=alerts,
        )
    )
    return event


_KINDS: Mapping[type, str] = {
    Conversation: "conversation",
    Agent: "agent",
    Queue: "queue",
}


def _named(thing: Conversation | Agent | Queue) -> dict[str, object]:
    return {"kind": _KINDS[type(thing)], "id": thing.pk, "version": thing.version}


def _ids(things: Iterable[Conversation | Agent | Queue], kind: type) -> frozenset[int]:
    return frozenset(thing.pk for thing in things if isinstance(thing, kind))
