"""Tells that somebody is typing: no row, no event, nobody's loss when it is lost."""

from __future__ import annotations

from conversations import doorbell
from conversations.doorbell import Ring, Typing
from conversations.states import Sender, Visibility


def tell(
    conversation: int, kind: Sender, name: str, visibility: Visibility, *, user: int = 0
) -> None:
    """This person is writing just now. Redis may be asked: call it off the loop."""
    typing = Typing(conversation, kind.value, name, visibility.value, user)
    doorbell.ring_now(Ring(typing=(typing,)))
