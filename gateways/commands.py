"""What customers, record systems and bots do: each command one short transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from conversations import moments
from conversations.events import BOT, CUSTOMER
from conversations.locks import one_transaction
from conversations.models import Conversation, Message
from conversations.states import Channel, Sender
from conversations.transitions import arrival
from conversations.transitions.arrival import Words
from conversations.transitions.scene import Scene, about, enter_or_refuse


@dataclass(frozen=True, slots=True)
class Said:
    """Messages, and the conversation in which the newest stands: maybe a new one."""

    messages: list[Message]
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
def customer_writes(conversation_id: int, words: Sequence[Words]) -> Said:
    """The customer writes: all of it is one transition. Where an asynchronous
    conversation is closed, it goes on in a new one, opened now if there is none yet."""
    return _written(enter_or_refuse(conversation_id, to_talk=True), words)


@one_transaction
def bot_writes(conversation_id: int, text: str, *, client_id: str = "") -> Said:
    """The bot answers the customer."""
    scene = enter_or_refuse(conversation_id, to_talk=True)
    with about(scene):
        message = arrival.bot_writes(scene, text, client_id=client_id)
    return Said([message], scene.conversation)


def _written(scene: Scene, words: Sequence[Words]) -> Said:
    if not _is_over(scene.conversation):
        with about(scene):
            messages = arrival.customer_writes_all(scene, words)
        return Said(messages, scene.conversation)
    known = arrival.all_said_before(scene, Sender.CUSTOMER, words)
    left = [said for said in words if said.client_id not in known]
    if not left:
        return Said([known[said.client_id] for said in words], scene.conversation)
    further = _written_further(scene, left)
    rest = iter(further.messages)
    messages = [known.get(said.client_id) or next(rest) for said in words]
    return replace(further, messages=messages)


def _is_over(conversation: Conversation) -> bool:
    """Closed for good, but its customer may still write."""
    return conversation.is_closed and Channel(conversation.channel).is_asynchronous


def _written_further(scene: Scene, words: Sequence[Words]) -> Said:
    following = _following(scene.conversation)
    if following is None:
        return _open_linked(scene, words)
    # Always from the older to the newer one, so that nobody waits in a circle.
    return _written(enter_or_refuse(following, to_talk=True), words)


def _following(conversation: Conversation) -> int | None:
    newest = conversation.next.order_by("-pk").values_list("pk", flat=True)
    return newest.first()


def _open_linked(scene: Scene, words: Sequence[Words]) -> Said:
    """A new conversation in the same place, opened by the first of the words; consent
    is asked for again."""
    closed, (first, *more) = scene.conversation, words
    facts = arrival.Arrival(
        workstream=closed.workstream,
        queue=closed.queue,
        subject=closed.subject,
        language=closed.language,
        skills=closed.skills,
        text=first.text,
        client_id=first.client_id,
        previous=closed,
    )
    opened = arrival.open_conversation(facts, by=CUSTOMER, now=scene.now)
    messages = [opened.messages.get(sender_kind=Sender.CUSTOMER)]
    if more:
        said = _written(enter_or_refuse(opened.pk, to_talk=True), more)
        messages, opened = [*messages, *said.messages], said.conversation
    return Said(messages, opened, is_new=True)
