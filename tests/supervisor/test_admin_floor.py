"""Queues, workstreams, agents and skills in Django admin: shown things change only by
transitions, so that versions and the audit trail follow."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.roles import Role
from conversations.events import Kind
from conversations.models import Agent, Event, Queue, Skill, Workstream
from conversations.states import Channel, ChannelKind, Presence
from tests import building
from tests.supervisor.admin_forms import (
    FLOOR,
    a_queue_form,
    a_stream_form,
    an_agent_form,
    kinds_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]


@pytest.fixture(autouse=True)
def boss(client: Client) -> User:
    """An administrator, logged in, who is not a superuser."""
    user = building.a_user("boss", Role.ADMINISTRATOR, is_staff=True)
    client.force_login(user)
    return user


# Queues


def test_a_queue_is_made_with_its_people(client: Client, boss: User) -> None:
    agent, supervisor = building.an_agent(), building.a_supervisor()
    form = a_queue_form(members=[agent.pk], watchers=[supervisor.pk])
    assert client.post(f"{FLOOR}queue/add/", form).status_code == 302
    queue = Queue.objects.get(name="Support")
    assert list(queue.agents.all()) == [agent]
    assert list(queue.supervisors.all()) == [supervisor]
    assert kinds_of(boss) == [Kind.QUEUE_CHANGED, Kind.QUEUE_CHANGED]
    assert queue.version == 2


def test_a_changed_queue_moves_its_version_once(client: Client, boss: User) -> None:
    queue = building.a_queue("Support")
    agent = building.an_agent(queues=[queue])
    queue.refresh_from_db()
    form = a_queue_form(name="Help", priority=5, members=[agent.pk])
    answer = client.post(f"{FLOOR}queue/{queue.pk}/change/", form)
    assert answer.status_code == 302
    now = Queue.objects.get(pk=queue.pk)
    assert (now.name, now.priority, now.version) == ("Help", 5, queue.version + 1)
    assert kinds_of(boss) == [Kind.QUEUE_CHANGED]


def test_supervisors_come_and_go_without_touching_the_queue_that_is_shown(
    client: Client, boss: User
) -> None:
    old, new = building.a_supervisor(), building.a_supervisor()
    queue = building.a_queue("Support", supervisors=[old])
    form = a_queue_form(watchers=[new.pk])
    client.post(f"{FLOOR}queue/{queue.pk}/change/", form)
    queue.refresh_from_db()
    assert (list(queue.supervisors.all()), queue.version) == ([new], 1)
    assert kinds_of(boss) == [Kind.SUPERVISORS_CHANGED]


def test_only_supervisors_can_be_given_a_queue_to_supervise(client: Client) -> None:
    queue, agent = building.a_queue("Support"), building.an_agent()
    form = a_queue_form(watchers=[agent.user.pk])
    answer = client.post(f"{FLOOR}queue/{queue.pk}/change/", form)
    assert answer.status_code == 200
    assert not queue.supervisors.exists()


def test_the_type_of_a_queue_is_fixed_once_made(client: Client) -> None:
    queue = building.a_queue("Support")
    client.post(f"{FLOOR}queue/{queue.pk}/change/", a_queue_form(type="voice"))
    queue.refresh_from_db()
    assert queue.type == ChannelKind.MESSAGING


# Workstreams


def test_a_workstream_is_made_with_the_chosen_presences(
    client: Client, boss: User
) -> None:
    form = a_stream_form(
        building.a_queue(), allowed_presences=["available", "away"], units=7
    )
    assert client.post(f"{FLOOR}workstream/add/", form).status_code == 302
    stream = Workstream.objects.get(name="Website")
    assert (stream.allowed_presences, stream.units) == (["available", "away"], 7)
    assert stream.open_close_seconds is None
    assert kinds_of(boss) == [Kind.WORKSTREAM_CHANGED]


def test_a_queue_of_another_type_does_not_fit_a_channel(client: Client) -> None:
    queue = building.a_queue(kind=ChannelKind.VOICE)
    answer = client.post(f"{FLOOR}workstream/add/", a_stream_form(queue))
    assert "the channel does not fit it" in answer.content.decode()
    assert not Workstream.objects.exists()


def test_the_name_and_channel_of_a_workstream_are_fixed(client: Client) -> None:
    stream = building.a_workstream(name="Website")
    form = a_stream_form(stream.queue, name="Other", channel="sms", offer_seconds=33)
    client.post(f"{FLOOR}workstream/{stream.pk}/change/", form)
    stream.refresh_from_db()
    assert (stream.name, stream.channel) == ("Website", Channel.LIVE_CHAT)
    assert stream.offer_seconds == 33


# Agents and skills


def test_a_user_becomes_an_agent_with_skills(client: Client, boss: User) -> None:
    user = building.a_user("nora", Role.AGENT)
    skill = Skill.objects.create(name="Danish")
    form = an_agent_form({"skill": skill.pk, "proficiency": 8}, user=user.pk, name="")
    assert client.post(f"{FLOOR}agent/add/", form).status_code == 302
    agent = Agent.objects.get(user=user)
    assert (agent.name, agent.presence) == ("nora", Presence.OFFLINE)
    assert kinds_of(boss) == [Kind.AGENT_ADDED, Kind.SKILLS_CHANGED]
    assert [(s.skill.name, s.proficiency) for s in agent.agent_skills.all()] == [
        ("Danish", 8)
    ]


def test_each_change_of_an_agent_is_a_transition(client: Client, boss: User) -> None:
    agent = building.an_agent("nora", skills={"Danish": 4})
    row = agent.agent_skills.get()
    changed = {"id": row.pk, "skill": row.skill_id, "proficiency": 9}
    form = an_agent_form(changed, name="Nora L", total_units=60)
    assert client.post(f"{FLOOR}agent/{agent.pk}/change/", form).status_code == 302
    before = agent.version
    agent.refresh_from_db()
    assert (agent.name, agent.total_units) == ("Nora L", 60)
    assert agent.agent_skills.get().proficiency == 9
    assert agent.version == before + 3
    assert sorted(kinds_of(boss)) == [
        Kind.CAPACITY_CHANGED,
        Kind.AGENT_RENAMED,
        Kind.SKILLS_CHANGED,
    ]


def test_a_skill_is_taken_away(client: Client) -> None:
    agent = building.an_agent("nora", skills={"Danish": 4, "Loans": 6})
    rows = [
        {"id": row.pk, "skill": row.skill_id, "proficiency": row.proficiency}
        for row in agent.agent_skills.all()
    ]
    form = an_agent_form(rows[0] | {"DELETE": "on"}, rows[1])
    client.post(f"{FLOOR}agent/{agent.pk}/change/", form)
    assert [row.skill.name for row in agent.agent_skills.all()] == ["Loans"]


def test_an_untouched_agent_is_no_news(client: Client, boss: User) -> None:
    agent = building.an_agent("nora")
    form = an_agent_form(name=agent.name, total_units=agent.total_units)
    client.post(f"{FLOOR}agent/{agent.pk}/change/", form)
    assert kinds_of(boss) == []


def test_presence_is_read_only(client: Client) -> None:
    agent = building.an_agent("nora")
    form = an_agent_form(presence="away", used_units=3)
    client.post(f"{FLOOR}agent/{agent.pk}/change/", form)
    agent.refresh_from_db()
    assert (agent.presence, agent.used_units) == (Presence.AVAILABLE, 0)


def test_only_users_with_the_role_can_become_agents(client: Client) -> None:
    user = building.a_user("eve", Role.SUPERVISOR)
    answer = client.post(f"{FLOOR}agent/add/", an_agent_form(user=user.pk))
    assert answer.status_code == 200
    assert not Agent.objects.exists()


def test_a_skill_can_be_added_and_an_unused_one_deleted(client: Client) -> None:
    client.post(f"{FLOOR}skill/add/", {"name": "Danihs"})
    slip = Skill.objects.get(name="Danihs")
    client.post(f"{FLOOR}skill/{slip.pk}/delete/", {"post": "yes"})
    assert not Skill.objects.exists()


def test_a_skill_that_an_agent_has_stays(client: Client) -> None:
    building.an_agent(skills={"Danish": 4})
    skill = Skill.objects.get()
    address = f"{FLOOR}skill/{skill.pk}"
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{address}/change/", {"name": "X"}).status_code == 403


# All of them


@pytest.mark.parametrize("superuser", [False, True])
@pytest.mark.parametrize("thing", ["queue", "workstream", "agent"])
def test_nothing_that_conversations_point_to_is_ever_deleted(
    client: Client, thing: str, superuser: bool
) -> None:
    if superuser:
        client.force_login(User.objects.create_superuser("root"))
    conversation = building.arrives()
    agent = building.an_agent()
    pk = {
        "queue": conversation.queue_id,
        "workstream": conversation.workstream_id,
        "agent": agent.pk,
    }[thing]
    address = f"{FLOOR}{thing}/{pk}/delete/"
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert b"delete_selected" not in client.get(f"{FLOOR}{thing}/").content


@pytest.mark.parametrize(
    "thing",
    ["message", "conversation", "customer", "session", "offer", "hold", "participant"],
)
def test_what_customers_say_is_not_in_the_admin(client: Client, thing: str) -> None:
    client.force_login(User.objects.create_superuser("root"))
    assert client.get(f"{FLOOR}{thing}/").status_code == 404


def test_the_index_shows_what_matters_in_order(client: Client) -> None:
    page = client.get("/admin/").content.decode()
    names = ["Supervisor settings", "Audit trail", "Queues", "Workstreams", "Users"]
    places = [page.index(f'class="floor-row-name">{name}') for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize("thing", ["queue", "workstream", "agent", "skill", "event"])
def test_every_list_and_every_page_opens(client: Client, thing: str) -> None:
    agent = building.an_agent(skills={"Danish": 3})
    stream = building.a_workstream(queue=building.a_queue(agents=[agent]))
    one = {
        "queue": stream.queue_id,
        "workstream": stream.pk,
        "agent": agent.pk,
        "skill": Skill.objects.get().pk,
        "event": Event.objects.earliest("pk").pk,
    }[thing]
    assert client.get(f"{FLOOR}{thing}/").status_code == 200
    assert client.get(f"{FLOOR}{thing}/{one}/change/").status_code == 200
