"""The notice to agents: acknowledged once for each wording."""

from __future__ import annotations

import pytest

from conversations import attendance, notices
from conversations.models import Event, NoticeRead
from conversations.states import Presence
from tests import building
from tests.calling import caller

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

TEXT = "Supervisors may read along."


def test_shown_until_it_is_acknowledged_and_again_after_a_change() -> None:
    building.settings_are(agent_notice=TEXT)
    agent = building.an_agent()
    door = caller(agent.user)
    notice = door.get("desk/").body["notice"]
    assert (notice["text"], notice["acknowledged"]) == (TEXT, False)
    read = {"text_version": notice["text_version"]}
    assert door.post("desk/notice/", read).body["notice"]["acknowledged"] is True
    assert door.get("desk/").body["notice"]["acknowledged"] is True
    building.settings_are(agent_notice=f"{TEXT} And listen.")
    changed = door.get("desk/").body["notice"]
    assert changed["acknowledged"] is False
    stale = door.post("desk/notice/", read)
    assert (stale.status, stale.code) == (400, "invalid")
    assert NoticeRead.objects.get().agent == agent


def test_reading_it_signs_an_open_desk_in() -> None:
    building.settings_are(agent_notice=TEXT)
    agent = building.an_agent(presence=Presence.OFFLINE)
    attendance.agent_arrives(agent.pk, "here")
    door = caller(agent.user)
    version = {"text_version": notices.version_of(TEXT)}
    assert door.get("desk/").body["agent"]["presence"] == "offline"
    door.post("desk/notice/", version)
    assert door.get("desk/").body["agent"]["presence"] == "available"
    events = Event.objects.count()
    door.post("desk/notice/", version)
    assert Event.objects.count() == events


def test_one_acknowledges_for_oneself_alone() -> None:
    building.settings_are(agent_notice=TEXT)
    agent, other = building.an_agent(), building.an_agent()
    body = {"text_version": notices.version_of(TEXT)}
    caller(agent.user).post("desk/notice/", body)
    assert not caller(other.user).get("desk/").body["notice"]["acknowledged"]
    refused = caller(building.a_supervisor()).post("desk/notice/", body)
    assert (refused.status, refused.code) == (403, "role_missing")


def test_no_text_needs_no_acknowledgement() -> None:
    building.settings_are(agent_notice="")
    agent = building.an_agent()
    assert caller(agent.user).get("desk/").body["notice"]["acknowledged"] is True


@pytest.mark.parametrize("body", [{}, {"text_version": 5}, {"text_version": None}])
def test_it_says_which_text(body: dict[str, object]) -> None:
    agent = building.an_agent()
    assert caller(agent.user).post("desk/notice/", body).status == 400
