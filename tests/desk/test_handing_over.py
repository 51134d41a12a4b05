"""Handing over by HTTP, and answers that come at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from conversations.reconciliation import differences
from conversations.states import Channel, Elevation, Presence, Situation
from conversations.transitions import arrival
from tests import building
from tests.calling import caller
from tests.conversations import asking, ledger
from tests.conversations.asking import talk
from tests.desk.test_helping import hand_over
from tests.gateways.test_chat_races import at_once

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def test_handed_over_to_a_fit_colleague() -> None:
    it, agent = talk()
    second = building.an_agent(queues=[it.queue])
    done = hand_over(agent, it, agent=second.pk, text="Speaks Danish")
    assert done.status == 200
    assert done.body["conversation"]["phase"] == "transfer_pending"
    offer = done.body["offer"]
    assert (offer["handed_over"], offer["text"]) == (True, "Speaks Danish")
    accepted = caller(second.user).post(f"offers/{offer['id']}/accept/")
    assert accepted.body["conversation"]["agent"] == second.pk
    assert caller(agent.user).get("desk/").body["conversations"] == []
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"presence": Presence.AWAY}, "presence_not_allowed"),
        ({"presence": Presence.OFFLINE}, "presence_not_allowed"),
        ({"units": 10}, "capacity_exceeded"),
        ({"queues": []}, "not_in_queue"),
    ],
)
def test_only_to_whoever_could_be_offered_it(
    options: dict[str, Any], code: str
) -> None:
    it, agent = talk()
    second = building.an_agent(**{"queues": [it.queue], **options})
    refused = hand_over(agent, it, agent=second.pk)
    assert refused.code == code
    if code == "capacity_exceeded":
        assert refused.body["units_over"] == 10
    assert building.fresh(it).situation is Situation.IN_CONVERSATION
    assert ledger.used(second) == 0


def test_not_to_oneself_nor_to_nobody() -> None:
    it, agent = talk()
    for body in ({"agent": agent.pk}, {"agent": 10**9}, {}, {"agent": 1, "queue": 1}):
        assert hand_over(agent, it, **body).code == "invalid"


def test_handed_over_to_another_open_queue_at_once() -> None:
    it, agent = talk()
    other = building.a_queue()
    done = hand_over(agent, it, queue=other.pk)
    row = done.body["conversation"]
    assert (done.status, done.body["offer"]) == (200, None)
    assert (row["state"], row["queue"], row["agent"]) == ("open", other.pk, None)
    assert list(differences()) == []


def test_not_to_the_same_a_shut_or_another_type_of_queue() -> None:
    it, agent = talk()
    voice = building.a_queue(kind=Channel.VOICE.kind)
    codes = [
        hand_over(agent, it, queue=queue).code
        for queue in (
            it.queue_id,
            building.a_queue(is_open=False).pk,
            10**9,
            voice.pk,
        )
    ]
    assert codes == ["invalid", "invalid", "invalid", "wrong_queue_type"]


def test_elevated_it_is_not_passed_on_to_a_colleague() -> None:
    it, agent = talk()
    second = building.an_agent(queues=[it.queue])
    building.act(it, lambda s: arrival.elevate(s, Elevation.VIDEO))
    refused = hand_over(agent, it, agent=second.pk)
    assert (refused.status, refused.code) == (409, "elevated")


# At the same moment


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("second", ["accept", "decline", "withdraw"])
def test_two_answers_at_once_have_one_outcome(second: str) -> None:
    for _each in range(4):
        it, agent = talk()
        friend = building.an_agent()
        offer = asking.ask(it, friend)
        mine, theirs = caller(agent.user), caller(friend.user)
        other = mine if second == "withdraw" else theirs
        accepted, answered = at_once(
            [
                partial(theirs.post, f"offers/{offer.pk}/accept/"),
                partial(other.post, f"offers/{offer.pk}/{second}/"),
            ]
        )
        assert sorted([accepted.status, answered.status]) == [200, 409]
        late = accepted if accepted.status == 409 else answered
        assert late.code == "offer_ended"
        offer.refresh_from_db()
        states = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}
        won = "accept" if accepted.status == 200 else second
        assert offer.state == states[won]
        reads_along = friend.user_id in ledger.stays(it)
        assert reads_along is (won == "accept")
    ledger.check_sound()


@pytest.mark.usefixtures("committed")
def test_an_answer_and_the_end_of_the_talk_at_once() -> None:
    for _each in range(4):
        it, agent = talk()
        friend = building.an_agent()
        offer = asking.ask(it, friend)
        version = {"state_version": it.state_version}
        mine, theirs = caller(agent.user), caller(friend.user)
        path = f"conversations/{it.pk}/finish/"
        accepted, finished = at_once(
            [
                partial(theirs.post, f"offers/{offer.pk}/accept/"),
                partial(mine.post, path, version),
            ]
        )
        assert finished.status == 200
        offer.refresh_from_db()
        assert offer.state == ("accepted" if accepted.status == 200 else "withdrawn")
        assert not offer.conversation.timers.filter(kind="consult").exists()
    ledger.check_sound()
