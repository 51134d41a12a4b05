"""Who sees what of a conversation: one pure function per thing shown.

Supervisors see everything; the conversation's agents everything but monitoring;
customers what is public. Nothing else decides this (domain, section 3: invisible by
construction).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypedDict

from conversations.events import Kind
from conversations.models import Conversation, Event, Message, Participant
from conversations.moments import iso
from conversations.states import Mode, Phase, Visibility


class Viewer(StrEnum):
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    CUSTOMER = "customer"


class ParticipantShown(TypedDict):
    id: int
    kind: str
    mode: str | None
    name: str
    since: str | None
    you: bool


class SenderShown(TypedDict):
    kind: str
    name: str


class MessageShown(TypedDict):
    id: int
    at: str | None
    sender: SenderShown
    visibility: str
    text: str
    sentiment: str | None
    code: str
    params: dict[str, str]


class EventShown(TypedDict):
    id: int
    at: str | None
    kind: str
    actor: str
    data: dict[str, object]


UNSEEN_BY_AGENTS = frozenset({Kind.MONITORING_STARTED, Kind.MONITORING_ENDED})
TIMELINE_LEAVES_OUT = frozenset({Kind.RECEIVED, Kind.SENT})
"""Messages are the transcript; the timeline tells the rest."""


def people_shown(
    conversation: Conversation,
    stays: Iterable[Participant],
    viewer: Viewer,
    *,
    you: int | None = None,
) -> list[ParticipantShown]:
    """The people in it: the customer, a bot, then users in the order they came."""
    shown = [_customer(conversation), *_bot(conversation)]
    for stay in stays:
        if viewer is not Viewer.SUPERVISOR and stay.mode == Mode.MONITOR:
            continue
        shown.append(
            {
                "id": stay.pk,
                "kind": "supervisor" if stay.is_supervising else "agent",
                "mode": stay.mode,
                "name": stay.name,
                "since": iso(stay.joined_at),
                "you": stay.user_id == you,
            }
        )
    return shown


def message_shown(message: Message, viewer: Viewer) -> MessageShown | None:
    """One line of the transcript; None when this kind of viewer may not see it.

    A customer's door gets the public number as id and no sentiment.
    """
    to_customer = viewer is Viewer.CUSTOMER
    if to_customer and message.visibility != Visibility.PUBLIC:
        return None
    return {
        "id": (message.public_number or 0) if to_customer else message.pk,
        "at": iso(message.at),
        "sender": {"kind": message.sender_kind, "name": message.sender_name},
        "visibility": message.visibility,
        "text": message.text,
        "sentiment": None if to_customer else message.level or None,
        "code": message.code,
        "params": message.params,
    }


def timeline_shown(events: Iterable[Event], viewer: Viewer) -> list[EventShown]:
    """What happened, oldest first."""
    hidden = set(TIMELINE_LEAVES_OUT)
    if viewer is not Viewer.SUPERVISOR:
        hidden |= UNSEEN_BY_AGENTS
    if viewer is Viewer.CUSTOMER:
        return []
    return [_event(event) for event in events if event.kind not in hidden]


def _event(event: Event) -> EventShown:
    return {
        "id": event.pk,
        "at": iso(event.at),
        "kind": event.kind,
        "actor": event.actor_name or event.actor_kind,
        "data": event.data,
    }


def _customer(conversation: Conversation) -> ParticipantShown:
    return {
        "id": 0,
        "kind": "customer",
        "mode": None,
        "name": conversation.customer.name,
        "since": iso(conversation.opened_at),
        "you": False,
    }


def _bot(conversation: Conversation) -> list[ParticipantShown]:
    if conversation.phase != Phase.WITH_BOT:
        return []
    return [
        {
            "id": -1,
            "kind": "bot",
            "mode": None,
            "name": conversation.bot_name,
            "since": iso(conversation.state_since),
            "you": False,
        }
    ]
