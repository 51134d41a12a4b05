"""Reads what is told about one conversation: people, transcript, timeline, sessions."""

from __future__ import annotations

from typing import TypedDict

from django.contrib.auth.models import User

from conversations.models import Conversation, Participant
from conversations.moments import iso
from conversations.viewers import (
    EventShown,
    MessageShown,
    ParticipantShown,
    Viewer,
    message_shown,
    people_shown,
    timeline_shown,
)

PAGE = 500  # messages in one answer; ask again with the last id


class SessionShown(TypedDict):
    id: int
    queue: str
    agent: str
    opened_at: str | None
    accepted_at: str | None
    closed_at: str | None
    reason: str


def stay_of(conversation_id: int, user: User) -> Participant | None:
    """This user's present stay in it, as primary, consultant or monitor."""
    stays = Participant.objects.filter(conversation=conversation_id, user=user)
    return stays.filter(left_at__isnull=True).first()


def people_of(
    conversation: Conversation, viewer: Viewer, *, you: int | None = None
) -> list[ParticipantShown]:
    """Who takes part just now."""
    stays = conversation.participants.filter(left_at__isnull=True)
    return people_shown(conversation, stays, viewer, you=you)


def transcript_of(
    conversation: Conversation, viewer: Viewer, *, after: int = 0
) -> list[MessageShown]:
    """The messages behind `after`, oldest first, at most a page of them."""
    number = "public_number" if viewer is Viewer.CUSTOMER else "pk"
    messages = conversation.messages.filter(**{f"{number}__gt": after}).order_by("pk")
    shown = (message_shown(message, viewer) for message in messages[:PAGE])
    return [line for line in shown if line is not None]


def timeline_of(conversation: Conversation, viewer: Viewer) -> list[EventShown]:
    """What happened to it so far."""
    return timeline_shown(conversation.events.order_by("pk"), viewer)


def sessions_of(conversation: Conversation) -> list[SessionShown]:
    """Its stays in queues, with the agents who had it."""
    sessions = conversation.sessions.select_related("queue", "agent")
    return [
        {
            "id": session.pk,
            "queue": session.queue.name,
            "agent": session.agent.name if session.agent else "",
            "opened_at": iso(session.opened_at),
            "accepted_at": iso(session.accepted_at),
            "closed_at": iso(session.closed_at),
            "reason": session.reason,
        }
        for session in sessions
    ]
