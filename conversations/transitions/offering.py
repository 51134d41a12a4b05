"""Offers: made, accepted, declined, timed out, withdrawn.

An offer belongs to what it was made for: a transition that changes its conversation's
state, agent, queue or elevation withdraws it (domain, section 2).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from conversations import capacity, meters, timers
from conversations.events import SYSTEM, Actor, Kind
from conversations.models import Agent, Membership, Offer
from conversations.presence import units_over
from conversations.refusals import Refused
from conversations.states import (
    HoldCause,
    OfferKind,
    OfferState,
    Presence,
    SessionEnd,
    Situation,
    StatusReason,
    TimerKind,
    Trigger,
)
from conversations.transitions import overflowing, people

if TYPE_CHECKING:
    from conversations.transitions.scene import Scene


def offer_work(
    scene: Scene, agent: Agent, *, by: Actor, overridden: bool = False, reason: str = ""
) -> Offer:
    """Offer an open conversation to an agent: active, awaiting acceptance.

    `by` the system: routing; by a supervisor: an assignment, who is told of the answer.
    """
    assigned = by.user is not None
    scene.move(
        Trigger.OFFER,
        StatusReason.ASSIGNED_BY_SUPERVISOR
        if assigned
        else StatusReason.AWAITING_ACCEPTANCE,
    )
    offer = _put_out(scene, agent, OfferKind.WORK, by.user, text=reason)
    session = scene.session
    if session is not None:
        session.agent = agent
        session.save(update_fields=["agent"])
    scene.record(
        Kind.ASSIGNED if assigned else Kind.OFFERED,
        by=by,
        reason=reason,
        facts=_facts(offer),
        overridden=overridden,
    )
    return offer


def hand_over(scene: Scene, agent: Agent, *, by: Actor, text: str = "") -> Offer:
    """The agent's own transfer to another agent, who is told `text`; the first keeps
    the conversation until it is accepted, and leaves then."""
    scene.move(Trigger.TRANSFER, StatusReason.TRANSFER_PENDING)
    offer = _put_out(scene, agent, OfferKind.TRANSFER, by.user)
    offer.handed_over, offer.text = True, text
    offer.save(update_fields=["handed_over", "text"])
    scene.record(Kind.HANDED_OVER, by=by, facts=_facts(offer))
    return offer


def take_back(scene: Scene, *, by: Actor) -> Offer:
    """The first agent goes on after all: the transfer is withdrawn."""
    offer = scene.conversation.offer
    if offer is None or not offer.handed_over:
        raise _offer_ended()
    withdraw(scene)
    return_after_loss(scene, offer, SessionEnd.OFFER_WITHDRAWN)
    scene.record(Kind.TRANSFER_WITHDRAWN, by=by, facts=_facts(offer))
    return offer


def offer_transfer(
    scene: Scene, agent: Agent, *, by: Actor, overridden: bool = False, reason: str = ""
) -> Offer:
    """Offer somebody's conversation to another agent; the first keeps it meanwhile."""
    scene.move(Trigger.TRANSFER, StatusReason.TRANSFER_PENDING)
    offer = _put_out(scene, agent, OfferKind.TRANSFER, by.user, text=reason)
    scene.record(
        Kind.TRANSFERRED,
        by=by,
        reason=reason,
        facts=_facts(offer),
        overridden=overridden,
    )
    return offer


def accept(scene: Scene, offer_id: int, *, by: Actor) -> Offer:
    """The target takes it. Valid exactly while `now < expires_at`, whether or not the
    timer has run; else `Refused("offer_ended")`."""
    offer = _open_offer(scene, offer_id)
    if scene.now >= offer.expires_at:
        raise _offer_ended()
    agent = scene.agents[offer.target]
    _end_offer(scene, offer, OfferState.ACCEPTED)
    if offer.kind == OfferKind.TRANSFER:
        _take_over(scene, offer, agent)
    else:
        _take_up(scene, agent)
    scene.conversation.at_front = False
    scene.record(Kind.ACCEPTED, by=by, facts=_facts(offer))
    return offer


def begin_handling(scene: Scene, agent: Agent) -> None:
    """The agent has the conversation from now on: hold, seat, session, wait clock."""
    conversation = scene.conversation
    conversation.agent = agent
    capacity.take(scene, agent, HoldCause.SESSION)
    people.sit_down(scene, agent)
    _stop_wait_clock(scene)
    conversation.accepted_at = scene.now
    if conversation.first_accepted_at is None:
        conversation.first_accepted_at = scene.now
    session = scene.session or people.open_session(scene, agent)
    session.agent, session.accepted_at = agent, scene.now
    session.save(update_fields=["agent", "accepted_at"])
    timers.follow_state(conversation, scene.now)
    people.tell(scene, "agent_joined", name=agent.name)


def decline(scene: Scene, offer_id: int, *, by: Actor) -> Offer:
    """The target says no; counted like a time-out against the decline limit."""
    offer = _open_offer(scene, offer_id)
    if scene.now >= offer.expires_at:
        raise _offer_ended()
    _lose(scene, offer, OfferState.DECLINED)
    if scene.settings.declined_offer_do_not_disturb:
        _fix_presence(scene, offer, Presence.DO_NOT_DISTURB, "declined_offer")
    scene.record(Kind.DECLINED, by=by, facts=_facts(offer))
    return offer


def time_out(scene: Scene) -> None:
    """The countdown ended without an answer."""
    offer = scene.conversation.offer
    if offer is None or scene.now < offer.expires_at:
        return
    _lose(scene, offer, OfferState.TIMED_OUT)
    if scene.settings.missed_offer_inactive:
        _fix_presence(scene, offer, Presence.INACTIVE, "missed_offer")
    scene.record(Kind.TIMED_OUT, by=SYSTEM, facts=_facts(offer))


def withdraw(scene: Scene) -> Offer | None:
    """End the open offer because what it was made for is gone. No event of its own."""
    offer = scene.conversation.offer
    if offer is None:
        return None
    _end_offer(scene, offer, OfferState.WITHDRAWN)
    capacity.give_back(scene, scene.agents[offer.target])
    if not offer.handed_over:
        _tell_offerer(scene, offer, "info", "offer_withdrawn")
    return offer


def _put_out(
    scene: Scene,
    agent: Agent,
    kind: OfferKind,
    offered_by: User | None,
    *,
    text: str = "",
) -> Offer:
    conversation = scene.conversation
    expires = scene.now + timedelta(seconds=conversation.workstream.offer_seconds)
    offer = Offer.objects.create(
        conversation=conversation,
        agent=agent,
        queue=conversation.queue,
        kind=kind,
        offered_by=offered_by,
        units_over=units_over(agent.used_units, agent.total_units, conversation.units),
        text=text[:200],
        created_at=scene.now,
        expires_at=expires,
    )
    meters.count(meters.OFFERS, kind, OfferState.OPEN)
    conversation.offer = offer
    capacity.take(scene, agent, HoldCause.OFFER)
    timers.follow_state(conversation, scene.now)
    timers.start(conversation, TimerKind.OFFER, expires)
    Membership.objects.filter(queue=conversation.queue, agent=agent).update(
        offered_at=scene.now
    )
    return offer


def _facts(offer: Offer) -> dict[str, object]:
    return {
        "offer": offer.pk,
        "offer_kind": offer.kind,
        "agent": offer.agent_id,
        "units_over": offer.units_over,
    }


def _open_offer(scene: Scene, offer_id: int) -> Offer:
    offer = scene.conversation.offer
    if offer is None or offer.pk != offer_id:
        raise _offer_ended()
    return offer


def _offer_ended() -> Refused:
    return Refused("offer_ended", _("This offer has ended; it can't be answered now."))


def _end_offer(scene: Scene, offer: Offer, state: OfferState) -> None:
    offer.state, offer.ended_at = state, scene.now
    offer.save(update_fields=["state", "ended_at"])
    meters.count(meters.OFFERS, offer.kind, state)
    scene.conversation.offer = None
    timers.stop(scene.conversation, TimerKind.OFFER)


def _take_up(scene: Scene, agent: Agent) -> None:
    scene.move(Trigger.OFFER_ACCEPTED, StatusReason.IN_CONVERSATION)
    begin_handling(scene, agent)


def _take_over(scene: Scene, offer: Offer, agent: Agent) -> None:
    """The second becomes primary; the first stays as consultant if it was active."""
    was = scene.conversation.situation
    first = scene.primary
    scene.move(Trigger.OFFER_ACCEPTED, StatusReason.IN_CONVERSATION)
    people.end_session(scene, _why_taken_over(offer))
    if first is not None:
        capacity.give_back(scene, first)
        if was is Situation.TRANSFER_PENDING and not offer.handed_over:
            people.stay_as_consultant(scene, first)
        else:
            people.stand_up(scene, first, "transferred")
    scene.conversation.transfer_count += 1
    begin_handling(scene, agent)
    _tell_offerer(scene, offer, "info", f"{_verb(offer)}_accepted")


def _why_taken_over(offer: Offer) -> SessionEnd:
    if offer.handed_over:
        return SessionEnd.AGENT_TRANSFERRED
    return SessionEnd.SUPERVISOR_TRANSFERRED_TO_AGENT


def _verb(offer: Offer) -> str:
    if offer.handed_over:
        return "hand_over"
    return "assign" if offer.kind == OfferKind.WORK else "transfer"


def _lose(scene: Scene, offer: Offer, state: OfferState) -> None:
    _end_offer(scene, offer, state)
    capacity.give_back(scene, scene.agents[offer.target])
    declined = state is OfferState.DECLINED
    return_after_loss(
        scene,
        offer,
        SessionEnd.AGENT_REJECTED if declined else SessionEnd.AGENT_TIMED_OUT,
    )
    _tell_offerer(scene, offer, "warning", f"{_verb(offer)}_{state}")


def return_after_loss(scene: Scene, offer: Offer, reason: SessionEnd) -> None:
    """Where it goes when nobody took the offer: new work to its old place in the
    queue, a transfer to the first agent."""
    if offer.kind == OfferKind.WORK:
        _return_to_queue(scene, reason)
    else:
        _return_to_first_agent(scene, offer)


def _return_to_queue(scene: Scene, reason: SessionEnd) -> None:
    scene.move(Trigger.OFFER_LOST, StatusReason.AWAITING_ASSIGNMENT)
    people.end_session(scene, reason)
    people.open_session(scene)
    timers.follow_state(scene.conversation, scene.now)


def _wrote_since(scene: Scene, offer: Offer) -> bool:
    wrote_at = scene.conversation.last_customer_message_at
    return wrote_at is not None and wrote_at >= offer.created_at


def _return_to_first_agent(scene: Scene, offer: Offer) -> None:
    conversation = scene.conversation
    if conversation.agent_id is None:
        _return_to_front(scene)
        return
    waiting = conversation.situation is Situation.WAITING_TRANSFER_PENDING
    scene.move(
        Trigger.OFFER_LOST,
        StatusReason.AWAITING_CUSTOMER if waiting else StatusReason.IN_CONVERSATION,
    )
    timers.follow_state(conversation, scene.now)
    if waiting and _wrote_since(scene, offer):
        # What the customer wrote while the transfer was pending counts from now on.
        reopen_for_customer(scene)


def reopen_for_customer(scene: Scene) -> None:
    """waiting -> open because the customer wrote again; nobody has it any more."""
    scene.move(Trigger.CUSTOMER_RETURNS, StatusReason.AWAITING_ASSIGNMENT)
    people.send_everybody_home(scene, SessionEnd.CUSTOMER_RETURNED)
    enter_queue(scene, is_newcomer=True)


def enter_queue(
    scene: Scene, *, at_front: bool = False, is_newcomer: bool = False
) -> None:
    """Wait for an agent in the present queue, from now. For a newcomer the queue's
    overflow rules count, which may send them on or end it."""
    conversation = scene.conversation
    conversation.agent = None
    conversation.queued_at = conversation.waiting_since = scene.now
    if conversation.first_queued_at is None:
        conversation.first_queued_at = scene.now
    conversation.accepted_at = conversation.waited_seconds = None
    conversation.at_front = at_front
    conversation.skills_waived = False
    people.open_session(scene)
    timers.follow_state(conversation, scene.now)
    if is_newcomer:
        overflowing.check_entry(scene)


def _return_to_front(scene: Scene) -> None:
    """The first agent has vanished and the target said no: open, at the front."""
    scene.put(Situation.OPEN, StatusReason.AGENT_VANISHED)
    people.end_session(scene, SessionEnd.AGENT_DISCONNECTED)
    enter_queue(scene, at_front=True)


def _stop_wait_clock(scene: Scene) -> None:
    conversation = scene.conversation
    if conversation.waiting_since is not None:
        waited = scene.now - conversation.waiting_since
        conversation.waited_seconds = max(0, int(waited.total_seconds()))
    conversation.waiting_since = None


def _fix_presence(scene: Scene, offer: Offer, presence: Presence, why: str) -> None:
    agent = scene.agents[offer.target]
    agent.chosen_presence, agent.presence_label = presence, ""
    agent.presence, agent.presence_since = presence, scene.now
    agent.presence_set_by, agent.presence_reason = "system", why


def _tell_offerer(scene: Scene, offer: Offer, level: str, kind: str) -> None:
    if offer.offered_by_id is None:
        return
    agent = scene.agents[offer.target]
    people.alert(
        scene,
        [offer.offered_by_id],
        level,
        kind,
        agent=agent.name,
        subject=scene.conversation.subject,
    )
