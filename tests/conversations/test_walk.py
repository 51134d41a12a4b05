"""A random walk over every command keeps every invariant.

Hypothesis plays supervisors, agents, customers, bots, administrators and the clock;
after each step the whole database is compared with what it was before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conversations import attendance, clock, moments, router
from conversations.models import (
    Agent,
    Conversation,
    Event,
    Offer,
    Participant,
    Session,
)
from conversations.reconciliation import differences
from conversations.refusals import Refused
from conversations.states import (
    Channel,
    Elevation,
    Phase,
    Presence,
    State,
    Visibility,
)
from conversations.transitions import arrival, handling
from conversations.transitions.arrival import Words
from desk import commands as desk
from gateways import commands as gateway
from supervisor import commands as floor
from supervisor.api.agents import change_agent
from tests import building
from tests.conversations import asking, ledger
from tests.conversations.walked_doors import DoorSteps, ids
from tests.conversations.walked_floor import Floor

pytestmark = [
    pytest.mark.behaviour,
    pytest.mark.thorough,
    pytest.mark.django_db,
]

Rows = dict[str, list[dict[str, Any]]]
EXAMPLES, STEPS = 18, 28
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
seen: Counter[str] = Counter()

numbers = st.integers(0, 11)
mostly = st.sampled_from([True, True, True, False])
presences = st.sampled_from([p for p in Presence if p != Presence.INACTIVE])
switches = st.sampled_from(
    [
        {"missed_offer_inactive": True},
        {"declined_offer_do_not_disturb": True},
        {"declines_allowed": 1},
        {"supervisor_sentiment_threshold": "slightly_negative"},
        {"sentiment": False},
    ]
)
AGENT_STEPS: dict[Any, dict[str, object]] = {
    handling.release: {"state": State.ACTIVE, "agent__isnull": False},
    handling.wait: {"phase": Phase.IN_CONVERSATION, "channel": Channel.SMS},
    handling.revive: {"state": State.WAITING},
    handling.finish: {"state": State.ACTIVE, "agent__isnull": False},
    handling.close: {"state": State.WRAP_UP},
}
"""Each step of an agent, with where it is allowed: mostly it is tried there."""
texts = st.sampled_from(["Hello?", "This is awful, I hate it!", "Thanks a lot!"])


floors: list[Floor] = []


class Walk(DoorSteps, RuleBasedStateMachine):
    """Each rule is one command, tried mostly where it is allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.clock = moments.clock(lambda: self.now)
        self.clock.__enter__()
        # Commands ask for a transaction of their own, which a test's is not.
        self.block = transaction.atomic()
        vars(self.block)["_from_testcase"] = True
        self.block.__enter__()

    def teardown(self) -> None:
        connection.check_constraints()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        self.clock.__exit__(None, None, None)

    @initialize()
    def begins(self) -> None:
        made = floors[-1]
        self.queues, self.agents = made.queues, made.agents
        self.supervisors, self.streams = made.supervisors, made.streams
        self.before, self.rows = ledger.look(), ledger.everything()

    # Customers and bots

    @rule(number=numbers, text=texts, bot=st.booleans())
    def arrives(self, number: int, text: str, bot: bool) -> None:
        stream = self.streams[number % 3]
        facts = arrival.Arrival(
            stream, stream.queue, text=text, bot_name="Robo" if bot else ""
        )
        self.step(lambda: gateway.open_conversation(facts))

    @rule(number=numbers, text=texts)
    def customer_writes(self, number: int, text: str) -> None:
        self.step(lambda: gateway.customer_writes(self.it(number).pk, [Words(text)]))

    @rule(number=numbers, left=st.booleans())
    def customer_ends(self, number: int, left: bool) -> None:
        self.change(number, lambda scene: arrival.customer_ends(scene, left=left))

    @rule(number=numbers, voice=st.sampled_from([Elevation.VOICE, Elevation.VIDEO]))
    def elevates(self, number: int, voice: Elevation) -> None:
        self.change(number, lambda scene: arrival.elevate(scene, voice))

    @rule(number=numbers, step=st.sampled_from(["escalates", "ends", "writes"]))
    def bot(self, number: int, step: str) -> None:
        steps: dict[str, Callable[..., Any]] = {
            "escalates": arrival.bot_escalates,
            "ends": arrival.bot_ends,
            "writes": lambda scene: arrival.bot_writes(scene, "Hello"),
        }
        it = self.it(number, phase=Phase.WITH_BOT)
        self.step(lambda: gateway.change(it.pk, steps[step]))

    # Agents

    @rule(number=numbers, who=numbers)
    def picks(self, number: int, who: int) -> None:
        it = self.it(number, state=State.OPEN)
        self.step(
            lambda: desk.pick(self.agent(who), it.pk, state_version=it.state_version)
        )

    @rule(number=numbers, accepted=mostly)
    @precondition(lambda self: Offer.objects.filter(state="open").exists())
    def answers(self, number: int, accepted: bool) -> None:
        offers = list(Offer.objects.filter(state="open").order_by("pk"))
        offer = offers[number % len(offers)]
        answer = desk.accept if accepted else desk.decline
        self.step(lambda: answer(asking.target_of(offer), offer.pk))

    @rule(number=numbers, step=st.sampled_from([*AGENT_STEPS]), odd=st.integers(0, 9))
    def handles(self, number: int, step: Any, odd: int) -> None:
        it = self.it(number, **({} if odd == 1 else AGENT_STEPS[step]))
        version = it.state_version - (odd == 0)
        agent = it.agent or self.agent(number)
        self.step(lambda: desk.take_step(agent, it.pk, step, state_version=version))

    @rule(number=numbers, internal=st.booleans())
    def agent_writes(self, number: int, internal: bool) -> None:
        it = self.it(number, phase=Phase.IN_CONVERSATION)
        self.writes((it.agent or self.agent(number)).user, it, internal)

    # Supervisors

    @rule(number=numbers, who=numbers, override=mostly)
    def assigns(self, number: int, who: int, override: bool) -> None:
        it = self.it(number, state=State.OPEN)
        self.step(
            lambda: floor.assign_to_agent(
                self.supervisor(number),
                it.pk,
                state_version=it.state_version,
                agent=self.agent(who).pk,
                override=override,
            )
        )

    @rule(number=numbers, queue=numbers)
    def assigns_to_queue(self, number: int, queue: int) -> None:
        it = self.it(number)
        self.step(
            lambda: floor.assign_to_queue(
                self.supervisor(number),
                it.pk,
                state_version=it.state_version,
                queue=self.queues[queue % 3].pk,
            )
        )

    @rule(number=numbers, who=numbers, waiting=st.booleans())
    def transfers(self, number: int, who: int, waiting: bool) -> None:
        wanted = State.WAITING if waiting else State.ACTIVE
        it = self.it(number, state=wanted, offer=None, agent__isnull=False)
        self.step(
            lambda: floor.transfer(
                self.supervisors[0],
                it.pk,
                state_version=it.state_version,
                agent=self.agent(who).pk,
                override=True,
            )
        )

    @rule(number=numbers, stale=st.booleans())
    def force_closes(self, number: int, stale: bool) -> None:
        it = self.it(number)
        version = it.state_version + stale
        who = self.supervisor(number)
        self.step(lambda: floor.force_close(who, it.pk, state_version=version))

    @rule(number=numbers, who=numbers, act=st.sampled_from(["monitor", "join"]))
    def watches(self, number: int, who: int, act: str) -> None:
        it, user = self.it(number, phase=Phase.IN_CONVERSATION), self.supervisor(who)
        command = {"monitor": floor.monitor, "join": floor.join}[act]
        self.step(lambda: command(user, it.pk, state_version=it.state_version))

    @rule(number=numbers, who=numbers, act=st.sampled_from(["stop", "leave"]))
    def goes(self, number: int, who: int, act: str) -> None:
        it, user = self.it(number), self.supervisor(who)
        command = {"stop": floor.stop_monitoring, "leave": floor.leave}[act]
        self.step(lambda: command(user, it.pk))

    @rule(number=numbers, who=numbers, internal=st.booleans())
    def supervisor_writes(self, number: int, who: int, internal: bool) -> None:
        self.writes(self.supervisor(who), self.it(number), internal)

    # Presence, capacity, settings, time

    @rule(who=numbers, presence=presences, by=st.booleans())
    def changes_presence(self, who: int, presence: Presence, by: bool) -> None:
        agent = self.agent(who)
        user = self.supervisors[0] if by else agent.user
        body = {"state_version": agent.state_version, "presence": presence}
        self.step(lambda: change_agent(user, agent.pk, body))

    @rule(who=numbers, units=st.sampled_from([0, 10, 20, 60]))
    def changes_capacity(self, who: int, units: int) -> None:
        agent = self.agent(who)
        body: dict[str, object] = {"state_version": agent.state_version}
        body |= {"capacity_units": units}
        self.step(lambda: change_agent(self.supervisors[0], agent.pk, body))

    @rule(change=switches)
    def changes_settings(self, change: dict[str, Any]) -> None:
        self.step(lambda: building.settings_are(**change))

    @rule(seconds=st.sampled_from([1, 30, 60, 120, 150, 900, 7200]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.alive()
        self.step(attendance.end_lost_sockets, most=None)
        self.step(clock.fire_due, most=None)

    @rule()
    def routes(self) -> None:
        self.step(router.route_all, most=None)

    # What holds after each step

    def step(self, command: Callable[[], object], most: int | None = 1) -> None:
        """Run it: done, as events say; or refused, and nothing has changed."""
        before, rows, closed = self.before, self.rows, self.closed()
        try:
            command()
        except Refused as refused:
            seen[refused.code] += 1
            assert ledger.everything() == rows
            return
        self.before, self.rows = ledger.look(), ledger.everything()
        events = ledger.check_in_step(before, self.before)
        assert most is None or len(events) <= most
        if not events:
            assert without_signs_of_life(self.rows) == without_signs_of_life(rows)
        assert self.closed().items() >= closed.items()
        seen.update(event.kind for event in events)

    @invariant()
    def is_sound(self) -> None:
        assert list(differences()) == []
        out = Offer.objects.filter(state="open").exclude(kind="consult")
        opened = Counter(ids(out))
        stays = Counter(ids(Session.objects.filter(closed_at=None)))
        primary = Participant.objects.filter(mode="primary", left_at=None)
        seats = Counter(ids(primary))
        for it in Conversation.objects.all():
            offered = it.phase in (Phase.AWAITING_ACCEPTANCE, Phase.TRANSFER_PENDING)
            assert opened[it.pk] == int(offered) == int(it.offer_id is not None)
            ended = it.state in (State.WRAP_UP, State.WAITING, State.CLOSED)
            assert stays[it.pk] == int(not ended), it.situation
            assert seats[it.pk] <= 1
        assert not Agent.objects.filter(used_units__lt=0).exists()

    def closed(self) -> dict[int, datetime | None]:
        shut = Conversation.objects.filter(state=State.CLOSED)
        return dict(shut.values_list("pk", "closed_at"))

    # Whom and what a number means

    def it(self, number: int, **wanted: object) -> Conversation:
        """One that is as wanted, if there is any; so that not all steps are refused."""
        joined = Conversation.objects.select_related("agent__user").order_by("-pk")
        every = list(joined.filter(**wanted)[:12] or joined[:12])
        return every[number % len(every)]

    def agent(self, number: int) -> Agent:
        return Agent.objects.select_related("user").get(pk=self.agents[number % 6].pk)

    def supervisor(self, number: int) -> User:
        return self.supervisors[number % 2]

    def change(self, number: int, step: Callable[..., Any]) -> None:
        self.step(lambda: gateway.change(self.it(number).pk, step))

    def writes(self, user: User, it: Conversation, internal: bool) -> None:
        visibility = Visibility.INTERNAL if internal else Visibility.PUBLIC
        self.step(lambda: floor.write(user, it.pk, text="Hm", visibility=visibility))


def without_signs_of_life(rows: Rows) -> Rows:
    """That somebody was seen is no transition, nor is what routing thought: nobody is
    shown it."""
    watchers = [{**row, "seen_at": None} for row in rows["Participant"]]
    return {**rows, "Participant": watchers, "OpenSocket": [], "RoutingDecision": []}


EXPECTED = {
    *("conversation.opened", "conversation.assigned", "conversation.picked"),
    *("conversation.force_closed", "conversation.auto_closed", "offer.made"),
    *("offer.accepted", "offer.declined", "offer.timed_out", "message.received"),
    *("message.sent", "monitoring.started", "stale_version", "wrong_state"),
    *("consult.asked", "consult.accepted", "hand.raised", "notes.saved"),
    *("agent.disconnected", "agent.reconnected", "customer.gone"),
    *("conversation.handed_over", "conversation.handed_over_to_queue"),
}
MOST_KINDS = 45


def test_a_random_walk_keeps_every_invariant() -> None:
    seen.clear()
    with moments.clock(lambda: START):
        floors.append(Floor())
    before = Event.objects.count()
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Event.objects.count() == before
    assert set(seen) >= EXPECTED, (sorted(EXPECTED - set(seen)), seen)
    assert len(seen) >= MOST_KINDS, seen
