"""Agents over HTTP: who may see them and who may change what."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from conversations.models import Agent, Event, Queue
from conversations.states import Presence, Situation
from tests import building
from tests.calling import Answer, caller, stranger
from tests.supervisor.matrix import stored

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


IN_CONVERSATION = Situation.IN_CONVERSATION


def a_team() -> tuple[Queue, Agent]:
    queue = building.a_queue()
    return queue, building.an_agent(queues=[queue], units=40)


def changed(user: object, agent: Agent, **body: object) -> Answer:
    door = caller(user)  # type: ignore[arg-type]
    version = {"state_version": agent.state_version}
    return door.patch(f"agents/{agent.pk}/", {**version, **body})


def refused(user: object, agent: Agent, **body: object) -> Answer:
    """The answer, after which everything is as before."""
    before = stored()
    answer = changed(user, agent, **body)
    assert stored() == before
    return answer


@pytest.mark.parametrize("presence", ["available", "busy", "do_not_disturb", "away"])
def test_an_agent_changes_their_own_presence(presence: str) -> None:
    _queue, agent = a_team()
    done = changed(agent.user, agent, presence=presence, presence_label="Lunch")
    assert done.status == 200
    shown = done.body["agent"]
    assert (shown["presence"], shown["presence_label"]) == (presence, "Lunch")
    assert shown["presence_set_by"] == "agent"
    assert shown["state_version"] == agent.state_version + 1
    assert caller(agent.user).get(f"agents/{agent.pk}/").body == shown


def test_an_agent_does_not_change_their_own_capacity() -> None:
    _queue, agent = a_team()
    answer = refused(agent.user, agent, capacity_units=80)
    assert (answer.status, answer.code) == (403, "role_missing")
    assert "supervisor" in answer.body["detail"].lower()
    both = refused(agent.user, agent, capacity_units=80, presence="away")
    assert both.code == "role_missing"


def test_an_agent_neither_sees_nor_changes_a_colleague() -> None:
    queue, agent = a_team()
    colleague = building.an_agent(queues=[queue])
    assert refused(agent.user, colleague, presence="away").status == 404
    assert caller(agent.user).get(f"agents/{colleague.pk}/").status == 404


def test_a_supervisor_changes_presence_and_capacity_at_once() -> None:
    queue, agent = a_team()
    supervisor = building.a_supervisor(queues=[queue])
    events = Event.objects.count()
    done = changed(supervisor, agent, presence="away", capacity_units=60)
    assert done.status == 200
    shown = done.body["agent"]
    assert (shown["presence"], shown["total_units"]) == ("away", 60)
    assert shown["presence_set_by"] == "supervisor"
    assert shown["version"] == agent.version + 1
    assert Event.objects.count() == events + 1


@pytest.mark.parametrize(("units", "fine"), [(9, 0), (10, 1), (90, 1), (91, 0)])
def test_supervisors_stay_within_the_administrators_limits(
    units: int, fine: int
) -> None:
    queue, agent = a_team()
    supervisor = building.a_supervisor(queues=[queue])
    building.settings_are(capacity_min=10, capacity_max=90)
    if fine:
        done = changed(supervisor, agent, capacity_units=units)
        assert done.body["agent"]["total_units"] == units
        return
    answer = refused(supervisor, agent, capacity_units=units)
    assert (answer.status, answer.code) == (400, "invalid")
    assert "10" in answer.body["detail"] and "90" in answer.body["detail"]


def test_a_cut_below_what_is_used_turns_the_agent_to_do_not_disturb() -> None:
    queue, agent = a_team()
    building.in_situation(IN_CONVERSATION, queue=queue, agent=agent)
    agent.refresh_from_db()
    supervisor = building.a_supervisor(queues=[queue])
    shown = changed(supervisor, agent, capacity_units=5).body["agent"]
    assert (shown["used_units"], shown["total_units"]) == (20, 5)
    assert shown["presence"] == Presence.DO_NOT_DISTURB


@pytest.mark.parametrize("difference", [-1, 1])
@pytest.mark.parametrize("by_supervisor", [False, True])
def test_a_stale_look_is_answered_with_the_agent(
    difference: int, by_supervisor: bool
) -> None:
    queue, agent = a_team()
    supervisor = building.a_supervisor(queues=[queue])
    user = supervisor if by_supervisor else agent.user
    seen = agent.state_version + difference
    answer = refused(user, agent, presence="away", state_version=seen)
    assert (answer.status, answer.code) == (409, "stale_version")
    assert answer.body["agent"] == caller(supervisor).get(f"agents/{agent.pk}/").body


def test_a_new_load_makes_no_look_stale() -> None:
    queue, agent = a_team()
    agent = building.an_agent(queues=[queue], presence=Presence.AWAY, units=100)
    building.in_situation(IN_CONVERSATION, queue=queue, agent=agent)
    assert changed(agent.user, agent, presence="available").status == 200


def test_a_stranger_to_the_queue_learns_nothing_of_its_agents() -> None:
    _queue, agent = a_team()
    other = building.a_supervisor(queues=[building.a_queue()])
    hidden = refused(other, agent, presence="away")
    assert (hidden.status, hidden.code) == (404, "not_found")
    body = {"state_version": 1, "presence": "away"}
    assert hidden == caller(other).patch("agents/999999/", body)
    unknown = caller(other).get("agents/999999/")
    assert caller(other).get(f"agents/{agent.pk}/") == unknown


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.API_ACCESS])
def test_other_roles_see_no_agents(role: Role) -> None:
    queue, agent = a_team()
    user = building.a_user("", role, is_superuser=True)
    queue.supervisors.add(user)
    assert refused(user, agent, presence="away").status == 404


def test_a_target_of_an_own_conversation_is_in_sight() -> None:
    queue, agent = a_team()
    supervisor = building.a_supervisor(queues=[queue])
    building.in_situation(IN_CONVERSATION, queue=queue, agent=agent)
    queue.memberships.filter(agent=agent).delete()
    assert caller(supervisor).get(f"agents/{agent.pk}/").status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"presence": "inactive"},
        {"presence": "asleep"},
        {"presence": None},
        {"presence": ["away"]},
        {"presence_label": "Lunch"},
        {"capacity_units": "60"},
        {"capacity_units": -1},
        {"capacity_units": 60.0},
        {"capacity_units": True},
        {"capacity_units": 10**30},
        {"name": "Somebody else"},
        {"presence": "away", "used_units": 0},
        {},
    ],
)
def test_nothing_else_can_be_changed(body: dict[str, object]) -> None:
    queue, agent = a_team()
    answer = refused(building.a_supervisor(queues=[queue]), agent, **body)
    assert (answer.status, answer.code) == (400, "invalid")


def test_strangers_see_no_agents() -> None:
    _queue, agent = a_team()
    assert stranger().get(f"agents/{agent.pk}/").status == 401
    assert stranger().patch(f"agents/{agent.pk}/", {}).status == 401
