"""`/ws/chat/`: what the customer is told, in order, through every end."""

from __future__ import annotations

import pytest

from conversations import clock, doorbell, moments
from conversations.events import SYSTEM
from conversations.models import OpenSocket, Timer
from conversations.states import Sender, Visibility
from conversations.transitions import supervising
from gateways.chat import consumer as consumers
from gateways.chat.line import SOCKETS, TOO_MANY
from live import typing
from tests import building
from tests.gateways.chat_door import a_site, behind, opened, picked
from tests.gateways.chat_stage import ChatStage, eventually

pytestmark = pytest.mark.behaviour

PROTOCOL_ERROR, SIGNED_OUT, FORBIDDEN = 4400, 4401, 4403


def test_what_is_there_comes_first_then_what_is_new(chat_stage: ChatStage) -> None:
    door = opened()
    tab = chat_stage.come(door)
    assert [frame["type"] for frame in tab.frames[:2]] == ["hello", "state"]
    tab.must_read("Where is my parcel?")
    conversation = picked(door)
    building.agent_says(conversation, "On its way.")
    tab.must_read("On its way.")
    door.say("Thanks!")
    tab.must_read("Thanks!")
    assert tab.numbers == list(range(1, len(tab.numbers) + 1))
    assert (tab.state["status"], tab.state["agent"]) == ("talking", "Nora")
    http = door.read().body
    assert tab.state == http["state"]
    assert [frame["message"] for frame in tab.of("message")] == http["messages"]


def test_it_goes_on_from_the_last_message(chat_stage: ChatStage) -> None:
    door = opened()
    first = chat_stage.come(door)
    first.must_read("Where is my parcel?")
    first.leave()
    door.say("Still there?")
    second = chat_stage.come(door, after=2)
    second.must_read("Still there?")
    assert second.numbers == [3]


def test_a_number_from_nowhere_hides_nothing(chat_stage: ChatStage) -> None:
    door = opened()
    tab = chat_stage.come(door, after=2_000_000_000)
    door.say("Hello?")
    tab.must_read("Hello?")


def test_the_pulse_names_the_last_message(chat_stage: ChatStage) -> None:
    door = opened()
    tab = chat_stage.come(door)
    chat_stage.compare()
    tab.must_hear("pulse")
    pulse = tab.of("pulse")[-1]
    assert set(pulse) == {"type", "server_time", "last"}
    assert pulse["last"] == tab.numbers[-1] == 2


def test_without_a_doorbell_the_comparison_finds_it(chat_stage: ChatStage) -> None:
    site = a_site()
    before, door = opened(site), opened(site)
    tab = chat_stage.come(door)
    assert tab.state["position"] == 2
    picked(before)  # rings for another conversation alone
    chat_stage.compare()
    eventually(lambda: tab.state["position"] == 1, "it is the next")


@pytest.mark.parametrize("hears", [True, False])
def test_the_end_brings_the_next_token_and_the_last_words(
    chat_stage: ChatStage, hears: bool
) -> None:
    door = opened()
    tab = chat_stage.come(door)
    conversation = picked(door)
    building.act(conversation, lambda scene: supervising.force_close(scene, by=SYSTEM))
    if not hears:
        chat_stage.compare()
    tab.must_read("A supervisor ended this conversation.")
    (told,) = [frame for frame in tab.of("state") if "token" in frame]
    assert (told["state"]["status"], told["state"]["ended_by"]) == (
        "ended",
        "supervisor",
    )
    old, door.token = door.token, told["token"]
    assert door.read().status == 200
    assert door.get(token=old).status == 401
    chat_stage.compare()
    tab.must_hear("pulse")
    assert tab.closed is None


def test_the_old_token_learns_of_the_end_and_no_more(chat_stage: ChatStage) -> None:
    door = opened()
    conversation = behind(door)
    building.act(conversation, lambda scene: supervising.force_close(scene, by=SYSTEM))
    late = chat_stage.come(door)
    assert late.of("state")[0]["token"]
    chat_stage.compare()
    late.must_hear("pulse")
    assert late.of("pulse")[-1]["last"] == 3  # so the page comes in anew
    assert late.numbers == []
    again = chat_stage.come(door, token=late.of("state")[0]["token"])
    again.must_read("A supervisor ended this conversation.")
    chat_stage.compare()
    late.must_be_closed(SIGNED_OUT)
    assert again.closed is None


def test_a_receipt_that_has_expired_is_closed(
    chat_stage: ChatStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = opened()
    door.token = door.end().body["token"]
    tab = chat_stage.come(door)
    tomorrow = building.later(hours=25)
    monkeypatch.setattr(moments, "now", lambda: tomorrow)
    chat_stage.compare()
    tab.must_be_closed(SIGNED_OUT)


# Typing


def test_whoever_the_customer_knows_is_seen_typing(chat_stage: ChatStage) -> None:
    door = opened()
    conversation = picked(door)
    tab = chat_stage.come(door)
    for name, visibility in [
        ("Nora", Visibility.INTERNAL),
        ("Somebody else", Visibility.PUBLIC),
        ("Nora", Visibility.PUBLIC),
    ]:
        typing.tell(conversation.pk, Sender.AGENT, name, visibility)
    tab.must_hear("typing")
    building.agent_says(conversation, "Done.")
    tab.must_read("Done.")
    assert tab.of("typing") == [{"type": "typing", "name": "Nora"}]


def test_the_customers_typing_is_passed_on(
    chat_stage: ChatStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    door = opened()
    tab = chat_stage.come(door)
    unlisten = doorbell.overhear(lambda ring: heard.extend(ring.typing))
    for _ in range(3):
        tab.send({"type": "typing"})
    eventually(lambda: heard, "it is passed on")
    unlisten()
    assert heard == [
        doorbell.Typing(behind(door).pk, "customer", "Kirsten", "public", 0)
    ]
    assert tab.closed is None


# Coming and going


def test_the_last_tab_that_closes_starts_the_clock(chat_stage: ChatStage) -> None:
    door = opened()
    conversation = picked(door)
    tabs = [chat_stage.come(door), chat_stage.come(door)]
    gone = Timer.objects.filter(conversation=conversation, kind="customer_gone")
    tabs[0].leave()
    assert not gone.exists()
    tabs[1].leave()
    assert gone.exists()
    chat_stage.come(door)
    assert not gone.exists()


def test_whoever_does_not_come_back_has_left(chat_stage: ChatStage) -> None:
    door = opened()
    conversation = picked(door)
    chat_stage.come(door).leave()
    due = Timer.objects.get(conversation=conversation, kind="customer_gone").due_at
    with building.at(due):
        clock.fire_due()
    state = door.read().body["state"]
    assert (state["status"], state["ended_by"]) == ("ended", "customer")
    assert building.fresh(conversation).status_reason == "customer_left"


def test_five_tabs_and_the_oldest_goes(chat_stage: ChatStage) -> None:
    door = opened()
    tabs = [chat_stage.come(door) for _ in range(SOCKETS + 2)]
    chat_stage.compare()
    for tab in tabs[:2]:
        tab.must_be_closed(TOO_MANY)
    assert OpenSocket.objects.filter(conversation=behind(door)).count() == SOCKETS
    door.say("Everybody?")
    for tab in tabs[2:]:
        tab.must_read("Everybody?")
    gone = Timer.objects.filter(conversation=behind(door), kind="customer_gone")
    assert not gone.exists()


def test_a_place_that_was_lost_by_mistake_is_taken_anew(chat_stage: ChatStage) -> None:
    door = opened()
    tab = chat_stage.come(door)
    OpenSocket.objects.all().delete()
    chat_stage.compare()
    tab.must_be_closed(4408)


# The protocol


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "x",
        "[]",
        "null",
        {"type": "ping"},
        {"type": "typing"},
        {"type": "hello"},
        {"type": "hello", "token": 1, "after": 0},
        {"type": "hello", "token": "x", "after": -1},
        {"type": "hello", "token": "x", "after": 2**31},
        {"type": "hello", "token": "x", "after": True},
        {"type": "hello", "token": "x", "after": 0, "conversation": 1},
        {"type": "hello", "token": "x" * 2_000, "after": 0},
    ],
)
def test_first_comes_a_greeting(chat_stage: ChatStage, frame: object) -> None:
    tab = chat_stage.connect()
    tab.send(frame)
    tab.must_be_closed(PROTOCOL_ERROR)
    assert tab.raw == []


def test_nobody_is_waited_for(
    chat_stage: ChatStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "GREETING_WITHIN", 0.01)
    chat_stage.connect().must_be_closed(PROTOCOL_ERROR)


@pytest.mark.parametrize(
    "frame", ["x", {"type": "refresh"}, {"type": "message", "text": "Hi"}, '"' * 5_000]
)
def test_what_is_not_in_the_protocol_ends_it(
    chat_stage: ChatStage, frame: object
) -> None:
    tab = chat_stage.come(opened())
    tab.send({"type": "ping"})
    tab.send(frame)
    tab.must_be_closed(PROTOCOL_ERROR)


def test_bytes_are_not_in_the_protocol(chat_stage: ChatStage) -> None:
    tab = chat_stage.come(opened())
    tab.send_bytes(b'{"type": "ping"}')
    tab.must_be_closed(PROTOCOL_ERROR)


def test_too_many_frames_end_it(chat_stage: ChatStage) -> None:
    tab = chat_stage.come(opened())
    for _ in range(consumers.FRAMES + 1):
        tab.send({"type": "ping"})
    tab.must_be_closed(PROTOCOL_ERROR)
