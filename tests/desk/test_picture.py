"""Whatever writes: the desk as it was plus the frames is the desk as it is, and the
comparison finds what a lost doorbell did not tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.events import SYSTEM
from conversations.models import Agent, Conversation
from conversations.states import Method, Situation
from conversations.transitions import offering
from desk import reading
from desk.line import signatures
from desk.picture import Picture, news_since, picture_of
from tests import building
from tests.calling import caller
from tests.conversations import asking
from tests.dashboard.every_writer import WRITERS
from tests.dashboard.writers import House, Writer
from tests.desk.desk_screen import DeskScreen

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


class Desk:
    """One agent's desk with its screen."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent.pk
        self.picture, whole = picture_of(agent.pk)
        self.screen = DeskScreen()
        self.screen.take({"type": "desk", **whole})
        self.frames: list[dict[str, object]] = []

    def look(self) -> None:
        """A doorbell has rung."""
        self.picture, self.frames = news_since(self.picture, self.agent)
        for frame in self.frames:
            # As it comes over the wire: ids of messages' conversations as text.
            self.screen.take(json.loads(json.dumps(frame)))

    def check(self) -> None:
        """As a desk that opens now, and the server's numbers are right."""
        fresh, whole = picture_of(self.agent)
        screen = DeskScreen()
        screen.take(json.loads(json.dumps({"type": "desk", **whole})))
        assert self.screen.shown == screen.shown
        assert self.picture.digest == self.screen.digest == fresh.digest
        assert self.picture.count == fresh.count
        assert self.picture.signature == fresh.signature


# The floor's own table is played whole on both databases; here the pictures count.
PLAYED = WRITERS[::6] if connection.vendor == "postgresql" else WRITERS


def signature_of(agent: int) -> object:
    return signatures([agent])[agent]


@pytest.mark.thorough
@pytest.mark.parametrize("writer", PLAYED, ids=lambda writer: writer.name)
def test_the_desk_follows(writer: Writer) -> None:
    house = House()
    act = writer.prepare(house)
    desks = [Desk(house.agent), Desk(house.second)]
    shown = [json.dumps(desk.screen.shown) for desk in desks]
    for desk in desks:
        assert signature_of(desk.agent) == desk.picture.signature
        desk.look()
        assert desk.frames == []
    act()
    for desk, before in zip(desks, shown, strict=True):
        _fresh, whole = picture_of(desk.agent)
        now = DeskScreen()
        now.take(json.loads(json.dumps({"type": "desk", **whole})))
        if json.dumps(now.shown) != before:
            assert signature_of(desk.agent) != desk.picture.signature, "found by nobody"
        desk.look()
        desk.check()
        assert signature_of(desk.agent) == desk.picture.signature


def test_many_desks_are_compared_in_as_few_questions_as_one() -> None:
    queue = building.a_queue()
    agents = [building.an_agent(queues=[queue], units=200) for _each in range(4)]
    for agent in agents:
        for situation in (Situation.IN_CONVERSATION, Situation.AWAITING_ACCEPTANCE):
            building.in_situation(situation, queue=queue, agent=agent)
    with CaptureQueriesContext(connection) as one:
        signatures([agents[0].pk])
    with CaptureQueriesContext(connection) as all_of_them:
        found = signatures([agent.pk for agent in agents])
    assert len(all_of_them) == len(one)
    for agent in agents:
        assert found[agent.pk] == picture_of(agent.pk)[0].signature


def test_more_than_can_be_picked_is_no_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "MOST_PICKABLE", 2)
    queue, other = building.a_queue(), building.a_queue(priority=1)
    agent = building.an_agent(queues=[queue, other])
    for each in (queue, other, queue, queue):
        building.arrives(queue=each)
    picture, whole = picture_of(agent.pk)
    assert len(whole["pickable"]) == 2
    assert signature_of(agent.pk) == picture.signature


def test_what_can_be_picked_is_of_own_manual_queues_alone() -> None:
    queue = building.a_queue()
    routed = building.a_queue(method=Method.HIGHEST_CAPACITY)
    agent = building.an_agent(queues=[queue, routed])
    own = building.arrives(queue=queue)
    building.arrives(queue=routed)
    building.arrives(queue=building.a_queue())
    building.in_situation(Situation.IN_CONVERSATION, queue=queue)
    shown = caller(agent.user).get("desk/").body
    assert [row["id"] for row in shown["pickable"]] == [own.pk]
    assert {queue["id"] for queue in shown["queues"]} == {queue.pk, routed.pk}


def test_a_consultant_sees_what_the_staff_sees_and_no_button() -> None:
    it, agent = asking.talk(text="Where is my parcel?")
    friend = building.an_agent()
    offer = asking.ask(it, friend, "Customs?")
    desk = Desk(friend)
    (shown,) = desk.screen.offers.values()
    assert (shown["kind"], shown["units"], shown["text"]) == ("consult", 0, "Customs?")
    assert "Where is my parcel?" not in json.dumps(desk.screen.shown)
    (asked,) = Desk(agent).screen.entries[it.pk]["consults"]
    assert (asked["id"], asked["name"]) == (offer.pk, friend.name)
    asking.accepts(it, offer)
    desk.look()
    desk.check()
    entry = desk.screen.entries[it.pk]
    assert (entry["role"], entry["is_added"], entry["consults"]) == (
        "consult",
        False,
        [],
    )
    texts = [message["text"] for message in desk.screen.messages[it.pk]]
    assert "Where is my parcel?" in texts
    assert desk.screen.ended == {offer.pk: "accepted"}
    asking.ends(it, friend.user)
    desk.look()
    desk.check()
    assert desk.screen.gone == {it.pk: "dismissed"}


SECRET = "A secret of others"


@contextmanager
def nothing_of_others(*agents: Agent) -> Iterator[None]:
    """Whatever happens in the block, these desks are told nothing of it."""
    desks = [Desk(agent) for agent in agents]
    before = [json.dumps(desk.screen.shown) for desk in desks]
    yield
    for desk, was in zip(desks, before, strict=True):
        desk.look()
        assert desk.frames == []
        assert json.dumps(desk.screen.shown) == was


def test_no_desk_hears_of_others_conversations() -> None:
    queue = building.a_queue(method=Method.HIGHEST_CAPACITY)
    boss = building.a_supervisor("astrid", queues=[queue])
    colleague, elsewhere = building.an_agent(queues=[queue]), building.an_agent()
    agent = building.an_agent(queues=[queue])
    with nothing_of_others(colleague, elsewhere):
        it = building.in_situation(
            Situation.IN_CONVERSATION, queue=queue, agent=agent, text=SECRET
        )
        building.monitors(it, boss)
        building.whispers(it, boss, SECRET)
        building.agent_says(it, SECRET)
        asking.raises_hand(it, SECRET)
        asking.force_closes(it, boss)


def test_a_monitor_is_on_no_desk() -> None:
    it, agent = asking.talk()
    friend = building.an_agent()
    asking.helped(it, friend)
    boss = building.a_supervisor("astrid", queues=[it.queue])
    with nothing_of_others(agent, friend):
        building.monitors(it, boss)
    desks = [Desk(agent), Desk(friend)]
    building.whispers(it, boss, "Offer a refund.")
    for desk in desks:
        desk.look()
        desk.check()
        assert [frame["type"] for frame in desk.frames] == ["message"]
        people = desk.screen.entries[it.pk]["participants"]
        assert [who["kind"] for who in people] == ["customer", "agent", "agent"]


def test_two_tabs_show_the_same() -> None:
    it, agent = asking.talk()
    tabs = [Desk(agent), Desk(agent)]
    building.customer_says(it, "Hello?")
    tabs[0].look()
    building.agent_says(it, "Yes!")
    asking.raises_hand(it)
    for tab in tabs:
        tab.look()
        tab.check()
    assert tabs[0].screen.shown == tabs[1].screen.shown


def test_what_is_gone_says_why() -> None:
    it, agent = asking.talk()
    other, _same = asking.talk(agent=agent, queue=it.queue)
    desk = Desk(agent)
    second = building.an_agent(queues=[it.queue])
    offer = asking.hands_over(it, second)
    _accepted(it, offer.pk)
    asking.force_closes(other, building.a_supervisor())
    desk.look()
    desk.check()
    assert desk.screen.gone == {it.pk: "transferred", other.pk: "force_closed"}
    assert [a["kind"] for a in desk.screen.alerts.values()] == ["hand_over_accepted"]


def test_a_long_transcript_begins_with_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desk.picture.FIRST_MESSAGES", 2)
    it, agent = asking.talk(text="one")
    for text in ("two", "three"):
        building.customer_says(it, text)
    desk = Desk(agent)
    assert [m["text"] for m in desk.screen.messages[it.pk]] == ["two", "three"]
    building.customer_says(it, "four")
    desk.look()
    assert [m["text"] for m in desk.screen.messages[it.pk]] == ["two", "three", "four"]
    assert desk.picture.digest == desk.screen.digest


def _accepted(it: Conversation, offer: int) -> None:
    building.act(it, lambda s: offering.accept(s, offer, by=SYSTEM))


def test_a_picture_of_nothing_has_a_digest_of_the_agent_alone() -> None:
    agent = building.an_agent()
    desk = Desk(agent)
    assert isinstance(desk.picture, Picture)
    assert desk.picture.count == 0
    assert desk.screen.digest == desk.picture.digest != "0" * 16
