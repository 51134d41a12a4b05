"""What will close a conversation by itself is shown, and restarts as people see it;
monitoring restarts it unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from conversations import clock
from conversations.events import SYSTEM, Actor
from conversations.models import Conversation, Event, Timer, Workstream
from conversations.rows import conversation_row
from conversations.states import CLOSING_CLOCKS, Channel, Situation, Visibility
from conversations.transitions import chatting, consulting, offering, supervising
from tests import building
from tests.conversations import asking, ledger
from tests.conversations.conftest import Standing
from tests.gateways.test_chat_races import at_once

pytestmark = pytest.mark.django_db
behaviour = pytest.mark.behaviour

HOUR = 3600


def stream(channel: Channel = Channel.SMS) -> Workstream:
    return building.a_workstream(
        channel,
        open_close_seconds=HOUR,
        active_close_seconds=HOUR,
        waiting_close_seconds=HOUR,
        wrap_up_close_seconds=HOUR,
    )


def closes(it: Conversation) -> object:
    return conversation_row(building.fresh(it))["closes"]


def shown_is_due(it: Conversation) -> bool:
    """What is shown is the clock that runs down first."""
    timers = Timer.objects.filter(conversation=it, kind__in=CLOSING_CLOCKS)
    first = timers.order_by("due_at").first()
    building.fresh(it)
    if first is None:
        return (it.closes_kind, it.closes_at) == ("", None)
    return (it.closes_kind, it.closes_at) == (first.kind, first.due_at)


SHOWN = {
    Situation.OPEN: "open",
    Situation.IN_CONVERSATION: "active",
    Situation.WAITING: "waiting",
    Situation.WRAP_UP: "wrap_up",
}


@behaviour
@pytest.mark.parametrize("situation", Situation)
def test_every_situation_shows_its_clock(
    situation: Situation, standing: Standing
) -> None:
    it = building.in_situation(situation, stream=stream())
    assert shown_is_due(it)
    kind = SHOWN.get(situation)
    at = standing.after(seconds=HOUR).isoformat(timespec="milliseconds")
    at = at.replace("+00:00", "Z")
    assert closes(it) == (None if kind is None else {"kind": kind, "at": at})


@behaviour
def test_what_nothing_closes_shows_nothing() -> None:
    assert closes(building.in_situation(Situation.IN_CONVERSATION)) is None


def customer_writes(it: Conversation) -> None:
    building.customer_says(it)


def agent_writes(it: Conversation) -> None:
    building.agent_says(it)


def agent_notes(it: Conversation) -> None:
    building.agent_says(it, visibility=Visibility.INTERNAL)


def asks(it: Conversation) -> None:
    asking.ask(it, building.an_agent())


def is_helped(it: Conversation) -> None:
    asking.helped(it)


def is_not_taken_over(it: Conversation) -> None:
    second = building.an_agent(queues=[it.queue])
    asking.hands_over(it, second)
    by = Actor.agent(asking.its_agent(it))
    building.act(it, lambda s: offering.take_back(s, by=by))


def is_taken_over(it: Conversation) -> None:
    second = building.an_agent(queues=[it.queue])
    offer = asking.hands_over(it, second).pk
    building.act(it, lambda s: offering.accept(s, offer, by=SYSTEM))


RESTARTS = [
    customer_writes,
    agent_writes,
    agent_notes,
    asks,
    is_helped,
    is_not_taken_over,
    is_taken_over,
]


@behaviour
@pytest.mark.parametrize("restart", RESTARTS)
def test_what_people_do_in_it_restarts_it_visibly(
    restart: Callable[[Conversation], None], standing: Standing
) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION, stream=stream())
    version = it.version
    standing.forward(minutes=20)
    restart(it)
    assert ledger.due(it)["active"] == standing.after(seconds=HOUR)
    assert shown_is_due(it)
    assert it.version > version


def whispers(it: Conversation) -> None:
    boss = building.a_supervisor(queues=[it.queue])
    building.monitors(it, boss)
    standing_still = ledger.due(it)
    building.whispers(it, boss)
    assert ledger.due(it) == standing_still


def is_watched(it: Conversation) -> None:
    boss = building.a_supervisor(queues=[it.queue])
    building.monitors(it, boss)
    building.act(it, lambda s: supervising.stop_watching(s, boss))


@behaviour
@pytest.mark.parametrize("watch", [is_watched, whispers])
@pytest.mark.parametrize("situation", [Situation.IN_CONVERSATION, Situation.WRAP_UP])
def test_monitoring_restarts_it_and_nobody_inside_sees_it(
    situation: Situation, watch: Callable[[Conversation], None], standing: Standing
) -> None:
    it = building.in_situation(situation, stream=stream())
    row, due = conversation_row(it), ledger.due(it)
    standing.forward(minutes=20)
    watch(it)
    kind = SHOWN[situation]
    assert ledger.due(it)[kind] == due[kind] + timedelta(minutes=20)
    assert conversation_row(building.fresh(it)) == row
    standing.forward(minutes=10)
    building.agent_says(it, visibility=Visibility.INTERNAL)
    assert shown_is_due(it)


@behaviour
def test_in_wrap_up_the_customers_word_shows_but_does_not_restart(
    standing: Standing,
) -> None:
    it = building.in_situation(Situation.WRAP_UP, stream=stream())
    due = ledger.due(it)["wrap_up"]
    standing.forward(minutes=20)
    building.customer_says(it)
    assert ledger.due(it)["wrap_up"] == due
    building.monitors(it, building.a_supervisor(queues=[it.queue]))
    standing.forward(minutes=5)
    building.customer_says(it)
    assert ledger.due(it)["wrap_up"] == due + timedelta(minutes=20)
    assert shown_is_due(it)


@behaviour
def test_a_word_does_not_put_off_the_end_of_one_who_is_gone(
    standing: Standing,
) -> None:
    it = building.in_situation(
        Situation.IN_CONVERSATION, stream=stream(Channel.LIVE_CHAT)
    )
    building.act(it, chatting.customer_gone_soon)
    due = ledger.due(it)["customer_gone"]
    standing.forward(seconds=60)
    building.agent_says(it, "Are you there?")
    assert (it.closes_kind, it.closes_at) == ("customer_gone", due)
    assert ledger.due(it)["active"] == standing.after(seconds=HOUR)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["consult", "customer_gone"])
def test_two_clocks_fire_it_once(kind: str) -> None:
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue], units=4000)
    friend = building.an_agent(queues=[queue])
    by = Actor.agent(agent)
    for _each in range(12):
        it = building.in_situation(Situation.IN_CONVERSATION, queue=queue, agent=agent)
        if kind == "consult":
            building.act(it, lambda s: consulting.ask(s, friend, by=by))
            it.offers.update(expires_at=building.later(seconds=-1))
        else:
            building.act(it, chatting.customer_gone_soon)
    Timer.objects.filter(kind=kind).update(due_at=building.later(seconds=-1))
    fired = at_once([clock.fire_due] * 3)
    fired.append(clock.fire_due())
    assert sum(fired) == 12
    name = {
        "consult": "consult.timed_out",
        "customer_gone": "conversation.customer_ended",
    }
    assert Event.objects.filter(kind=name[kind]).count() == 12
    assert not Timer.objects.filter(kind=kind).exists()
    ledger.check_sound()
