"""What presence follows from the load. Pure (domain, section 5)."""

from __future__ import annotations

from conversations.states import Presence

FIXED = frozenset(
    {Presence.AWAY, Presence.DO_NOT_DISTURB, Presence.OFFLINE, Presence.INACTIVE}
)
"""Chosen by a person or a rule, these stay until changed."""


def derive(chosen: str, used: int, total: int) -> Presence:
    """The presence that shows.

    Nobody who is offline is called back by a load; below zero units everybody else
    does not want to be disturbed, whatever was chosen; then the choice; then the load.
    """
    if chosen == Presence.OFFLINE:
        return Presence.OFFLINE
    if used > total:
        return Presence.DO_NOT_DISTURB
    if chosen:
        return Presence(chosen)
    if used == 0:
        return Presence.AVAILABLE
    return Presence.DO_NOT_DISTURB if used >= total else Presence.BUSY


def reason(chosen: str, used: int, total: int) -> str:
    """Why the system shows what it shows; empty when it is somebody's choice."""
    if chosen != Presence.OFFLINE and used > total:
        return "over_capacity"
    if chosen:
        return ""
    if used == 0:
        return "unused"
    return "full" if used >= total else "partly_used"


def units_over(used: int, total: int, needed: int) -> int:
    """By how many units `needed` more exceed the capacity (40 on 10 of 40: 10)."""
    return max(0, used + needed - total)
