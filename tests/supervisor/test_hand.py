"""An agent's raised hand over HTTP."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from conversations.models import Alert, Conversation
from conversations.states import Situation
from tests import building
from tests.calling import Answer, caller, stranger
from tests.conversations.asking import helped, its_agent, talk

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def raised(user: User, it: Conversation, text: object = "What now?") -> Answer:
    return caller(user).post(f"conversations/{it.pk}/hand/", {"text": text})


def lowered(user: User, it: Conversation) -> Answer:
    return caller(user)._call("DELETE", f"conversations/{it.pk}/hand/")


def test_raised_by_its_agent_and_cleared_by_a_supervisor() -> None:
    it, agent = talk()
    boss = building.a_supervisor("astrid", queues=[it.queue])
    up = raised(agent.user, it, "May I refund?")
    assert up.status == 200
    assert up.body["conversation"]["hand"]["text"] == "May I refund?"
    assert boss.alerts.get().kind == "hand_raised"
    down = lowered(boss, it)
    assert (down.status, down.body["conversation"]["hand"]) == (200, None)
    alert = agent.user.alerts.get()
    assert (alert.kind, alert.params["by"]) == ("hand_cleared", "astrid")
    # Down is down: whoever comes second is told the same.
    again = lowered(boss, it)
    assert (again.status, again.body) == (200, down.body)
    assert Alert.objects.count() == 2


def test_its_agent_lowers_it_without_a_word() -> None:
    it, agent = talk()
    raised(agent.user, it)
    assert lowered(agent.user, it).body["conversation"]["hand"] is None
    assert not agent.user.alerts.exists()


def test_raised_again_it_says_something_else_since_the_first_time() -> None:
    it, agent = talk()
    first = raised(agent.user, it).body["conversation"]["hand"]
    second = raised(agent.user, it, "Please!").body["conversation"]["hand"]
    assert second == {"since": first["since"], "text": "Please!"}


def test_it_makes_no_click_stale() -> None:
    it, agent = talk()
    seen = it.state_version
    assert raised(agent.user, it).body["conversation"]["state_version"] == seen


def test_only_its_agent_raises_it() -> None:
    it, _agent = talk()
    friend = building.an_agent(queues=[it.queue])
    helped(it, friend)
    boss = building.a_supervisor(queues=[it.queue])
    assert raised(boss, it).code == "not_participant"
    elsewhere = building.a_supervisor(queues=[building.a_queue()])
    for user in (friend.user, elsewhere, building.a_machine()):
        for answer in (raised(user, it), lowered(user, it)):
            assert (answer.status, answer.code) == (404, "not_found")
    path = f"conversations/{it.pk}/hand/"
    assert stranger().post(path, {"text": "x"}).status == 401
    assert building.fresh(it).hand_since is None


@pytest.mark.parametrize("situation", [Situation.WRAP_UP, Situation.WAITING])
def test_only_where_somebody_talks(situation: Situation) -> None:
    it = building.in_situation(situation)
    refused = raised(its_agent(it).user, it)
    assert (refused.status, refused.code) == (409, "wrong_state")
    assert refused.body["conversation"]["id"] == it.pk


@pytest.mark.parametrize("text", [None, 5, [], "x" * 2_000])
def test_it_is_a_sentence(text: object) -> None:
    it, agent = talk()
    assert raised(agent.user, it, text).status == 400
