"""Presence labels, and what the agent's page tells of the past."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.roles import Role
from conversations import notices
from conversations.events import SYSTEM, Actor, Kind
from conversations.models import Event, FloorSettings, NoticeRead, PresenceLabel
from conversations.moments import now
from conversations.states import Presence
from conversations.transitions import staffing
from supervisor.admin.presence_history import MOST, stays_of
from tests import building
from tests.supervisor.admin_forms import (
    FLOOR,
    a_stream_form,
    an_agent_form,
    kinds_of,
    seen_on,
)

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

LABELS = f"{FLOOR}presencelabel/"


@pytest.fixture(autouse=True)
def boss(client: Client) -> User:
    """An administrator, logged in, who is not a superuser."""
    user = building.a_user("boss", Role.ADMINISTRATOR, is_staff=True)
    client.force_login(user)
    return user


# Labels


def test_a_label_comes_changes_and_goes(client: Client, boss: User) -> None:
    client.post(f"{LABELS}add/", {"name": "Lunch", "base": "away"})
    label = PresenceLabel.objects.get()
    client.post(f"{LABELS}{label.pk}/change/", {"name": "Meal", "base": "away"})
    label.refresh_from_db()
    assert label.name == "Meal"
    client.post(f"{LABELS}{label.pk}/delete/", {"post": "yes"})
    assert not PresenceLabel.objects.exists()
    assert kinds_of(boss) == [Kind.WORDING_CHANGED] * 3
    assert Event.objects.latest("pk").data == {
        "presence_label": "Meal",
        "removed": True,
    }


def test_no_label_stands_for_what_only_the_system_sets(client: Client) -> None:
    client.post(f"{LABELS}add/", {"name": "Gone", "base": Presence.INACTIVE})
    assert not PresenceLabel.objects.exists()


# Workstreams


def test_red_does_not_come_before_amber(client: Client) -> None:
    form = a_stream_form(
        building.a_queue(), unanswered_soon_seconds=90, unanswered_breach_seconds=60
    )
    answer = client.post(f"{FLOOR}workstream/add/", form)
    assert "Red must not come before amber" in answer.content.decode()


def test_a_stale_workstream_page_saves_nothing(client: Client) -> None:
    stream = building.a_workstream(name="Website")
    page = f"{FLOOR}workstream/{stream.pk}/change/"
    seen = seen_on(client, page)
    client.post(page, a_stream_form(stream.queue, units=5))
    answer = client.post(page, a_stream_form(stream.queue, units=9, seen=seen))
    assert "Somebody else has changed this" in answer.content.decode()
    stream.refresh_from_db()
    assert stream.units == 5


# Agents


def test_a_stale_agent_page_saves_nothing_but_load_does_not_make_it_stale(
    client: Client,
) -> None:
    agent = building.an_agent("nora")
    page = f"{FLOOR}agent/{agent.pk}/change/"
    seen = seen_on(client, page)
    staffing.set_presence(staffing.enter_agent(agent.pk), Presence.AWAY, by=SYSTEM)
    assert client.post(page, an_agent_form(name="A", seen=seen)).status_code == 302
    answer = client.post(page, an_agent_form(name="B", seen=seen))
    assert "Somebody else has changed this" in answer.content.decode()
    agent.refresh_from_db()
    assert agent.name == "A"


def test_the_page_tells_how_long_an_agent_was_what_and_why(client: Client) -> None:
    agent = building.an_agent("nora")
    start = now()
    with building.at(start):
        scene = staffing.enter_agent(agent.pk)
        staffing.set_presence(
            scene, Presence.AWAY, by=Actor.agent(agent), label="Lunch"
        )
    with building.at(building.later(seconds=65)):
        scene = staffing.enter_agent(agent.pk)
        staffing.set_presence(scene, Presence.AVAILABLE, by=SYSTEM, why="signed_in")
    newest, lunch, *_older = stays_of(agent.pk)
    assert (newest["presence"], newest["until"]) == ("Available", "now")
    assert newest["why"] == "signed in at the desk"
    assert (lunch["presence"], lunch["set_by"]) == ("Lunch (Away)", "Agent")
    assert lunch["length"].startswith("1 min")
    page = client.get(f"{FLOOR}agent/{agent.pk}/change/").content.decode()
    assert "Lunch (Away)" in page


def test_the_history_is_cut_at_its_length() -> None:
    agent = building.an_agent("nora")
    for number in range(MOST + 5):
        presence = Presence.AWAY if number % 2 else Presence.BUSY
        staffing.set_presence(staffing.enter_agent(agent.pk), presence, by=SYSTEM)
    assert len(stays_of(agent.pk)) == MOST


def test_the_page_says_whether_the_notice_was_read(client: Client) -> None:
    agent = building.an_agent("nora")
    page = f"{FLOOR}agent/{agent.pk}/change/"
    assert "not read yet" in client.get(page).content.decode()
    version = notices.version_of(FloorSettings.current().agent_notice)
    NoticeRead.objects.create(agent=agent, text_version=version, at=now())
    assert "Present text read on" in client.get(page).content.decode()


@pytest.mark.parametrize(
    "page",
    ["queue/add/", "operatinghours/add/", "presencelabel/add/", "presencelabel/"],
)
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AGENT])
def test_other_roles_stay_out(client: Client, page: str, role: Role) -> None:
    client.force_login(building.a_user("eve", role, is_staff=True))
    assert client.get(f"{FLOOR}{page}").status_code == 403
