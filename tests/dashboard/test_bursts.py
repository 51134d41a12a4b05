"""Much at once, from several hands, to quick and to slow browsers: all end right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from conversations import moments
from conversations.events import SYSTEM
from conversations.models import Agent, Conversation
from conversations.states import Situation
from conversations.transitions import staffing
from dashboard import surroundings
from tests import building
from tests.dashboard.stage import Stage, eventually, fresh_snapshot
from tests.dashboard.writers import House

pytestmark = pytest.mark.behaviour

BURST = 1_000
HANDS = 4


def give_units(agent: Agent, units: int) -> None:
    with transaction.atomic():
        staffing.set_capacity(staffing.enter_agent(agent.pk), units, by=SYSTEM)


def a_thousand_changes(agents: list[Agent]) -> None:
    for number in range(BURST):
        give_units(agents[number % len(agents)], 100 + number)


def test_after_a_burst_quick_slow_and_deaf_browsers_are_equal(stage: Stage) -> None:
    house = House()
    agents = [building.an_agent(queues=[house.queue]) for _each in range(5)]
    quick = stage.page(stage.hub(), house.boss)
    slow = stage.page(quick.hub, house.boss, parked=True)
    deaf = stage.page(stage.hub(hears=False), house.boss)
    a_thousand_changes(agents)
    quick.must_follow()
    assert slow.socket.frames == []
    assert slow.socket.waiting == 1
    stage.release(slow.socket)
    slow.must_follow()
    slow.must_hear("pulse")
    assert slow.look().false_stale == []
    stage.call(deaf.hub.doubt)
    deaf.must_follow()
    assert quick.screen.digest == slow.screen.digest == deaf.screen.digest
    rows = [kind for kind in slow.socket.kinds() if kind == "rows"]
    assert len(rows) <= 1, "what it missed came as the newest of each"


def test_a_parked_browser_delays_nobody_and_is_closed_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House()
    hub = stage.hub()
    parked = stage.page(hub, house.boss, parked=True)
    quick = stage.page(hub, house.boss)
    give_units(house.agent, 77)
    quick.must_follow()
    monkeypatch.setattr("dashboard.stream.STUCK_AFTER", 0.0)
    eventually(lambda: parked.socket.closed == 4408, "closed as too slow")
    give_units(house.agent, 78)
    quick.must_follow()
    assert quick.socket.closed is None
    assert parked.socket.frames == []


def test_several_hands_at_once_leave_every_pulse_true(stage: Stage) -> None:
    house = House()
    page = stage.page(stage.hub(), house.boss)
    talks = [
        building.in_situation(Situation.IN_CONVERSATION, queue=house.queue)
        for _each in range(HANDS)
    ]
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(_chat, talks))
    page.must_follow()
    page.must_hear("pulse", page.socket.kinds().count("pulse") + 2)
    assert page.look().false_stale == []
    assert page.screen.snapshots == 1


def test_the_tiles_are_those_of_a_fresh_snapshot(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "TODAY_EVERY", 1)
    house = House()
    first = stage.page(stage.hub(), house.boss)
    house.at(Situation.OPEN)
    house.at(Situation.AWAITING_ACCEPTANCE)
    house.at(Situation.CLOSED)
    stage.call(first.hub.doubt)
    tiles = fresh_snapshot(house.boss)["metrics"]
    assert (tiles["ongoing"], tiles["accepted_today"]) == (2, 1)
    eventually(lambda: first.look().metrics == tiles, "the tiles follow")
    later = stage.page(first.hub, house.boss)
    assert later.look().metrics == tiles


def test_a_refresh_brings_the_whole_truth_compared_just_now(stage: Stage) -> None:
    house = House()
    page = stage.page(stage.hub(hears=False), house.boss)
    give_units(house.agent, 77)
    asked_at = moments.iso(moments.now())
    stage.call(page.hub.refresh, page.watcher)
    page.must_follow()
    assert page.screen.snapshots == 2
    eventually(
        lambda: page.socket.said[-1].get("compared_at", "") >= asked_at,
        "a pulse proves a newer comparison",
    )


def test_a_hub_that_stops_says_when_to_return(stage: Stage) -> None:
    house = House()
    page = stage.page(stage.hub(), house.boss)
    stage.stop(page.hub)
    assert page.socket.kinds()[-1] == "bye"


def test_after_a_database_that_went_back_every_page_comes_in_anew(stage: Stage) -> None:
    house = House()
    talk = building.arrives(queue=house.queue)
    for number in range(3):
        building.customer_says(talk, f"Number {number}")
    hub = stage.hub(hears=False)
    page = stage.page(hub, house.boss)
    Conversation.objects.filter(pk=talk.pk).update(version=1, subject="As it was")
    stage.call(hub.doubt)
    eventually(lambda: page.socket.closed == 1012, "the page was turned out")
    again = stage.page(hub, house.boss)
    again.must_follow()
    assert again.screen.of("c")[talk.pk]["version"] == 1


def _chat(talk: Conversation) -> None:
    try:
        for number in range(10):
            building.customer_says(talk, f"Number {number}")
            building.agent_says(talk)
    finally:
        connection.close()
