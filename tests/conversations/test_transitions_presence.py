"""Signing in, the notice, being gone for a moment or for good, and the history."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction

from conversations import attendance, clock, notices
from conversations.events import SYSTEM, Actor
from conversations.models import Agent, FloorSettings, PresenceStay
from conversations.rows import presence_part
from conversations.states import Channel, Presence, Situation
from conversations.transitions import attending, staffing
from conversations.transitions.staffing import AgentScene
from tests import building
from tests.conversations import asking, ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

GRACE = staffing.GRACE_SECONDS
GONE = {"presence": "offline", "presence_set_by": "system"}


def change(agent: Agent, step: Callable[[AgentScene], object]) -> Agent:
    with transaction.atomic():
        step(staffing.enter_agent(agent.pk))
    agent.refresh_from_db()
    return agent


def chooses(
    agent: Agent, presence: Presence, label: str = "", by: Actor | None = None
) -> Agent:
    who = by or Actor.agent(agent)
    return change(
        agent, lambda s: staffing.set_presence(s, presence, by=who, label=label)
    )


def vanishes(agent: Agent, standing: Standing) -> Agent:
    change(agent, staffing.disconnect)
    standing.forward(seconds=GRACE)
    clock.fire_due()
    agent.refresh_from_db()
    return agent


def a_newcomer() -> Agent:
    return building.an_agent(presence=Presence.OFFLINE)


# Signing in


def test_whoever_is_offline_by_the_system_is_available(standing: Standing) -> None:
    agent = a_newcomer()
    Agent.objects.filter(pk=agent.pk).update(freed_at=standing.now)
    with ledger.one_event("agent.signed_in") as events:
        change(agent, attending.sign_in)
    assert events[0].actor == agent.user
    assert (agent.presence, agent.presence_reason) == ("available", "signed_in")
    assert (agent.chosen_presence, agent.freed_at) == ("", None)
    with ledger.nothing_happens():
        change(agent, attending.sign_in)


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.DO_NOT_DISTURB])
def test_who_is_there_already_stays_as_they_are(presence: Presence) -> None:
    agent = chooses(building.an_agent(), presence)
    with ledger.nothing_happens():
        change(agent, attending.sign_in)


@pytest.mark.parametrize("by_supervisor", [False, True])
def test_an_offline_that_somebody_chose_stays(by_supervisor: bool) -> None:
    agent = building.an_agent()
    by = Actor.supervisor(building.a_supervisor()) if by_supervisor else None
    chooses(agent, Presence.OFFLINE, by=by)
    with ledger.nothing_happens():
        change(agent, attending.sign_in)


def test_after_the_grace_signing_in_makes_available(standing: Standing) -> None:
    agent = vanishes(chooses(building.an_agent(), Presence.AWAY), standing)
    assert (agent.presence, agent.presence_reason) == ("offline", "vanished")
    change(agent, attending.sign_in)
    assert agent.presence == "available"


def test_an_own_offline_outlives_the_grace(standing: Standing) -> None:
    """Live work hangs on them, so that their browser counts; their choice stays."""
    it = building.in_situation(Situation.IN_CONVERSATION, channel=Channel.SMS)
    agent = it.agent
    assert agent is not None
    chooses(agent, Presence.OFFLINE, "Gone home")
    shown = presence_part(agent)
    vanishes(agent, standing)
    assert presence_part(agent) == shown
    with ledger.nothing_happens():
        change(agent, attending.sign_in)


def test_who_signs_in_full_is_not_to_be_disturbed(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION, channel=Channel.SMS)
    agent = it.agent
    assert agent is not None
    change(agent, lambda s: staffing.set_capacity(s, it.units, by=SYSTEM))
    vanishes(agent, standing)
    change(agent, attending.sign_in)
    assert agent.presence == "do_not_disturb"


# The notice


def test_a_desk_signs_in_once_the_notice_is_read(standing: Standing) -> None:
    building.settings_are(agent_notice="You may be monitored.")
    version = notices.version_of("You may be monitored.")
    agent = a_newcomer()
    socket = attendance.agent_arrives(agent.pk, "here")
    agent.refresh_from_db()
    assert agent.presence == "offline"
    attendance.agent_reads_notice(agent.pk, version)
    agent.refresh_from_db()
    assert agent.presence == "available"
    with ledger.nothing_happens():
        attendance.agent_reads_notice(agent.pk, version)
    assert agent.notices_read.get().text_version == version
    attendance.leave(socket)


def test_read_with_no_desk_open_it_signs_nobody_in() -> None:
    building.settings_are(agent_notice="You may be monitored.")
    agent = a_newcomer()
    attendance.agent_reads_notice(agent.pk, notices.version_of("You may be monitored."))
    agent.refresh_from_db()
    assert agent.presence == "offline"
    attendance.agent_arrives(agent.pk, "here")
    agent.refresh_from_db()
    assert agent.presence == "available"


def test_another_text_is_another_notice() -> None:
    building.settings_are(agent_notice="You may be monitored.")
    agent = a_newcomer()
    attendance.agent_reads_notice(agent.pk, notices.version_of("You may be monitored."))
    building.settings_are(agent_notice="You are monitored.")
    assert not attending.has_read_notice(agent, FloorSettings.current())
    attendance.agent_arrives(agent.pk, "here")
    agent.refresh_from_db()
    assert agent.presence == "offline"
    building.settings_are(agent_notice="  ")
    assert attending.has_read_notice(agent, FloorSettings.current())


# Gone for a moment


@pytest.mark.parametrize(
    ("presence", "label"),
    [
        (Presence.AWAY, "Lunch"),
        (Presence.DO_NOT_DISTURB, ""),
        (Presence.BUSY, ""),
        (Presence.AVAILABLE, ""),
    ],
)
def test_back_in_time_exactly_as_before(
    presence: Presence, label: str, standing: Standing
) -> None:
    agent = chooses(building.an_agent(), presence, label)
    shown = presence_part(agent)
    standing.forward(minutes=3)
    with ledger.one_event("agent.disconnected"):
        change(agent, staffing.disconnect)
    assert (agent.presence, agent.presence_since) == ("offline", standing.now)
    assert (agent.presence_reason, agent.presence_label) == ("disconnected", "")
    assert agent.presence_set_by == "system"
    standing.forward(seconds=GRACE - 1)
    with ledger.one_event("agent.reconnected"):
        change(agent, staffing.reconnect)
    assert presence_part(agent) == shown
    assert (agent.presence_before, agent.disconnected_at) == (None, None)
    assert not agent.timers.exists()


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.OFFLINE])
@pytest.mark.parametrize("with_units", [False, True])
def test_a_supervisors_choice_meanwhile_counts_from_the_return(
    presence: Presence, with_units: bool, standing: Standing
) -> None:
    agent = change(building.an_agent(), staffing.disconnect)
    boss = Actor.supervisor(building.a_supervisor())
    shown = presence_part(agent)
    standing.forward(seconds=20)
    if with_units:
        change(
            agent,
            lambda s: staffing.set_capacity(
                s, agent.total_units, by=boss, presence=presence, label="Training"
            ),
        )
    else:
        with ledger.one_event("agent.presence_changed"):
            chooses(agent, presence, "Training", by=boss)
    assert presence_part(agent) == shown, "nobody can bring back a browser"
    chosen_at = standing.now
    standing.forward(seconds=20)
    change(agent, staffing.reconnect)
    assert presence_part(agent) == (
        presence,
        "Training",
        chosen_at,
        "supervisor",
        "",
    )


def test_a_supervisors_available_meanwhile_ends_an_away() -> None:
    agent = chooses(building.an_agent(), Presence.AWAY)
    change(agent, staffing.disconnect)
    boss = Actor.supervisor(building.a_supervisor())
    chooses(agent, Presence.AVAILABLE, by=boss)
    assert agent.presence == "offline"
    change(agent, staffing.reconnect)
    assert (agent.presence, agent.presence_set_by) == ("available", "supervisor")


def test_offline_by_choice_whoever_helps_leaves_with_the_browser(
    standing: Standing,
) -> None:
    it, primary = asking.talk()
    friend = building.an_agent(queues=[it.queue])
    asking.helped(it, friend)
    chooses(friend, Presence.OFFLINE)
    shown = presence_part(friend)
    vanishes(friend, standing)
    assert ledger.stays(building.fresh(it)) == {primary.user_id: "primary"}
    assert presence_part(friend) == shown


def test_offline_with_nothing_to_do_goes_without_a_word() -> None:
    agent = chooses(building.an_agent(), Presence.OFFLINE)
    with ledger.nothing_happens():
        change(agent, staffing.disconnect)


# Gone for good


def test_chats_and_calls_go_to_the_front_and_supervisors_hear(
    standing: Standing,
) -> None:
    queue = building.a_queue()
    boss = building.a_supervisor(queues=[queue])
    agent = building.an_agent("nora", queues=[queue], units=200)
    at = {
        channel: building.in_situation(
            Situation.IN_CONVERSATION, queue=queue, agent=agent, channel=channel
        )
        for channel in (Channel.LIVE_CHAT, Channel.VOICE, Channel.SMS, Channel.RECORD)
    }
    wrap_up = building.in_situation(Situation.WRAP_UP, queue=queue, agent=agent)
    vanishes(agent, standing)
    for it in (*at.values(), wrap_up):
        building.fresh(it)
    for channel in (Channel.LIVE_CHAT, Channel.VOICE):
        assert (at[channel].situation, at[channel].at_front) == (Situation.OPEN, True)
    for channel in (Channel.SMS, Channel.RECORD):
        assert at[channel].agent == agent
    assert (wrap_up.situation, wrap_up.agent) == (Situation.WRAP_UP, agent)
    alerts = boss.alerts.order_by("pk")
    assert [a.kind for a in alerts] == ["agent_vanished"] * 2
    assert {a.params["agent"] for a in alerts} == {"Nora"}
    ledger.check_sound()


# The history


def stays_of(agent: Agent) -> list[PresenceStay]:
    return list(agent.presence_stays.order_by("pk"))


def check_history(agent: Agent) -> None:
    """One open stay, equal to what is shown; none overlaps, nothing is left out."""
    stays = stays_of(agent)
    for former, following in pairwise(stays):
        assert former.until == following.since
    last = stays[-1]
    assert last.until is None
    assert (last.presence, last.label, last.set_by, last.reason) == (
        agent.presence,
        agent.presence_label,
        agent.presence_set_by,
        agent.presence_reason,
    )


def test_a_new_agents_history_begins_with_them(standing: Standing) -> None:
    agent = a_newcomer()
    (stay,) = stays_of(agent)
    assert (stay.presence, stay.since, stay.until) == ("offline", standing.now, None)


def test_the_history_tells_the_whole_day(standing: Standing) -> None:
    agent = a_newcomer()
    steps: list[Callable[[AgentScene], Any]] = [
        attending.sign_in,
        lambda s: staffing.set_presence(
            s, Presence.AWAY, by=Actor.agent(agent), label="Lunch"
        ),
        staffing.disconnect,
        staffing.reconnect,
        lambda s: staffing.set_presence(s, Presence.AVAILABLE, by=Actor.agent(agent)),
        staffing.disconnect,
        staffing.vanish,
    ]
    for step in steps:
        standing.forward(minutes=10)
        change(agent, step)
        check_history(agent)
    assert [(s.presence, s.set_by, s.reason, s.label) for s in stays_of(agent)] == [
        ("offline", "system", "", ""),
        ("available", "system", "signed_in", ""),
        ("away", "agent", "", "Lunch"),
        ("offline", "system", "disconnected", ""),
        ("away", "agent", "", "Lunch"),
        ("available", "agent", "", ""),
        ("offline", "system", "disconnected", ""),
        ("offline", "system", "vanished", ""),
    ]


def test_a_load_is_in_the_history_too(standing: Standing) -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], units=20)
    standing.forward(minutes=1)
    it = building.in_situation(Situation.IN_CONVERSATION, queue=queue, agent=agent)
    agent.refresh_from_db()
    check_history(agent)
    assert stays_of(agent)[-1].reason == "full"
    count = len(stays_of(agent))
    building.customer_says(it)
    assert len(stays_of(agent)) == count
