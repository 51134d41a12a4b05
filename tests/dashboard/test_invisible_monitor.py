"""A monitor leaves no trace: neither in answers and frames that agent and customer
get, nor in any version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from conversations.models import Timer
from conversations.states import Situation
from conversations.transitions import supervising
from dashboard.reader import read_versions
from tests import building
from tests.building import act
from tests.calling import Caller, caller
from tests.dashboard.stage import Stage, eventually
from tests.dashboard.writers import House

pytestmark = pytest.mark.behaviour


class Talk:
    """A conversation, its agent's and its customer's doors."""

    def __init__(self) -> None:
        self.house = House()
        self.it = self.house.at(Situation.IN_CONVERSATION, text="Hello")
        self.agent = caller(self.house.agent.user)
        self.customer = caller(building.a_machine())
        self.moment = building.later(seconds=5)
        building.agent_says(self.it)

    def of_agent(self) -> dict[str, bytes]:
        """All that the agent can ask, byte by byte."""
        path = f"conversations/{self.it.pk}/"
        with building.at(self.moment):  # a desk says when it was looked at
            return _raw(self.agent, "desk/", path, f"{path}messages/")

    def of_customer(self) -> dict[str, bytes]:
        return _raw(self.customer, f"conversations/{self.it.pk}/public-messages/")

    def start(self) -> None:
        building.monitors(self.it, self.house.boss)

    def stop(self) -> None:
        act(self.it, lambda scene: supervising.stop_watching(scene, self.house.boss))


def _raw(door: Caller, *paths: str) -> dict[str, bytes]:
    answers = {path: door.get(path) for path in paths}
    assert {answer.status for answer in answers.values()} == {200}
    return {path: answer.raw for path, answer in answers.items()}


def _without_digest(desk: bytes) -> bytes:
    return re.sub(rb'"digest":"[0-9a-f]{16}"', b"", desk)


@contextmanager
def nothing_moves() -> Iterator[None]:
    """No version of any live thing and no due time is another one afterwards."""
    before, due = read_versions(), set(Timer.objects.values_list("pk", "due_at"))
    yield
    assert read_versions() == before
    assert set(Timer.objects.values_list("pk", "due_at")) == due


@pytest.mark.django_db
def test_agent_and_customer_get_the_same_bytes_with_a_monitor() -> None:
    talk = Talk()
    agent, customer = talk.of_agent(), talk.of_customer()
    for step in (talk.start, talk.stop, talk.start):
        with nothing_moves():
            step()
        assert talk.of_agent() == agent
        assert talk.of_customer() == customer


@pytest.mark.django_db
def test_a_whisper_is_the_agents_alone() -> None:
    talk = Talk()
    agent, customer = talk.of_agent(), talk.of_customer()
    talk.start()
    with nothing_moves():
        building.whispers(talk.it, talk.house.boss, "Offer her a refund.")
    assert talk.of_customer() == customer
    heard = talk.of_agent()
    # The proof of what is shown counts the messages; nothing else on the desk moves.
    assert _without_digest(heard["desk/"]) == _without_digest(agent["desk/"])
    messages = f"conversations/{talk.it.pk}/messages/"
    assert b"Offer her a refund." in heard[messages]
    talk.stop()
    assert talk.of_customer() == customer
    assert talk.of_agent() == heard


@pytest.mark.django_db
def test_what_is_written_meanwhile_moves_what_it_always_moves() -> None:
    alone, watched = Talk(), Talk()
    watched.start()
    moved = []
    for talk in (alone, watched):
        before = building.fresh(talk.it).version
        building.customer_says(talk.it)
        building.agent_says(talk.it)
        moved.append((talk.it.version - before, talk.it.state_version))
    assert moved[0] == moved[1]


def test_no_screen_and_no_panel_is_told_of_a_monitor(stage: Stage) -> None:
    talk = Talk()
    hub = stage.hub()
    floor = stage.page(hub, talk.house.boss)
    desk = stage.panel(hub, talk.house.agent.user, talk.it.pk)
    eventually(lambda: "sentiment" in desk.kinds(), "all that the panel shows")
    talk.start()
    talk.stop()
    talk.start()
    building.customer_says(talk.it, "Still there?")
    floor.must_follow()
    eventually(lambda: b"Still there?" in desk.raw, "the message behind it")
    assert floor.socket.kinds().count("rows") == 1
    assert talk.house.boss.username.encode() not in desk.raw
    assert b"monitoring" not in desk.raw
    assert desk.kinds().count("participants") == desk.kinds().count("timeline") == 1


def test_the_watchers_own_panel_shows_everything(stage: Stage) -> None:
    talk = Talk()
    talk.start()
    panel = stage.panel(stage.hub(), talk.house.boss, talk.it.pk)
    eventually(lambda: "sentiment" in panel.kinds(), "all that the panel shows")
    [people] = [f["participants"] for f in panel.said if f["type"] == "participants"]
    mode = {each["name"]: each["mode"] for each in people}
    assert mode[talk.house.boss.username] == "monitor"
    assert b"monitoring.started" in panel.raw
