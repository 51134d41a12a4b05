"""Pick, release, finish, close, wait and revive: by whom, when, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from accounts.roles import Role
from conversations.models import Agent, Conversation, Event
from conversations.reconciliation import differences
from conversations.states import Channel, Presence, Situation
from tests import building
from tests.calling import Answer, caller, stranger

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

STEPS: Mapping[str, tuple[Situation, Situation]] = {
    "release": (Situation.IN_CONVERSATION, Situation.OPEN),
    "finish": (Situation.IN_CONVERSATION, Situation.WRAP_UP),
    "close": (Situation.WRAP_UP, Situation.CLOSED),
    "wait": (Situation.IN_CONVERSATION, Situation.WAITING),
    "revive": (Situation.WAITING, Situation.IN_CONVERSATION),
}
WRONG: Mapping[str, Situation] = {
    "release": Situation.WRAP_UP,
    "finish": Situation.WAITING,
    "close": Situation.IN_CONVERSATION,
    "wait": Situation.WRAP_UP,
    "revive": Situation.IN_CONVERSATION,
}


def ready(situation: Situation) -> Conversation:
    """An asynchronous one, since only these can take every step."""
    return building.in_situation(situation, channel=Channel.SMS)


def step(
    verb: str, conversation: Conversation, agent: Agent, seen: int | None = None
) -> Answer:
    version = conversation.state_version if seen is None else seen
    path = f"conversations/{conversation.pk}/{verb}/"
    return caller(agent.user).post(path, {"state_version": version})


def its_agent(conversation: Conversation) -> Agent:
    assert conversation.agent is not None
    return conversation.agent


@pytest.mark.parametrize("verb", STEPS)
def test_its_agent_takes_each_step(verb: str) -> None:
    before, after = STEPS[verb]
    conversation = ready(before)
    taken = step(verb, conversation, its_agent(conversation))
    assert taken.status == 200
    building.fresh(conversation)
    assert conversation.situation is after
    row = taken.body["conversation"]
    assert (row["id"], row["state"]) == (conversation.pk, after.parts[0])
    assert row["state_version"] == conversation.state_version
    assert list(differences()) == []


@pytest.mark.parametrize("verb", STEPS)
def test_a_step_out_of_turn_is_refused_with_the_row(verb: str) -> None:
    conversation = ready(WRONG[verb])
    events = Event.objects.count()
    refused = step(verb, conversation, its_agent(conversation))
    assert (refused.status, refused.code) == (409, "wrong_state")
    assert refused.body["conversation"]["state_version"] == conversation.state_version
    assert building.fresh(conversation).situation is WRONG[verb]
    assert Event.objects.count() == events


@pytest.mark.parametrize("verb", [*STEPS, "pick"])
@pytest.mark.parametrize("difference", [-1, 1])
def test_a_stale_click_does_nothing(verb: str, difference: int) -> None:
    conversation = ready(Situation.OPEN if verb == "pick" else STEPS[verb][0])
    agent = conversation.agent or building.an_agent(queues=[conversation.queue])
    seen = conversation.state_version + difference
    stale = step(verb, conversation, agent, seen)
    assert (stale.status, stale.code) == (409, "stale_version")
    assert stale.body["conversation"]["id"] == conversation.pk
    version = conversation.version
    assert building.fresh(conversation).version == version


def test_a_message_makes_no_click_stale() -> None:
    conversation = ready(Situation.IN_CONVERSATION)
    seen = conversation.state_version
    building.customer_says(conversation)
    finished = step("finish", conversation, its_agent(conversation), seen)
    assert finished.status == 200


@pytest.mark.parametrize("verb", STEPS)
def test_a_colleague_of_the_queue_may_not(verb: str) -> None:
    conversation = ready(STEPS[verb][0])
    colleague = building.an_agent(queues=[conversation.queue])
    refused = step(verb, conversation, colleague)
    assert (refused.status, refused.code) == (403, "not_participant")
    assert "conversation" not in refused.body


@pytest.mark.parametrize("verb", [*STEPS, "pick"])
def test_to_an_agent_elsewhere_it_does_not_exist(verb: str) -> None:
    conversation = ready(Situation.OPEN if verb == "pick" else STEPS[verb][0])
    elsewhere = building.an_agent(queues=[building.a_queue()])
    refused = step(verb, conversation, elsewhere, seen=10**12)
    assert (refused.status, refused.code) == (404, "not_found")
    assert "conversation" not in refused.body


def test_a_consultant_knows_it_but_may_not() -> None:
    conversation = building.in_situation(Situation.TRANSFER_PENDING)
    assert conversation.offer is not None
    first, second = its_agent(conversation), conversation.offer.to_agent
    caller(second.user).post(f"offers/{conversation.offer.pk}/accept/")
    building.fresh(conversation)
    conversation.queue.memberships.filter(agent=first).delete()
    assert step("finish", conversation, first).code == "not_participant"


def test_an_agent_picks_beyond_their_capacity() -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], units=10, presence=Presence.AWAY)
    conversation = building.arrives(queue=queue)
    picked = step("pick", conversation, agent)
    assert picked.status == 200
    assert picked.body["conversation"]["agent"] == agent.pk
    agent.refresh_from_db()
    assert agent.used_units == 20
    assert agent.presence == Presence.DO_NOT_DISTURB


def test_what_another_has_can_not_be_picked() -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION)
    colleague = building.an_agent(queues=[conversation.queue])
    refused = step("pick", conversation, colleague)
    assert refused.code == "wrong_state"
    assert refused.body["conversation"]["agent"] == conversation.agent_id


@pytest.mark.parametrize("verb", ["release", "finish", "wait"])
def test_a_step_of_the_first_agent_withdraws_a_pending_transfer(verb: str) -> None:
    conversation = ready(Situation.TRANSFER_PENDING)
    assert conversation.offer is not None
    target = conversation.offer.to_agent
    taken = step(verb, conversation, its_agent(conversation))
    assert (taken.status, taken.body["conversation"]["offer"]) == (200, None)
    assert conversation.offers.get().state == "withdrawn"
    target.refresh_from_db()
    assert target.used_units == 0
    assert list(differences()) == []


def test_a_revived_one_keeps_its_agent_and_ends_the_transfer() -> None:
    conversation = ready(Situation.WAITING_TRANSFER_PENDING)
    agent = its_agent(conversation)
    row = step("revive", conversation, agent).body["conversation"]
    assert (row["phase"], row["agent"]) == ("in_conversation", agent.pk)
    assert row["offer"] is None
    assert list(differences()) == []


def test_a_live_chat_can_not_wait() -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION)
    refused = step("wait", conversation, its_agent(conversation))
    assert (refused.status, refused.code) == (409, "wrong_channel")
    assert refused.body["conversation"]["channel"] == "live_chat"


@pytest.mark.parametrize("version", [None, "1", 1.0, True, -1, 2**63, [1], {}])
def test_the_version_is_a_number_or_nothing_happens(version: object) -> None:
    conversation = ready(Situation.IN_CONVERSATION)
    path = f"conversations/{conversation.pk}/finish/"
    refused = caller(its_agent(conversation).user).post(
        path, {"state_version": version}
    )
    assert (refused.status, refused.code) == (400, "invalid")
    assert "state_version" in refused.body["fields"]


@pytest.mark.parametrize("body", [{}, {"state_version": 1, "force": True}])
def test_no_more_and_no_less_than_the_version(body: dict[str, object]) -> None:
    conversation = ready(Situation.IN_CONVERSATION)
    path = f"conversations/{conversation.pk}/finish/"
    refused = caller(its_agent(conversation).user).post(path, body)
    assert (refused.status, refused.code) == (400, "invalid")


@pytest.mark.parametrize("verb", [*STEPS, "pick"])
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.API_ACCESS])
def test_only_agents_take_steps(verb: str, role: Role) -> None:
    conversation = building.arrives()
    path = f"conversations/{conversation.pk}/{verb}/"
    refused = caller(building.a_user("", role)).post(path, {"state_version": 1})
    assert (refused.status, refused.code) == (403, "role_missing")


def test_strangers_take_no_steps() -> None:
    conversation = building.arrives()
    path = f"conversations/{conversation.pk}/pick/"
    assert stranger().post(path, {"state_version": 1}).status == 401


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_unknown_conversations_do_not_exist(pk: int) -> None:
    agent = building.an_agent()
    path = f"conversations/{pk}/pick/"
    refused = caller(agent.user).post(path, {"state_version": 1})
    assert (refused.status, refused.code) == (404, "not_found")
