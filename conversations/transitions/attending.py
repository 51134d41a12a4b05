"""Browsers that come and go: the rows of open sockets, signing in, the notice.

A socket is no live thing; what follows from the first and the last of them is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from conversations import capacity, notices
from conversations.events import Actor, Kind, record
from conversations.models import Agent, FloorSettings, NoticeRead, OpenSocket
from conversations.states import Presence
from conversations.transitions.staffing import AgentScene


def open_socket(
    *,
    process: str,
    now: datetime,
    agent: int | None = None,
    conversation: int | None = None,
) -> OpenSocket:
    """A browser has connected."""
    return OpenSocket.objects.create(
        agent_id=agent, conversation_id=conversation, process=process, seen_at=now
    )


def close_socket(pk: int) -> None:
    """It has gone; one that is gone already is no mistake."""
    OpenSocket.objects.filter(pk=pk).delete()


def see_sockets(sockets: Iterable[int], now: datetime) -> None:
    """The browsers behind these gave a sign of life."""
    OpenSocket.objects.filter(pk__in=list(sockets)).update(seen_at=now)


def sign_in(scene: AgentScene) -> None:
    """The desk is open: whoever was offline only because nobody was there is
    available now, and counts as the least active. An own choice stays."""
    agent = scene.agent
    if agent.chosen_presence != Presence.OFFLINE or agent.presence_set_by != "system":
        return
    agent.chosen_presence = ""
    agent.freed_at = None
    capacity.follow_load(agent, scene.now)
    agent.presence_reason = "signed_in"
    scene.record(Kind.SIGNED_IN, by=Actor.agent(agent))


def has_read_notice(agent: Agent, floor: FloorSettings) -> bool:
    """Whether the agent has acknowledged the notice to agents as it is worded now."""
    wanted = notices.version_of(floor.agent_notice)
    return not floor.agent_notice.strip() or (
        agent.notices_read.filter(text_version=wanted).exists()
    )


def read_notice(agent: Agent, text_version: str, *, now: datetime) -> None:
    """The agent acknowledges the notice to agents; again changes nothing."""
    _read, is_new = NoticeRead.objects.get_or_create(
        agent=agent, text_version=text_version, defaults={"at": now}
    )
    if is_new:
        record(
            Kind.NOTICE_READ,
            at=now,
            by=Actor.agent(agent),
            desks=[agent.pk],
            data={"agent": agent.pk, "text_version": text_version},
        )
