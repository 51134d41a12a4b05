"""How a conversation ended for its customer: it does so once, wrap-up or not.

The system message that told the customer decides. The state goes on changing behind
the customer's back (an agent closes the wrap-up); that message stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from conversations.models import Conversation
from conversations.states import Sender, State, Visibility

ENDED_BY: Mapping[str, str] = {
    "agent_ended": "agent",
    "customer_ended": "customer",
    "customer_left": "customer",
    "force_closed": "supervisor",
    "auto_closed": "system",
    "overflow_ended": "overflow",
}
"""Who ended it, by the code of the message that told the customer."""


@dataclass(frozen=True, slots=True)
class Ending:
    """When it ended, by whom, and what the house says to it in its own words."""

    at: datetime
    by: str = "system"
    text: str = ""


def has_ended(conversation: Conversation) -> bool:
    """For the customer it is over with the wrap-up."""
    return conversation.state in (State.WRAP_UP, State.CLOSED)


def ending_of(conversation: Conversation) -> Ending | None:
    """None while it goes on."""
    if not has_ended(conversation):
        return None
    last = (
        conversation.messages.filter(
            sender_kind=Sender.SYSTEM,
            visibility=Visibility.PUBLIC,
            code__in=ENDED_BY,
        )
        .order_by("pk")
        .first()
    )
    if last is None:
        return Ending(conversation.closed_at or conversation.state_since)
    by = ENDED_BY[last.code]
    return Ending(last.at, by, last.text if by == "overflow" else "")
