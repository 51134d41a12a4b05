"""What goes on at one moment, in all situations.

Written past the transitions, for ten thousand conversations would take them minutes;
`manage.py reconcile` finds no difference in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.places import BATCH, places_of
from bench.plan import Places, Plan
from conversations import moments
from conversations.models import (
    Agent,
    Conversation,
    Hold,
    Offer,
    Participant,
    PresenceStay,
    Session,
    Timer,
    Workstream,
)
from conversations.presence import derive
from conversations.states import (
    Channel,
    HoldCause,
    Mode,
    OfferKind,
    Presence,
    SessionEnd,
    Situation,
    StatusReason,
)
from conversations.timers import due_after_arrival

CHOSEN = (Presence.AWAY, Presence.OFFLINE, Presence.DO_NOT_DISTURB)
S = Situation
MIX = (
    *(S.OPEN, S.IN_CONVERSATION, S.IN_CONVERSATION, S.WITH_BOT, S.WRAP_UP),
    *(S.IN_CONVERSATION, S.OPEN, S.AWAITING_ACCEPTANCE, S.IN_CONVERSATION),
    *(S.WAITING, S.IN_CONVERSATION, S.IN_CONVERSATION, S.OPEN, S.WAITING),
    *(S.TRANSFER_PENDING, S.IN_CONVERSATION, S.WRAP_UP, S.WAITING_TRANSFER_PENDING),
    *(S.IN_CONVERSATION, S.IN_CONVERSATION, S.WAITING),
)
"""Of asynchronous channels; others do not wait, and calls and records have no bot."""
REASONS = {
    S.OPEN: StatusReason.AWAITING_ASSIGNMENT,
    S.AWAITING_ACCEPTANCE: StatusReason.AWAITING_ACCEPTANCE,
    S.IN_CONVERSATION: StatusReason.IN_CONVERSATION,
    S.WITH_BOT: StatusReason.WITH_BOT,
    S.TRANSFER_PENDING: StatusReason.TRANSFER_PENDING,
    S.WAITING: StatusReason.AWAITING_CUSTOMER,
    S.WAITING_TRANSFER_PENDING: StatusReason.TRANSFER_PENDING,
    S.WRAP_UP: StatusReason.ENDED_BY_AGENT,
}
OFFERED = {
    S.AWAITING_ACCEPTANCE: OfferKind.WORK,
    S.TRANSFER_PENDING: OfferKind.TRANSFER,
    S.WAITING_TRANSFER_PENDING: OfferKind.TRANSFER,
}
HELD = {
    S.IN_CONVERSATION: HoldCause.SESSION,
    S.TRANSFER_PENDING: HoldCause.SESSION,
    S.WRAP_UP: HoldCause.WRAP_UP,
}
HAS_AGENT = frozenset({*HELD, S.WAITING, S.WAITING_TRANSFER_PENDING})
NO_STAY = frozenset({S.WAITING, S.WAITING_TRANSFER_PENDING, S.WRAP_UP})


@dataclass(slots=True)
class _Rows:
    """What belongs to the ongoing conversations, kind by kind."""

    conversations: list[Conversation] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    used: Counter[int] = field(default_factory=Counter)


def make_ongoing(plan: Plan, places: Places) -> None:
    """Every situation in every queue, with holds, seats, offers and clocks."""
    cast = _Cast(plan, places)
    rows = _Rows()
    for number in range(plan.ongoing):
        _add(rows, cast, number)
    # Each points at the other; a conversation never may be without its offer.
    for offer in Offer.objects.bulk_create(rows.offers, BATCH):
        offer.conversation.offer = offer
    Conversation.objects.bulk_create(rows.conversations, BATCH)
    Session.objects.bulk_create(rows.sessions, BATCH)
    Hold.objects.bulk_create(rows.holds, BATCH)
    Participant.objects.bulk_create(rows.participants, BATCH)
    Timer.objects.bulk_create(rows.timers, BATCH)
    _settle_agents(plan, cast.agents, rows.used, cast.now)


class _Cast:
    """Who may be given what."""

    def __init__(self, plan: Plan, places: Places) -> None:
        self.now: datetime = moments.now()
        self.plan, self.places = plan, places
        own = Agent.objects.filter(pk__gte=places.agent).select_related("user")
        self.agents = list(own.order_by("pk")[: plan.agents])
        streams = Workstream.objects.filter(pk__gte=places.stream)
        self.streams = list(
            streams.select_related("queue").order_by("pk")[: plan.queues]
        )
        self._members = [
            [
                agent
                for number, agent in enumerate(self.agents)
                if queue in places_of(number, plan.queues)
            ]
            for queue in range(plan.queues)
        ]

    def member(self, queue: int, turn: int) -> Agent:
        """Somebody who works in this queue, everybody in their turn."""
        members = self._members[queue]
        return members[turn % len(members)]


def _add(rows: _Rows, cast: _Cast, number: int) -> None:
    place, turn = number % cast.plan.queues, number // cast.plan.queues
    stream = cast.streams[place]
    situation = _situation(Channel(stream.channel), turn)
    agent, target = cast.member(place, turn), cast.member(place, turn + 1)
    it = _conversation(cast, stream, situation, number)
    it.agent = agent if situation in HAS_AGENT else None
    rows.conversations.append(it)
    _add_offer(rows, it, situation, target)
    if situation in HELD:
        _hold(rows, it, agent, HELD[situation])
        rows.participants.append(_seat(it, agent))
    rows.sessions.append(_session(it, situation, target))
    due = due_after_arrival(it)
    if due is not None:
        it.closes_kind, it.closes_at = due[0], cast.now + timedelta(seconds=due[1])
        rows.timers.append(Timer(conversation=it, kind=due[0], due_at=it.closes_at))


def _situation(channel: Channel, turn: int) -> Situation:
    situation = MIX[turn % len(MIX)]
    if situation in (S.WAITING, S.WAITING_TRANSFER_PENDING):
        return situation if channel.is_asynchronous else S.IN_CONVERSATION
    is_silent = channel in (Channel.VOICE, Channel.RECORD)
    return S.OPEN if situation is S.WITH_BOT and is_silent else situation


def _conversation(
    cast: _Cast, stream: Workstream, situation: Situation, number: int
) -> Conversation:
    state, phase = situation.parts
    began = cast.now - timedelta(seconds=60 + 11 * (number % 300))
    accepted = began + timedelta(seconds=30) if situation in HAS_AGENT else None
    waits = situation in (S.OPEN, S.AWAITING_ACCEPTANCE)
    return Conversation(
        pk=cast.places.conversation + cast.plan.closed + number,
        customer_id=cast.places.customer + number,
        workstream=stream,
        channel=stream.channel,
        queue=stream.queue,
        subject=f"Parcel {number}",
        language="en",
        units=stream.units,
        state=state,
        phase=phase,
        status_reason=REASONS[situation],
        bot_name="Bot" if situation is S.WITH_BOT else "",
        # As many as `past.EVENTS` tell of it.
        version=6 + (cast.plan.closed + number) % 5,
        opened_at=began,
        queued_at=began,
        first_queued_at=None if situation is S.WITH_BOT else began,
        waiting_since=began if waits else None,
        state_since=accepted or began,
        accepted_at=accepted,
        first_accepted_at=accepted,
        waited_seconds=None if accepted is None else 30,
        last_customer_message_at=began,
    )


def _add_offer(
    rows: _Rows, it: Conversation, situation: Situation, target: Agent
) -> None:
    kind = OFFERED.get(situation)
    if kind is None:
        return
    expires = it.state_since + timedelta(days=1)
    rows.offers.append(
        Offer(
            conversation=it,
            agent=target,
            queue=it.queue,
            kind=kind,
            created_at=it.state_since,
            expires_at=expires,
        )
    )
    rows.timers.append(Timer(conversation=it, kind="offer", due_at=expires))
    _hold(rows, it, target, HoldCause.OFFER)


def _hold(rows: _Rows, it: Conversation, agent: Agent, cause: HoldCause) -> None:
    rows.used[agent.pk] += it.units
    rows.holds.append(
        Hold(
            conversation=it,
            agent=agent,
            units=it.units,
            cause=cause,
            taken_at=it.state_since,
        )
    )


def _seat(it: Conversation, agent: Agent) -> Participant:
    return Participant(
        conversation=it,
        user_id=agent.user_id,
        mode=Mode.PRIMARY,
        name=agent.name,
        joined_at=it.state_since,
    )


def _session(it: Conversation, situation: Situation, target: Agent) -> Session:
    asked = target if situation is S.AWAITING_ACCEPTANCE else None
    closed = situation in NO_STAY
    wound_up = situation is S.WRAP_UP
    end = SessionEnd.ENDED_BY_AGENT if wound_up else SessionEnd.AGENT_MOVED_TO_WAITING
    return Session(
        conversation=it,
        queue=it.queue,
        agent=it.agent or asked,
        bot_name=it.bot_name,
        opened_at=it.opened_at,
        accepted_at=it.accepted_at,
        closed_at=it.state_since if closed else None,
        reason=end if closed else "",
    )


def _settle_agents(
    plan: Plan, agents: Sequence[Agent], used: Counter[int], now: datetime
) -> None:
    """Units as they are held, with `room` left, and the presence that follows; every
    tenth has chosen another one."""
    for number, agent in enumerate(agents):
        agent.used_units = used[agent.pk]
        agent.total_units = agent.used_units + plan.room
        if number % 10 == 0:
            agent.chosen_presence = CHOSEN[number // 10 % len(CHOSEN)]
        agent.presence = derive(
            agent.chosen_presence, agent.used_units, agent.total_units
        )
        agent.presence_since = now
    fields = ["used_units", "total_units", "chosen_presence", "presence"]
    Agent.objects.bulk_update(agents, [*fields, "presence_since"], 500)
    PresenceStay.objects.bulk_create(
        (
            PresenceStay(
                agent=agent, presence=agent.presence, set_by="system", since=now
            )
            for agent in agents
        ),
        BATCH,
    )
