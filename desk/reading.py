"""What an agent's desk shows: the agent, the offers to them, their conversations."""

from __future__ import annotations

from typing import TypedDict

from conversations.board import agent_row_of
from conversations.events import shown_name
from conversations.models import Agent, Conversation, Offer
from conversations.moments import iso
from conversations.reading import consistent_read
from conversations.rows import (
    CONVERSATION_JOINS,
    AgentRow,
    ConversationRow,
    conversation_row,
)
from conversations.states import OfferState, State


class OfferFacts(TypedDict):
    """An offer as its target sees it."""

    id: int
    kind: str
    state: str
    units: int
    units_over: int
    created_at: str | None
    expires_at: str | None
    offered_by: str | None


class OfferToYou(OfferFacts):
    """An open one, with the conversation that it is about."""

    conversation: ConversationRow


class Desk(TypedDict):
    agent: AgentRow
    offers: list[OfferToYou]
    conversations: list[ConversationRow]


class Answered(TypedDict):
    offer: OfferFacts
    conversation: ConversationRow


def desk_of(agent: Agent) -> Desk:
    """Everything on this agent's desk, as it was at one moment."""
    with consistent_read():
        return {
            "agent": agent_row_of(agent.pk),
            "offers": [_to_you(offer) for offer in _open_offers(agent)],
            "conversations": _own(agent),
        }


def answered(offer: Offer) -> Answered:
    """An offer that was just answered, and what became of its conversation."""
    return {
        "offer": _facts(offer),
        "conversation": conversation_row(offer.conversation),
    }


def _open_offers(agent: Agent) -> list[Offer]:
    joins = [f"conversation__{join}" for join in CONVERSATION_JOINS]
    offers = Offer.objects.select_related("offered_by", "conversation", *joins)
    return list(offers.filter(agent=agent, state=OfferState.OPEN).order_by("pk"))


def _own(agent: Agent) -> list[ConversationRow]:
    own = Conversation.objects.select_related(*CONVERSATION_JOINS).filter(agent=agent)
    return [conversation_row(c) for c in own.exclude(state=State.CLOSED).order_by("pk")]


def _to_you(offer: Offer) -> OfferToYou:
    return {**_facts(offer), "conversation": conversation_row(offer.conversation)}


def _facts(offer: Offer) -> OfferFacts:
    return {
        "id": offer.pk,
        "kind": offer.kind,
        "state": offer.state,
        "units": offer.conversation.units,
        "units_over": offer.units_over,
        "created_at": iso(offer.created_at),
        "expires_at": iso(offer.expires_at),
        "offered_by": None
        if offer.offered_by is None
        else shown_name(offer.offered_by),
    }
