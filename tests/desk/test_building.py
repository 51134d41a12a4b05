"""The builders build what they say, without breaking a rule of the floor."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations import moments
from conversations.reconciliation import differences
from conversations.states import Channel, Elevation, Situation
from tests import building

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


@pytest.mark.parametrize("situation", Situation)
def test_every_situation_can_be_reached(situation: Situation) -> None:
    conversation = building.in_situation(situation)
    assert conversation.situation is situation
    assert list(differences()) == []


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_can_be_talked_on(channel: Channel) -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION, channel=channel)
    assert conversation.channel == channel
    assert conversation.queue.type == channel.kind


def test_an_elevated_one_can_be_in_transfer_no_more() -> None:
    conversation = building.in_situation(
        Situation.IN_CONVERSATION, elevated=Elevation.VOICE
    )
    assert conversation.elevated == Elevation.VOICE


def test_an_agent_is_available_and_a_member() -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], skills={"Danish": 7})
    assert (agent.presence, agent.total_units) == ("available", 40)
    assert list(queue.agents.all()) == [agent]
    assert agent.agent_skills.get().proficiency == 7


def test_time_stands_where_the_test_says() -> None:
    noon = building.later(days=1)
    with building.at(noon):
        conversation = building.arrives()
    assert conversation.opened_at == noon
    assert moments.now() < noon - timedelta(hours=1)
