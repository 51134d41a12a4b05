"""The place in the queue and the guess of the wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.events import SYSTEM
from conversations.models import Conversation, OverflowRule, Queue
from conversations.states import OverflowAction, OverflowTrigger, Situation
from conversations.transitions import offering
from gateways.chat.door import guess, position_of, takes_in
from tests import building
from tests.gateways.chat_door import Door, a_site, behind, opened, picked

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def in_order(queue: Queue) -> list[int]:
    """As the router serves them."""
    waiting = Conversation.objects.filter(queue=queue, state="open")
    order = waiting.order_by("-at_front", "priority", "waiting_since", "pk")
    return list(order.values_list("pk", flat=True))


def test_the_place_is_the_one_in_which_it_is_served() -> None:
    queue = building.a_queue()
    now = building.later(seconds=0)
    facts = [(False, 100, 9), (False, 100, 9), (True, 100, 1), (False, 50, 2)]
    facts += [(True, 50, 3), (False, 100, 12), (True, 50, 3), (False, 50, 1)]
    for at_front, priority, waited in facts:
        conversation = building.arrives(queue=queue)
        Conversation.objects.filter(pk=conversation.pk).update(
            at_front=at_front,
            priority=priority,
            waiting_since=now - timedelta(minutes=waited),
        )
    places = {c.pk: position_of(c) for c in Conversation.objects.all()}
    assert sorted(places, key=places.__getitem__) == in_order(queue)
    assert sorted(places.values()) == list(range(1, len(facts) + 1))


def test_only_the_same_queue_is_in_front() -> None:
    site = a_site()
    building.arrives()
    first, second = opened(site), opened(site)
    assert first.read().body["state"]["position"] == 1
    assert second.read().body["state"]["position"] == 2
    picked(first)
    assert second.read().body["state"]["position"] == 1


def test_whoever_is_offered_is_the_next() -> None:
    site = a_site()
    opened(site)
    door = opened(site)
    conversation = behind(door)
    agent = building.an_agent(queues=[conversation.queue])
    building.act(
        conversation,
        lambda scene: offering.offer_work(scene, scene.agents[agent.pk], by=SYSTEM),
        agents=[agent],
    )
    state = door.read().body["state"]
    assert (state["status"], state["position"], state["agent"]) == ("waiting", 1, None)
    assert conversation.situation is Situation.AWAITING_ACCEPTANCE


@pytest.mark.parametrize(
    ("position", "accepted", "seconds"),
    [
        (1, 0, None),
        (1, 2, None),
        (1, 3, 600),
        (2, 3, 1200),
        (6, 3, 3600),
        (7, 3, None),
        (1, 60, 30),
        (3, 60, 90),
        (1, 7, 270),
        (1, 100_000, 30),
    ],
)
def test_the_guess_follows_the_pace(
    position: int, accepted: int, seconds: int | None
) -> None:
    assert guess(position, accepted) == seconds


def test_the_pace_is_that_of_the_last_half_hour() -> None:
    site = a_site()
    queue = site.workstream.queue
    for _ in range(3):
        building.in_situation(Situation.IN_CONVERSATION, queue=queue)
    door = opened(site)
    assert door.read().body["state"]["expected_wait_seconds"] == 600
    assert Door(site).get(f"?site={site.key}").body["expected_wait_seconds"] == 1200
    with building.at(building.later(minutes=31)):
        assert door.read().body["state"]["expected_wait_seconds"] is None


@pytest.mark.parametrize(
    ("action", "target_open", "taken"),
    [
        (OverflowAction.END, None, False),
        (OverflowAction.ASSIGN_ANYWAY, None, True),
        (OverflowAction.TRANSFER, True, True),
        (OverflowAction.TRANSFER, False, False),
    ],
)
def test_a_closed_queue_may_send_on(
    action: OverflowAction, target_open: bool | None, taken: bool
) -> None:
    queue = building.a_queue(is_open=False)
    assert takes_in(queue) is False
    target = None if target_open is None else building.a_queue(is_open=target_open)
    OverflowRule.objects.create(
        queue=queue,
        trigger=OverflowTrigger.OUT_OF_HOURS,
        action=action,
        target=target,
    )
    assert takes_in(queue) is taken
