"""Open sockets decide who is there, across tabs and processes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations import attendance, clock
from conversations.attendance import SILENCE
from conversations.models import Agent, OpenSocket
from conversations.rows import presence_part
from conversations.states import Presence, Situation
from tests import building
from tests.conversations import asking, ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def presence_of(agent: Agent) -> tuple[str, str]:
    agent.refresh_from_db()
    return agent.presence, agent.presence_reason


def test_only_the_last_tab_takes_the_agent_offline(standing: Standing) -> None:
    agent = building.an_agent()
    first = attendance.agent_arrives(agent.pk, "one")
    second = attendance.agent_arrives(agent.pk, "two")
    before = presence_of(agent)
    attendance.leave(first)
    assert presence_of(agent) == before
    with ledger.one_event("agent.disconnected"):
        attendance.leave(second)
    assert presence_of(agent) == ("offline", "disconnected")
    with ledger.nothing_happens():
        attendance.leave(second)


def test_a_tab_that_comes_before_the_old_one_goes_moves_nothing(
    standing: Standing,
) -> None:
    """A reload: the new socket may be there first."""
    agent = building.an_agent()
    old = attendance.agent_arrives(agent.pk, "one")
    shown, version = presence_part(agent), agent.version
    attendance.agent_arrives(agent.pk, "one")
    attendance.leave(old)
    agent.refresh_from_db()
    assert (presence_part(agent), agent.version) == (shown, version)


def test_a_tab_of_a_killed_process_does_not_keep_the_agent(standing: Standing) -> None:
    agent = building.an_agent()
    attendance.agent_arrives(agent.pk, "killed")
    standing.forward(seconds=SILENCE.total_seconds() + 1)
    here = attendance.agent_arrives(agent.pk, "alive")
    attendance.leave(here)
    assert presence_of(agent) == ("offline", "disconnected")


def test_any_clock_finds_what_a_killed_process_left_behind(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    agent = asking.its_agent(it)
    attendance.agent_arrives(agent.pk, "killed")
    attendance.customer_arrives(it.pk, "killed")
    standing.forward(seconds=SILENCE.total_seconds())
    with ledger.nothing_happens():
        assert attendance.end_lost_sockets() == 0
    standing.forward(seconds=1)
    assert attendance.end_lost_sockets() == 2
    assert presence_of(agent) == ("offline", "disconnected")
    assert set(ledger.due(it)) == {"customer_gone"}
    with ledger.nothing_happens():
        assert attendance.end_lost_sockets() == 0


def test_signs_of_life_keep_a_socket(standing: Standing) -> None:
    agent = building.an_agent()
    socket = attendance.agent_arrives(agent.pk, "here")
    for _each in range(4):
        standing.forward(seconds=10)
        assert not attendance.keep_alive([socket])
        assert attendance.end_lost_sockets() == 0
    assert presence_of(agent)[0] == "available"


def test_a_socket_that_was_given_up_is_named_to_its_process(
    standing: Standing,
) -> None:
    """It stood still for too long: its page must come anew, or nobody would be there
    for all that it shows."""
    agent = building.an_agent()
    lost = attendance.agent_arrives(agent.pk, "slow")
    standing.forward(seconds=SILENCE.total_seconds() + 1)
    attendance.end_lost_sockets()
    kept = attendance.agent_arrives(agent.pk, "quick")
    assert set(attendance.keep_alive([lost, kept])) == {lost}
    assert presence_of(agent)[0] == "available"


def test_gone_for_a_moment_nothing_moved(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    agent = asking.its_agent(it)
    socket = attendance.agent_arrives(agent.pk, "here")
    agent.refresh_from_db()
    shown = presence_part(agent)
    building.fresh(it)
    row = (it.version, it.state_version, ledger.holds(it), ledger.stays(it))
    attendance.leave(socket)
    standing.forward(seconds=149)
    attendance.agent_arrives(agent.pk, "here")
    clock.fire_due()
    building.fresh(it)
    assert (it.version, it.state_version, ledger.holds(it), ledger.stays(it)) == row
    agent.refresh_from_db()
    assert presence_part(agent) == shown
    assert not agent.timers.exists()


def test_gone_for_longer_the_work_went_and_they_sign_in_anew(
    standing: Standing,
) -> None:
    building.settings_are(agent_notice="")
    boss = building.a_supervisor()
    it = building.in_situation(Situation.IN_CONVERSATION)
    it.queue.supervisors.add(boss)
    agent = asking.its_agent(it)
    attendance.leave(attendance.agent_arrives(agent.pk, "here"))
    standing.forward(seconds=150)
    clock.fire_due()
    assert (building.fresh(it).situation, it.at_front) == (Situation.OPEN, True)
    assert boss.alerts.get().kind == "agent_vanished"
    attendance.agent_arrives(agent.pk, "here")
    assert presence_of(agent) == ("available", "signed_in")


def test_who_helps_leaves_with_their_browser(
    standing: Standing,
) -> None:
    it, primary = asking.talk()
    friend = building.an_agent(queues=[it.queue])
    asking.helped(it, friend)
    socket = attendance.agent_arrives(friend.pk, "here")
    attendance.leave(socket)
    standing.forward(seconds=150)
    clock.fire_due()
    assert ledger.stays(building.fresh(it)) == {primary.user_id: "primary"}


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.DO_NOT_DISTURB])
def test_an_own_choice_is_there_again_after_a_reload(
    presence: Presence, standing: Standing
) -> None:
    agent = building.an_agent(presence=presence)
    shown = presence_part(agent)
    attendance.leave(attendance.agent_arrives(agent.pk, "here"))
    standing.forward(seconds=3)
    attendance.agent_arrives(agent.pk, "here")
    agent.refresh_from_db()
    assert presence_part(agent) == shown


# Customers


def test_a_customer_is_gone_with_their_last_tab(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    tabs = [attendance.customer_arrives(it.pk, "here") for _each in range(2)]
    attendance.leave(tabs[0])
    assert "customer_gone" not in ledger.due(it)
    with ledger.one_event("customer.gone"):
        attendance.leave(tabs[1])
    assert ledger.due(it)["customer_gone"] == standing.after(seconds=180)
    with ledger.one_event("customer.back"):
        attendance.customer_arrives(it.pk, "there")
    assert "customer_gone" not in ledger.due(it)
    assert OpenSocket.objects.get().seen_at == standing.now


def test_nothing_of_a_silence_is_kept_for_ever(standing: Standing) -> None:
    it = building.in_situation(Situation.CLOSED)
    attendance.customer_arrives(it.pk, "killed")
    standing.now += timedelta(minutes=1)
    assert attendance.end_lost_sockets() == 1
    assert not OpenSocket.objects.exists()
