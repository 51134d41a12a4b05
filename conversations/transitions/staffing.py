"""What changes an agent: presence, capacity, skills, and a browser that goes away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from conversations import capacity, moments, timers
from conversations.events import SYSTEM, Actor, Kind, record
from conversations.locks import lock_agent
from conversations.models import (
    Agent,
    AgentSkill,
    Event,
    FloorSettings,
    Participant,
    Skill,
)
from conversations.presence import FIXED
from conversations.reports import stay_of
from conversations.rows import agent_row, agent_state_part, presence_part
from conversations.states import (
    Mode,
    Presence,
    SessionEnd,
    Situation,
    StatusReason,
    Trigger,
)
from conversations.transitions import history, offering, people
from conversations.transitions.scene import Scene

GRACE_SECONDS = 150  # back within 2.5 min: as before (domain, section 5)


class AgentScene:
    """One locked agent, the time, and what was shown when it was opened."""

    def __init__(self, agent: Agent, now: datetime) -> None:
        self.agent = agent
        self.now = now
        self._shown = agent_row(agent, ())
        self._state = agent_state_part(agent)
        self._presence = presence_part(agent)

    @property
    def settings(self) -> FloorSettings:
        """The floor's settings as they are inside this transaction."""
        return FloorSettings.current()

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
        history.keep(agent, self._presence, self.now)
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
    # What counts from the return only does not show, and is stored all the same.
    kept = scene.agent.disconnected_at is not None
    scene.record(Kind.PRESENCE_CHANGED, by=by, force=kept, presence=presence)


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
    kept = False
    if presence is not None:
        _choose(scene, presence, by, label, "")
        kept = scene.agent.disconnected_at is not None
    scene.record(
        Kind.CAPACITY_CHANGED,
        by=by,
        force=kept,
        units=units,
        before=before,
        presence=presence,
    )


def _choose(
    scene: AgentScene, presence: Presence, by: Actor, label: str, why: str
) -> None:
    agent = scene.agent
    agent.chosen_presence = presence if presence in FIXED else ""
    if agent.disconnected_at is not None and by.kind != "agent":
        # Nobody else can bring back a browser that is gone; the grace runs on, and
        # the choice counts from the return.
        agent.presence_before = _kept(presence, label, scene.now, by.kind, why, agent)
        return
    agent.presence, agent.presence_label = presence, label
    agent.presence_since = scene.now
    agent.presence_set_by, agent.presence_reason = by.kind, why
    agent.disconnected_at = agent.presence_before = None
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
    history.keep(agent, (), now)
    record(Kind.AGENT_ADDED, at=now, by=by, changed=[agent], data={"agent": agent.pk})
    return agent


def rename_agent(scene: AgentScene, name: str, *, by: Actor) -> None:
    """The name that everybody sees."""
    scene.agent.name = name
    scene.record(Kind.AGENT_RENAMED, by=by)


def disconnect(scene: AgentScene) -> None:
    """The agent's browser is gone: offline at once, with the grace running. Who was
    offline already goes without a word, unless work or a consult hangs on them."""
    agent = scene.agent
    if agent.disconnected_at is not None:
        return
    if agent.presence == Presence.OFFLINE and not _has_work(agent):
        return
    agent.disconnected_at = scene.now
    agent.presence_before = _kept(
        agent.presence,
        agent.presence_label,
        agent.presence_since,
        agent.presence_set_by,
        agent.presence_reason,
        agent,
    )
    agent.presence, agent.presence_since = Presence.OFFLINE, scene.now
    agent.presence_set_by, agent.presence_reason = "system", "disconnected"
    agent.presence_label = ""
    timers.start_grace(agent, scene.now + timedelta(seconds=GRACE_SECONDS))
    scene.record(Kind.DISCONNECTED, by=SYSTEM)


def reconnect(scene: AgentScene) -> None:
    """Back within the grace: as before, unless the load is another one by now."""
    agent = scene.agent
    if agent.disconnected_at is None:
        return
    agent.disconnected_at = None
    timers.stop_grace(agent)
    load = (agent.presence_before or {}).get("load")
    _restore_presence(agent)
    if load != _load(agent):
        capacity.follow_load(agent, scene.now)
    scene.record(Kind.RECONNECTED, by=SYSTEM)


def _has_work(agent: Agent) -> bool:
    helps = Participant.objects.filter(
        user=agent.user_id, mode=Mode.CONSULT, is_supervising=False, left_at=None
    )
    return agent.used_units > 0 or helps.exists()


def _kept(
    presence: str, label: str, since: datetime, set_by: str, why: str, agent: Agent
) -> dict[str, object]:
    """A presence as it is found again, and the load under which it holds."""
    return {
        "presence": presence,
        "presence_label": label,
        "presence_since": since.isoformat(),
        "presence_set_by": set_by,
        "presence_reason": why,
        "load": _load(agent),
    }


def _load(agent: Agent) -> list[int]:
    return [agent.used_units, agent.total_units]


def _restore_presence(agent: Agent) -> None:
    before = agent.presence_before or {}
    for name in before.keys() - {"load"}:
        value = before[name]
        moment = name == "presence_since"
        setattr(agent, name, datetime.fromisoformat(value) if moment else value)
    agent.presence_before = None


def vanish(scene: AgentScene) -> None:
    """The grace is over: offline until the agent is back; who had chosen it stays so
    by that choice. Live chats and calls are taken back by `lose_agent`, one
    conversation a transaction."""
    agent = scene.agent
    if _chose_offline(agent):
        _restore_presence(agent)
    else:
        agent.chosen_presence = agent.presence = Presence.OFFLINE
        agent.presence_set_by, agent.presence_reason = "system", "vanished"
    agent.disconnected_at = agent.presence_before = None
    timers.stop_grace(agent)
    scene.record(Kind.VANISHED, by=SYSTEM, force=True)


def _chose_offline(agent: Agent) -> bool:
    before = agent.presence_before or {}
    by_system = before.get("presence_set_by") == "system"
    return before.get("presence") == Presence.OFFLINE and not by_system


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
        _tell_of_loss(scene, agent)
    elif not _lose_consultant(scene, agent):
        return
    scene.record(Kind.AGENT_LOST, by=SYSTEM, agent=agent_id)


def _lose_primary(scene: Scene, agent: Agent) -> None:
    situation = scene.move(Trigger.AGENT_VANISHES, StatusReason.AGENT_VANISHED)
    people.stand_up(scene, agent, SessionEnd.AGENT_DISCONNECTED)
    capacity.give_back(scene, agent)
    people.call_off_help(scene)
    scene.conversation.agent = None
    if situation is Situation.OPEN:
        people.send_consultants_home(scene, SessionEnd.AGENT_DISCONNECTED)
        people.end_session(scene, SessionEnd.AGENT_DISCONNECTED)
        offering.enter_queue(scene, at_front=True)


def _tell_of_loss(scene: Scene, agent: Agent) -> None:
    facts = {"agent": agent.name, "subject": scene.conversation.subject}
    supervisors = people.supervisors_of(scene)
    people.alert(scene, supervisors, "warning", "agent_vanished", **facts)


def _lose_consultant(scene: Scene, agent: Agent) -> bool:
    stay = stay_of(scene.conversation.pk, agent.user)
    if stay is None or stay.mode != Mode.CONSULT:
        return False
    people.stand_up(scene, agent, SessionEnd.AGENT_DISCONNECTED)
    return True


def _lose_target(scene: Scene) -> None:
    offer = offering.withdraw(scene)
    if offer is not None:
        offering.return_after_loss(scene, offer, SessionEnd.AGENT_DISCONNECTED)
