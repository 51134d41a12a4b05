"""Monitors and whispers leave no trace in what the customer's door sends: byte for
byte, by HTTP and at the socket."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from conversations import moments
from conversations.models import Agent, Conversation
from conversations.transitions import supervising
from tests import building
from tests.gateways.chat_door import Door, a_site, behind, opened, picked
from tests.gateways.chat_stage import ChatStage, Tab

pytestmark = pytest.mark.behaviour

STAMP = re.compile(r'"server_time": ?"[^"]+"')
TOKEN = re.compile(r"[\w-]{43}:\d:[\w-]{43}")


def watched(conversation: Conversation, bosses: list[User]) -> None:
    """Monitored by two, whispered to, and left again by one."""
    for boss in bosses:
        building.monitors(conversation, boss)
    building.whispers(conversation, bosses[0], "Offer her a refund.")
    building.act(conversation, lambda s: supervising.stop_watching(s, bosses[1]))


def timeless(text: str) -> str:
    """Without what differs between any two: the time of sending, and whose it is."""
    return TOKEN.sub("T", STAMP.sub("S", text))


@pytest.mark.django_db
def test_by_http_everything_is_answered_alike() -> None:
    site = a_site("shop")
    queue = site.workstream.queue
    agent = building.an_agent("nora", queues=[queue], units=200)
    bosses = [building.a_supervisor(queues=[queue]) for _ in range(2)]
    start = building.later(minutes=-30).replace(microsecond=0)
    stories = []
    for is_watched in (False, True):
        with building.at(start):
            door = opened(site)
            conversation = picked(door, agent=agent)
        with building.at(start + timedelta(seconds=5)):
            if is_watched:
                watched(conversation, bosses)
        stories.append(_told(door, start + timedelta(seconds=10)))
    alone, monitored = stories
    assert monitored == alone


def _told(door: Door, moment: datetime) -> list[str]:
    with building.at(moment):
        conversation = behind(door)
        answers = [
            door.read(),
            door.say("Hello? Anybody?", "m-1"),
            door.say("Hello? Anybody?", "m-1"),
            door.read(after=2),
        ]
        building.agent_says(conversation, "Yes!")
        answers += [door.read(), door.say("", "m-2"), door.rate(3), door.end()]
        door.token = answers[-1].body["token"]
        answers += [door.read(), door.rate(3)]
    own_ids = re.compile(r"browser-made-\d+")
    return [own_ids.sub("B", timeless(answer.raw.decode())) for answer in answers]


def test_at_the_socket_every_frame_is_alike(
    chat_stage: ChatStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same story twice; the clock stands still, so that nothing but the watching
    could differ."""
    site = a_site("shop")
    queue = site.workstream.queue
    agent = building.an_agent("nora", queues=[queue], units=200)
    bosses = [building.a_supervisor(queues=[queue]) for _ in range(2)]
    still = building.later(seconds=0)
    monkeypatch.setattr(moments, "now", lambda: still)
    alone = _watch_tab(chat_stage, Door(site), agent, [])
    monitored = _watch_tab(chat_stage, Door(site), agent, bosses)
    assert monitored == alone
    assert len(alone) > 8


def _watch_tab(
    stage: ChatStage, door: Door, agent: Agent, bosses: list[User]
) -> list[str]:
    door.open(client_id=f"the-same-browser-id{len(bosses)}")
    tab = stage.come(door)
    conversation = picked(door, agent=agent)
    tab.must_hear("state", 2)
    if bosses:
        watched(conversation, bosses)
    stage.compare()
    tab.must_hear("pulse", 1)
    building.agent_says(conversation, "How can I help?")
    tab.must_read("How can I help?")
    if bosses:
        building.whispers(conversation, bosses[0], "Be quick.")
    door.say("My parcel is lost", "m-1")
    tab.must_read("My parcel is lost")
    stage.compare()
    tab.must_hear("pulse", 2)
    door.end()
    tab.must_read("The customer ended the conversation.")
    return _story(tab)


def _story(tab: Tab) -> list[str]:
    assert "refund" not in "".join(tab.raw)
    story = [timeless(text) for text in tab.raw]
    return [re.sub(r"the-same-browser-id\d", "B", text) for text in story]


@pytest.mark.django_db
def test_who_joined_is_told_and_who_watches_is_not() -> None:
    door = opened()
    conversation = picked(door)
    boss, ghost = (building.a_supervisor(queues=[conversation.queue]) for _ in "ab")
    building.monitors(conversation, ghost)
    building.act(conversation, lambda scene: supervising.join(scene, boss))
    state = door.read().body["state"]
    assert state["people"] == ["Nora", boss.username]
    building.act(conversation, lambda scene: supervising.leave(scene, boss))
    assert door.read().body["state"]["people"] == ["Nora"]
    assert ghost.username not in json.dumps(door.read().body)
