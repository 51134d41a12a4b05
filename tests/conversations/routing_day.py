"""A day on a large floor: customers come, wait, talk and leave; agents come and go.

Everything is a transition at its own moment of an injected clock. Rows are fetched once
a step and locked by nobody, for nobody else is there: 5,000 lives would else take long.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from conversations import clock, moments
from conversations.events import CUSTOMER, SYSTEM, Actor
from conversations.models import (
    Agent,
    Conversation,
    Membership,
    Offer,
)
from conversations.rows import CONVERSATION_JOINS
from conversations.states import (
    Channel,
    Method,
    Presence,
    State,
)
from conversations.transitions import (
    arrival,
    configuring,
    handling,
    offering,
    staffing,
)
from conversations.transitions.scene import Scene
from tests import building
from tests.conversations import routing_floor
from tests.conversations.routing_floor import SKILLS

START = datetime(2026, 3, 2, 6, tzinfo=UTC)  # a Monday
HOURS = 14
STEP = timedelta(seconds=60)

Step = Callable[["Day"], None]
Talk = Callable[[Scene], Any]


class Day:
    """The floor, what will happen next, and the moment at which we are."""

    def __init__(self, seed: int, agents: int, hours: float = HOURS) -> None:
        self.random = Random(seed)
        self.hours = hours
        self.now = START
        self._numbers = count()
        self._coming: list[tuple[datetime, int, Step]] = []
        self._known: dict[int, Conversation] = {}
        self._wanted: dict[int, set[int]] = {}
        self.agents: dict[int, Agent] = {}
        self.overridden: set[int] = set()
        self.last_offer = 0
        with moments.clock(lambda: self.now):
            building.settings_are(declines_allowed=2, consent_mode="none")
            self.queues = routing_floor.queues()
            self.streams = routing_floor.streams(self.queues)
            self.team = [self._hire(number) for number in range(agents)]
            self.supervisor: User = building.a_supervisor()
        self.members: dict[int, list[int]] = {}
        for queue, agent in Membership.objects.values_list("queue", "agent"):
            self.members.setdefault(queue, []).append(agent)

    def plan(self, conversations: int) -> None:
        """When who comes: customers by the hour, agents by their shifts."""
        for agent in self.team:
            self._plan_shift(agent.pk)
        for _each in range(conversations):
            hour = self.random.triangular(0, self.hours * 0.95, self.hours * 0.4)
            self.at(START + timedelta(hours=hour), Day._somebody_comes)

    def at(self, moment: datetime, step: Step) -> None:
        """Let this happen then."""
        heapq.heappush(self._coming, (moment, next(self._numbers), step))

    def soon(self, least: float, most: float, step: Step) -> None:
        """Let this happen after a chance number of seconds."""
        delay = timedelta(seconds=self.random.uniform(least, most))
        self.at(self.now + delay, step)

    def pass_time(self, until: datetime) -> bool:
        """Everything that happens up to then; whether anything did."""
        due = []
        while self._coming and self._coming[0][0] <= until:
            due.append(heapq.heappop(self._coming))
        if due:
            self.agents = Agent.objects.select_related("user").in_bulk()
            self._known = {}
        for moment, _number, step in due:
            self.now = moment
            with transaction.atomic():
                step(self)
        self.now = until
        fired = clock.fire_due()
        return bool(due or fired)

    @property
    def is_over(self) -> bool:
        return self.now >= START + timedelta(hours=self.hours)

    def answer_offers(self) -> None:
        """Whoever was offered something since the last time makes up their mind."""
        news = Offer.objects.filter(pk__gt=self.last_offer).order_by("pk")
        for pk, conversation in news.values_list("pk", "conversation"):
            self.last_offer = pk
            mind = self.random.random()
            if mind < 0.87:
                self.soon(3, 25, _on(conversation, _accepts(pk)))
            elif mind < 0.96:
                self.soon(3, 25, _on(conversation, _declines(pk)))

    def talk(self, pk: int, step: Talk, *extra: int) -> None:
        """One transition of this conversation, if it is still there to be moved."""
        if pk not in self._known:
            joined = Conversation.objects.select_related(*CONVERSATION_JOINS, "queue")
            self._known[pk] = joined.get(pk=pk)
        conversation = self._known[pk]
        offer = conversation.offer
        ids = {conversation.agent_id, None if offer is None else offer.agent_id, *extra}
        agents = {pk: self.agents[pk] for pk in ids if pk is not None}
        step(Scene(conversation, agents, self.now))

    # People

    def _hire(self, number: int) -> Agent:
        random = self.random
        names = random.sample(SKILLS, random.randint(0, 3))
        agent = building.an_agent(
            units=random.choice([60, 80, 100]),
            presence=Presence.OFFLINE,
            skills={name: random.randint(1, 10) for name in names},
        )
        first = list(self.queues.values())[number % len(self.queues)]
        # Few work on cases, which are small and many: they come to have ten at once.
        usual = [queue for queue in self.queues.values() if queue.name != "Cases"]
        others = random.sample(usual, random.randint(1, 3))
        for queue in {first.pk: first, **{each.pk: each for each in others}}.values():
            members = list(queue.memberships.values_list("agent", flat=True))
            with transaction.atomic():
                configuring.save_queue(queue, by=SYSTEM, agents=[*members, agent.pk])
        return agent

    def _plan_shift(self, agent: int) -> None:
        shift = self.hours * 0.6
        begin = START + timedelta(hours=self.random.triangular(0, self.hours / 2, 0))
        self.at(begin, _presence(agent, Presence.AVAILABLE))
        for _each in range(2):
            pause = begin + timedelta(hours=self.random.uniform(0.1, 0.9) * shift)
            length = timedelta(minutes=self.random.uniform(10, 40))
            away = self.random.choice([Presence.AWAY, Presence.DO_NOT_DISTURB])
            self.at(pause, _presence(agent, away))
            self.at(pause + length, _presence(agent, Presence.AVAILABLE))
        self.at(begin + timedelta(hours=shift), _presence(agent, Presence.OFFLINE))

    # Customers

    def _somebody_comes(self) -> None:
        shares = [share for _stream, share in self.streams]
        (stream, _share), *_none = self.random.choices(self.streams, shares)
        came = arrival.open_conversation(
            arrival.Arrival(
                workstream=stream, queue=stream.queue, skills=self._skills()
            ),
            by=CUSTOMER,
            now=self.now,
        )
        chance = self.random.random()
        if chance < 0.06:
            self.soon(20, 900, _on(came.pk, _loses_patience))
        elif chance < 0.09:
            self.soon(20, 90, lambda day: day._assign(came.pk))
        if stream.queue.method == Method.MANUAL:
            self.soon(30, 600, lambda day: day._somebody_picks(came.pk))

    def _skills(self) -> list[Any]:
        if self.random.random() < 0.6:
            return []
        names = self.random.sample(SKILLS, self.random.choice([1, 1, 1, 2]))
        return [
            name
            if self.random.random() < 0.5
            else {"name": name, "proficiency": self.random.randint(2, 8)}
            for name in names
        ]

    def _assign(self, pk: int) -> None:
        """A supervisor gives it to anybody, over all limits."""
        agent = self._anybody(pk)
        by = Actor.supervisor(self.supervisor)

        def give(scene: Scene) -> None:
            if scene.conversation.state == State.OPEN:
                chosen = scene.agents[agent]
                if chosen.remaining_units < scene.conversation.units:
                    self.overridden.add(agent)
                offering.offer_work(scene, chosen, by=by, overridden=True)

        self.talk(pk, give, agent)

    def _somebody_picks(self, pk: int) -> None:
        agent = self._anybody(pk)

        def pick(scene: Scene) -> None:
            chosen, it = scene.agents[agent], scene.conversation
            if it.state != State.OPEN or chosen.presence == Presence.OFFLINE:
                return
            if chosen.remaining_units >= it.units:
                handling.pick(scene, chosen, by=SYSTEM)
                self.converse(it)

        self.talk(pk, pick, agent)

    def _anybody(self, pk: int) -> int:
        queue = Conversation.objects.values_list("queue", flat=True).get(pk=pk)
        return self.random.choice(self.members[queue])

    def converse(self, it: Conversation) -> None:
        """They talk for a while; text messages pause, and come back once."""
        if it.channel == Channel.SMS and self.random.random() < 0.25:
            self.soon(60, 300, _on(it.pk, _pauses))
            self.soon(600, 3000, _on(it.pk, _writes_again))
        elif it.channel == Channel.RECORD:
            self.soon(3000, 9000, _on(it.pk, _is_solved))
        else:
            self.soon(300, 1500, _on(it.pk, _is_over))


def _on(pk: int, act: Callable[[Day, Scene], None]) -> Step:
    return lambda day: day.talk(pk, lambda scene: act(day, scene))


def _presence(agent: int, presence: Presence) -> Step:
    def change(day: Day) -> None:
        scene = staffing.AgentScene(day.agents[agent], day.now)
        staffing.set_presence(scene, presence, by=SYSTEM)

    return change


def _accepts(offer: int) -> Callable[[Day, Scene], None]:
    def accept(day: Day, scene: Scene) -> None:
        if _is_out(scene, offer):
            offering.accept(scene, offer, by=SYSTEM)
            day.converse(scene.conversation)

    return accept


def _declines(offer: int) -> Callable[[Day, Scene], None]:
    def decline(_day: Day, scene: Scene) -> None:
        if _is_out(scene, offer):
            offering.decline(scene, offer, by=SYSTEM)

    return decline


def _is_out(scene: Scene, offer: int) -> bool:
    present = scene.conversation.offer
    return (
        present is not None and present.pk == offer and scene.now < present.expires_at
    )


def _loses_patience(_day: Day, scene: Scene) -> None:
    it = scene.conversation
    if it.first_accepted_at is None and not it.is_closed:
        arrival.customer_ends(scene, left=True)


def _pauses(_day: Day, scene: Scene) -> None:
    if scene.conversation.agent_id is not None and not scene.conversation.is_closed:
        handling.wait(scene, by=SYSTEM)


def _writes_again(day: Day, scene: Scene) -> None:
    if scene.conversation.state == State.WAITING:
        arrival.customer_writes(scene, "")


def _is_over(_day: Day, scene: Scene) -> None:
    if scene.conversation.state == State.ACTIVE:
        arrival.customer_ends(scene)


def _is_solved(_day: Day, scene: Scene) -> None:
    if scene.conversation.state == State.ACTIVE:
        arrival.resolve(scene, by=SYSTEM)
