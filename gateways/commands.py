"""What customers, record systems and bots do: each command one short transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conversations import moments
from conversations.events import BOT, CUSTOMER
from conversations.locks import one_transaction
from conversations.models import Conversation, Message
from conversations.states import Channel, Sender
from conversations.transitions import arrival
from conversations.transitions.scene import Scene, about, enter_or_refuse


@dataclass(frozen=True, slots=True)
class Said:
    """A message, and the conversation in which it stands: maybe a new one."""

    message: Message
    conversation: Conversation
    is_new: bool = False


@one_transaction
def open_conversation(facts: arrival.Arrival) -> Conversation:
    """Somebody has reached us."""
    by = BOT if facts.bot_name else CUSTOMER
    return arrival.open_conversation(facts, by=by, now=moments.now())


@one_transaction
def change(conversation_id: int, step: Callable[[Scene], None]) -> Conversation:
    """One transition of a known conversation."""
    scene = enter_or_refuse(conversation_id)
    with about(scene):
        step(scene)
    return scene.conversation


@one_transaction
def customer_writes(conversation_id: int, text: str, *, client_id: str = "") -> Said:
    """The customer writes; where an asynchronous conversation is closed, in the one
    that goes on from it, opened now if there is none yet."""
    scene = enter_or_refuse(conversation_id, to_talk=True)
    while _is_over(scene, client_id):
        following = _following(scene.conversation)
        if following is None:
            return _open_linked(scene, text, client_id)
        # Always from the older to the newer one, so that nobody waits in a circle.
        scene = enter_or_refuse(following, to_talk=True)
    with about(scene):
        message = arrival.customer_writes(scene, text, client_id=client_id)
    return Said(message, scene.conversation)


@one_transaction
def bot_writes(conversation_id: int, text: str, *, client_id: str = "") -> Said:
    """The bot answers the customer."""
    scene = enter_or_refuse(conversation_id, to_talk=True)
    with about(scene):
        message = arrival.bot_writes(scene, text, client_id=client_id)
    return Said(message, scene.conversation)


def _is_over(scene: Scene, client_id: str) -> bool:
    """Closed for good, and not just asked for a message that it has already."""
    conversation = scene.conversation
    if not conversation.is_closed or not Channel(conversation.channel).is_asynchronous:
        return False
    return arrival.said_before(scene, Sender.CUSTOMER, client_id) is None


def _following(conversation: Conversation) -> int | None:
    newest = conversation.next.order_by("-pk").values_list("pk", flat=True)
    return newest.first()


def _open_linked(scene: Scene, text: str, client_id: str) -> Said:
    """A new conversation in the same place; consent is asked for again."""
    closed = scene.conversation
    facts = arrival.Arrival(
        workstream=closed.workstream,
        queue=closed.queue,
        subject=closed.subject,
        language=closed.language,
        skills=closed.skills,
        text=text,
        client_id=client_id,
        previous=closed,
    )
    opened = arrival.open_conversation(facts, by=CUSTOMER, now=scene.now)
    message = opened.messages.get(sender_kind=Sender.CUSTOMER)
    return Said(message, opened, is_new=True)
