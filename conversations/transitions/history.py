"""Keeps the history of presences: part of saving an agent whose presence changed."""

from __future__ import annotations

from datetime import datetime

from conversations.models import Agent, PresenceStay
from conversations.rows import presence_part


def keep(agent: Agent, before: tuple[object, ...], now: datetime) -> None:
    """End the stay in the former presence and begin the one in the present."""
    if presence_part(agent) == before:
        return
    PresenceStay.objects.filter(agent=agent, until__isnull=True).update(until=now)
    PresenceStay.objects.create(
        agent=agent,
        presence=agent.presence,
        label=agent.presence_label,
        set_by=agent.presence_set_by,
        reason=agent.presence_reason,
        since=now,
    )
