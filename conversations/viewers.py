"""Who sees what of a conversation: one pure function per thing shown.

Supervisors see everything; the conversation's agents everything but monitoring;
customers what is public. Nothing else decides this (domain, section 3: invisible by
construction).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    user: int | None
    is_added: bool


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
MONITORING_ENDED = "monitoring_ended"
"""What an event's data say of monitoring that its transition ended."""
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
    seen = (stay for stay in stays if _is_seen(stay, viewer))
    for number, stay in enumerate(seen, start=1):
        shown.append(
            {
                # To others than supervisors a gap in the ids would tell of a monitor.
                "id": stay.pk if viewer is Viewer.SUPERVISOR else number,
                "kind": "supervisor" if stay.is_supervising else "agent",
                "mode": stay.mode,
                "name": stay.name,
                "since": iso(stay.joined_at),
                "you": stay.user_id == you,
                "user": None if viewer is Viewer.CUSTOMER else stay.user_id,
                "is_added": stay.is_added,
            }
        )
    return shown


def _is_seen(stay: Participant, viewer: Viewer) -> bool:
    """Monitors are seen by supervisors alone, consultants by the customer only once
    they were added."""
    if viewer is Viewer.SUPERVISOR:
        return True
    if stay.mode == Mode.MONITOR:
        return False
    return stay.is_added or viewer is Viewer.AGENT


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
    if viewer is Viewer.CUSTOMER:
        return []
    told = [event for event in events if event.kind not in TIMELINE_LEAVES_OUT]
    if viewer is Viewer.SUPERVISOR:
        return [_event(event, event.pk, event.data) for event in told]
    unwatched = [event for event in told if event.kind not in UNSEEN_BY_AGENTS]
    return [
        _event(event, number, _without_watching(event.data))
        for number, event in enumerate(unwatched, start=1)
    ]


def _without_watching(data: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in data.items() if name != MONITORING_ENDED}


def _event(event: Event, number: int, data: dict[str, object]) -> EventShown:
    return {
        "id": number,
        "at": iso(event.at),
        "kind": event.kind,
        "actor": event.actor_name or event.actor_kind,
        "data": data,
    }


def _customer(conversation: Conversation) -> ParticipantShown:
    return {
        "id": 0,
        "kind": "customer",
        "mode": None,
        "name": conversation.customer.name,
        "since": iso(conversation.opened_at),
        "you": False,
        "user": None,
        "is_added": True,
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
            "user": None,
            "is_added": True,
        }
    ]
