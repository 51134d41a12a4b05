"""Notes and quick replies."""

from __future__ import annotations

import pytest

from conversations.models import Event
from conversations.states import Situation
from desk.models import QuickReply
from tests import building
from tests.calling import Answer, Caller, caller
from tests.conversations.asking import helped, its_agent, talk

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def put(door: Caller, pk: int, text: object) -> Answer:
    return door._call("PUT", f"conversations/{pk}/notes/", {"text": text})


def test_the_primary_keeps_notes_and_finds_them_on_the_desk() -> None:
    it, agent = talk()
    door = caller(agent.user)
    assert put(door, it.pk, "Allergic to nuts").body == {"notes": "Allergic to nuts"}
    (entry,) = door.get("desk/").body["conversations"]
    assert entry["notes"] == "Allergic to nuts"
    assert put(door, it.pk, "").body == {"notes": ""}
    told = " ".join(str(event.data) for event in Event.objects.all())
    assert "Allergic" not in told


def test_saving_the_same_again_is_no_event() -> None:
    it, agent = talk()
    door = caller(agent.user)
    put(door, it.pk, "Same")
    events = Event.objects.count()
    assert put(door, it.pk, "Same").status == 200
    assert Event.objects.count() == events


def test_notes_make_no_click_stale() -> None:
    it, agent = talk()
    seen = it.state_version
    door = caller(agent.user)
    put(door, it.pk, "Later")
    body = {"state_version": seen}
    assert door.post(f"conversations/{it.pk}/finish/", body).status == 200


@pytest.mark.parametrize("situation", [Situation.WAITING, Situation.WRAP_UP])
def test_notes_may_follow_while_it_is_not_closed(situation: Situation) -> None:
    it = building.in_situation(situation)
    assert put(caller(its_agent(it).user), it.pk, "Done").status == 200


def test_closed_with_the_last_word() -> None:
    it = building.in_situation(Situation.WRAP_UP)
    door = caller(its_agent(it).user)
    body = {"state_version": it.state_version, "notes": "Sent a new one"}
    assert door.post(f"conversations/{it.pk}/close/", body).status == 200
    assert building.fresh(it).notes == "Sent a new one"
    late = put(door, it.pk, "Too late")
    assert (late.status, late.code) == (409, "wrong_state")
    assert building.fresh(it).notes == "Sent a new one"


def test_a_consultant_reads_notes_and_writes_none() -> None:
    it, agent = talk()
    friend = building.an_agent()
    helped(it, friend)
    put(caller(agent.user), it.pk, "Read this")
    door = caller(friend.user)
    (entry,) = door.get("desk/").body["conversations"]
    assert entry["notes"] == "Read this"
    assert put(door, it.pk, "Mine").code == "not_participant"


def test_others_learn_nothing() -> None:
    it, _agent = talk()
    refused = put(caller(building.an_agent().user), it.pk, "Mine")
    assert (refused.status, refused.code) == (404, "not_found")
    boss = building.a_supervisor(queues=[it.queue])
    assert put(caller(boss), it.pk, "Mine").code == "role_missing"


@pytest.mark.parametrize("text", [None, 5, [], "x" * 4_001, "half \udfff"])
def test_notes_are_a_text_of_a_size(text: object) -> None:
    it, agent = talk()
    assert put(caller(agent.user), it.pk, text).status == 400


def test_quick_replies_of_own_queues_and_of_all() -> None:
    own, other = building.a_queue(), building.a_queue()
    agent = building.an_agent(queues=[own])
    for shortcut, queue in (("all", None), ("own", own), ("other", other)):
        reply = QuickReply.objects.create(shortcut=shortcut, title="T", text="Hi")
        if queue is not None:
            reply.queues.add(queue)
    shown = caller(agent.user).get("quick-replies/").body["quick_replies"]
    assert [reply["shortcut"] for reply in shown] == ["all", "own"]
    assert shown[1]["queues"] == [own.pk]
