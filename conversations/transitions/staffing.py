"""What changes an agent: presence, capacity, skills, and a browser that goes away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from conversations import capacity, moments, timers
from conversations.events import SYSTEM, Actor, Kind, record
from conversations.locks import lock_agent
from conversations.models import Agent, AgentSkill, Event, Skill
from conversations.presence import FIXED
from conversations.rows import agent_row, agent_state_part
from conversations.states import (
    Presence,
    SessionEnd,
    Situation,
    StatusReason,
    Trigger,
)
from conversations.transitions import offering, people
from conversations.transitions.scene import Scene

GRACE_SECONDS = 150  # back within 2.5 min: as before (domain, section 5)


class AgentScene:
    """One locked agent, the time, and what was shown when it was opened."""

    def __init__(self, agent: Agent, now: datetime) -> None:
        self.agent = agent
        self.now = now
        self._shown = agent_row(agent, ())
        self._state = agent_state_part(agent)

    def record(
        self, kind: Kind, *, by: Actor, force: bool = False, **data: object
    ) -> Event | None:
        """Save and tell; `force` for changes that the bare row does not show, such
        as skills. An unchanged agent is not news."""
        agent = self.agent
        if agent_row(agent, ()) == self._shown and not force:
            return None
        agent.version += 1
        if force or agent_state_part(agent) != self._state:
            agent.state_version += 1
        agent.save()
        return record(
            kind,
            at=self.now,
            by=by,
            changed=[agent],
            data={"agent": agent.pk, **data},
            routable=True,
        )


def enter_agent(pk: int) -> AgentScene:
    """Lock one agent; raises `Refused("not_found")`."""
    return AgentScene(lock_agent(pk), moments.now())


def set_presence(
    scene: AgentScene, presence: Presence, *, by: Actor, label: str = "", why: str = ""
) -> None:
    """Away, do not disturb and offline stay until changed; available and busy hold
    until the load changes next."""
    _choose(scene, presence, by, label, why)
    scene.record(Kind.PRESENCE_CHANGED, by=by, presence=presence)


def set_capacity(
    scene: AgentScene,
    units: int,
    *,
    by: Actor,
    presence: Presence | None = None,
    label: str = "",
) -> None:
    """Another number of units, with another presence if so asked; a cut below what is
    used is allowed."""
    before = scene.agent.total_units
    scene.agent.total_units = units
    capacity.follow_load(scene.agent, scene.now)
    if presence is not None:
        _choose(scene, presence, by, label, "")
    scene.record(
        Kind.CAPACITY_CHANGED, by=by, units=units, before=before, presence=presence
    )


def _choose(
    scene: AgentScene, presence: Presence, by: Actor, label: str, why: str
) -> None:
    agent = scene.agent
    agent.chosen_presence = presence if presence in FIXED else ""
    if agent.disconnected_at is not None and by.kind != "agent":
        # Nobody else can bring back a browser that is gone; the grace runs on, and
        # the choice counts from the return.
        return
    agent.presence, agent.presence_label = presence, label
    agent.presence_since = scene.now
    agent.presence_set_by, agent.presence_reason = by.kind, why
    agent.disconnected_at = None
    timers.stop_grace(agent)


def set_skills(scene: AgentScene, skills: Mapping[str, int], *, by: Actor) -> None:
    """Exactly these skills with their proficiency (1 to 10)."""
    AgentSkill.objects.filter(agent=scene.agent).delete()
    for name, proficiency in skills.items():
        skill, _made = Skill.objects.get_or_create(name=name)
        AgentSkill.objects.create(
            agent=scene.agent, skill=skill, proficiency=proficiency
        )
    scene.record(Kind.SKILLS_CHANGED, by=by, force=True)


def add_agent(
    user: User, *, name: str, total_units: int, by: Actor, now: datetime
) -> Agent:
    """A user becomes an agent: offline until they say otherwise."""
    agent = Agent.objects.create(
        user=user, name=name, total_units=total_units, presence_since=now
    )
    record(Kind.AGENT_ADDED, at=now, by=by, changed=[agent], data={"agent": agent.pk})
    return agent


def rename_agent(scene: AgentScene, name: str, *, by: Actor) -> None:
    """The name that everybody sees."""
    scene.agent.name = name
    scene.record(Kind.AGENT_RENAMED, by=by)


def disconnect(scene: AgentScene) -> None:
    """The agent's browser is gone: offline at once, with the grace running."""
    agent = scene.agent
    if agent.presence == Presence.OFFLINE:
        return
    agent.disconnected_at = scene.now
    agent.presence, agent.presence_since = Presence.OFFLINE, scene.now
    agent.presence_set_by, agent.presence_reason = "system", "disconnected"
    timers.start_grace(agent, scene.now + timedelta(seconds=GRACE_SECONDS))
    scene.record(Kind.DISCONNECTED, by=SYSTEM)


def reconnect(scene: AgentScene) -> None:
    """Back within the grace: as before."""
    agent = scene.agent
    if agent.disconnected_at is None:
        return
    agent.disconnected_at = None
    timers.stop_grace(agent)
    capacity.follow_load(agent, scene.now)
    scene.record(Kind.RECONNECTED, by=SYSTEM)


def vanish(scene: AgentScene) -> None:
    """The grace is over: offline until the agent says otherwise. Live chats and
    calls are taken back by `lose_agent`, one conversation a transaction."""
    agent = scene.agent
    agent.disconnected_at = None
    agent.chosen_presence = agent.presence = Presence.OFFLINE
    agent.presence_set_by, agent.presence_reason = "system", "vanished"
    timers.stop_grace(agent)
    scene.record(Kind.VANISHED, by=SYSTEM, force=True)


def lose_agent(scene: Scene, agent_id: int) -> None:
    """This agent has vanished: back to the front of the queue, or, while a transfer
    is pending, without a first agent until its target answers."""
    conversation = scene.conversation
    offer = conversation.offer
    agent = scene.agents[agent_id]
    if offer is not None and offer.agent_id == agent_id:
        _lose_target(scene)
    elif conversation.agent_id == agent_id:
        _lose_primary(scene, agent)
    else:
        return
    scene.record(Kind.AGENT_LOST, by=SYSTEM, agent=agent_id)


def _lose_primary(scene: Scene, agent: Agent) -> None:
    situation = scene.move(Trigger.AGENT_VANISHES, StatusReason.AGENT_VANISHED)
    people.stand_up(scene, agent, SessionEnd.AGENT_DISCONNECTED)
    capacity.give_back(scene, agent)
    scene.conversation.agent = None
    if situation is Situation.OPEN:
        people.end_session(scene, SessionEnd.AGENT_DISCONNECTED)
        offering.enter_queue(scene, at_front=True)


def _lose_target(scene: Scene) -> None:
    offer = offering.withdraw(scene)
    if offer is not None:
        offering.return_after_loss(scene, offer, SessionEnd.AGENT_DISCONNECTED)
