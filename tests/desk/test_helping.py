"""Help and passing on over HTTP: by whom, when, and what nobody else may learn."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group

from accounts.roles import Role
from conversations.models import Agent, Conversation, Offer
from conversations.reconciliation import differences
from conversations.states import Presence
from conversations.transitions import arrival
from supervisor.sweep import end_orphaned_watching
from tests import building
from tests.calling import Answer, Caller, caller
from tests.conversations import asking, ledger
from tests.conversations.asking import talk
from tests.gateways.chat_door import behind, opened, picked

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def post(by: Agent, it: Conversation, verb: str, **body: object) -> Answer:
    return caller(by.user).post(f"conversations/{it.pk}/{verb}/", body)


def consult(by: Agent, it: Conversation, **body: object) -> Answer:
    version = {"state_version": it.state_version}
    return post(by, it, "consult", **{**version, **body})


def hand_over(by: Agent, it: Conversation, **body: object) -> Answer:
    version = {"state_version": it.state_version}
    return post(by, it, "hand-over", **{**version, **body})


def says(door: Caller, it: Conversation, visibility: str, text: str = "Hm") -> Answer:
    body = {"text": text, "visibility": visibility}
    return door.post(f"conversations/{it.pk}/messages/", body)


# Consults


@pytest.mark.parametrize("kind", ["agent", "supervisor"])
def test_asked_accepted_added_and_ended(kind: str) -> None:
    it, agent = talk()
    friend = building.an_agent()
    boss = building.a_supervisor(queues=[it.queue])
    user = friend.user if kind == "agent" else boss
    asked = consult(
        agent, it, **{kind: friend.pk if kind == "agent" else boss.pk}, text="Customs?"
    )
    assert asked.status == 200
    offer = asked.body["offer"]
    assert (offer["kind"], offer["units"], offer["text"]) == ("consult", 0, "Customs?")
    answered = caller(user).post(f"offers/{offer['id']}/accept/")
    assert (answered.status, answered.body["conversation"]["id"]) == (200, it.pk)
    assert says(caller(user), it, "internal").status == 200
    refused = says(caller(user), it, "public")
    assert (refused.status, refused.code) == (403, "not_participant")
    added = post(agent, it, "consult/add", user=user.pk)
    assert added.status == 200
    (shown,) = [p for p in added.body["participants"] if p["user"] == user.pk]
    assert (shown["mode"], shown["is_added"]) == ("consult", True)
    assert says(caller(user), it, "public").status == 200
    ended = post(agent, it, "consult/end", user=user.pk)
    assert user.pk not in [p["user"] for p in ended.body["participants"]]
    # A supervisor in scope knows that it is there, a colleague elsewhere does not.
    assert says(caller(user), it, "internal").status == (
        404 if kind == "agent" else 403
    )


def test_who_says_no_never_sees_it() -> None:
    it, agent = talk(text="My card number is 1234")
    friend = building.an_agent()
    offer = consult(agent, it, agent=friend.pk).body["offer"]["id"]
    declined = caller(friend.user).post(f"offers/{offer}/decline/")
    assert declined.body["conversation"] is None
    assert caller(friend.user).get(f"conversations/{it.pk}/").status == 404


def test_asked_but_not_there_yet_one_reads_nothing() -> None:
    it, agent = talk(text="My card number is 1234")
    friend = building.an_agent()
    consult(agent, it, agent=friend.pk)
    for path in ("", "messages/"):
        answer = caller(friend.user).get(f"conversations/{it.pk}/{path}")
        assert b"1234" not in answer.raw
        assert answer.status in (403, 404)


@pytest.mark.parametrize("verb", ["consult/add", "consult/end", "consult", "hand-over"])
def test_a_consultant_decides_nothing(verb: str) -> None:
    it, _agent = talk()
    friend, other = building.an_agent(queues=[it.queue]), building.an_agent()
    asking.helped(it, friend)
    body: dict[str, object] = {"user": other.user_id}
    if verb in ("consult", "hand-over"):
        body = {"state_version": it.state_version, "agent": other.pk}
    refused = post(friend, it, verb, **body)
    assert (refused.status, refused.code) == (403, "not_participant")


def test_the_consultant_leaves_and_the_primary_goes_on() -> None:
    it, agent = talk()
    friend = building.an_agent()
    asking.helped(it, friend)
    assert post(friend, it, "leave").status == 200
    assert ledger.stays(it) == {agent.user_id: "primary"}
    refused = post(friend, it, "leave")
    assert (refused.status, refused.code) == (404, "not_found")


def test_nobody_finds_out_by_leaving_which_ids_there_are() -> None:
    it, agent = talk()
    stranger = caller(building.an_agent().user)
    known = stranger.post(f"conversations/{it.pk}/leave/")
    unknown = stranger.post("conversations/999999/leave/")
    assert known == unknown
    # The primary cannot leave: they release it.
    assert post(agent, it, "leave").code == "not_participant"


@pytest.mark.parametrize("kind", ["consult", "transfer"])
def test_only_who_asked_takes_it_back(kind: str) -> None:
    it, agent = talk()
    friend, other = (building.an_agent(queues=[it.queue]) for _each in range(2))
    step = consult if kind == "consult" else hand_over
    offer = step(agent, it, agent=friend.pk).body["offer"]["id"]
    for stranger in (friend, other):
        refused = caller(stranger.user).post(f"offers/{offer}/withdraw/")
        assert (refused.status, refused.code) == (404, "not_found")
    done = caller(agent.user).post(f"offers/{offer}/withdraw/")
    assert (done.status, done.body["offer"]["state"]) == (200, "withdrawn")
    again = caller(agent.user).post(f"offers/{offer}/withdraw/")
    assert (again.status, again.code) == (409, "offer_ended")
    assert list(differences()) == []


def test_a_stale_look_asks_nobody() -> None:
    it, agent = talk()
    friend = building.an_agent(queues=[it.queue])
    for step in (consult, hand_over):
        stale = step(agent, it, agent=friend.pk, state_version=it.state_version - 1)
        assert (stale.status, stale.code) == (409, "stale_version")
        assert stale.body["conversation"]["id"] == it.pk
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"agent": 1, "supervisor": 1}, {"agent": "1"}, {"agent": 10**9}, {"agent": 0}],
)
def test_one_person_is_asked(body: dict[str, object]) -> None:
    it, agent = talk()
    refused = consult(agent, it, **body)
    assert (refused.status, refused.code) == (400, "invalid")


# Supervisors who are asked


def test_a_supervisor_must_supervise_the_queue() -> None:
    it, agent = talk()
    elsewhere = building.a_supervisor(queues=[building.a_queue()])
    former = building.a_supervisor(queues=[it.queue])
    former.groups.clear()
    for user in (elsewhere, former):
        refused = consult(agent, it, supervisor=user.pk)
        assert (refused.status, refused.code) == (400, "not_in_queue")


def test_the_switch_of_monitoring_is_that_of_reading_along() -> None:
    it, agent = talk()
    boss = building.a_supervisor(queues=[it.queue])
    offer = consult(agent, it, supervisor=boss.pk).body["offer"]["id"]
    building.settings_are(supervisor_monitor=False)
    assert caller(boss).post(f"offers/{offer}/accept/").status == 404
    other = building.a_supervisor(queues=[it.queue])
    refused = consult(agent, it, supervisor=other.pk)
    assert (refused.status, refused.code) == (403, "setting_off")
    assert refused.body["setting"] == "Supervisor Monitor"


def test_without_the_customers_consent_no_supervisor_reads_along() -> None:
    building.settings_are(consent_mode="consent")
    it, agent = talk()
    boss = building.a_supervisor(queues=[it.queue])
    refused = consult(agent, it, supervisor=boss.pk)
    assert (refused.status, refused.code) == (409, "consent_missing")
    building.act(
        it,
        lambda s: arrival.record_consent(s, given=True, at=None, text_version="1"),
    )
    assert consult(agent, it, supervisor=boss.pk).status == 200


def loses_switch(it: Conversation, boss: Any) -> None:
    building.settings_are(supervisor_monitor=False)


def loses_role(it: Conversation, boss: Any) -> None:
    boss.groups.remove(Group.objects.get(name=Role.SUPERVISOR))


def loses_scope(it: Conversation, boss: Any) -> None:
    it.queue.supervisors.clear()


@pytest.mark.parametrize(
    ("loses", "why"),
    [
        (loses_switch, "setting_off"),
        (loses_role, "role_missing"),
        (loses_scope, "out_of_scope"),
    ],
)
def test_a_supervisor_who_helps_goes_with_the_right_to(loses: Any, why: str) -> None:
    it, agent = talk()
    boss = building.a_supervisor(queues=[it.queue])
    asking.helped(it, boss)
    assert end_orphaned_watching() == 0
    loses(it, boss)
    refused = caller(boss).get(f"conversations/{it.pk}/messages/")
    assert refused.status in (403, 404)
    assert end_orphaned_watching() == 1
    stay = it.participants.get(user=boss)
    assert stay.left_reason == why
    assert ledger.stays(it) == {agent.user_id: "primary"}
    assert it.messages.filter(visibility="public").last().code == "agent_joined"  # type: ignore[union-attr]


def test_an_offer_to_a_supervisor_is_answered_by_them_alone() -> None:
    it, agent = talk()
    boss, other = (building.a_supervisor(queues=[it.queue]) for _each in range(2))
    offer = consult(agent, it, supervisor=boss.pk).body["offer"]["id"]
    for user in (other, agent.user, building.a_machine()):
        refused = caller(user).post(f"offers/{offer}/accept/")
        assert refused.status in (403, 404)
    assert caller(boss).post(f"offers/{offer}/decline/").status == 200


# The customer


def test_the_customer_sees_nothing_of_a_consultant_until_one_is_added() -> None:
    moment = building.later(seconds=5)
    door = opened()
    it = picked(door)
    machine = caller(building.a_machine())
    public = f"conversations/{it.pk}/public-messages/"

    def seen() -> tuple[bytes, bytes]:
        with building.at(moment):
            return door.read().raw, machine.get(public).raw

    before = seen()
    friend = building.an_agent("mads")
    boss = building.a_supervisor("astrid", queues=[it.queue])
    users = [asking.helped(it, friend), asking.helped(it, boss)]
    for user in users:
        says(caller(user), it, "internal", "Say that we are sorry.")
    asking.declines(it, asking.ask(it, building.an_agent("lone")))
    asking.raises_hand(it, "She shouts.")
    assert seen() == before
    asking.adds(it, friend.user)
    told = seen()
    assert told != before
    assert b"Mads" in told[0] and b"astrid" not in told[0]
    asking.ends(it, boss)
    assert seen() == told
    asking.ends(it, friend.user)
    assert door.read().body["state"]["people"] == ["Nora"]
    assert behind(door).pk == it.pk


# Whom one may ask


def test_colleagues_are_those_near_with_why_not() -> None:
    it, agent = talk(queue=building.a_queue())
    here, own = it.queue, building.a_queue("Own other")
    for queue in (own,):
        queue.memberships.create(agent=agent)
    fit = building.an_agent("fit", queues=[here])
    away = building.an_agent("away", queues=[here], presence=Presence.AWAY)
    full = building.an_agent("full", queues=[here], units=10)
    near = building.an_agent("near", queues=[own])
    out = building.an_agent("out", queues=[here], presence=Presence.OFFLINE)
    building.an_agent("far", queues=[building.a_queue()])
    boss = building.a_supervisor(queues=[here])
    building.a_supervisor(queues=[own])
    shut = building.a_queue("Shut", is_open=False)
    shown = caller(agent.user).get(f"conversations/{it.pk}/colleagues/").body
    facts = {
        each["id"]: (each["eligible"], each["code"], each["consultable"])
        for each in shown["agents"]
    }
    assert facts == {
        fit.pk: (True, None, True),
        away.pk: (False, "presence_not_allowed", True),
        full.pk: (False, "capacity_exceeded", True),
        near.pk: (False, "not_in_queue", True),
        out.pk: (False, "presence_not_allowed", False),
    }
    assert shown["agents"][0]["id"] == fit.pk
    assert [each["id"] for each in shown["supervisors"]] == [boss.pk]
    queues = {each["id"] for each in shown["queues"]}
    assert own.pk in queues and not {here.pk, shut.pk} & queues
    for stranger in (fit, near):
        answer = caller(stranger.user).get(f"conversations/{it.pk}/colleagues/")
        assert answer.status == 404
