"""Agents: presence, capacity, skills, and browsers that go away and come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from conversations import clock
from conversations.events import SYSTEM, Actor
from conversations.models import Agent, Conversation
from conversations.states import Channel, Presence, Situation
from conversations.transitions import staffing, supervising
from conversations.transitions.staffing import AgentScene
from tests import building
from tests.conversations import ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

GRACE = staffing.GRACE_SECONDS


def change(agent: Agent, step: Callable[[AgentScene], object]) -> Agent:
    with transaction.atomic():
        step(staffing.enter_agent(agent.pk))
    agent.refresh_from_db()
    return agent


def chooses(agent: Agent, presence: Presence, label: str = "") -> Agent:
    by = Actor.agent(agent)
    return change(
        agent, lambda s: staffing.set_presence(s, presence, by=by, label=label)
    )


def force_close(conversation: Conversation) -> None:
    building.act(conversation, lambda s: supervising.force_close(s, by=SYSTEM))


def test_a_chosen_presence_says_who_and_since_when(standing: Standing) -> None:
    agent = building.an_agent()
    standing.forward(minutes=1)
    with ledger.one_event("agent.presence_changed") as events:
        chooses(agent, Presence.AWAY, "Lunch")
    assert ledger.names_of(events[0]) == {("agent", agent.pk)}
    assert (agent.presence, agent.presence_label) == ("away", "Lunch")
    assert (agent.presence_set_by, agent.presence_since) == ("agent", standing.now)


@pytest.mark.parametrize(
    "presence", [Presence.AWAY, Presence.DO_NOT_DISTURB, Presence.OFFLINE]
)
def test_a_fixed_presence_outlives_the_load(presence: Presence) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    agent = it.agent
    assert agent is not None
    chooses(agent, presence)
    force_close(it)
    agent.refresh_from_db()
    assert (agent.presence, agent.used_units) == (presence, 0)


def test_available_and_busy_last_until_the_load_changes() -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    agent = it.agent
    assert agent is not None
    assert chooses(agent, Presence.AVAILABLE).presence == "available"
    force_close(it)
    agent.refresh_from_db()
    assert agent.presence == "available"
    assert agent.presence_set_by == "agent"


def test_a_cut_below_what_is_used_turns_away_and_a_raise_brings_back() -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    agent = it.agent
    assert agent is not None
    with ledger.one_event("agent.capacity_changed"):
        change(agent, lambda s: staffing.set_capacity(s, 10, by=SYSTEM))
    assert (agent.remaining_units, agent.presence) == (-10, "do_not_disturb")
    assert agent.presence_reason == "over_capacity"
    with ledger.one_event("agent.capacity_changed"):
        change(agent, lambda s: staffing.set_capacity(s, 60, by=SYSTEM))
    assert (agent.remaining_units, agent.presence) == (40, "busy")


def test_over_capacity_even_the_away_do_not_want_to_be_disturbed_and_go_back() -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], units=10)
    chooses(agent, Presence.AWAY)
    it = building.in_situation(Situation.AWAITING_ACCEPTANCE, queue=queue, agent=agent)
    agent.refresh_from_db()
    assert agent.presence == Presence.DO_NOT_DISTURB
    force_close(it)
    agent.refresh_from_db()
    assert (agent.presence, agent.presence_reason) == ("away", "back_to_chosen")


def test_skills_move_the_version_and_the_state_version() -> None:
    agent = building.an_agent(skills={"Danish": 5})
    before = agent.state_version
    with ledger.one_event("agent.skills_changed"):
        change(agent, lambda s: staffing.set_skills(s, {"German": 9}, by=SYSTEM))
    assert agent.state_version == before + 1
    skills = agent.agent_skills.values_list("skill__name", "proficiency")
    assert list(skills) == [("German", 9)]


# A browser that goes away


def test_gone_the_agent_is_offline_and_the_grace_runs(standing: Standing) -> None:
    agent = building.an_agent()
    with ledger.one_event("agent.disconnected"):
        change(agent, staffing.disconnect)
    assert (agent.presence, agent.presence_reason) == ("offline", "disconnected")
    timer = agent.timers.get()
    assert (timer.kind, timer.due_at) == ("agent_grace", standing.after(seconds=GRACE))


def test_gone_twice_is_gone_once() -> None:
    agent = change(building.an_agent(), staffing.disconnect)
    with ledger.nothing_happens():
        change(agent, staffing.disconnect)


def test_back_in_time_all_is_as_before(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    agent = it.agent
    assert agent is not None
    change(agent, staffing.disconnect)
    standing.forward(seconds=GRACE - 1)
    with ledger.one_event("agent.reconnected"):
        change(agent, staffing.reconnect)
    standing.forward(seconds=10)
    assert clock.fire_due() == 0
    assert (agent.presence, building.fresh(it).agent) == ("busy", agent)


def test_back_in_time_the_away_are_away() -> None:
    agent = chooses(building.an_agent(), Presence.AWAY)
    change(agent, staffing.disconnect)
    assert change(agent, staffing.reconnect).presence == "away"


def test_who_is_gone_is_not_called_back_by_the_load() -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    agent = it.agent
    assert agent is not None
    change(agent, staffing.disconnect)
    force_close(it)
    agent.refresh_from_db()
    assert (agent.used_units, agent.presence) == (0, "offline")
    assert change(agent, staffing.reconnect).presence == "available"


def test_who_is_gone_is_not_called_back_by_a_new_capacity() -> None:
    agent = change(building.an_agent(), staffing.disconnect)
    change(agent, lambda s: staffing.set_capacity(s, 5, by=SYSTEM))
    assert agent.presence == "offline"


def test_gone_for_good_the_live_work_goes_to_the_front(standing: Standing) -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], units=200)
    chat, sms = (
        building.in_situation(
            Situation.IN_CONVERSATION, queue=queue, agent=agent, channel=channel
        )
        for channel in (Channel.LIVE_CHAT, Channel.SMS)
    )
    offered = building.in_situation(
        Situation.AWAITING_ACCEPTANCE, queue=queue, agent=agent, channel=Channel.SMS
    )
    change(agent, staffing.disconnect)
    standing.forward(seconds=GRACE)
    before = ledger.look()
    # The offer's own countdown has ended too; the timers fire in the order of dues.
    clock.fire_due()
    ledger.check_in_step(before, ledger.look())
    for it in (chat, sms, offered):
        building.fresh(it)
    assert (chat.situation, chat.at_front, chat.agent) == (Situation.OPEN, True, None)
    assert chat.status_reason == "agent_vanished"
    assert ledger.ends(chat) == ["agent_disconnected", ""]
    assert (sms.situation, sms.agent) == (Situation.IN_CONVERSATION, agent)
    assert offered.situation is Situation.OPEN
    assert ledger.used(agent) == sms.units
    assert (agent.presence, agent.chosen_presence) == ("offline", "offline")
    assert agent.disconnected_at is None and not agent.timers.exists()


def test_a_voice_call_goes_back_too(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION, channel=Channel.VOICE)
    agent = it.agent
    assert agent is not None
    change(agent, staffing.disconnect)
    standing.forward(seconds=GRACE)
    assert clock.fire_due() == 1
    assert (building.fresh(it).situation, it.at_front) == (Situation.OPEN, True)


def test_back_after_the_grace_the_agent_stays_offline(standing: Standing) -> None:
    agent = change(building.an_agent(), staffing.disconnect)
    standing.forward(seconds=GRACE)
    with ledger.one_event("agent.vanished"):
        clock.fire_due()
    with ledger.nothing_happens():
        change(agent, staffing.reconnect)
    assert agent.presence == "offline"
