"""What an agent's desk shows, read at one moment: offers and conversations at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TypedDict

from django.db.models import Count, Q

from conversations import moments, notices
from conversations.events import shown_name
from conversations.models import (
    ONGOING,
    UNANSWERED,
    Agent,
    Conversation,
    FloorSettings,
    Offer,
    Participant,
    PresenceLabel,
    Queue,
)
from conversations.moments import iso
from conversations.rows import CONVERSATION_JOINS, ConversationRow, conversation_row
from conversations.states import Method, Mode, OfferKind, OfferState, State
from conversations.transitions import attending
from conversations.viewers import ParticipantShown, Viewer, people_shown

REMEMBERED = timedelta(days=90)
MOST_PICKABLE = 50
IN_TURN = ("-at_front", "priority", "waiting_since", "pk")


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
    handed_over: bool
    text: str


class OfferToYou(OfferFacts):
    """An open one, with the conversation that it is about."""

    conversation: ConversationRow
    queue_name: str


class ConsultOut(TypedDict):
    """Somebody whom the agent has asked for help, and who has not answered yet."""

    id: int
    name: str
    expires_at: str | None
    text: str


class Unanswered(TypedDict):
    soon: int
    breach: int


class Entry(ConversationRow):
    """A conversation on somebody's desk: the row, and what only the desk shows."""

    role: str
    is_added: bool
    participants: list[ParticipantShown]
    notes: str
    consults: list[ConsultOut]
    queue_name: str
    earlier: int
    offer_target: str | None
    unanswered: Unanswered


class Notice(TypedDict):
    text: str
    text_version: str
    acknowledged: bool


class Named(TypedDict):
    id: int
    name: str


class Label(TypedDict):
    name: str
    base: str


class Answered(TypedDict):
    offer: OfferFacts
    conversation: ConversationRow | None


def offers_to(agent: Agent) -> list[OfferToYou]:
    """Everything that this agent is asked just now, oldest first."""
    joins = [f"conversation__{join}" for join in (*CONVERSATION_JOINS, "queue")]
    offers = Offer.objects.select_related("offered_by", "conversation", *joins)
    open_ones = offers.filter(UNANSWERED, agent=agent).order_by("pk")
    return [_to_you(offer) for offer in open_ones]


def entries_of(agent: Agent) -> list[Entry]:
    """The agent's own conversations, and those in which they help."""
    stays = _stays_of(agent)
    helping = [pk for pk, stay in stays.items() if stay.mode == Mode.CONSULT]
    joins = (*CONVERSATION_JOINS, "queue", "offer__agent")
    joined = Conversation.objects.select_related(*joins)
    here = joined.filter(ONGOING, Q(agent=agent) | Q(pk__in=helping))
    mine = list(here.order_by("pk"))
    about = _Surroundings(mine, agent)
    return [about.entry(conversation, stays) for conversation in mine]


def notice_for(agent: Agent) -> Notice:
    """The notice to agents, and whether this one has acknowledged it as it is now."""
    floor = FloorSettings.current()
    return {
        "text": floor.agent_notice,
        "text_version": notices.version_of(floor.agent_notice),
        "acknowledged": attending.has_read_notice(agent, floor),
    }


def pickable_by(agent: Agent) -> list[ConversationRow]:
    """What waits in the agent's queues that give out nothing by themselves."""
    waiting = Conversation.objects.select_related(*CONVERSATION_JOINS).filter(
        ONGOING,
        queue__memberships__agent=agent,
        queue__method=Method.MANUAL,
        state=State.OPEN,
    )
    in_turn = waiting.order_by(*IN_TURN)
    return [conversation_row(each) for each in in_turn[:MOST_PICKABLE]]


def labels() -> list[Label]:
    """The house's own presences."""
    return [{"name": own.name, "base": own.base} for own in PresenceLabel.objects.all()]


def queues_of(agent: Agent) -> list[Named]:
    """Where the agent works."""
    queues = Queue.objects.filter(memberships__agent=agent)
    return [{"id": queue.pk, "name": queue.name} for queue in queues]


def answered(offer: Offer) -> Answered:
    """An offer that was just answered, and what became of its conversation; who says
    no to a consult never sees it."""
    hidden = offer.kind == OfferKind.CONSULT and offer.state != OfferState.ACCEPTED
    row = None if hidden else conversation_row(offer.conversation)
    return {"offer": facts_of(offer), "conversation": row}


def facts_of(offer: Offer) -> OfferFacts:
    """An offer without its conversation."""
    by = offer.offered_by
    consult = offer.kind == OfferKind.CONSULT
    return {
        "id": offer.pk,
        "kind": offer.kind,
        "state": offer.state,
        "units": 0 if consult else offer.conversation.units,
        "units_over": offer.units_over,
        "created_at": iso(offer.created_at),
        "expires_at": iso(offer.expires_at),
        "offered_by": None if by is None else shown_name(by),
        "handed_over": offer.handed_over,
        "text": offer.text,
    }


class _Surroundings:
    """What belongs to several conversations, each kind read in one look."""

    def __init__(self, conversations: Iterable[Conversation], agent: Agent) -> None:
        self._agent = agent
        rows = list(conversations)
        ids = [conversation.pk for conversation in rows]
        self._people: dict[int, list[Participant]] = defaultdict(list)
        present = Participant.objects.filter(conversation__in=ids, left_at__isnull=True)
        for stay in present:
            self._people[stay.conversation_id].append(stay)
        self._consults: dict[int, list[Offer]] = defaultdict(list)
        asked = Offer.objects.filter(
            conversation__in=ids, kind=OfferKind.CONSULT, state=OfferState.OPEN
        ).select_related("agent", "supervisor")
        for offer in asked:
            self._consults[offer.conversation_id].append(offer)
        self._earlier = _earlier(rows)

    def entry(
        self, conversation: Conversation, stays: Mapping[int, Participant]
    ) -> Entry:
        """One conversation as this agent's desk shows it."""
        is_primary = conversation.agent_id == self._agent.pk
        stay = stays.get(conversation.pk)
        people = people_shown(
            conversation,
            self._people[conversation.pk],
            Viewer.AGENT,
            you=self._agent.user_id,
        )
        stream = conversation.workstream
        return {
            **conversation_row(conversation),
            "role": "primary" if is_primary else "consult",
            "is_added": is_primary or (stay is not None and stay.is_added),
            "participants": people,
            "notes": conversation.notes,
            "consults": self._asked(conversation) if is_primary else [],
            "queue_name": conversation.queue.name,
            "earlier": self._earlier[conversation.customer_id],
            "offer_target": _target_name(conversation.offer),
            "unanswered": {
                "soon": stream.unanswered_soon_seconds,
                "breach": stream.unanswered_breach_seconds,
            },
        }

    def _asked(self, conversation: Conversation) -> list[ConsultOut]:
        return [
            {
                "id": offer.pk,
                "name": _asked_name(offer),
                "expires_at": iso(offer.expires_at),
                "text": offer.text,
            }
            for offer in self._consults[conversation.pk]
        ]


def _stays_of(agent: Agent) -> dict[int, Participant]:
    """By conversation."""
    stays = Participant.objects.filter(user=agent.user_id, left_at__isnull=True)
    own = stays.filter(is_supervising=False)
    return {stay.conversation_id: stay for stay in own}


def _earlier(conversations: Iterable[Conversation]) -> dict[int, int]:
    """How many conversations each customer had before, of late."""
    customers = {conversation.customer_id for conversation in conversations}
    counts = dict.fromkeys(customers, 0)
    earlier = (
        Conversation.objects.filter(
            customer__in=customers,
            closed_at__gte=moments.now() - REMEMBERED,
        )
        .values_list("customer")
        .annotate(number=Count("pk"))
    )
    return counts | dict(earlier)


def _target_name(offer: Offer | None) -> str | None:
    """Whose answer a pending transfer waits for."""
    return None if offer is None or offer.agent is None else offer.agent.name


def _asked_name(offer: Offer) -> str:
    if offer.agent is not None:
        return offer.agent.name
    assert offer.supervisor is not None
    return shown_name(offer.supervisor)


def _to_you(offer: Offer) -> OfferToYou:
    conversation = offer.conversation
    return {
        **facts_of(offer),
        "conversation": conversation_row(conversation),
        "queue_name": conversation.queue.name,
    }
