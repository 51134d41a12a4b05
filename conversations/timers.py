"""Sets and stops the due rows of conversations and agents. Called by transitions.

The clock that would close a conversation is shown to those who are in it, by columns of
its own: monitoring restarts the clock unseen, and what is shown follows at the next
thing that they do themselves (domain, section 3: invisible by construction).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from conversations.models import Agent, Conversation, Offer, OverflowRule, Timer
from conversations.states import (
    CLOCKS_OF_STATE,
    CLOSING_CLOCKS,
    OverflowTrigger,
    Situation,
    TimerKind,
)


def due_after_arrival(conversation: Conversation) -> tuple[TimerKind, int] | None:
    """Which clock runs in the situation that a conversation has just come to.

    Kind and seconds from the workstream; None where nothing closes it by itself.
    """
    stream = conversation.workstream
    situation = conversation.situation
    seconds: int | None
    if situation is Situation.OPEN:
        kind, seconds = TimerKind.OPEN, stream.open_close_seconds
    elif situation is Situation.IN_CONVERSATION:
        kind, seconds = TimerKind.ACTIVE, stream.active_close_seconds
    elif situation is Situation.WAITING:
        kind, seconds = TimerKind.WAITING, stream.waiting_close_seconds
    elif situation is Situation.WRAP_UP:
        kind, seconds = TimerKind.WRAP_UP, stream.wrap_up_close_seconds
    else:
        return None
    return None if seconds is None else (kind, seconds)


def follow_state(conversation: Conversation, now: datetime) -> None:
    """Stop the clocks of the state that was left, start those of the new state."""
    stop(conversation, *CLOCKS_OF_STATE, TimerKind.OVERFLOW)
    due = due_after_arrival(conversation)
    if due is not None:
        kind, seconds = due
        start(conversation, kind, now + timedelta(seconds=seconds))
    if conversation.situation is Situation.OPEN:
        start_patience(conversation)
    show(conversation)


def restart(conversation: Conversation, now: datetime, *, unseen: bool = False) -> None:
    """Something happened in it: the clock of its state begins anew. `unseen`: nobody
    in the conversation may notice yet."""
    due = due_after_arrival(conversation)
    if due is None or conversation.situation is Situation.OPEN:
        return
    kind, seconds = due
    start(conversation, kind, now + timedelta(seconds=seconds))
    if not unseen:
        show(conversation)


def show(conversation: Conversation) -> None:
    """Let people see the clock that will close it first, as it stands now."""
    closing = Timer.objects.filter(conversation=conversation, kind__in=CLOSING_CLOCKS)
    first = closing.order_by("due_at").values_list("due_at", "kind").first()
    conversation.closes_at, conversation.closes_kind = first or (None, "")


def start(conversation: Conversation, kind: TimerKind, due_at: datetime) -> None:
    """Set this clock, or set it anew. The conversation is locked: nobody else does."""
    mine = Timer.objects.filter(conversation=conversation, kind=kind, offer=None)
    if not mine.update(due_at=due_at):
        Timer.objects.create(conversation=conversation, kind=kind, due_at=due_at)


def stop(conversation: Conversation, *kinds: TimerKind) -> None:
    """Stop these clocks; stopped ones are no mistake."""
    Timer.objects.filter(conversation=conversation, kind__in=kinds).delete()


def stop_all(conversation: Conversation) -> None:
    """Nothing falls due any more."""
    Timer.objects.filter(conversation=conversation).delete()
    show(conversation)


def start_patience(conversation: Conversation) -> None:
    """How long it may wait in its present queue, counted from its entry there."""
    rules = OverflowRule.objects.filter(queue=conversation.queue_id)
    rule = rules.filter(trigger=OverflowTrigger.WAITING_TIME).first()
    if rule is None or rule.limit is None:
        stop(conversation, TimerKind.OVERFLOW)
        return
    due_at = conversation.queued_at + timedelta(seconds=rule.limit)
    start(conversation, TimerKind.OVERFLOW, due_at)


def start_gone(conversation: Conversation, now: datetime) -> None:
    """The customer's browser is gone: it ends unless they come back."""
    patience = conversation.workstream.customer_gone_seconds
    start(conversation, TimerKind.CUSTOMER_GONE, now + timedelta(seconds=patience))
    show(conversation)


def stop_gone(conversation: Conversation) -> None:
    """The customer is back."""
    stop(conversation, TimerKind.CUSTOMER_GONE)
    show(conversation)


def start_consult(offer: Offer) -> None:
    """Consults run beside each other, so each has a clock of its own."""
    Timer.objects.create(
        conversation=offer.conversation,
        offer=offer,
        kind=TimerKind.CONSULT,
        due_at=offer.expires_at,
    )


def stop_consult(offer: Offer) -> None:
    """It was answered or called off."""
    Timer.objects.filter(offer=offer).delete()


def start_grace(agent: Agent, due_at: datetime) -> None:
    """The agent's browser is gone; at `due_at` live work goes back to the queue."""
    Timer.objects.update_or_create(
        agent=agent, kind=TimerKind.AGENT_GRACE, defaults={"due_at": due_at}
    )


def stop_grace(agent: Agent) -> None:
    """The agent is back in time, or went on purpose."""
    Timer.objects.filter(agent=agent, kind=TimerKind.AGENT_GRACE).delete()
