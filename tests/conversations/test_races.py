"""Races on PostgreSQL: whoever comes first, there is one outcome and it is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from conversations import clock, moments, router, routing
from conversations.events import SYSTEM
from conversations.locks import one_transaction
from conversations.models import Agent, Conversation, Event, Offer, Timer
from conversations.refusals import Refused
from conversations.states import Channel, Method, Situation
from conversations.transitions import handling, staffing, supervising
from conversations.transitions.arrival import Words
from conversations.transitions.scene import enter_or_refuse
from desk import commands as desk
from gateways import commands as gateway
from supervisor import commands as floor
from tests import building
from tests.calling import Answer, caller
from tests.conversations import ledger

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CEILING = 15
SUPERVISORS = 20
REFUSALS = {"stale_version", "offer_ended", "wrong_state", "not_participant"}


@pytest.fixture(autouse=True)
def powers() -> Iterator[None]:
    """All switches on; and whatever happened, holds and history are right."""
    building.settings_are(
        supervisor_assign=True, supervisor_transfer=True, force_close=True
    )
    yield
    ledger.check_sound()


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each of these calls came to when all start together; refusals as codes.

    Anything else that a call raises (a deadlock, say) fails the test.
    """
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        start.wait(timeout=CEILING)
        try:
            return call()
        except Refused as refused:
            assert refused.code in REFUSALS, refused.code
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as crowd:
        return list(crowd.map(run, calls))


def rounds(number: int) -> pytest.MarkDecorator:
    """The same race again and again: threads differ each time."""
    return pytest.mark.parametrize("_round", [number], ids=[f"{number} times"])


def offer_of(it: Conversation) -> Offer:
    offer = building.fresh(it).offer
    assert offer is not None
    return offer


def test_twenty_supervisors_assign_the_same_conversation_at_once() -> None:
    queue = building.a_queue()
    agents = [building.an_agent(queues=[queue]) for _each in range(3)]
    people = [building.a_supervisor(queues=[queue]) for _each in range(SUPERVISORS)]
    doors = [caller(user) for user in people]
    for _round in range(3):
        it = building.arrives(queue=queue)
        path = f"conversations/{it.pk}/assign/"

        def assign(number: int, path: str = path) -> Answer:
            body = {"state_version": 1, "agent": agents[number % 3].pk}
            return doors[number].post(path, {**body, "override": True})

        answers = at_once([partial(assign, number) for number in range(SUPERVISORS)])
        assert Counter(a.status for a in answers) == {200: 1, 409: SUPERVISORS - 1}
        offer = offer_of(it)
        for answer in answers:
            row = answer.body["conversation"]
            assert row["offer"]["id"] == offer.pk
            assert row["state_version"] == it.state_version == 2
            assert answer.status == 200 or answer.code == "stale_version"
        assert it.events.filter(kind="conversation.assigned").count() == 1
        assert it.offers.count() == 1


@rounds(20)
def test_routing_and_a_supervisor_offer_it_at_once(_round: int) -> None:
    queue = building.a_queue(method=Method.HIGHEST_CAPACITY)
    agents = [building.an_agent(queues=[queue], units=4000) for _each in range(2)]
    supervisor = building.a_supervisor(queues=[queue])
    for _each in range(_round):
        it = building.arrives(queue=queue)
        chosen, version = agents[0].pk, it.state_version
        outcome = at_once(
            [
                router.route_all,
                partial(
                    floor.assign_to_agent,
                    supervisor,
                    it.pk,
                    state_version=version,
                    agent=chosen,
                ),
            ]
        )
        offer_of(it)
        assert it.offers.count() == 1
        by_router = outcome[0] == 1
        assert (outcome[1] == "stale_version") == by_router
        building.act(it, lambda s: supervising.force_close(s, by=SYSTEM))


@rounds(20)
def test_an_answer_and_the_time_out_at_once(_round: int) -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue])
    situations = set()
    for each in range(_round):
        it = building.in_situation(
            Situation.AWAITING_ACCEPTANCE, queue=queue, agent=agent
        )
        offer = offer_of(it)
        # A hair before its end, or a hair behind it: both clocks agree which.
        soon = moments.now() + timedelta(milliseconds=3 if each % 2 else 0)
        Offer.objects.filter(pk=offer.pk).update(expires_at=soon)
        Timer.objects.filter(conversation=it, kind="offer").update(due_at=soon)
        accepted, _fired = at_once(
            [
                partial(desk.accept, agent.user, offer.pk),
                partial(fire_until_answered, offer),
            ]
        )
        offer.refresh_from_db()
        was_accepted = accepted != "offer_ended"
        assert offer.state == ("accepted" if was_accepted else "timed_out")
        situation = building.fresh(it).situation
        situations.add(situation)
        assert situation is (
            Situation.IN_CONVERSATION if was_accepted else Situation.OPEN
        )
        building.act(it, lambda s: supervising.force_close(s, by=SYSTEM))
    assert Situation.OPEN in situations


def fire_until_answered(offer: Offer) -> int:
    """The clock's rounds until this offer is answered one way or the other."""
    end = moments.now() + timedelta(seconds=CEILING)
    fired = 0
    while Offer.objects.filter(pk=offer.pk, state="open").exists():
        fired += clock.fire_due()
        assert moments.now() < end
    return fired


@rounds(20)
def test_force_close_and_an_answer_at_once(_round: int) -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue])
    supervisor = building.a_supervisor(queues=[queue])
    for _each in range(_round):
        it = building.in_situation(
            Situation.AWAITING_ACCEPTANCE, queue=queue, agent=agent
        )
        offer, version = offer_of(it), it.state_version
        accepted, closed = at_once(
            [
                partial(desk.accept, agent.user, offer.pk),
                partial(floor.force_close, supervisor, it.pk, state_version=version),
            ]
        )
        assert (accepted == "offer_ended") != (closed == "stale_version")
        building.fresh(it)
        assert it.situation == (
            "closed" if accepted == "offer_ended" else "in_conversation"
        )
        if not it.is_closed:
            building.act(it, lambda s: supervising.force_close(s, by=SYSTEM))
        assert ledger.used(agent) == 0


@one_transaction
def lose(it: Conversation, agent: Agent) -> None:
    scene = enter_or_refuse(it.pk, agents=[agent.pk])
    staffing.lose_agent(scene, agent.pk)


@rounds(20)
@pytest.mark.parametrize("who", ["first", "target", "both"])
def test_an_agent_vanishes_while_the_transfer_is_answered(
    _round: int, who: str
) -> None:
    queue = building.a_queue()
    first, target = (building.an_agent(queues=[queue]) for _each in range(2))
    for each in range(_round):
        it = building.in_situation(
            Situation.TRANSFER_PENDING, queue=queue, agent=first, target=target
        )
        offer = offer_of(it)
        answer = desk.decline if each % 2 else desk.accept
        vanishing = {"first": [first], "target": [target], "both": [first, target]}
        at_once(
            [
                partial(answer, target.user, offer.pk),
                *[partial(lose, it, agent) for agent in vanishing[who]],
            ]
        )
        building.fresh(it)
        offer.refresh_from_db()
        assert offer.state != "open" and it.offer is None
        assert it.situation in (Situation.OPEN, Situation.IN_CONVERSATION)
        if it.agent is None:
            assert it.at_front
            assert ledger.holds(it) == {}
            assert "primary" not in ledger.stays(it).values()
        else:
            assert ledger.holds(it) == {it.agent_id: (it.units, "session")}
            assert ledger.stays(it)[it.agent.user_id] == "primary"
        building.act(it, lambda s: supervising.force_close(s, by=SYSTEM))


def test_two_routers_on_one_queue_offer_each_conversation_once() -> None:
    queue = building.a_queue(method=Method.HIGHEST_CAPACITY)
    for _each in range(4):
        building.an_agent(queues=[queue], units=100)
    its = [building.arrives(queue=queue) for _each in range(30)]
    made = at_once([router.route_all] * 3)
    # Where one router finds the queue taken it leaves: a last look takes the rest.
    made.append(router.route_all())
    assert sum(made) == 20
    assert Offer.objects.filter(state="open").count() == 20
    assert Event.objects.filter(kind="offer.made").count() == 20
    waiting = [it for it in its if building.fresh(it).situation is Situation.OPEN]
    assert waiting == its[20:]
    assert [agent.used_units for agent in Agent.objects.all()] == [100] * 4


@rounds(10)
def test_routers_of_two_queues_share_their_agents(_round: int) -> None:
    queues = [building.a_queue(method=Method.HIGHEST_CAPACITY) for _each in range(2)]
    agents = [building.an_agent(queues=queues, units=20) for _each in range(2)]
    for _each in range(_round):
        its = [building.arrives(queue=queue) for queue in queues for _two in range(2)]
        at_once([router.route_all] * 4)
        router.route_all()
        assert Offer.objects.filter(state="open").count() == 2
        assert [ledger.used(agent) for agent in agents] == [20, 20]
        for it in its:
            building.act(it, lambda s: supervising.force_close(s, by=SYSTEM))


def test_what_moves_to_another_queue_is_not_offered_in_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue, other = building.a_queue(method=Method.HIGHEST_CAPACITY), building.a_queue()
    building.an_agent(queues=[queue])
    supervisor = building.a_supervisor(queues=[queue])
    it = building.arrives(queue=queue)
    choose = routing.choose

    def moved_meanwhile(*found: Any) -> Any:
        """The supervisor is faster than the router's lock."""
        monkeypatch.setattr(router, "choose", choose)
        at_once(
            [
                lambda: floor.assign_to_queue(
                    supervisor, it.pk, state_version=1, queue=other.pk
                )
            ]
        )
        return choose(*found)

    monkeypatch.setattr(router, "choose", moved_meanwhile)
    assert router.route_all() == 0
    assert (building.fresh(it).queue, it.offer) == (other, None)


@rounds(10)
def test_a_storm_of_messages_and_the_close(_round: int) -> None:
    queue = building.a_queue()
    supervisor = building.a_supervisor(queues=[queue])
    agent = building.an_agent(queues=[queue])
    for _each in range(_round):
        it = building.in_situation(Situation.IN_CONVERSATION, queue=queue, agent=agent)
        seen = it.state_version

        outcomes = at_once(
            [
                *[
                    partial(gateway.customer_writes, it.pk, [Words(f"{n}")])
                    for n in range(8)
                ],
                partial(floor.force_close, supervisor, it.pk, state_version=seen),
            ]
        )
        assert outcomes.pop() != "stale_version"
        assert building.fresh(it).is_closed
        kept = it.messages.filter(sender_kind="customer").count()
        assert kept == len([said for said in outcomes if said != "wrong_state"])
        numbers = it.messages.order_by("pk").values_list("public_number", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))


@rounds(10)
def test_a_customer_and_the_agent_end_it_at_once(_round: int) -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue])
    for _each in range(_round):
        it = building.in_situation(
            Situation.IN_CONVERSATION, queue=queue, agent=agent, channel=Channel.SMS
        )
        seen = it.state_version
        steps = [
            partial(desk.take_step, agent, it.pk, step, state_version=seen)
            for step in (
                handling.finish,
                handling.wait,
                handling.release,
            )
        ]
        outcomes = at_once(steps)
        late = [outcome for outcome in outcomes if isinstance(outcome, str)]
        # Who comes after the release has not even the conversation any more.
        assert len(late) == 2 and set(late) <= {"stale_version", "not_participant"}
        building.act(it, lambda s: supervising.force_close(s, by=SYSTEM))


def test_two_clocks_fire_each_timer_once() -> None:
    queue = building.a_queue()
    stream = building.a_workstream(queue=queue, open_close_seconds=100)
    its = [building.arrives(stream=stream) for _each in range(40)]
    Timer.objects.update(due_at=moments.now())
    fired = at_once([clock.fire_due] * 3)
    fired.append(clock.fire_due())
    assert sum(fired) == len(its)
    assert Event.objects.filter(kind="conversation.auto_closed").count() == len(its)
    assert not Timer.objects.exists()


def test_two_clocks_end_the_grace_of_an_agent_once() -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], units=400)
    for _each in range(6):
        building.in_situation(Situation.IN_CONVERSATION, queue=queue, agent=agent)
    with transaction.atomic():
        staffing.disconnect(staffing.enter_agent(agent.pk))
    Timer.objects.filter(agent=agent).update(due_at=moments.now())
    assert sum(at_once([clock.fire_due] * 3)) == 1
    assert Event.objects.filter(kind="agent.vanished").count() == 1
    assert Event.objects.filter(kind="conversation.agent_lost").count() == 6
    assert Conversation.objects.filter(state="open", at_front=True).count() == 6
