"""Sets and stops the due rows of a conversation or an agent. Called by transitions."""

from __future__ import annotations

from datetime import datetime, timedelta

from conversations.models import Agent, Conversation, Timer
from conversations.states import Channel, Situation, TimerKind


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


_OF_STATE = (TimerKind.OPEN, TimerKind.ACTIVE, TimerKind.WAITING, TimerKind.WRAP_UP)


def follow_state(conversation: Conversation, now: datetime) -> None:
    """Stop the clocks of the state that was left, start the one of the new state."""
    stop(conversation, *_OF_STATE)
    due = due_after_arrival(conversation)
    if due is not None:
        kind, seconds = due
        start(conversation, kind, now + timedelta(seconds=seconds))


def start(conversation: Conversation, kind: TimerKind, due_at: datetime) -> None:
    """Set this clock, or set it anew."""
    Timer.objects.update_or_create(
        conversation=conversation, kind=kind, defaults={"due_at": due_at}
    )


def stop(conversation: Conversation, *kinds: TimerKind) -> None:
    """Stop these clocks; stopped ones are no mistake."""
    Timer.objects.filter(conversation=conversation, kind__in=kinds).delete()


def stop_all(conversation: Conversation) -> None:
    """Nothing falls due any more."""
    Timer.objects.filter(conversation=conversation).delete()


def start_grace(agent: Agent, due_at: datetime) -> None:
    """The agent's browser is gone; at `due_at` live work goes back to the queue."""
    Timer.objects.update_or_create(
        agent=agent, kind=TimerKind.AGENT_GRACE, defaults={"due_at": due_at}
    )


def stop_grace(agent: Agent) -> None:
    """The agent is back in time, or went on purpose."""
    Timer.objects.filter(agent=agent, kind=TimerKind.AGENT_GRACE).delete()


def ends_in_wrap_up(channel: Channel) -> bool:
    """A voice call whose time is up still has a wrap-up; other channels just close."""
    return channel is Channel.VOICE
