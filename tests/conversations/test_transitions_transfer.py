"""Transfers: the first agent keeps the conversation until the second has it."""

from __future__ import annotations

import pytest

from conversations import clock
from conversations.events import SYSTEM, Actor
from conversations.models import Agent, Conversation, Offer
from conversations.states import Channel, Presence, Situation, StatusReason
from conversations.transitions import arrival, handling, offering, staffing
from tests import building
from tests.conversations import ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

PENDING = [Situation.TRANSFER_PENDING, Situation.WAITING_TRANSFER_PENDING]
BEFORE = {
    Situation.TRANSFER_PENDING: Situation.IN_CONVERSATION,
    Situation.WAITING_TRANSFER_PENDING: Situation.WAITING,
}


def pending(
    situation: Situation = Situation.TRANSFER_PENDING, **more: object
) -> tuple[Conversation, Agent, Offer]:
    it = building.in_situation(situation, **more)  # type: ignore[arg-type]
    assert it.agent is not None and it.offer is not None
    return it, it.agent, it.offer


def accept(it: Conversation, offer: Offer) -> None:
    by = Actor.agent(offer.to_agent)
    building.act(it, lambda scene: offering.accept(scene, offer.pk, by=by))


def decline(it: Conversation, offer: Offer) -> None:
    by = Actor.agent(offer.to_agent)
    building.act(it, lambda scene: offering.decline(scene, offer.pk, by=by))


def vanish(it: Conversation, agent: Agent) -> None:
    building.act(it, lambda s: staffing.lose_agent(s, agent.pk), agents=[agent])


def test_while_it_is_pending_the_first_agent_keeps_it(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    first = it.agent
    assert first is not None
    second = building.an_agent(queues=[it.queue])
    supervisor = building.a_supervisor(queues=[it.queue])
    accepted_at = it.accepted_at
    standing.forward(seconds=60)
    event = ledger.happens(
        "conversation.transfer_offered",
        it,
        lambda scene: offering.offer_transfer(
            scene, scene.agents[second.pk], by=Actor.supervisor(supervisor)
        ),
        agents=[second],
    )
    assert ledger.names_of(event) == {("conversation", it.pk), ("agent", second.pk)}
    assert it.situation is Situation.TRANSFER_PENDING
    assert it.status_reason == StatusReason.TRANSFER_PENDING
    assert (it.agent, it.accepted_at) == (first, accepted_at)
    assert ledger.holds(it) == {
        first.pk: (it.units, "session"),
        second.pk: (it.units, "offer"),
    }
    assert ledger.stays(it) == {first.user_id: "primary"}
    assert ledger.ends(it) == [""]


def test_accepted_the_second_is_primary_and_the_first_stays_as_consultant(
    standing: Standing,
) -> None:
    supervisor = building.a_supervisor()
    it, first, offer = pending(supervisor=supervisor)
    standing.forward(seconds=9)
    with ledger.one_event("offer.accepted") as events:
        accept(it, offer)
    assert ledger.names_of(events[0]) == {("conversation", it.pk), ("agent", first.pk)}
    assert (it.situation, it.agent) == (Situation.IN_CONVERSATION, offer.agent)
    assert ledger.stays(it) == {
        offer.to_agent.user_id: "primary",
        first.user_id: "consult",
    }
    assert ledger.holds(it) == {offer.agent_id: (it.units, "session")}
    assert ledger.used(first) == 0 and first.presence == Presence.AVAILABLE
    assert ledger.ends(it) == ["supervisor_transferred_to_agent", ""]
    assert it.transfer_count == 1
    assert supervisor.alerts.get().kind == "transfer_accepted"
    assert ledger.told(it)[-1] == "agent_joined"


def test_accepted_from_waiting_the_first_leaves(standing: Standing) -> None:
    it, first, offer = pending(Situation.WAITING_TRANSFER_PENDING)
    with ledger.one_event("offer.accepted") as events:
        accept(it, offer)
    assert ledger.names_of(events[0]) == {("conversation", it.pk)}
    assert (it.situation, it.agent) == (Situation.IN_CONVERSATION, offer.agent)
    assert ledger.stays(it) == {offer.to_agent.user_id: "primary"}
    assert ledger.used(first) == 0
    assert it.transfer_count == 1


@pytest.mark.parametrize("situation", PENDING)
@pytest.mark.parametrize("answer", ["declined", "timed_out"])
def test_lost_it_stays_with_the_first_as_it_was(
    standing: Standing, situation: Situation, answer: str
) -> None:
    supervisor = building.a_supervisor()
    it, first, offer = pending(situation, supervisor=supervisor)
    accepted_at = it.accepted_at
    with ledger.one_event(f"offer.{answer}") as events:
        if answer == "declined":
            decline(it, offer)
        else:
            standing.now = offer.expires_at
            clock.fire_due()
            building.fresh(it)
    named = {("conversation", it.pk), ("agent", offer.agent_id)}
    assert ledger.names_of(events[0]) == named
    assert (it.situation, it.agent) == (BEFORE[situation], first)
    assert (it.accepted_at, it.transfer_count) == (accepted_at, 0)
    active = situation is Situation.TRANSFER_PENDING
    held = {first.pk: (it.units, "session")} if active else {}
    assert ledger.holds(it) == held
    assert ledger.stays(it) == ({first.user_id: "primary"} if active else {})
    assert ledger.used(offer.to_agent) == 0
    assert supervisor.alerts.get().kind == f"transfer_{answer}"


def test_the_clock_of_waiting_goes_on_after_a_lost_transfer(standing: Standing) -> None:
    it, _first, offer = pending(Situation.WAITING_TRANSFER_PENDING)
    assert set(ledger.due(it)) == {"offer"}
    decline(it, offer)
    assert set(ledger.due(it)) == {"waiting"}


def test_a_customer_moves_a_waiting_one_only_when_its_transfer_is_declined(
    standing: Standing,
) -> None:
    it, first, offer = pending(Situation.WAITING_TRANSFER_PENDING)
    standing.forward(seconds=10)
    with ledger.one_event("message.received"):
        building.customer_says(it, "Still there?")
    assert it.situation is Situation.WAITING_TRANSFER_PENDING
    assert (it.offer, it.agent) == (offer, first)
    standing.forward(seconds=10)
    with ledger.one_event("offer.declined"):
        decline(it, offer)
    assert (it.situation, it.agent) == (Situation.OPEN, None)
    assert it.waiting_since == standing.now
    assert ledger.stays(it) == ledger.holds(it) == {}


def test_a_customer_who_wrote_before_the_transfer_moves_nothing(
    standing: Standing,
) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION, channel=Channel.SMS)
    building.customer_says(it)
    agent = it.agent
    assert agent is not None
    standing.forward(seconds=1)
    building.act(it, lambda scene: handling.wait(scene, by=Actor.agent(agent)))
    second = building.an_agent(queues=[it.queue])
    building.act(
        it,
        lambda scene: offering.offer_transfer(
            scene, scene.agents[second.pk], by=SYSTEM
        ),
        agents=[second],
    )
    assert it.offer is not None
    decline(it, it.offer)
    assert (it.situation, it.agent) == (Situation.WAITING, agent)


def test_the_customers_word_is_kept_where_the_transfer_is_accepted() -> None:
    it, _first, offer = pending(Situation.WAITING_TRANSFER_PENDING)
    building.customer_says(it, "Still there?")
    accept(it, offer)
    assert it.situation is Situation.IN_CONVERSATION
    assert it.unanswered_since is not None


def test_the_first_agent_vanishes_and_the_target_declines(standing: Standing) -> None:
    it, first, offer = pending()
    standing.forward(seconds=20)
    with ledger.one_event("conversation.agent_lost") as events:
        vanish(it, first)
    assert ledger.names_of(events[0]) == {("conversation", it.pk), ("agent", first.pk)}
    assert (it.situation, it.agent) == (Situation.TRANSFER_PENDING, None)
    assert ledger.holds(it) == {offer.agent_id: (it.units, "offer")}
    standing.forward(seconds=20)
    with ledger.one_event("offer.declined"):
        decline(it, offer)
    assert (it.situation, it.at_front) == (Situation.OPEN, True)
    assert it.status_reason == StatusReason.AGENT_VANISHED
    assert it.waiting_since == standing.now
    assert ledger.holds(it) == ledger.stays(it) == {}
    assert ledger.ends(it)[-2:] == ["agent_disconnected", ""]


def test_the_first_agent_vanishes_and_the_target_accepts() -> None:
    it, first, offer = pending()
    vanish(it, first)
    with ledger.one_event("offer.accepted"):
        accept(it, offer)
    assert (it.situation, it.agent) == (Situation.IN_CONVERSATION, offer.agent)
    assert ledger.stays(it) == {offer.to_agent.user_id: "primary"}


def test_the_first_agent_vanishes_and_the_customer_leaves() -> None:
    it, first, offer = pending()
    vanish(it, first)
    with ledger.one_event("conversation.customer_ended"):
        building.act(it, lambda scene: arrival.customer_ends(scene, left=True))
    assert it.situation is Situation.CLOSED
    assert ledger.used(offer.to_agent) == 0
    assert ledger.due(it) == {}


def test_the_target_vanishes_and_the_first_goes_on() -> None:
    supervisor = building.a_supervisor()
    it, first, offer = pending(supervisor=supervisor)
    with ledger.one_event("conversation.agent_lost"):
        vanish(it, offer.to_agent)
    assert (it.situation, it.agent) == (Situation.IN_CONVERSATION, first)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert ledger.used(offer.to_agent) == 0
    assert supervisor.alerts.exists()


def test_both_agents_vanish() -> None:
    it, first, offer = pending()
    vanish(it, first)
    with ledger.one_event("conversation.agent_lost"):
        vanish(it, offer.to_agent)
    assert (it.situation, it.at_front) == (Situation.OPEN, True)
    assert ledger.holds(it) == {}


@pytest.mark.parametrize("step", [handling.release, handling.finish, handling.wait])
def test_what_the_first_agent_does_withdraws_the_transfer(step: object) -> None:
    it, first, offer = pending(channel=Channel.SMS)
    move = {s.__name__: s for s in (handling.release, handling.finish, handling.wait)}
    act = move[getattr(step, "__name__", "")]
    before = ledger.look()
    building.act(it, lambda scene: act(scene, by=Actor.agent(first)))
    assert len(ledger.check_in_step(before, ledger.look())) == 1
    offer.refresh_from_db()
    assert (offer.state, it.offer) == ("withdrawn", None)
    assert ledger.used(offer.to_agent) == 0
    with ledger.refused("offer_ended"):
        accept(it, offer)


def test_back_to_the_first_agent_again() -> None:
    it, first, offer = pending()
    accept(it, offer)
    building.act(
        it,
        lambda scene: offering.offer_transfer(scene, scene.agents[first.pk], by=SYSTEM),
        agents=[first],
    )
    assert it.offer is not None
    with ledger.one_event("offer.accepted"):
        accept(it, it.offer)
    assert ledger.stays(it) == {
        first.user_id: "primary",
        offer.to_agent.user_id: "consult",
    }
    assert it.transfer_count == 2


def test_a_revived_conversation_takes_its_transfer_back() -> None:
    it, first, offer = pending(Situation.WAITING_TRANSFER_PENDING)
    with ledger.one_event("conversation.revived"):
        building.act(it, lambda scene: handling.revive(scene, by=Actor.agent(first)))
    offer.refresh_from_db()
    assert (it.situation, offer.state) == (Situation.IN_CONVERSATION, "withdrawn")
    assert ledger.holds(it) == {first.pk: (it.units, "session")}
