"""A conversation with all that one transition may change, locked and compared.

Versions are not counted by hand: a scene remembers what was shown when it was opened,
and `record` bumps exactly those things whose shown content is another one now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from conversations import moments
from conversations.events import Actor, Kind, record
from conversations.locks import lock_agents, lock_conversation
from conversations.models import (
    Agent,
    Alert,
    Conversation,
    Event,
    FloorSettings,
    Hold,
    Session,
)
from conversations.refusals import Refused
from conversations.rows import (
    agent_row,
    agent_state_part,
    conversation_row,
    presence_part,
    state_part,
)
from conversations.states import Situation, StatusReason, Trigger, after
from conversations.transitions import history


class Scene:
    """Locked rows, the time, and the settings of one transition."""

    def __init__(
        self, conversation: Conversation, agents: dict[int, Agent], now: datetime
    ) -> None:
        self.conversation = conversation
        self.agents = agents
        self.now = now
        self.alerts: list[Alert] = []
        self.desks: set[int] = set()
        self.notes: dict[str, object] = {}
        self._settings: FloorSettings | None = None
        self._shown = conversation_row(conversation)
        self._state = state_part(conversation)
        self._agents_shown = {pk: agent_row(a, ()) for pk, a in agents.items()}
        self._agents_state = {pk: agent_state_part(a) for pk, a in agents.items()}
        self._presences = {pk: presence_part(a) for pk, a in agents.items()}

    @property
    def settings(self) -> FloorSettings:
        """The floor's settings as they are inside this transaction."""
        if self._settings is None:
            self._settings = FloorSettings.current()
        return self._settings

    @property
    def primary(self) -> Agent | None:
        """The agent who has the conversation."""
        agent_id = self.conversation.agent_id
        return None if agent_id is None else self.agents[agent_id]

    @property
    def session(self) -> Session | None:
        """The present stay in the queue; none while waiting or closed."""
        open_sessions = self.conversation.sessions.filter(closed_at__isnull=True)
        return open_sessions.first()

    def move(self, trigger: Trigger, reason: StatusReason) -> Situation:
        """Follow the table of transitions, or refuse naming the states that do."""
        situation = after(trigger, self.conversation.situation)
        self.put(situation, reason)
        return situation

    def put(self, situation: Situation, reason: StatusReason) -> None:
        """Write state, phase and reason; the time only when the state is another."""
        conversation = self.conversation
        state, phase = situation.parts
        if (conversation.state, conversation.phase) != (state, phase):
            conversation.state_since = self.now
        conversation.state, conversation.phase = state, phase
        conversation.status_reason = reason

    def record(
        self,
        kind: Kind,
        *,
        by: Actor,
        reason: str = "",
        facts: Mapping[str, object] | None = None,
        **more: object,
    ) -> Event:
        """Save what changed, bump its versions, write the one event."""
        moved = state_part(self.conversation) != self._state
        changed: list[Conversation | Agent] = [*self._save_conversation()]
        changed += self._save_agents()
        return record(
            kind,
            at=self.now,
            by=by,
            conversation=self.conversation,
            changed=changed,
            watched=[self.conversation.pk],
            desks=self.desks,
            data={
                "queue": self.conversation.queue_id,
                **(facts or {}),
                **more,
                **self.notes,
            },
            reason=reason,
            routable=moved or len(changed) > 1,
            alerts=bool(Alert.objects.bulk_create(self.alerts)),
        )

    def _save_conversation(self) -> Iterable[Conversation]:
        conversation = self.conversation
        is_news = conversation_row(conversation) != self._shown
        if is_news:
            conversation.version += 1
        if state_part(conversation) != self._state:
            conversation.state_version += 1
        conversation.save()
        return [conversation] if is_news else []

    def _save_agents(self) -> Iterable[Agent]:
        news = []
        for pk, agent in sorted(self.agents.items()):
            if agent_row(agent, ()) == self._agents_shown[pk]:
                continue
            agent.version += 1
            if agent_state_part(agent) != self._agents_state[pk]:
                agent.state_version += 1
            history.keep(agent, self._presences[pk], self.now)
            agent.save()
            news.append(agent)
        return news


def enter(
    pk: int,
    *,
    agents: Iterable[int] = (),
    skip_locked: bool = False,
    to_talk: bool = False,
) -> Scene | None:
    """Lock the conversation, then everybody who holds units of it and `agents`.

    `to_talk` leaves the agents alone: what is said changes nobody's units, and busy
    agents must not be locked for every word. None when it is unknown or, with
    `skip_locked`, in another's hands just now.
    """
    conversation = lock_conversation(pk, skip_locked=skip_locked)
    if conversation is None:
        return None
    involved = {} if to_talk else _lock_involved(conversation, agents)
    return Scene(conversation, involved, moments.now())


def enter_or_refuse(
    pk: int, *, agents: Iterable[int] = (), to_talk: bool = False
) -> Scene:
    """The same, where an unknown conversation is the caller's mistake."""
    scene = enter(pk, agents=agents, to_talk=to_talk)
    if scene is None:
        raise Refused.not_found()
    return scene


@contextmanager
def about(scene: Scene) -> Iterator[None]:
    """Refusals inside name the scene's conversation: every 409 carries its row."""
    try:
        yield
    except Refused as refused:
        raise refused.about(conversation=scene.conversation.pk) from None


def _lock_involved(
    conversation: Conversation, agents: Iterable[int]
) -> dict[int, Agent]:
    holders = Hold.objects.filter(
        conversation=conversation, released_at__isnull=True
    ).values_list("agent_id", flat=True)
    involved = {*holders, *agents}
    if conversation.agent_id is not None:
        involved.add(conversation.agent_id)
    if conversation.offer is not None:
        involved.add(conversation.offer.target)
    return lock_agents(involved)
