"""Holds: units of agents taken by conversations, changed with the state they serve.

Only transitions call this, on locked agents; `used_units` is counted anew from the
holds each time, so that it cannot drift (domain, section 5).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet, Sum

from conversations.models import Agent, Hold
from conversations.presence import derive, reason
from conversations.states import HoldCause
from conversations.transitions.scene import Scene


def take(scene: Scene, agent: Agent, cause: HoldCause) -> None:
    """Take this conversation's units of `agent`, or give a hold another cause."""
    hold, made = Hold.objects.get_or_create(
        conversation=scene.conversation,
        agent=agent,
        released_at=None,
        defaults={
            "units": scene.conversation.units,
            "cause": cause,
            "taken_at": scene.now,
        },
    )
    if not made and hold.cause != cause:
        hold.cause = cause
        hold.save(update_fields=["cause"])
    recount(agent, scene.now)


def give_back(scene: Scene, agent: Agent) -> None:
    """Release what this conversation holds of `agent`; nothing held is no mistake."""
    held = _open_holds(agent).filter(conversation=scene.conversation)
    if held.update(released_at=scene.now):
        agent.freed_at = scene.now
    recount(agent, scene.now)


def give_back_all(scene: Scene) -> None:
    """Release everything that this conversation holds of anybody."""
    for agent in scene.agents.values():
        give_back(scene, agent)


def recount(agent: Agent, now: datetime) -> None:
    """Write used units from the holds, and the presence that follows from them."""
    total = _open_holds(agent).aggregate(units=Sum("units"))["units"]
    used = total or 0
    if used != agent.used_units:
        agent.used_units = used
        follow_load(agent, now)


def follow_load(agent: Agent, now: datetime) -> None:
    """Let presence follow used and total units where nobody has fixed it; who is
    gone for a moment is not called back by a load."""
    if agent.disconnected_at is not None:
        return
    load = (agent.chosen_presence, agent.used_units, agent.total_units)
    presence = derive(*load)
    if presence == agent.presence:
        return
    agent.presence, agent.presence_since = presence, now
    agent.presence_set_by = "system"
    agent.presence_reason = reason(*load) or "back_to_chosen"
    agent.presence_label = ""


def _open_holds(agent: Agent) -> QuerySet[Hold]:
    return Hold.objects.filter(agent=agent, released_at__isnull=True)
