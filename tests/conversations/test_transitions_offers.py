"""Offers of new work: made, accepted, declined, timed out, withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations import clock
from conversations.events import SYSTEM, Actor
from conversations.models import Agent, Conversation, Offer
from conversations.states import Channel, Presence, Situation, StatusReason
from conversations.transitions import arrival, offering, supervising
from tests import building
from tests.conversations import ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def offered() -> tuple[Conversation, Agent, Offer]:
    it = building.in_situation(Situation.AWAITING_ACCEPTANCE)
    assert it.offer is not None
    return it, it.offer.to_agent, it.offer


def accept(it: Conversation, offer: Offer) -> None:
    by = Actor.agent(offer.to_agent)
    building.act(it, lambda scene: offering.accept(scene, offer.pk, by=by))


def decline(it: Conversation, offer: Offer) -> None:
    by = Actor.agent(offer.to_agent)
    building.act(it, lambda scene: offering.decline(scene, offer.pk, by=by))


def test_an_offer_holds_the_units_and_starts_the_countdown(standing: Standing) -> None:
    stream = building.a_workstream(offer_seconds=40, open_close_seconds=1200, units=15)
    agent = building.an_agent(queues=[stream.queue])
    it = building.arrives(stream=stream)
    event = ledger.happens(
        "offer.made",
        it,
        lambda scene: offering.offer_work(scene, scene.agents[agent.pk], by=SYSTEM),
        agents=[agent],
    )
    assert ledger.names_of(event) == {("conversation", it.pk), ("agent", agent.pk)}
    assert it.situation is Situation.AWAITING_ACCEPTANCE
    assert it.status_reason == StatusReason.AWAITING_ACCEPTANCE
    assert it.agent is None
    assert it.offer is not None and it.offer.expires_at == standing.after(seconds=40)
    assert ledger.holds(it) == {agent.pk: (15, "offer")}
    assert ledger.used(agent) == 15 and agent.presence == Presence.BUSY
    assert ledger.due(it) == {"offer": standing.after(seconds=40)}
    assert it.sessions.get().agent == agent
    assert ledger.stays(it) == {}


def test_an_assignment_says_who_assigned_and_why() -> None:
    queue = building.a_queue()
    supervisor = building.a_supervisor(queues=[queue])
    agent = building.an_agent(queues=[queue], units=30)
    it = building.arrives(queue=queue)
    event = ledger.happens(
        "conversation.assigned",
        it,
        lambda scene: offering.offer_work(
            scene,
            scene.agents[agent.pk],
            by=Actor.supervisor(supervisor),
            overridden=True,
            reason="She knows him",
        ),
        agents=[agent],
    )
    assert (event.actor, event.reason) == (supervisor, "She knows him")
    assert event.data["overridden"] is True and event.data["agent"] == agent.pk
    assert it.status_reason == StatusReason.ASSIGNED_BY_SUPERVISOR


def test_an_accepted_offer_is_a_conversation(standing: Standing) -> None:
    it, agent, offer = offered()
    standing.forward(seconds=7)
    with ledger.one_event("offer.accepted") as events:
        accept(it, offer)
    # The agent's units were held by the offer already: nothing of them moved.
    assert ledger.names_of(events[0]) == {("conversation", it.pk)}
    assert it.situation is Situation.IN_CONVERSATION
    assert it.status_reason == StatusReason.IN_CONVERSATION
    assert (it.agent, it.offer, it.waiting_since) == (agent, None, None)
    assert it.waited_seconds == 7
    assert it.accepted_at == it.first_accepted_at == standing.now
    assert ledger.holds(it) == {agent.pk: (it.units, "session")}
    assert ledger.stays(it) == {agent.user_id: "primary"}
    assert ledger.ends(it) == [""]
    assert it.sessions.get().accepted_at == standing.now
    assert ledger.told(it) == ["agent_joined"]
    assert "offer" not in ledger.due(it)


def test_a_declined_offer_returns_to_its_old_place(standing: Standing) -> None:
    queue = building.a_queue()
    first = building.arrives(queue=queue)
    standing.forward(seconds=10)
    it = building.in_situation(Situation.AWAITING_ACCEPTANCE, queue=queue)
    standing.forward(seconds=10)
    last = building.arrives(queue=queue)
    waited_since, queued_at, offer = it.waiting_since, it.queued_at, it.offer
    assert offer is not None
    standing.forward(seconds=10)
    with ledger.one_event("offer.declined") as events:
        decline(it, offer)
    named = {("conversation", it.pk), ("agent", offer.agent_id)}
    assert ledger.names_of(events[0]) == named
    assert it.situation is Situation.OPEN
    assert it.status_reason == StatusReason.AWAITING_ASSIGNMENT
    assert (it.waiting_since, it.queued_at) == (waited_since, queued_at)
    assert ledger.ends(it) == ["agent_rejected", ""]
    assert ledger.holds(it) == {}
    assert ledger.used(offer.to_agent) == 0 and offer.to_agent.presence == "available"
    waiting = Conversation.objects.filter(queue=queue).order_by("waiting_since")
    assert list(waiting) == [first, it, last]


def test_a_declined_offer_keeps_its_place_at_the_front(standing: Standing) -> None:
    it, _agent, offer = offered()
    Conversation.objects.filter(pk=it.pk).update(at_front=True)
    decline(it, offer)
    assert it.at_front


def test_the_supervisor_is_told_of_a_declined_assignment() -> None:
    supervisor = building.a_supervisor()
    it = building.in_situation(Situation.AWAITING_ACCEPTANCE, supervisor=supervisor)
    assert it.offer is not None
    decline(it, it.offer)
    alert = supervisor.alerts.get()
    assert (alert.kind, alert.level) == ("assign_declined", "warning")


def test_the_supervisor_is_told_of_a_missed_assignment(standing: Standing) -> None:
    supervisor = building.a_supervisor()
    building.in_situation(Situation.AWAITING_ACCEPTANCE, supervisor=supervisor)
    standing.forward(seconds=120)
    assert clock.fire_due() == 1
    assert supervisor.alerts.get().kind == "assign_timed_out"


def test_an_offer_is_good_until_just_before_its_end(standing: Standing) -> None:
    it, _agent, offer = offered()
    standing.now = offer.expires_at - timedelta(microseconds=1)
    accept(it, offer)
    assert it.situation is Situation.IN_CONVERSATION


@pytest.mark.parametrize("answer", [accept, decline])
def test_at_its_end_an_offer_is_over_although_no_timer_ran(
    standing: Standing, answer: object
) -> None:
    it, _agent, offer = offered()
    standing.now = offer.expires_at
    with ledger.refused("offer_ended"):
        (accept if answer is accept else decline)(it, offer)
    assert it.situation is Situation.AWAITING_ACCEPTANCE


def test_a_missed_offer_goes_back_like_a_declined_one(standing: Standing) -> None:
    it, agent, offer = offered()
    since = it.waiting_since
    standing.now = offer.expires_at
    with ledger.one_event("offer.timed_out"):
        clock.fire_due()
    building.fresh(it)
    assert (it.situation, it.waiting_since) == (Situation.OPEN, since)
    assert ledger.ends(it) == ["agent_timed_out", ""]
    assert ledger.used(agent) == 0


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_an_answered_offer_can_not_be_answered_again(answer: str) -> None:
    it, _agent, offer = offered()
    accept(it, offer)
    with ledger.refused("offer_ended"):
        {"accept": accept, "decline": decline}[answer](it, offer)


@pytest.mark.parametrize(
    ("switch", "presence"),
    [(True, Presence.DO_NOT_DISTURB), (False, Presence.AVAILABLE)],
)
def test_a_declined_offer_may_turn_the_agent_away(
    switch: bool, presence: Presence
) -> None:
    building.settings_are(declined_offer_do_not_disturb=switch)
    it, agent, offer = offered()
    with ledger.one_event("offer.declined"):
        decline(it, offer)
    agent.refresh_from_db()
    assert (agent.presence, agent.used_units) == (presence, 0)
    assert agent.presence_reason == ("declined_offer" if switch else "unused")


@pytest.mark.parametrize(
    ("switch", "presence"), [(True, Presence.INACTIVE), (False, Presence.AVAILABLE)]
)
def test_a_missed_offer_may_turn_the_agent_inactive(
    standing: Standing, switch: bool, presence: Presence
) -> None:
    building.settings_are(missed_offer_inactive=switch)
    _it, agent, offer = offered()
    standing.now = offer.expires_at
    with ledger.one_event("offer.timed_out"):
        clock.fire_due()
    agent.refresh_from_db()
    assert agent.presence == presence
    assert agent.presence_reason == ("missed_offer" if switch else "unused")


def test_the_customer_leaving_withdraws_the_offer() -> None:
    it, agent, offer = offered()
    with ledger.one_event("conversation.customer_ended"):
        building.act(it, lambda scene: arrival.customer_ends(scene, left=True))
    offer.refresh_from_db()
    assert (offer.state, it.situation) == ("withdrawn", Situation.CLOSED)
    assert it.status_reason == StatusReason.CUSTOMER_LEFT
    assert ledger.used(agent) == 0
    assert ledger.ends(it) == ["customer_disconnected"]
    with ledger.refused("offer_ended"):
        accept(it, offer)


def test_the_supervisor_closing_it_withdraws_the_offer_and_tells_the_other() -> None:
    assigner, closer = building.a_supervisor(), building.a_supervisor()
    it = building.in_situation(Situation.AWAITING_ACCEPTANCE, supervisor=assigner)
    offer = it.offer
    assert offer is not None
    with ledger.one_event("conversation.force_closed"):
        building.act(
            it,
            lambda scene: supervising.force_close(scene, by=Actor.supervisor(closer)),
        )
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert assigner.alerts.get().kind == "offer_withdrawn"
    assert not closer.alerts.exists()


def test_a_customer_writing_leaves_the_offer_alone() -> None:
    it, _agent, offer = offered()
    with ledger.one_event("message.received"):
        building.customer_says(it)
    assert (it.offer, it.situation) == (offer, Situation.AWAITING_ACCEPTANCE)


def test_an_offer_beyond_capacity_says_by_how_much_and_disturbs_no_further() -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], units=30)
    stream = building.a_workstream(Channel.SMS, queue=queue, units=40)
    it = building.in_situation(
        Situation.AWAITING_ACCEPTANCE, stream=stream, agent=agent
    )
    assert it.offer is not None and it.offer.units_over == 10
    assert (ledger.used(agent), agent.remaining_units) == (40, -10)
    assert (agent.presence, agent.presence_reason) == (
        Presence.DO_NOT_DISTURB,
        "over_capacity",
    )
    with ledger.one_event("offer.declined"):
        decline(it, it.offer)
    assert ledger.used(agent) == 0
    assert agent.presence == Presence.AVAILABLE
