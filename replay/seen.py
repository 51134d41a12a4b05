"""What the replay reads out of the API's answers. Pure; unknown fields are ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The part of a conversation's row by which customers and agents act."""

    id: int
    version: int
    state_version: int
    state: str
    phase: str
    agent: int | None
    offer: int | None = None
    offered_to: int | None = None
    customer: str = ""
    language: str = ""
    role: str = "primary"

    @property
    def is_closed(self) -> bool:
        """Nothing more happens to it."""
        return self.state == "closed"


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer on a desk."""

    id: int
    conversation: Conversation
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a transcript; `code` tells what the system says happened."""

    id: int
    sender: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as the desk shows it."""

    id: int
    name: str
    state_version: int
    presence: str
    presence_set_by: str
    presence_reason: str
    used_units: int
    total_units: int


@dataclass(frozen=True, slots=True)
class Desk:
    """One look at a desk."""

    agent: Agent
    offers: tuple[Offer, ...]
    conversations: tuple[Conversation, ...]


def conversation(body: Json) -> Conversation | None:
    """The row in an answer: the answer itself, or its `conversation`."""
    row = _object(body.get("conversation")) or body
    if "state_version" not in row or "state" not in row:
        return None
    offer = _object(row.get("offer"))
    return Conversation(
        id=_int(row, "id"),
        version=_int(row, "version"),
        state_version=_int(row, "state_version"),
        state=str(row["state"]),
        phase=str(row.get("phase") or ""),
        agent=_optional(row, "agent"),
        offer=_optional(offer, "id") if offer else None,
        offered_to=_optional(offer, "agent") if offer else None,
        customer=str((_object(row.get("customer")) or {}).get("name") or ""),
        language=str(row.get("language") or ""),
        role=str(row.get("role") or "primary"),
    )


def agent(body: Json) -> Agent | None:
    """The agent in an answer: the answer itself, or its `agent`."""
    row = _object(body.get("agent")) or body
    if "presence" not in row or "state_version" not in row:
        return None
    return Agent(
        id=_int(row, "id"),
        name=str(row.get("name") or ""),
        state_version=_int(row, "state_version"),
        presence=str(row["presence"]),
        presence_set_by=str(row.get("presence_set_by") or ""),
        presence_reason=str(row.get("presence_reason") or ""),
        used_units=_int(row, "used_units"),
        total_units=_int(row, "total_units"),
    )


def desk(body: Json) -> Desk | None:
    """`GET /api/v1/desk/`."""
    owner = agent(body)
    if owner is None:
        return None
    own = map(conversation, _objects(body.get("conversations")))
    return Desk(
        agent=owner,
        offers=tuple(_offers(body)),
        conversations=tuple(row for row in own if row is not None),
    )


def messages(body: Json) -> tuple[Message, ...]:
    """The transcript in an answer, oldest first."""
    return tuple(map(_message, _objects(body.get("messages"))))


def _message(line: Json) -> Message:
    sender = _object(line.get("sender")) or {}
    return Message(
        id=_int(line, "id"),
        sender=str(sender.get("kind") or ""),
        name=str(sender.get("name") or ""),
        code=str(line.get("code") or ""),
    )


def _offers(body: Json) -> Iterator[Offer]:
    for offer in _objects(body.get("offers")):
        about, expires_at = conversation(offer), offer.get("expires_at")
        if about is not None and isinstance(expires_at, str):
            yield Offer(_int(offer, "id"), about, datetime.fromisoformat(expires_at))


def _object(value: object) -> dict[str, object] | None:
    return value if isinstance(value, dict) else None


def _objects(value: object) -> list[dict[str, object]]:
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]


def _int(row: Json, name: str) -> int:
    found = _optional(row, name)
    return 0 if found is None else found


def _optional(row: Json, name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) else None
