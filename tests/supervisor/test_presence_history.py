"""Where an agent was, since when and why: for themselves and their supervisors."""

from __future__ import annotations

import itertools
from datetime import timedelta
from urllib.parse import quote

import pytest

from conversations.models import Agent
from conversations.moments import iso
from conversations.states import Presence
from tests import building
from tests.calling import caller, stranger
from tests.conversations.test_transitions_presence import chooses

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


@pytest.fixture
def agent() -> Agent:
    """Came in two days ago, went for lunch an hour ago and is back."""
    start = building.later(days=-2)
    with building.at(start):
        agent = building.an_agent(queues=[building.a_queue()])
    for minutes, presence, label in (
        (-60, Presence.AWAY, "Lunch"),
        (-30, Presence.AVAILABLE, ""),
    ):
        with building.at(building.later(minutes=minutes)):
            chooses(agent, presence, label)
    return agent


def test_newest_first_without_gaps(agent: Agent) -> None:
    answer = caller(agent.user).get(f"agents/{agent.pk}/presence-history/")
    stays = answer.body["stays"]
    told = [(stay["presence"], stay["label"], stay["set_by"]) for stay in stays]
    assert told == [
        ("available", "", "agent"),
        ("away", "Lunch", "agent"),
        ("available", "", "system"),
    ]
    assert stays[0]["until"] is None
    for later, earlier in itertools.pairwise(stays):
        assert earlier["until"] == later["since"]


def test_since_leaves_out_what_ended_before(agent: Agent) -> None:
    path = f"agents/{agent.pk}/presence-history/?since="
    door = caller(agent.user)
    since = quote(str(iso(building.later(minutes=-10))))
    assert len(door.get(path + since).body["stays"]) == 1
    since = quote(str(iso(building.later(days=-3))))
    stays = door.get(path + since).body["stays"]
    # From the very first on: offline until they came.
    assert (len(stays), stays[-1]["presence"]) == (4, "offline")


@pytest.mark.parametrize("since", ["yesterday", "2026-01-01T10:00:00", "0", "%00"])
def test_since_is_a_time_with_its_zone(since: str, agent: Agent) -> None:
    answer = caller(agent.user).get(
        f"agents/{agent.pk}/presence-history/?since={since}"
    )
    assert (answer.status, answer.code) == (400, "invalid")


def test_seen_by_themselves_and_their_supervisors_alone(agent: Agent) -> None:
    queue = agent.queues.get()
    path = f"agents/{agent.pk}/presence-history/"
    assert caller(building.a_supervisor(queues=[queue])).get(path).status == 200
    others = [
        building.an_agent(queues=[queue]).user,
        building.a_supervisor(queues=[building.a_queue()]),
        building.a_machine(),
    ]
    for user in others:
        answer = caller(user).get(path)
        assert (answer.status, answer.code) == (404, "not_found")
    assert stranger().get(path).status == 401


def test_a_long_day_is_cut(agent: Agent) -> None:
    agent.presence_stays.filter(until=None).update(until=building.later(seconds=-1))
    moment = building.later(seconds=-1)
    agent.presence_stays.bulk_create(
        agent.presence_stays.model(
            agent=agent,
            presence="away",
            set_by="agent",
            since=moment,
            until=moment + timedelta(milliseconds=number),
        )
        for number in range(600)
    )
    shown = caller(agent.user).get(f"agents/{agent.pk}/presence-history/")
    assert len(shown.body["stays"]) == 500
