"""The router: what waits is offered to whom the choice names, in its order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.clock import fire_due
from conversations.events import SYSTEM, Actor
from conversations.models import Agent, Conversation, Queue
from conversations.router import route_all
from conversations.states import Method, Presence, Situation
from conversations.transitions import configuring, handling, offering, supervising
from tests import building
from tests.conversations import ledger
from tests.conversations.conftest import Standing

behaves = pytest.mark.behaviour
stores = pytest.mark.django_db


def routed(**fields: object) -> Queue:
    fields.setdefault("method", Method.HIGHEST_CAPACITY)
    return building.a_queue(**fields)  # type: ignore[arg-type]


def decline(it: Conversation) -> None:
    offer = building.fresh(it).offer
    assert offer is not None
    by = Actor.agent(offer.to_agent)
    building.act(it, lambda scene: offering.decline(scene, offer.pk, by=by))


def offered_to(it: Conversation) -> Agent | None:
    offer = building.fresh(it).offer
    return None if offer is None else offer.agent


@behaves
@stores
def test_the_front_then_the_priority_then_the_oldest_come_first(
    standing: Standing,
) -> None:
    queue = routed()
    order = ["old", "young", "urgent", "front"]
    its = {}
    for name in order:
        its[name] = building.arrives(queue=queue)
        standing.forward(seconds=1)
    Conversation.objects.filter(pk=its["urgent"].pk).update(priority=50)
    Conversation.objects.filter(pk=its["front"].pk).update(at_front=True)
    building.an_agent(queues=[queue], units=80)
    assert route_all() == 4
    offers = [building.fresh(it).offer_id or 0 for it in its.values()]
    ranked = sorted(its, key=lambda name: offers[order.index(name)])
    assert ranked == ["front", "urgent", "old", "young"]


@behaves
@stores
def test_one_offer_is_one_event_in_step() -> None:
    queue = routed()
    it = building.arrives(queue=queue)
    agent = building.an_agent(queues=[queue])
    with ledger.one_event("offer.made") as events:
        route_all()
    assert ledger.names_of(events[0]) == {("conversation", it.pk), ("agent", agent.pk)}
    with ledger.nothing_happens():
        assert route_all() == 0


@behaves
@stores
def test_an_agent_of_two_queues_serves_the_more_urgent_one() -> None:
    calm, urgent = routed(name="A calm", priority=100), routed(name="B", priority=1)
    waits, served = building.arrives(queue=calm), building.arrives(queue=urgent)
    agent = building.an_agent(queues=[calm, urgent], units=20)
    assert route_all() == 1
    assert (offered_to(waits), offered_to(served)) == (None, agent)


@behaves
@stores
def test_most_room_first_and_ties_in_turn(standing: Standing) -> None:
    queue = routed()
    small = building.an_agent(queues=[queue], units=20)
    big, other = (building.an_agent(queues=[queue], units=40) for _each in range(2))
    its = []
    for _each in range(5):
        standing.forward(seconds=1)
        its.append(building.arrives(queue=queue))
        route_all()
    got = [offered_to(it) for it in its]
    # 40 and 40 left; then 20, 20, 20 left, of whom the small one never had any.
    assert got == [big, other, small, big, other]


@behaves
@stores
@pytest.mark.parametrize("keeps", [True, False])
def test_who_had_it_before_is_asked_first_where_the_workstream_says_so(
    keeps: bool,
) -> None:
    queue = routed()
    known = building.an_agent(queues=[queue], units=20)
    it = building.in_situation(Situation.WAITING, queue=queue, agent=known)
    stream = building.fresh(it).workstream
    stream.keep_same_agent = keeps
    configuring.save_workstream(stream, by=SYSTEM)
    roomier = building.an_agent(queues=[queue], units=40)
    building.customer_says(it)
    route_all()
    assert offered_to(it) == (known if keeps else roomier)


@behaves
@stores
@pytest.mark.parametrize("presence", Presence)
def test_only_allowed_presences_are_offered_work(presence: Presence) -> None:
    queue = routed()
    it = building.arrives(queue=queue)
    agent = building.an_agent(queues=[queue], presence=presence)
    route_all()
    allowed = presence in (Presence.AVAILABLE, Presence.BUSY)
    assert offered_to(it) == (agent if allowed else None)


@behaves
@stores
def test_a_queue_by_hand_never_routes() -> None:
    queue = routed(method=Method.MANUAL)
    building.an_agent(queues=[queue])
    building.arrives(queue=queue)
    with ledger.nothing_happens():
        assert route_all() == 0


@behaves
@stores
def test_only_members_of_the_queue_are_asked() -> None:
    building.an_agent(queues=[routed()])
    it = building.arrives(queue=routed())
    assert route_all() == 0
    assert offered_to(it) is None


@behaves
@stores
def test_a_deactivated_agent_is_not_asked() -> None:
    queue = routed()
    agent = building.an_agent(queues=[queue])
    agent.user.is_active = False
    agent.user.save()
    building.arrives(queue=queue)
    assert route_all() == 0


@behaves
@stores
def test_skills_are_needed_all_of_them() -> None:
    queue = routed()
    building.an_agent(queues=[queue], skills={"Danish": 9}, units=80)
    both = building.an_agent(queues=[queue], skills={"Danish": 1, "German": 1})
    it = building.arrives(queue=queue, skills=["Danish", "German"])
    route_all()
    assert offered_to(it) == both


@behaves
@stores
def test_whom_nobody_can_serve_does_not_block_the_others() -> None:
    queue = routed()
    building.arrives(queue=queue, skills=["Klingon"])
    agent = building.an_agent(queues=[queue])
    it = building.arrives(queue=queue)
    route_all()
    assert offered_to(it) == agent


@behaves
@stores
def test_neither_do_very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.router.BLOCK", 3)
    queue = routed()
    for _each in range(4):
        building.arrives(queue=queue, skills=["Klingon"])
    agent = building.an_agent(queues=[queue])
    it = building.arrives(queue=queue)
    route_all()
    assert offered_to(it) == agent


@behaves
@stores
def test_after_a_supervisors_assignment_declined_others_come_first_for_60_s(
    standing: Standing,
) -> None:
    queue = routed()
    supervisor = building.a_supervisor(queues=[queue])
    it = building.arrives(queue=queue)
    first = building.an_agent(queues=[queue], units=80)
    building.act(
        it,
        lambda s: offering.offer_work(
            s, s.agents[first.pk], by=Actor.supervisor(supervisor)
        ),
        agents=[first],
    )
    decline(it)
    second = building.an_agent(queues=[queue], units=20)
    standing.forward(seconds=59)
    route_all()
    assert offered_to(it) == second
    decline(it)
    standing.forward(seconds=1)
    route_all()
    assert offered_to(it) == first


@behaves
@stores
def test_where_there_is_nobody_else_the_same_agent_is_asked_again(
    standing: Standing,
) -> None:
    queue = routed()
    supervisor = building.a_supervisor(queues=[queue])
    it = building.arrives(queue=queue)
    only = building.an_agent(queues=[queue])
    by = Actor.supervisor(supervisor)
    building.act(
        it,
        lambda s: offering.offer_work(s, s.agents[only.pk], by=by),
        agents=[only],
    )
    decline(it)
    route_all()
    assert offered_to(it) == only


@behaves
@stores
@pytest.mark.parametrize("allowed", [1, 3])
def test_an_agent_is_asked_no_more_often_than_allowed(allowed: int) -> None:
    building.settings_are(declines_allowed=allowed)
    queue = routed()
    building.an_agent(queues=[queue])
    it = building.arrives(queue=queue)
    for _each in range(allowed):
        assert route_all() == 1
        decline(it)
    assert route_all() == 0
    assert it.situation is Situation.OPEN
    other = building.arrives(queue=queue)
    assert route_all() == 1
    assert offered_to(other) is not None


@behaves
@stores
def test_ten_open_sessions_are_enough() -> None:
    queue = routed()
    building.an_agent(queues=[queue], units=1000)
    its = [building.arrives(queue=queue) for _each in range(11)]
    assert route_all() == 10
    assert offered_to(its[10]) is None
    building.act(its[0], lambda s: supervising.force_close(s, by=SYSTEM))
    assert route_all() == 1
    assert offered_to(its[10]) is not None
    ledger.check_sound()


@behaves
@stores
def test_a_vanished_agents_conversation_is_served_first(standing: Standing) -> None:
    queue = routed()
    agent = building.an_agent(queues=[queue], units=20)
    old = building.arrives(queue=queue)
    standing.forward(seconds=1)
    it = building.arrives(queue=queue)
    Conversation.objects.filter(pk=it.pk).update(at_front=True)
    route_all()
    assert (offered_to(it), offered_to(old)) == (agent, None)


@behaves
@stores
def test_what_is_accepted_loses_its_place_at_the_front() -> None:
    queue = routed()
    agent = building.an_agent(queues=[queue])
    it = building.arrives(queue=queue)
    Conversation.objects.filter(pk=it.pk).update(at_front=True)
    building.act(
        it, lambda s: handling.pick(s, s.agents[agent.pk], by=SYSTEM), agents=[agent]
    )
    assert not it.at_front


@behaves
@stores
def test_a_missed_offer_counts_like_a_declined_one(standing: Standing) -> None:
    building.settings_are(declines_allowed=1)
    queue = routed()
    building.an_agent(queues=[queue])
    it = building.arrives(queue=queue)
    route_all()
    standing.now += timedelta(seconds=120)
    assert fire_due() == 1
    assert route_all() == 0
    assert building.fresh(it).situation is Situation.OPEN
