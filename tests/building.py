"""Builds a floor for tests: people, queues, and conversations in any situation.

Everything goes through the same transitions as in life, inside its own short
transaction, so that what a test starts from could have happened. Works on both
databases, and in tests with and without real commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction

from accounts.roles import Role, grant
from conversations import moments
from conversations.events import BOT, CUSTOMER, SYSTEM, Actor
from conversations.models import (
    Agent,
    Conversation,
    FloorSettings,
    Message,
    Queue,
    Workstream,
)
from conversations.states import (
    Channel,
    ChannelKind,
    Elevation,
    Method,
    Presence,
    Situation,
    Visibility,
)
from conversations.transitions import (
    arrival,
    configuring,
    handling,
    offering,
    staffing,
    supervising,
)
from conversations.transitions.scene import Scene, enter_or_refuse

R = TypeVar("R")
_numbers = count(1)


# Time


def later(**delta: float) -> datetime:
    """A moment from now on: `later(seconds=120)`."""
    return moments.now() + timedelta(**delta)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block the whole domain believes that it is `moment`."""
    with moments.clock(lambda: moment):
        yield


# People


def a_user(name: str = "", *roles: Role, **fields: Any) -> User:
    """A user with these roles, without a password: `tests.calling` has tokens."""
    user = User.objects.create_user(name or f"user{next(_numbers)}", **fields)
    grant(user, *roles)
    return user


def an_agent(
    name: str = "",
    *,
    queues: Iterable[Queue] = (),
    units: int = 40,
    presence: Presence = Presence.AVAILABLE,
    skills: Mapping[str, int] | None = None,
    roles: Iterable[Role] = (Role.AGENT,),
    user: User | None = None,
) -> Agent:
    """An agent at work in these queues; `agent.user` is who logs in."""
    user = user or a_user(name, *roles)
    with transaction.atomic():
        agent = staffing.add_agent(
            user,
            name=user.username.title(),
            total_units=units,
            by=SYSTEM,
            now=moments.now(),
        )
        scene = staffing.enter_agent(agent.pk)
        if skills:
            staffing.set_skills(scene, skills, by=SYSTEM)
        if presence != Presence.OFFLINE:
            staffing.set_presence(scene, presence, by=SYSTEM)
    for queue in queues:
        _change_queue(queue, agents=[*_members(queue), agent.pk])
    agent.refresh_from_db()
    return agent


def a_supervisor(name: str = "", *, queues: Iterable[Queue] = ()) -> User:
    """A user who supervises these queues."""
    user = a_user(name, Role.SUPERVISOR)
    for queue in queues:
        supervisors = [*queue.supervisors.values_list("pk", flat=True), user.pk]
        _change_queue(queue, supervisors=supervisors)
    return user


def a_machine(name: str = "") -> User:
    """A channel, a record system or a bot: the role API access."""
    return a_user(name, Role.API_ACCESS)


# Places


def a_queue(
    name: str = "",
    *,
    kind: ChannelKind = ChannelKind.MESSAGING,
    method: Method = Method.MANUAL,
    agents: Iterable[Agent] = (),
    supervisors: Iterable[User] = (),
    **fields: Any,
) -> Queue:
    """A queue; nothing is routed by itself unless `method` says so."""
    queue = Queue(
        name=name or f"Queue {next(_numbers)}", type=kind, method=method, **fields
    )
    with transaction.atomic():
        configuring.add_queue(queue, by=SYSTEM, now=moments.now())
    members = [agent.pk for agent in agents]
    watchers = [user.pk for user in supervisors]
    if members or watchers:
        _change_queue(queue, agents=members, supervisors=watchers)
    return queue


def a_workstream(
    channel: Channel = Channel.LIVE_CHAT,
    *,
    queue: Queue | None = None,
    name: str = "",
    **fields: Any,
) -> Workstream:
    """A channel's rules; with a fitting queue of its own where none is given."""
    return Workstream.objects.create(
        name=name or f"Workstream {next(_numbers)}",
        channel=channel,
        queue=queue or a_queue(kind=channel.kind),
        **fields,
    )


def settings_are(**fields: object) -> FloorSettings:
    """Change the floor's settings: `settings_are(reason_mandatory=True)`."""
    floor = FloorSettings.current()
    for name, value in fields.items():
        assert hasattr(floor, name), name
        setattr(floor, name, value)
    with transaction.atomic():
        configuring.save_settings(floor, by=SYSTEM)
    return FloorSettings.current()


# Conversations


def act(
    conversation: Conversation,
    step: Callable[[Scene], R],
    *,
    agents: Iterable[Agent] = (),
) -> R:
    """One transition in a transaction of its own; refreshes `conversation`.

    `act(it, lambda scene: handling.release(scene, by=SYSTEM))`
    """
    with transaction.atomic():
        scene = enter_or_refuse(conversation.pk, agents=[a.pk for a in agents])
        outcome = step(scene)
    fresh(conversation)
    return outcome


def fresh(conversation: Conversation) -> Conversation:
    """The same object as the database has it now, offer and agent included."""
    conversation.refresh_from_db()
    return conversation


def arrives(
    channel: Channel = Channel.LIVE_CHAT,
    *,
    queue: Queue | None = None,
    stream: Workstream | None = None,
    text: str = "",
    customer: str = "Kirsten",
    **more: Any,
) -> Conversation:
    """A customer has come in: open, or with the bot (`bot_name=...`).

    `more` are further fields of `arrival.Arrival`.
    """
    stream = stream or a_workstream(channel, queue=queue)
    facts = arrival.Arrival(
        workstream=stream,
        queue=queue or stream.queue,
        customer_name=customer,
        text=text,
        **more,
    )
    by = BOT if facts.bot_name else CUSTOMER
    with transaction.atomic():
        return arrival.open_conversation(facts, by=by, now=moments.now())


def in_situation(
    situation: Situation,
    *,
    channel: Channel | None = None,
    queue: Queue | None = None,
    agent: Agent | None = None,
    target: Agent | None = None,
    supervisor: User | None = None,
    elevated: Elevation = Elevation.NONE,
    **arrival_options: Any,
) -> Conversation:
    """A conversation that has come to `situation` by transitions alone.

    `agent` has (had) it, or is offered it while awaiting acceptance; `target` is
    offered the transfer; both are made where they are needed and not given. With a
    `supervisor` the offer is theirs (assign, transfer), else the system's. Waiting
    needs an asynchronous channel and takes one; others are live chats by default.
    """
    waits = situation in (Situation.WAITING, Situation.WAITING_TRANSFER_PENDING)
    channel = channel or (Channel.PERSISTENT_CHAT if waits else Channel.LIVE_CHAT)
    if situation is Situation.WITH_BOT:
        arrival_options.setdefault("bot_name", "Bot")
    conversation = arrives(channel, queue=queue, **arrival_options)
    cast = _cast(conversation, situation, agent, target, supervisor)
    for step in _PATHS[situation]:
        act(conversation, _played(step, cast), agents=cast.all)
        if step is _pick and elevated:
            act(conversation, lambda scene: arrival.elevate(scene, elevated))
    assert conversation.situation is situation
    return conversation


def customer_says(conversation: Conversation, text: str = "Hello?") -> Message:
    """The customer writes."""
    return act(conversation, lambda scene: arrival.customer_writes(scene, text))


def agent_says(
    conversation: Conversation,
    text: str = "How can I help you?",
    *,
    visibility: Visibility = Visibility.PUBLIC,
) -> Message:
    """The primary agent writes."""
    agent = conversation.agent
    assert agent is not None
    return act(
        conversation,
        lambda scene: handling.write(
            scene, agent.user, text, visibility=visibility, by=Actor.agent(agent)
        ),
    )


def monitors(conversation: Conversation, supervisor: User) -> None:
    """The supervisor watches unseen."""
    act(conversation, lambda scene: supervising.start_monitoring(scene, supervisor))


def whispers(
    conversation: Conversation, supervisor: User, text: str = "Offer a refund."
) -> Message:
    """The supervisor says something that the customer must never notice."""
    by = Actor.supervisor(supervisor)
    return act(
        conversation,
        lambda scene: handling.write(
            scene, supervisor, text, visibility=Visibility.INTERNAL, by=by
        ),
    )


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who plays in the story of one conversation."""

    by: Actor
    agent: Agent | None = None
    target: Agent | None = None

    @property
    def all(self) -> list[Agent]:
        return [agent for agent in (self.agent, self.target) if agent is not None]

    def first(self, scene: Scene) -> Agent:
        assert self.agent is not None
        return scene.agents[self.agent.pk]

    def second(self, scene: Scene) -> Agent:
        assert self.target is not None
        return scene.agents[self.target.pk]


_Step = Callable[[Scene, _Cast], object]


def _cast(
    conversation: Conversation,
    situation: Situation,
    agent: Agent | None,
    target: Agent | None,
    supervisor: User | None,
) -> _Cast:
    steps = _PATHS[situation]
    if agent is None and steps:
        agent = an_agent(queues=[conversation.queue])
    if target is None and _transfer in steps:
        target = an_agent(queues=[conversation.queue])
    by = SYSTEM if supervisor is None else Actor.supervisor(supervisor)
    return _Cast(by, agent, target)


def _played(step: _Step, cast: _Cast) -> Callable[[Scene], object]:
    return lambda scene: step(scene, cast)


def _offer(scene: Scene, cast: _Cast) -> object:
    return offering.offer_work(scene, cast.first(scene), by=cast.by)


def _pick(scene: Scene, cast: _Cast) -> None:
    agent = cast.first(scene)
    handling.pick(scene, agent, by=Actor.agent(agent))


def _transfer(scene: Scene, cast: _Cast) -> object:
    return offering.offer_transfer(scene, cast.second(scene), by=cast.by)


def _wait(scene: Scene, cast: _Cast) -> None:
    handling.wait(scene, by=Actor.agent(cast.first(scene)))


def _finish(scene: Scene, cast: _Cast) -> None:
    handling.finish(scene, by=Actor.agent(cast.first(scene)))


def _close(scene: Scene, cast: _Cast) -> None:
    handling.close(scene, by=Actor.agent(cast.first(scene)))


_PATHS: Mapping[Situation, Sequence[_Step]] = {
    Situation.OPEN: (),
    Situation.WITH_BOT: (),
    Situation.AWAITING_ACCEPTANCE: (_offer,),
    Situation.IN_CONVERSATION: (_pick,),
    Situation.TRANSFER_PENDING: (_pick, _transfer),
    Situation.WAITING: (_pick, _wait),
    Situation.WAITING_TRANSFER_PENDING: (_pick, _wait, _transfer),
    Situation.WRAP_UP: (_pick, _finish),
    Situation.CLOSED: (_pick, _finish, _close),
}


def _members(queue: Queue) -> list[int]:
    return list(queue.memberships.values_list("agent_id", flat=True))


def _change_queue(queue: Queue, **people: Iterable[int]) -> None:
    with transaction.atomic():
        configuring.save_queue(queue, by=SYSTEM, **people)
