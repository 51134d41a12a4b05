"""What happens to who comes, or waits, when a queue cannot take them in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.models import Queue

if TYPE_CHECKING:
    from conversations.transitions.scene import Scene


def check_entry(scene: Scene) -> bool:
    """Look once, on entry, whether the queue can take this conversation in; True when
    it moved or ended it. Part of the caller's transition: records no event."""
    return False


def run_out_of_patience(scene: Scene) -> None:
    """The conversation has waited in this queue for as long as its rule allows."""


def patience_of(queue: Queue) -> int | None:
    """For how many seconds a conversation may wait here; None: for ever."""
    return None


def turn_queue(queue_id: int) -> None:
    """Open or close a queue as its operating hours say, and look again when they
    say otherwise next."""
