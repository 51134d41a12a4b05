"""How conversations end: shut for good, or wound up with notes to finish."""

from __future__ import annotations

from datetime import timedelta

from conversations import capacity, timers
from conversations.models import Agent
from conversations.states import (
    HoldCause,
    SessionEnd,
    Situation,
    StatusReason,
    TimerKind,
    WrapUpBlock,
)
from conversations.transitions import people
from conversations.transitions.scene import Scene


def shut(scene: Scene, reason: SessionEnd) -> None:
    """What closing always means: nothing held, nothing due, nobody left inside."""
    conversation = scene.conversation
    people.end_session(scene, reason)
    people.send_everybody_home(scene, reason)
    capacity.give_back_all(scene)
    timers.stop_all(conversation)
    conversation.closed_at = scene.now
    conversation.waiting_since = conversation.unanswered_since = None


def wind_up(scene: Scene, reason: SessionEnd) -> None:
    """Ended for the customer; the agent finishes notes, with or without units held."""
    if scene.primary is None:
        # The agent has vanished meanwhile: nobody is there to wrap up.
        scene.put(Situation.CLOSED, StatusReason(scene.conversation.status_reason))
        shut(scene, reason)
        return
    people.end_session(scene, reason)
    _hold_for_wrap_up(scene, scene.primary)
    scene.conversation.unanswered_since = None
    timers.stop(scene.conversation, TimerKind.CUSTOMER_GONE)
    timers.follow_state(scene.conversation, scene.now)


def _hold_for_wrap_up(scene: Scene, agent: Agent) -> None:
    """Keep, keep for a time, or free the agent's units (workstream)."""
    stream = scene.conversation.workstream
    if stream.wrap_up_block == WrapUpBlock.NEVER:
        capacity.give_back(scene, agent)
        return
    capacity.take(scene, agent, HoldCause.WRAP_UP)
    if stream.wrap_up_block == WrapUpBlock.TIMED:
        frees_at = scene.now + timedelta(seconds=stream.wrap_up_block_seconds)
        timers.start(scene.conversation, TimerKind.WRAP_UP_UNITS, frees_at)
