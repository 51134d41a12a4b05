"""Explanations over HTTP: told to who supervises the queue, and to nobody else."""

from __future__ import annotations

import pytest

from conversations import explaining
from conversations.events import Actor
from conversations.models import Agent, Conversation, Queue
from conversations.router import route_all
from conversations.states import Method, Presence, Situation
from conversations.transitions import supervising
from tests import building
from tests.calling import caller, stranger

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def a_floor() -> tuple[Queue, Agent, Conversation]:
    """A queue with somebody who is away and something that waits."""
    queue = building.a_queue(method=Method.HIGHEST_CAPACITY)
    agent = building.an_agent(queues=[queue], presence=Presence.AWAY)
    return queue, agent, building.arrives(queue=queue)


def test_a_supervisor_reads_why_it_is_not_assigned() -> None:
    queue, agent, it = a_floor()
    explaining.note_waiting()
    door = caller(building.a_supervisor(queues=[queue]))
    answer = door.get(f"conversations/{it.pk}/routing/")
    assert answer.status == 200
    now, past = answer.body["now"], answer.body["past"]
    assert now["candidates"] == [
        {
            "agent": agent.pk,
            "name": agent.name,
            "reason": "presence_not_allowed",
            "reason_text": "The presence is not one that takes such work.",
            "remaining": 40,
            "presence": "away",
        }
    ]
    assert now["summary"] == {"presence_not_allowed": 1}
    assert [each["candidates"] for each in past] == [now["candidates"]]


def test_what_is_not_open_has_a_past_only() -> None:
    queue = building.a_queue(method=Method.HIGHEST_CAPACITY)
    agent = building.an_agent(queues=[queue])
    it = building.arrives(queue=queue)
    route_all()
    door = caller(building.a_supervisor(queues=[queue]))
    body = door.get(f"conversations/{it.pk}/routing/").body
    assert body["now"] is None
    assert [each["chosen"] for each in body["past"]] == [agent.pk]


def test_of_queues_out_of_scope_nothing_is_told() -> None:
    hidden, _agent, it = a_floor()
    explaining.note_waiting()
    shown = building.a_queue(method=Method.HIGHEST_CAPACITY)
    by = Actor.supervisor(building.a_supervisor())
    building.act(it, lambda s: supervising.assign_to_queue(s, shown, by=by))
    explaining.note_waiting()
    door = caller(building.a_supervisor(queues=[shown]))
    past = door.get(f"conversations/{it.pk}/routing/").body["past"]
    assert [each["reason"] for each in past] == ["nobody_in_queue"]
    both = caller(building.a_supervisor(queues=[shown, hidden]))
    assert len(both.get(f"conversations/{it.pk}/routing/").body["past"]) == 2


def test_out_of_scope_it_is_not_there() -> None:
    _queue, agent, it = a_floor()
    outsider = caller(building.a_supervisor(queues=[building.a_queue()]))
    for path in (f"conversations/{it.pk}/routing/", f"agents/{agent.pk}/routing/"):
        assert outsider.get(path).code == "not_found"
        assert stranger().get(path).status == 401
    assert outsider.get("conversations/999/routing/").status == 404


def test_an_agent_is_not_told_about_colleagues() -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    assert it.agent is not None
    answer = caller(it.agent.user).get(f"conversations/{it.pk}/routing/")
    assert (answer.status, answer.code) == (403, "role_missing")


def test_a_supervisor_reads_why_an_agent_gets_nothing() -> None:
    queue, agent, _it = a_floor()
    building.an_agent(queues=[queue])
    other = building.a_queue(agents=[agent])
    door = caller(building.a_supervisor(queues=[queue]))
    answer = door.get(f"agents/{agent.pk}/routing/")
    assert answer.status == 200
    assert answer.body["now"] == [
        {
            "queue": queue.pk,
            "queue_name": queue.name,
            "waiting": 1,
            "reason": "presence_not_allowed",
            "reason_text": "The presence is not one that takes such work.",
        }
    ]
    own = caller(agent.user).get(f"agents/{agent.pk}/routing/").body["now"]
    assert {each["queue"] for each in own} == {queue.pk, other.pk}
