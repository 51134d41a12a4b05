"""What channels and machines get back: rows, and messages as customers see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from conversations.models import Conversation, Message
from conversations.refusals import Refused
from conversations.rows import ConversationRow, conversation_row
from conversations.viewers import MessageShown, Viewer, message_shown
from gateways.commands import Said

MOST = 500  # messages in one answer; whoever wants more asks on


class LinkedRow(ConversationRow):
    """The row, with the closed conversation that it goes on from."""

    previous: int | None


class SaidShown(TypedDict):
    message: MessageShown | None
    conversation: LinkedRow


class AllSaidShown(TypedDict):
    messages: list[MessageShown]
    conversation: LinkedRow


def linked_row(conversation: Conversation) -> LinkedRow:
    """The row for a machine."""
    return {**conversation_row(conversation), "previous": conversation.previous_id}


def said_shown(said: Said) -> SaidShown:
    """A message with its public number, and where it stands."""
    (message,) = messages_shown(said.messages)
    return {"message": message, "conversation": linked_row(said.conversation)}


def all_said_shown(said: Said) -> AllSaidShown:
    """The same for several messages."""
    return {
        "messages": messages_shown(said.messages),
        "conversation": linked_row(said.conversation),
    }


def public_messages(conversation_id: int, *, after: int) -> list[MessageShown]:
    """What the customer may see, by public number; raises `Refused("not_found")`."""
    if not Conversation.objects.filter(pk=conversation_id).exists():
        raise Refused.not_found()
    messages = Message.objects.filter(
        conversation=conversation_id, public_number__gt=after
    ).order_by("public_number")[:MOST]
    return messages_shown(messages)


def messages_shown(messages: Iterable[Message]) -> list[MessageShown]:
    """Those of them that a customer may see, as they see them."""
    shown = (message_shown(message, Viewer.CUSTOMER) for message in messages)
    return [message for message in shown if message is not None]
