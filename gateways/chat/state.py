"""What a customer sees of their conversation: pure functions of what is known of it.

No ids, no queue, no notes, nobody whom the customer was not told of: monitoring and
whispers cannot show here because they are not among the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from conversations.models import Conversation, Message, Participant, Rating
from conversations.moments import iso
from conversations.states import Mode, Sender, Situation
from conversations.viewers import Viewer, message_shown
from gateways.chat.door import SiteShown, site_shown
from gateways.chat.endings import Ending
from gateways.models import ChatSite


class ClosesShown(TypedDict):
    kind: str
    at: str | None


class StateShown(TypedDict):
    status: str
    ended_by: str | None
    ended_text: str
    name: str
    subject: str
    agent: str | None
    people: list[str]
    position: int | None
    expected_wait_seconds: int | None
    opened_at: str | None
    may_write: bool
    may_rate: bool
    rating: int | None
    closes: ClosesShown | None
    site: SiteShown


class SenderShown(TypedDict):
    kind: str
    name: str


class LineShown(TypedDict):
    id: int
    at: str | None
    sender: SenderShown
    text: str
    code: str
    params: dict[str, str]
    client_id: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the state is made of."""

    conversation: Conversation
    site: ChatSite | None
    ending: Ending | None = None
    stays: tuple[Participant, ...] = ()
    position: int | None = None
    expected_wait: int | None = None
    rating: Rating | None = None


_TALKING = (Situation.IN_CONVERSATION, Situation.TRANSFER_PENDING)
_STATUS: Mapping[Situation, str] = {
    **dict.fromkeys(Situation, "waiting"),
    **dict.fromkeys((*_TALKING, Situation.WITH_BOT), "talking"),
    Situation.WAITING: "paused",
    Situation.WAITING_TRANSFER_PENDING: "paused",
    Situation.WRAP_UP: "ended",
    Situation.CLOSED: "ended",
}
_TOLD_CLOCKS = ("open", "active", "waiting", "customer_gone")


def status_of(conversation: Conversation) -> str:
    """waiting, talking, paused or ended; without an agent nobody is talking."""
    situation = conversation.situation
    if situation in _TALKING and conversation.agent_id is None:
        return "waiting"
    return _STATUS[situation]


def state_shown(facts: Facts) -> StateShown:
    """The state for the customer's eyes."""
    conversation, ending, rating = facts.conversation, facts.ending, facts.rating
    status = status_of(conversation)
    waits = status == "waiting"
    return {
        "status": status,
        "ended_by": ending.by if ending else None,
        "ended_text": ending.text if ending else "",
        "name": conversation.customer.name,
        "subject": conversation.subject,
        "agent": _agent(conversation, status),
        "people": [] if ending else people_told(facts.stays),
        "position": facts.position if waits else None,
        "expected_wait_seconds": facts.expected_wait if waits else None,
        "opened_at": iso(conversation.opened_at),
        "may_write": ending is None,
        "may_rate": may_rate(conversation, ending, rating),
        "rating": rating.score if rating else None,
        "closes": None if ending else _closes(conversation),
        "site": site_shown(facts.site),
    }


def may_rate(
    conversation: Conversation, ending: Ending | None, rating: Rating | None
) -> bool:
    """Once, after the end, where somebody had come."""
    was_served = conversation.first_accepted_at is not None
    return ending is not None and rating is None and was_served


def people_told(stays: Iterable[Participant]) -> list[str]:
    """Those who take part openly, in the order in which they came."""
    told = (stay for stay in stays if stay.mode != Mode.MONITOR and stay.is_added)
    return list(dict.fromkeys(stay.name for stay in told if stay.left_at is None))


def line_shown(message: Message) -> LineShown | None:
    """One line of the transcript; None where it is not for customers."""
    shown = message_shown(message, Viewer.CUSTOMER)
    if shown is None:
        return None
    line: LineShown = {
        "id": shown["id"],
        "at": shown["at"],
        "sender": {"kind": shown["sender"]["kind"], "name": shown["sender"]["name"]},
        "text": shown["text"],
        "code": shown["code"],
        "params": shown["params"],
    }
    if message.sender_kind == Sender.CUSTOMER and message.client_id:
        line["client_id"] = message.client_id
    return line


def _agent(conversation: Conversation, status: str) -> str | None:
    """Who helps, or has helped: after the end the name stays beside the rating."""
    agent = conversation.agent
    if agent is None or status == "waiting":
        return None
    return agent.name


def _closes(conversation: Conversation) -> ClosesShown | None:
    if conversation.closes_kind not in _TOLD_CLOCKS:
        return None
    return {"kind": conversation.closes_kind, "at": iso(conversation.closes_at)}
