"""Reads what a token may see, all at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from conversations import moments
from conversations.models import Conversation, Rating
from conversations.reading import consistent_read
from gateways.chat.door import expected_wait, position_of
from gateways.chat.passes import Right, Standing, note_shown, standing_of
from gateways.chat.state import (
    Facts,
    LineShown,
    StateShown,
    line_shown,
    state_shown,
    status_of,
)

MOST = 500  # messages in one answer; whoever wants more asks on


@dataclass(frozen=True, slots=True)
class Present:
    """What is there for whoever holds this token."""

    standing: Standing
    state: StateShown
    messages: list[LineShown]

    @property
    def shown(self) -> dict[str, object]:
        """As the API answers it; with the next token where there is one."""
        return {**self.about, "messages": self.messages}

    @property
    def about(self) -> dict[str, object]:
        """The same without the transcript."""
        token = self.standing.next_token
        return {"state": self.state, **({"token": token} if token else {})}


def present(token: str, *, after: int = 0) -> Present:
    """What this token may see; raises NotAuthenticated. Notes that it came."""
    found = look(token, after=after)
    note_shown(found.standing, moments.now())
    return found


def look(token: str, *, after: int = 0) -> Present:
    """The same without a note: the server looks by itself."""
    with consistent_read():
        standing = standing_of(token, moments.now())
        reads = standing.right is not Right.LEARN
        return Present(
            standing,
            state_shown(facts_of(standing)),
            lines_of(standing.conversation, after=after) if reads else [],
        )


def facts_of(standing: Standing) -> Facts:
    """All that the state is made of, as the database has it now."""
    conversation = standing.conversation
    position = wait = None
    if status_of(conversation) == "waiting":
        position = position_of(conversation)
        wait = expected_wait(conversation.queue_id, position, moments.now())
    return Facts(
        conversation,
        standing.chat_pass.site,
        ending=standing.ending,
        stays=tuple(conversation.participants.filter(left_at__isnull=True)),
        position=position,
        expected_wait=wait,
        rating=Rating.objects.filter(conversation=conversation).first(),
    )


def lines_of(conversation: Conversation, *, after: int = 0) -> list[LineShown]:
    """What was said behind this number, in order."""
    messages = conversation.messages.filter(public_number__gt=after)
    shown = (line_shown(m) for m in messages.order_by("public_number")[:MOST])
    return [line for line in shown if line is not None]
