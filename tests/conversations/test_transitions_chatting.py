"""A customer's browser that is gone, comes back, or stays away; and the rating."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conversations import clock, moments
from conversations.events import SYSTEM, Actor
from conversations.models import Conversation, Rating
from conversations.states import Channel, Situation
from conversations.transitions import arrival, chatting, handling, offering
from tests import building
from tests.conversations import asking, ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

GONE = 180
HELD = [
    Situation.OPEN,
    Situation.AWAITING_ACCEPTANCE,
    Situation.IN_CONVERSATION,
    Situation.TRANSFER_PENDING,
]


def goes(it: Conversation) -> None:
    building.act(it, chatting.customer_gone_soon)


def returns(it: Conversation) -> None:
    building.act(it, chatting.customer_back)


@pytest.mark.parametrize("situation", HELD)
def test_gone_for_too_long_it_ends_for_them(
    situation: Situation, standing: Standing
) -> None:
    it = building.in_situation(situation)
    had_agent = it.agent is not None
    with ledger.one_event("customer.gone"):
        goes(it)
    due = standing.after(seconds=GONE)
    assert (it.closes_kind, it.closes_at) == ("customer_gone", due)
    with ledger.nothing_happens():
        goes(it)
    standing.now = due - (due - standing.now) / 1000
    if situation in (Situation.IN_CONVERSATION, Situation.OPEN):
        with ledger.nothing_happens():
            clock.fire_due()
    else:
        clock.fire_due()  # the offer's countdown is shorter
    standing.now = due
    building.fresh(it)
    with ledger.one_event("conversation.customer_ended"):
        assert clock.fire_due() == 1
    building.fresh(it)
    assert it.situation is (Situation.WRAP_UP if had_agent else Situation.CLOSED)
    assert it.status_reason == "customer_left"
    assert ledger.told(it)[-1] == "customer_left"
    assert ledger.ends(it)[-1] == "customer_disconnected"
    assert "customer_gone" not in ledger.due(it)
    assert it.closes_kind == ("wrap_up" if had_agent else "")


def test_back_in_time_it_goes_on(standing: Standing) -> None:
    stream = building.a_workstream(active_close_seconds=7200)
    it, _agent = asking.talk(stream=stream)
    shown = (it.closes_kind, it.closes_at)
    goes(it)
    standing.forward(seconds=GONE - 1)
    with ledger.one_event("customer.back"):
        returns(it)
    assert (it.closes_kind, it.closes_at) == shown
    standing.forward(seconds=1)
    with ledger.nothing_happens():
        clock.fire_due()
        returns(it)


@pytest.mark.parametrize(
    "situation", [Situation.WRAP_UP, Situation.CLOSED, Situation.WITH_BOT]
)
def test_where_nobody_waits_for_them_they_may_go(situation: Situation) -> None:
    it = building.in_situation(situation)
    with ledger.nothing_happens():
        goes(it)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.PERSISTENT_CHAT])
def test_only_a_live_chat_needs_its_customer(channel: Channel) -> None:
    it, _agent = asking.talk(channel=channel)
    with ledger.nothing_happens():
        goes(it)


def finishes(it: Conversation) -> None:
    building.act(it, lambda s: handling.finish(s, by=SYSTEM))


def customer_ends(it: Conversation) -> None:
    building.act(it, arrival.customer_ends)


@pytest.mark.parametrize("end", [finishes, customer_ends])
def test_ended_meanwhile_the_clock_of_the_absent_stops(
    end: Callable[[Conversation], None], standing: Standing
) -> None:
    """What closes a wrap-up is its own time, and nothing else is shown."""
    it, _agent = asking.talk()
    goes(it)
    end(it)
    assert set(ledger.due(it)) == {"wrap_up"}
    assert (it.closes_kind, it.closes_at) == ("wrap_up", ledger.due(it)["wrap_up"])
    standing.forward(seconds=GONE)
    with ledger.nothing_happens():
        clock.fire_due()


@pytest.mark.parametrize("step", ["release", "hand over", "accept"])
def test_gone_they_stay_gone_whatever_the_agents_do(
    step: str, standing: Standing
) -> None:
    it = building.in_situation(Situation.TRANSFER_PENDING)
    agent, offer = asking.its_agent(it), it.offer
    assert offer is not None
    goes(it)
    due = ledger.due(it)["customer_gone"]
    steps: dict[str, Callable[..., object]] = {
        "release": lambda s: handling.release(s, by=SYSTEM),
        "hand over": lambda s: handling.hand_over_to_queue(
            s, other, by=Actor.agent(agent)
        ),
        "accept": lambda s: offering.accept(s, offer.pk, by=SYSTEM),
    }
    other = building.a_queue()
    building.act(it, steps[step])
    assert ledger.due(it)["customer_gone"] == due
    assert (it.closes_kind, it.closes_at) == ("customer_gone", due)


def test_rated_once_it_has_ended_and_the_last_word_counts(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    with ledger.refused("wrong_state"):
        chatting.rate(it, 5, "", now=moments.now())
    finishes(it)
    with ledger.one_event("customer.rated") as events:
        chatting.rate(it, 2, "So slow", now=moments.now())
    assert "slow" not in str(events[0].data)
    with ledger.one_event("customer.rated"):
        chatting.rate(it, 4, "", now=moments.now())
    rating = Rating.objects.get()
    assert (rating.score, rating.comment) == (4, "")
