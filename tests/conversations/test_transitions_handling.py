"""What agents do: pick, release, wait, revive, end and close, and how it all ends."""

from __future__ import annotations

import pytest

from conversations import clock
from conversations.events import SYSTEM, Actor
from conversations.models import Agent, Conversation
from conversations.states import (
    Channel,
    Presence,
    Situation,
    StatusReason,
    Visibility,
    WrapUpBlock,
)
from conversations.transitions import arrival, handling, supervising
from tests import building
from tests.conversations import ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

ONGOING = [situation for situation in Situation if situation != Situation.CLOSED]


def talking(channel: Channel = Channel.SMS) -> tuple[Conversation, Agent]:
    it = building.in_situation(Situation.IN_CONVERSATION, channel=channel)
    assert it.agent is not None
    return it, it.agent


def test_an_agent_picks_it(standing: Standing) -> None:
    stream = building.a_workstream(active_close_seconds=600)
    agent = building.an_agent(queues=[stream.queue])
    it = building.arrives(stream=stream)
    standing.forward(seconds=45)
    event = ledger.happens(
        "conversation.picked",
        it,
        lambda scene: handling.pick(
            scene, scene.agents[agent.pk], by=Actor.agent(agent)
        ),
        agents=[agent],
    )
    assert ledger.names_of(event) == {("conversation", it.pk), ("agent", agent.pk)}
    assert (it.situation, it.agent) == (Situation.IN_CONVERSATION, agent)
    assert (it.waited_seconds, it.waiting_since) == (45, None)
    assert ledger.holds(it) == {agent.pk: (it.units, "session")}
    assert ledger.stays(it) == {agent.user_id: "primary"}
    assert ledger.due(it) == {"active": standing.after(seconds=600)}


def test_released_it_waits_anew(standing: Standing) -> None:
    it, agent = talking()
    standing.forward(minutes=5)
    event = ledger.happens(
        "conversation.released",
        it,
        lambda scene: handling.release(scene, by=Actor.agent(agent)),
    )
    assert ledger.names_of(event) == {("conversation", it.pk), ("agent", agent.pk)}
    assert (it.situation, it.agent) == (Situation.OPEN, None)
    assert it.status_reason == StatusReason.AWAITING_ASSIGNMENT
    assert it.waiting_since == it.queued_at == standing.now
    assert it.first_queued_at is not None and it.first_queued_at < standing.now
    assert (it.accepted_at, it.waited_seconds, it.at_front) == (None, None, False)
    assert ledger.ends(it) == ["agent_released", ""]
    assert ledger.holds(it) == ledger.stays(it) == {}
    assert ledger.told(it)[-1] == "released"


def test_waiting_takes_no_units_and_no_seat(standing: Standing) -> None:
    it, agent = talking()
    supervisor = building.a_supervisor(queues=[it.queue])
    building.monitors(it, supervisor)
    ledger.happens(
        "conversation.waited",
        it,
        lambda scene: handling.wait(scene, by=Actor.agent(agent)),
    )
    assert (it.situation, it.agent) == (Situation.WAITING, agent)
    assert it.status_reason == StatusReason.AWAITING_CUSTOMER
    assert ledger.holds(it) == ledger.stays(it) == {}
    assert ledger.used(agent) == 0
    assert ledger.ends(it) == ["agent_moved_to_waiting"]
    assert ledger.due(it) == {"waiting": standing.after(days=28)}


@pytest.mark.parametrize("channel", [Channel.LIVE_CHAT, Channel.VOICE, Channel.RECORD])
def test_only_asynchronous_channels_wait(channel: Channel) -> None:
    it, agent = talking(channel)
    with ledger.refused("wrong_channel"):
        building.act(it, lambda scene: handling.wait(scene, by=Actor.agent(agent)))


def test_revived_whatever_the_capacity() -> None:
    it = building.in_situation(Situation.WAITING)
    agent = it.agent
    assert agent is not None
    other = building.a_workstream(queue=it.queue, units=40)
    building.in_situation(Situation.IN_CONVERSATION, stream=other, agent=agent)
    event = ledger.happens(
        "conversation.revived",
        it,
        lambda scene: handling.revive(scene, by=Actor.agent(agent)),
    )
    assert ledger.names_of(event) == {("conversation", it.pk), ("agent", agent.pk)}
    assert it.situation is Situation.IN_CONVERSATION
    assert (ledger.used(agent), agent.total_units) == (60, 40)
    assert agent.presence == Presence.DO_NOT_DISTURB
    assert ledger.stays(it) == {agent.user_id: "primary"}
    assert ledger.ends(it) == ["agent_moved_to_waiting", ""]


def test_ended_by_the_agent_it_is_wrapped_up(standing: Standing) -> None:
    it, agent = talking()
    building.customer_says(it)
    event = ledger.happens(
        "conversation.finished",
        it,
        lambda scene: handling.finish(scene, by=Actor.agent(agent)),
    )
    # The units stay held, for another cause: nothing of the agent is shown anew.
    assert ledger.names_of(event) == {("conversation", it.pk)}
    assert (it.situation, it.agent) == (Situation.WRAP_UP, agent)
    assert it.status_reason == StatusReason.ENDED_BY_AGENT
    assert ledger.holds(it) == {agent.pk: (it.units, "wrap_up")}
    assert ledger.stays(it) == {agent.user_id: "primary"}
    assert ledger.ends(it) == ["ended_by_agent"]
    assert ledger.told(it)[-1] == "agent_ended"
    assert it.unanswered_since is None
    assert ledger.due(it) == {"wrap_up": standing.after(minutes=15)}


@pytest.mark.parametrize("left", [True, False])
def test_ended_by_the_customer_it_is_wrapped_up(left: bool) -> None:
    it, agent = talking()
    ledger.happens(
        "conversation.customer_ended",
        it,
        lambda scene: arrival.customer_ends(scene, left=left),
    )
    assert it.situation is Situation.WRAP_UP
    assert it.status_reason == ("customer_left" if left else "ended_by_customer")
    assert ledger.ends(it) == ["customer_disconnected" if left else "ended_by_customer"]
    told = "customer_left" if left else "customer_ended"
    assert ledger.told(it)[-1] == told
    assert ledger.holds(it) == {agent.pk: (it.units, "wrap_up")}


@pytest.mark.parametrize(
    "situation",
    [Situation.OPEN, Situation.AWAITING_ACCEPTANCE, Situation.WITH_BOT],
)
def test_a_customer_who_leaves_before_an_agent_came_closes_it(
    situation: Situation,
) -> None:
    it = building.in_situation(situation)
    ledger.happens(
        "conversation.customer_ended",
        it,
        lambda scene: arrival.customer_ends(scene, left=True),
    )
    assert it.situation is Situation.CLOSED and it.closed_at is not None
    assert it.first_accepted_at is None
    assert ledger.holds(it) == ledger.due(it) == {}


def wrapped_up(block: WrapUpBlock) -> tuple[Conversation, Agent]:
    stream = building.a_workstream(wrap_up_block=block, wrap_up_block_seconds=30)
    it = building.in_situation(Situation.WRAP_UP, stream=stream)
    assert it.agent is not None
    return it, it.agent


def test_a_wrap_up_that_always_blocks_holds_to_the_end(standing: Standing) -> None:
    it, agent = wrapped_up(WrapUpBlock.ALWAYS)
    standing.forward(minutes=14)
    assert clock.fire_due() == 0
    assert ledger.used(agent) == it.units
    ledger.happens(
        "conversation.closed",
        it,
        lambda scene: handling.close(scene, by=Actor.agent(agent)),
    )
    assert ledger.used(agent) == 0


def test_a_wrap_up_that_blocks_for_a_time_frees_the_units_then(
    standing: Standing,
) -> None:
    it, agent = wrapped_up(WrapUpBlock.TIMED)
    assert ledger.due(it)["wrap_up_units"] == standing.after(seconds=30)
    standing.forward(seconds=29)
    assert (clock.fire_due(), ledger.used(agent)) == (0, it.units)
    standing.forward(seconds=1)
    with ledger.one_event("conversation.units_freed") as events:
        assert clock.fire_due() == 1
    assert ledger.names_of(events[0]) == {("agent", agent.pk)}
    building.fresh(it)
    assert (it.situation, ledger.used(agent)) == (Situation.WRAP_UP, 0)
    assert agent.presence == Presence.AVAILABLE


def test_a_wrap_up_that_never_blocks_frees_the_units_at_once() -> None:
    it, agent = wrapped_up(WrapUpBlock.NEVER)
    assert ledger.holds(it) == {}
    assert (it.situation, ledger.used(agent)) == (Situation.WRAP_UP, 0)


def test_notes_finished_it_is_closed(standing: Standing) -> None:
    it, agent = wrapped_up(WrapUpBlock.ALWAYS)
    standing.forward(seconds=12)
    event = ledger.happens(
        "conversation.closed",
        it,
        lambda scene: handling.close(scene, by=Actor.agent(agent)),
    )
    assert ledger.names_of(event) == {("conversation", it.pk), ("agent", agent.pk)}
    assert (it.status_reason, it.closed_at) == ("closed_by_agent", standing.now)
    assert ledger.holds(it) == ledger.stays(it) == ledger.due(it) == {}
    assert it.agent == agent


@pytest.mark.parametrize("situation", ONGOING)
def test_force_close_ends_it_from_everywhere(
    standing: Standing, situation: Situation
) -> None:
    supervisor = building.a_supervisor()
    it = building.in_situation(situation)
    holders = [Agent.objects.get(pk=pk) for pk in ledger.holds(it)]
    event = ledger.happens(
        "conversation.force_closed",
        it,
        lambda scene: supervising.force_close(
            scene, by=Actor.supervisor(supervisor), reason="Threats"
        ),
    )
    named = {("agent", agent.pk) for agent in holders}
    assert ledger.names_of(event) == {("conversation", it.pk), *named}
    assert (event.data["was"], event.reason) == (situation, "Threats")
    assert (it.situation, it.status_reason) == (Situation.CLOSED, "force_closed")
    assert (it.closed_by, it.closed_at) == (supervisor, standing.now)
    assert (it.offer, it.waiting_since, it.unanswered_since) == (None, None, None)
    assert ledger.holds(it) == ledger.stays(it) == ledger.due(it) == {}
    assert [ledger.used(agent) for agent in holders] == [0] * len(holders)
    assert ledger.told(it)[-1] == "force_closed"
    assert not it.offers.filter(state="open").exists()
    assert "" not in ledger.ends(it)


STEPS = {
    "pick": lambda s: handling.pick(s, next(iter(s.agents.values())), by=SYSTEM),
    "release": lambda s: handling.release(s, by=SYSTEM),
    "wait": lambda s: handling.wait(s, by=SYSTEM),
    "revive": lambda s: handling.revive(s, by=SYSTEM),
    "finish": lambda s: handling.finish(s, by=SYSTEM),
    "close": lambda s: handling.close(s, by=SYSTEM),
    "customer_ends": arrival.customer_ends,
    "customer_writes": lambda s: arrival.customer_writes(s, "Hello?"),
    "bot_escalates": arrival.bot_escalates,
    "bot_ends": arrival.bot_ends,
    "consent": lambda s: arrival.record_consent(
        s, given=True, at=None, text_version=""
    ),
    "force_close": lambda s: supervising.force_close(s, by=SYSTEM),
    "assign_to_queue": lambda s: supervising.assign_to_queue(
        s, s.conversation.queue, by=SYSTEM
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_closed_is_final(step: str) -> None:
    it = building.in_situation(Situation.CLOSED, channel=Channel.SMS)
    with ledger.refused("wrong_state"):
        building.act(it, STEPS[step])


@pytest.mark.parametrize("situation", Situation)
def test_who_may_be_answered(situation: Situation) -> None:
    it = building.in_situation(situation)
    user = building.a_user()

    def say(visibility: Visibility) -> None:
        by = Actor("agent", user, "Anna")
        building.act(
            it,
            lambda s: handling.write(s, user, "Hello", visibility=visibility, by=by),
        )

    talkable = {
        Situation.OPEN,
        Situation.IN_CONVERSATION,
        Situation.TRANSFER_PENDING,
    }
    for visibility, allowed in (
        (Visibility.PUBLIC, talkable),
        (Visibility.INTERNAL, talkable | {Situation.WRAP_UP}),
    ):
        if situation in allowed:
            with ledger.one_event("message.sent"):
                say(visibility)
        else:
            with ledger.refused("wrong_state"):
                say(visibility)
