"""Tokens: one while the conversation goes on, the next after it has ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.signing import Signer

from conversations import clock
from conversations.events import SYSTEM, Actor
from conversations.models import Conversation, Timer
from conversations.transitions import arrival, chatting, handling, supervising
from gateways.models import ChatPass
from tests import building
from tests.gateways.chat_door import Door, a_site, behind, opened, picked

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

HOURS = 3600.0


def agent_finishes(conversation: Conversation) -> None:
    agent = conversation.agent
    assert agent is not None
    by = Actor.agent(agent)
    building.act(conversation, lambda scene: handling.finish(scene, by=by))


def supervisor_closes(conversation: Conversation) -> None:
    building.act(conversation, lambda scene: supervising.force_close(scene, by=SYSTEM))


def customer_leaves(conversation: Conversation) -> None:
    building.act(conversation, lambda scene: arrival.customer_ends(scene, left=True))


def timer_fires(conversation: Conversation) -> None:
    building.act(conversation, chatting.customer_gone_soon)
    due = Timer.objects.get(conversation=conversation, kind="customer_gone").due_at
    with building.at(due):
        clock.fire_due()
    building.fresh(conversation)


ENDS: list[tuple[Callable[[Conversation], None], str]] = [
    (agent_finishes, "agent"),
    (supervisor_closes, "supervisor"),
    (customer_leaves, "customer"),
    (timer_fires, "customer"),
]


@pytest.mark.parametrize(("ends", "by"), ENDS)
def test_whoever_ends_it_the_token_changes_with_it(
    ends: Callable[[Conversation], None], by: str
) -> None:
    door = opened()
    conversation = picked(door)
    old = door.token
    before = [m["id"] for m in door.read().body["messages"]]
    ends(conversation)
    told = door.read().body
    assert (told["state"]["status"], told["state"]["ended_by"]) == ("ended", by)
    assert told["messages"] == []  # the old token tells no more than the end
    assert told["token"] != old
    assert (door.say().status, door.rate().status) == (409, 409)
    door.token = told["token"]
    after = door.read().body
    assert [m["id"] for m in after["messages"]][: len(before)] == before
    assert "token" not in after
    assert door.get(token=old).status == 401


def test_until_the_next_is_used_the_old_one_is_told_again() -> None:
    door = opened()
    first = door.end().body["token"]
    assert door.read().body["token"] == door.say().body["token"] == first
    assert door.get(token=first).status == 200
    assert (door.read().status, door.say().status, door.end().status) == (401, 401, 401)


def test_but_for_an_hour_at_most() -> None:
    door = opened()
    door.end()
    with building.at(building.later(minutes=59)):
        assert door.read().status == 200
    with building.at(building.later(minutes=61)):
        assert door.read().status == 401


def test_whoever_slept_through_the_end_learns_of_it_within_a_day() -> None:
    door = opened()
    supervisor_closes(behind(door))
    with building.at(building.later(hours=20)):
        receipt = door.read().body["token"]
    with building.at(building.later(hours=23)):
        assert door.get(token=receipt).status == 200


@pytest.mark.parametrize("hours", [24.1, 48.0])
def test_the_receipt_reads_and_rates_for_a_day(hours: float) -> None:
    door = opened()
    picked(door)
    old, door.token = door.token, door.end().body["token"]
    with building.at(building.later(hours=23.9)):
        assert door.read().status == 200
        assert door.rate(3).status == 200
    with building.at(building.later(hours=hours)):
        refused = [door.read(), door.rate(4), door.end(), door.say()]
        refused.append(door.get(token=old))
    assert {answer.status for answer in refused} == {401}
    assert {answer.code for answer in refused} == {"not_authenticated"}


def test_a_wrap_up_that_lasts_gives_no_new_day() -> None:
    door = opened()
    conversation = picked(door)
    door.token = door.end().body["token"]
    with building.at(building.later(hours=30)):
        building.act(conversation, lambda scene: handling.close(scene, by=SYSTEM))
    with building.at(building.later(hours=31)):
        assert door.read().status == 401


def test_what_is_stored_is_no_token() -> None:
    door = opened()
    row = ChatPass.objects.get(conversation=behind(door))
    stored = [str(value) for value in vars(row).values()]
    assert door.token not in stored
    assert door.address not in stored
    assert not [value for value in stored if door.address in value]
    for value in stored:
        assert door.get(token=value).status == 401


def forged(door: Door) -> list[str]:
    nonce, generation, signature = door.token.split(":")
    other = opened(a_site())
    return [
        "",
        "x",
        nonce,
        f"{nonce}:{generation}",
        f"{nonce}:{generation}:",
        f"{nonce}:2:{signature}",
        f"{nonce}:0:{signature}",
        f"{nonce[:-1]}x:{generation}:{signature}",
        f"{nonce}:{generation}:{other.token.split(':')[2]}",
        f"{other.token.split(':')[0]}:{generation}:{signature}",
        Signer().sign(f"{nonce}:{generation}"),
        Signer(key="guessed", salt="gateways.chat.pass").sign(f"{nonce}:1"),
        Signer(salt="gateways.chat.pass").sign(f"{nonce}:2"),
        Signer(salt="gateways.chat.pass").sign(f"{nonce}:0"),
        Signer(salt="gateways.chat.pass").sign("a-guessed-nonce:1"),
        Signer(salt="gateways.chat.pass").sign(f"{nonce}:one"),
        door.token + "x" * 5_000,
        f"{door.token} ",
    ]


def test_nothing_but_the_token_is_one() -> None:
    door = opened()
    answers = [door.get(token=f) for f in forged(door)[1:-1] if f]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.raw for answer in answers}) == 1
    assert door.read().status == 200


def test_one_customers_token_is_nothing_at_anothers() -> None:
    mine, other = opened(), opened()
    building.customer_says(behind(other), "My secret.")
    texts = [m["text"] for m in mine.read().body["messages"]]
    assert "My secret." not in texts
    mine.end()
    assert other.read().body["state"]["status"] == "waiting"
