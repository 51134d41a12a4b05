"""The desk shows an agent their offers and conversations, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from conversations.states import Situation
from tests import building
from tests.calling import caller, stranger

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def test_an_agent_without_work_sees_an_empty_desk() -> None:
    agent = building.an_agent(units=30, skills={"Danish": 9})
    desk = caller(agent.user).get("desk/")
    assert desk.status == 200
    assert desk.body["offers"] == desk.body["conversations"] == []
    shown = desk.body["agent"]
    assert (shown["id"], shown["used_units"], shown["total_units"]) == (agent.pk, 0, 30)
    assert shown["skills"] == [{"name": "Danish", "proficiency": 9}]


def test_an_offer_shows_what_it_costs_and_who_made_it() -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], units=15)
    boss = building.a_supervisor("bente", queues=[queue])
    offered = building.in_situation(
        Situation.AWAITING_ACCEPTANCE, queue=queue, agent=agent, supervisor=boss
    )
    (offer,) = caller(agent.user).get("desk/").body["offers"]
    assert offer["conversation"]["id"] == offered.pk
    assert (offer["kind"], offer["units"], offer["units_over"]) == ("work", 20, 5)
    assert offer["offered_by"] == "bente"
    assert offer["expires_at"] == offer["conversation"]["offer"]["expires_at"]


def test_a_routed_offer_has_nobody_who_made_it() -> None:
    agent = building.an_agent()
    building.in_situation(Situation.AWAITING_ACCEPTANCE, agent=agent)
    (offer,) = caller(agent.user).get("desk/").body["offers"]
    assert offer["offered_by"] is None


def test_the_desk_holds_own_ongoing_conversations_alone() -> None:
    agent = building.an_agent(units=200)
    own = [
        building.in_situation(situation, agent=agent).pk
        for situation in (
            Situation.IN_CONVERSATION,
            Situation.WAITING,
            Situation.WRAP_UP,
        )
    ]
    building.in_situation(Situation.CLOSED, agent=agent)
    building.in_situation(Situation.IN_CONVERSATION)
    building.in_situation(Situation.OPEN)
    shown = caller(agent.user).get("desk/").body["conversations"]
    assert [row["id"] for row in shown] == own


def test_a_stranger_is_not_let_in() -> None:
    answer = stranger().get("desk/")
    assert (answer.status, answer.code) == (401, "not_authenticated")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.API_ACCESS, Role.ADMINISTRATOR])
def test_other_roles_have_no_desk(role: Role) -> None:
    answer = caller(building.a_user("", role)).get("desk/")
    assert (answer.status, answer.code) == (403, "role_missing")


def test_the_role_alone_makes_no_agent() -> None:
    answer = caller(building.a_user("", Role.AGENT)).get("desk/")
    assert (answer.status, answer.code) == (403, "role_missing")
    assert "not set up" in answer.body["detail"]


def test_an_agent_who_lost_the_role_has_no_desk() -> None:
    agent = building.an_agent(roles=[])
    assert caller(agent.user).get("desk/").code == "role_missing"


def test_monitoring_leaves_no_trace_on_the_desk() -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION, text="Hello")
    agent = conversation.agent
    assert agent is not None
    boss = building.a_supervisor(queues=[conversation.queue])
    desk = caller(agent.user)
    with building.at(building.later(seconds=1)):
        before = desk.get("desk/")
        building.monitors(conversation, boss)
        assert desk.get("desk/").raw == before.raw
        # A whisper is for the agent: it is a message like others, and no other news.
        building.whispers(conversation, boss)
        after = desk.get("desk/")
    assert after.body["conversations"] == before.body["conversations"]


def test_a_full_desk_costs_no_more_questions_than_one_with_little(
    django_assert_num_queries: Any,
) -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], units=200)
    desk = caller(agent.user)
    building.in_situation(Situation.IN_CONVERSATION, queue=queue, agent=agent)
    with CaptureQueriesContext(connection) as little:
        desk.get("desk/")
    for situation in (Situation.IN_CONVERSATION, Situation.AWAITING_ACCEPTANCE) * 3:
        building.in_situation(situation, queue=queue, agent=agent)
    with django_assert_num_queries(len(little)):
        assert len(desk.get("desk/").body["offers"]) == 3
