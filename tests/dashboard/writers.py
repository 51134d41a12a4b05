"""Everything that writes to the floor, by name: transitions, supervisors' commands,
timers, routing. Each prepares a scene and answers the one act to be watched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from conversations import clock, moments, router
from conversations.events import SYSTEM, Actor, Kind
from conversations.models import Agent, Conversation, Queue, Workstream
from conversations.states import (
    Channel,
    Method,
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
from conversations.transitions.scene import Scene
from supervisor import sweep
from supervisor.api.agents import change_agent
from tests import building
from tests.building import a_workstream, act, arrives, at, in_situation, later

S = Situation
Act = Callable[[], object]


@dataclass
class House:
    """One queue with its people, and another of the same type."""

    queue: Queue = field(default_factory=building.a_queue)
    other: Queue = field(default_factory=building.a_queue)
    boss: User = field(init=False)
    agent: Agent = field(init=False)
    second: Agent = field(init=False)

    def __post_init__(self) -> None:
        building.settings_are(
            supervisor_monitor=True,
            supervisor_assign=True,
            supervisor_transfer=True,
            force_close=True,
            consent_mode="none",
        )
        self.boss = building.a_supervisor(queues=[self.queue])
        self.agent = building.an_agent(queues=[self.queue])
        self.second = building.an_agent(queues=[self.queue])

    def at(self, situation: Situation, **options: Any) -> Conversation:
        """A conversation of the queue in this situation, with the house's people."""
        cast: dict[str, Any] = {"agent": self.agent, "target": self.second}
        return in_situation(situation, queue=self.queue, **(cast | options))

    def stream(self, channel: Channel = Channel.LIVE_CHAT, **rules: Any) -> Workstream:
        """A workstream of the queue with such rules."""
        return a_workstream(channel, queue=self.queue, **rules)


@dataclass(frozen=True)
class Writer:
    """`name` is module.function, then what sets a variant apart; `kind` the event
    that it records; a `silent` one changes nothing that this supervisor sees."""

    name: str
    kind: Kind
    prepare: Callable[[House], Act]
    silent: bool = False


def on(
    situation: Situation, step: Callable[[House, Scene], object], **options: object
) -> Callable[[House], Act]:
    """One transition of a conversation that is in `situation`."""

    def prepare(house: House) -> Act:
        it = house.at(situation, **options)
        people = [house.agent, house.second]
        return lambda: act(it, partial(step, house), agents=people)

    return prepare


def of_agent(
    step: Callable[[staffing.AgentScene], object],
    *before: Callable[[staffing.AgentScene], object],
) -> Callable[[House], Act]:
    """One transition of the house's agent, after those before it."""

    def prepare(house: House) -> Act:
        for each in before:
            _to_agent(house.agent, each)
        return lambda: _to_agent(house.agent, step)

    return prepare


def by_boss(
    situation: Situation, command: Callable[..., object], **body: object
) -> Callable[[House], Act]:
    """A supervisor's command with the version that she sees; a callable in the body
    is asked for its value."""

    def prepare(house: House) -> Act:
        it = house.at(situation)
        sent = {k: v(house) if callable(v) else v for k, v in body.items()}
        return lambda: command(
            house.boss, it.pk, state_version=it.state_version, **sent
        )

    return prepare


def as_watcher(
    command: Callable[..., object], *, joined: bool = False, **body: object
) -> Callable[[House], Act]:
    """What a supervisor does who monitors already."""

    def prepare(house: House) -> Act:
        it = house.at(S.IN_CONVERSATION)
        building.monitors(it, house.boss)
        if joined:
            act(it, lambda scene: supervising.join(scene, house.boss))
        return lambda: command(house.boss, it.pk, **body)

    return prepare


def due(
    situation: Situation, channel: Channel, seconds: float, **rules: object
) -> Callable[[House], Act]:
    """What the clock finds due in a conversation after so many seconds."""

    def prepare(house: House) -> Act:
        stream = house.stream(channel, **rules)
        house.at(situation, stream=stream, channel=channel)
        return lambda: _fire(later(seconds=seconds))

    return prepare


def watched(
    step: Callable[[House, Scene], object], *before: Callable[[House, Scene], object]
) -> Callable[[House], Act]:
    """One transition of a supervisor's stay, after those before it."""

    def prepare(house: House) -> Act:
        it = house.at(S.IN_CONVERSATION)
        for each in before:
            act(it, partial(each, house))
        return lambda: act(it, partial(step, house))

    return prepare


def settings_change(house: House) -> Act:
    return lambda: building.settings_are(force_close=False)


def a_queue_comes(house: House) -> Act:
    return building.a_queue


def a_queue_is_renamed(house: House) -> Act:
    house.queue.name = "Renamed"
    return lambda: _saved(house.queue)


def a_queue_loses_members(house: House) -> Act:
    return lambda: _saved(house.queue, agents=[])


def a_colleague_supervises(house: House) -> Act:
    both = [house.boss.pk, building.a_user().pk]
    return lambda: _saved(house.queue, supervisors=both)


def a_workstream_changes(house: House) -> Act:
    stream = house.stream()

    def save() -> None:
        with transaction.atomic():
            configuring.save_workstream(stream, by=SYSTEM)

    return save


def an_agent_comes(house: House) -> Act:
    user, now = building.a_user(), moments.now()

    def add() -> None:
        with transaction.atomic():
            staffing.add_agent(user, name="New", total_units=40, by=SYSTEM, now=now)

    return add


def a_customer_comes(house: House) -> Act:
    return lambda: arrives(queue=house.queue, text="Hello")


def a_bot_answers_first(house: House) -> Act:
    return lambda: arrives(queue=house.queue, bot_name="Bot", text="Hello")


def routing_offers(house: House) -> Act:
    it = house.at(S.OPEN)
    it.queue.method = Method.HIGHEST_CAPACITY
    _saved(it.queue)
    return router.route_all


def grace_ends(house: House) -> Act:
    house.at(S.IN_CONVERSATION)
    _to_agent(house.agent, staffing.disconnect)
    return lambda: _fire(later(seconds=staffing.GRACE_SECONDS + 1))


def an_orphan_is_swept(house: House) -> Act:
    it = house.at(S.IN_CONVERSATION)
    building.monitors(it, house.boss)

    def end() -> None:
        with at(later(seconds=90)):
            sweep.end_orphaned_watching()

    return end


def she_sets_capacity(house: House) -> Act:
    body: dict[str, object] = {"state_version": house.agent.state_version}
    body |= {"capacity_units": 55}
    return lambda: change_agent(house.boss, house.agent.pk, body)


def she_sets_presence(house: House) -> Act:
    body: dict[str, object] = {"state_version": house.agent.state_version}
    body |= {"presence": "away"}
    return lambda: change_agent(house.boss, house.agent.pk, body)


def an_offer_times_out(house: House) -> Act:
    it = house.at(S.AWAITING_ACCEPTANCE)

    def end() -> None:
        with at(later(seconds=500)):
            act(it, offering.time_out)

    return end


def offer_of(scene: Scene) -> int:
    assert scene.conversation.offer is not None
    return scene.conversation.offer.pk


def by_agent(house: House) -> Actor:
    return Actor.agent(house.agent)


def say(house: House, scene: Scene, visibility: Visibility) -> object:
    user, by = house.agent.user, by_agent(house)
    return handling.write(scene, user, "Hello.", visibility=visibility, by=by)


def whisper(house: House, scene: Scene) -> object:
    return handling.write(
        scene,
        house.boss,
        "Offer a refund.",
        visibility=Visibility.INTERNAL,
        by=Actor.supervisor(house.boss),
    )


def start(house: House, scene: Scene) -> object:
    return supervising.start_monitoring(scene, house.boss)


def join(house: House, scene: Scene) -> object:
    return supervising.join(scene, house.boss)


def leave(house: House, scene: Scene) -> object:
    return supervising.leave(scene, house.boss)


def stop(house: House, scene: Scene) -> object:
    return supervising.stop_watching(scene, house.boss)


def consent(house: House, scene: Scene) -> None:
    arrival.record_consent(scene, given=True, at=None, text_version="1")


def _to_agent(agent: Agent, step: Callable[[staffing.AgentScene], object]) -> None:
    with transaction.atomic():
        step(staffing.enter_agent(agent.pk))


def _saved(queue: Queue, **people: list[int]) -> None:
    with transaction.atomic():
        configuring.save_queue(queue, by=SYSTEM, **people)


def _fire(moment: datetime) -> None:
    with at(moment):
        assert clock.fire_due() == 1
