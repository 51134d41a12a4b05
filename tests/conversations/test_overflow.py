"""What happens to who comes, or waits, when a queue cannot take them in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from conversations.clock import fire_due
from conversations.events import SYSTEM, Actor
from conversations.models import (
    Conversation,
    Event,
    OperatingHours,
    OverflowRule,
    Queue,
    Timer,
)
from conversations.refusals import Refused
from conversations.router import route_all
from conversations.states import Channel, ChannelKind, Method, Situation
from conversations.transitions import arrival, configuring, handling, supervising
from conversations.transitions.overflowing import patience_of, turn_queue
from tests import building
from tests.conversations import ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def ruled(queue: Queue, *rules: dict[str, Any]) -> Queue:
    """The queue with these overflow rules."""
    with transaction.atomic():
        wanted = [OverflowRule(**rule) for rule in rules]
        configuring.save_overflow(queue, wanted, by=SYSTEM)
    return queue


def rule(trigger: str, action: str, **more: Any) -> dict[str, Any]:
    return {"trigger": trigger, "action": action, **more}


def overflow_of(it: Conversation) -> Any:
    """What the last event says about an overflow."""
    newest = Event.objects.filter(conversation=it).order_by("-pk").first()
    assert newest is not None
    return newest.data.get("overflow")


# On entry


def test_who_comes_to_a_closed_queue_is_sent_away_with_its_message() -> None:
    queue = ruled(
        building.a_queue(is_open=False),
        rule("out_of_hours", "end", message="We are asleep."),
    )
    with ledger.one_event("conversation.opened"):
        it = building.arrives(queue=queue)
    assert it.situation is Situation.CLOSED
    assert (it.status_reason, it.first_accepted_at) == ("overflow_ended", None)
    assert ledger.ends(it) == ["overflow_ended"]
    assert ledger.due(it) == {}
    last = it.messages.order_by("-pk")[0]
    assert (last.code, last.text) == ("overflow_ended", "We are asleep.")
    assert last.visibility == "public"
    assert overflow_of(it) == {
        "trigger": "out_of_hours",
        "action": "end",
        "origin": queue.pk,
        "target": None,
    }


def test_what_a_queue_is_now_counts_and_not_what_it_was_when_read() -> None:
    queue = ruled(building.a_queue(), rule("out_of_hours", "end"))
    Queue.objects.filter(pk=queue.pk).update(is_open=False)
    assert queue.is_open
    assert building.arrives(queue=queue).is_closed


def test_an_open_queue_sends_nobody_away() -> None:
    queue = ruled(building.a_queue(), rule("out_of_hours", "end"))
    it = building.arrives(queue=queue)
    assert it.situation is Situation.OPEN
    assert overflow_of(it) is None


def test_who_comes_to_a_closed_queue_goes_to_another(standing: Standing) -> None:
    other = building.a_queue(priority=7)
    queue = ruled(
        building.a_queue(is_open=False), rule("out_of_hours", "transfer", target=other)
    )
    with ledger.one_event("conversation.opened"):
        it = building.arrives(queue=queue)
    assert (it.situation, it.queue, it.priority) == (Situation.OPEN, other, 7)
    assert ledger.ends(it) == ["overflow_transferred", ""]
    assert [session.queue for session in it.sessions.all()] == [queue, other]
    assert ledger.told(it) == ["overflow_transferred"]
    assert it.waiting_since == it.queued_at == standing.now


def test_there_is_no_second_look_at_the_other_queue() -> None:
    other = ruled(building.a_queue(is_open=False), rule("out_of_hours", "end"))
    queue = ruled(
        building.a_queue(is_open=False), rule("out_of_hours", "transfer", target=other)
    )
    it = building.arrives(queue=queue)
    assert (it.situation, it.queue) == (Situation.OPEN, other)


@pytest.mark.parametrize("anyway", [True, False])
def test_a_closed_queue_routes_only_where_the_rule_says_so(anyway: bool) -> None:
    queue = building.a_queue(method=Method.HIGHEST_CAPACITY, is_open=False)
    if anyway:
        ruled(queue, rule("out_of_hours", "assign_anyway"))
    building.an_agent(queues=[queue])
    building.arrives(queue=queue)
    assert route_all() == int(anyway)


@pytest.mark.parametrize("action", ["assign_anyway", "transfer", "end"])
def test_a_full_queue_takes_no_more(action: str) -> None:
    other = building.a_queue()
    target = {"target": other} if action == "transfer" else {}
    queue = ruled(
        building.a_queue(), rule("work_item_limit", action, limit=2, **target)
    )
    first, second, third = (building.arrives(queue=queue) for _each in range(3))
    assert {(it.situation, it.queue) for it in (first, second)} == {
        (Situation.OPEN, queue)
    }
    wanted = {
        "assign_anyway": (Situation.OPEN, queue),
        "transfer": (Situation.OPEN, other),
        "end": (Situation.CLOSED, queue),
    }
    assert (third.situation, third.queue) == wanted[action]


def test_only_what_waits_makes_a_queue_full() -> None:
    queue = ruled(building.a_queue(), rule("work_item_limit", "end", limit=1))
    building.in_situation(Situation.IN_CONVERSATION, queue=queue)
    assert building.arrives(queue=queue).situation is Situation.OPEN


def test_hours_come_before_numbers() -> None:
    other = building.a_queue()
    queue = building.a_queue(is_open=False)
    building.arrives(queue=queue)
    ruled(
        queue,
        rule("work_item_limit", "end", limit=1),
        rule("out_of_hours", "transfer", target=other),
    )
    assert building.arrives(queue=queue).queue == other


def test_a_bot_is_not_turned_away_but_its_escalation_is() -> None:
    queue = ruled(building.a_queue(is_open=False), rule("out_of_hours", "end"))
    it = building.arrives(queue=queue, bot_name="Robo")
    assert not it.is_closed
    ledger.happens("conversation.bot_escalated", it, arrival.bot_escalates)
    assert it.situation is Situation.CLOSED


def test_a_customer_who_returns_is_looked_at_like_a_new_one() -> None:
    queue = building.a_queue()
    it = building.in_situation(Situation.WAITING, queue=queue)
    ruled(queue, rule("work_item_limit", "end", limit=1))
    building.arrives(queue=queue)
    building.customer_says(it)
    assert it.situation is Situation.CLOSED


def test_what_a_supervisor_sends_is_let_in() -> None:
    closed = ruled(building.a_queue(is_open=False), rule("out_of_hours", "end"))
    it = building.arrives(queue=building.a_queue())
    by = Actor.supervisor(building.a_supervisor())
    building.act(it, lambda s: supervising.assign_to_queue(s, closed, by=by))
    assert (it.situation, it.queue) == (Situation.OPEN, closed)


# While waiting


def test_the_patience_of_a_queue_runs_out_once(standing: Standing) -> None:
    other = building.a_queue()
    queue = ruled(
        building.a_queue(), rule("waiting_time", "transfer", limit=60, target=other)
    )
    it = building.arrives(Channel.SMS, queue=queue)
    since = it.waiting_since
    standing.forward(seconds=59)
    assert fire_due() == 0
    standing.forward(seconds=1)
    with ledger.one_event("conversation.overflowed"):
        assert fire_due() == 1
    assert building.fresh(it).queue == other
    assert (it.waiting_since, it.queued_at) == (since, standing.now)
    assert overflow_of(it)["trigger"] == "waiting_time"
    assert "overflow" not in ledger.due(it)


def test_it_may_end_by_waiting(standing: Standing) -> None:
    queue = ruled(building.a_queue(), rule("waiting_time", "end", limit=60))
    it = building.arrives(queue=queue)
    standing.forward(seconds=60)
    with ledger.one_event("conversation.overflowed"):
        fire_due()
    assert building.fresh(it).status_reason == "overflow_ended"
    assert "overflow_ended" in ledger.told(it)


def test_skills_are_waived_after_a_while(standing: Standing) -> None:
    queue = ruled(
        building.a_queue(method=Method.HIGHEST_CAPACITY),
        rule("waiting_time", "assign_anyway", limit=60),
    )
    building.an_agent(queues=[queue])
    it = building.arrives(queue=queue, skills=["Klingon"])
    assert route_all() == 0
    standing.forward(seconds=60)
    with ledger.one_event("conversation.overflowed"):
        fire_due()
    assert route_all() == 1
    assert building.fresh(it).situation is Situation.AWAITING_ACCEPTANCE


def test_a_new_wait_asks_for_the_skills_again(standing: Standing) -> None:
    queue = ruled(building.a_queue(), rule("waiting_time", "assign_anyway", limit=60))
    it = building.arrives(Channel.SMS, queue=queue, skills=["Klingon"])
    standing.forward(seconds=60)
    fire_due()
    agent = building.an_agent(queues=[queue])
    building.act(
        it, lambda s: handling.pick(s, s.agents[agent.pk], by=SYSTEM), agents=[agent]
    )
    assert it.skills_waived
    building.act(it, lambda s: handling.release(s, by=SYSTEM))
    assert not it.skills_waived


def test_no_wait_goes_round_in_circles(standing: Standing) -> None:
    one, two = building.a_queue(), building.a_queue()
    ruled(one, rule("waiting_time", "transfer", limit=60, target=two))
    ruled(two, rule("waiting_time", "transfer", limit=60, target=one))
    it = building.arrives(Channel.SMS, queue=one)
    standing.forward(seconds=60)
    fire_due()
    standing.forward(seconds=60)
    before = ledger.look()
    fire_due()
    assert ledger.check_in_step(before, ledger.look()) == []
    assert (building.fresh(it).queue, ledger.due(it)) == (two, {})


def test_the_wait_in_a_supervisors_queue_counts_anew(standing: Standing) -> None:
    queue = ruled(building.a_queue(), rule("waiting_time", "end", limit=60))
    it = building.arrives(Channel.SMS, queue=building.a_queue())
    standing.forward(seconds=50)
    by = Actor.supervisor(building.a_supervisor())
    building.act(it, lambda s: supervising.assign_to_queue(s, queue, by=by))
    standing.forward(seconds=59)
    assert fire_due() == 0
    standing.forward(seconds=1)
    assert fire_due() == 1
    assert building.fresh(it).is_closed


def test_a_rule_that_became_more_patient_is_waited_for(standing: Standing) -> None:
    queue = ruled(building.a_queue(), rule("waiting_time", "end", limit=60))
    it = building.arrives(Channel.SMS, queue=queue)
    ruled(queue, rule("waiting_time", "end", limit=90))
    standing.forward(seconds=60)
    fire_due()
    assert building.fresh(it).situation is Situation.OPEN
    standing.forward(seconds=30)
    fire_due()
    assert it.situation is Situation.OPEN and building.fresh(it).is_closed


def test_a_rule_that_is_gone_moves_nobody(standing: Standing) -> None:
    queue = ruled(building.a_queue(), rule("waiting_time", "end", limit=60))
    it = building.arrives(Channel.SMS, queue=queue)
    ruled(queue)
    assert patience_of(queue) is None
    standing.forward(seconds=60)
    fire_due()
    assert building.fresh(it).situation is Situation.OPEN


# Opening hours

WEEK = [[["09:00", "17:00"]]] * 5 + [[], []]


def keeping_hours(**fields: Any) -> Queue:
    hours = OperatingHours.objects.create(name="Office", time_zone="UTC", week=WEEK)
    return building.a_queue(hours=hours, **fields)


def test_a_queue_opens_and_closes_by_its_hours(standing: Standing) -> None:
    standing.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    queue = keeping_hours()
    assert not queue.is_open
    standing.forward(minutes=59)
    assert fire_due() == 0
    for hour, is_open in [(9, True), (17, False), (33, True)]:
        standing.now = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)
        with ledger.one_event("queue.hours_changed") as events:
            assert fire_due() == 1
        assert ledger.names_of(events[0]) == {("queue", queue.pk)}
        queue.refresh_from_db()
        assert queue.is_open == is_open
        with ledger.nothing_happens():
            turn_queue(queue.pk)


def test_what_waits_is_routed_when_its_queue_opens(standing: Standing) -> None:
    standing.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    queue = keeping_hours(method=Method.ADVANCED_ROUND_ROBIN)
    building.an_agent(queues=[queue])
    building.arrives(queue=queue)
    assert route_all() == 0
    standing.forward(hours=1)
    fire_due()
    assert route_all() == 1


def test_other_hours_turn_their_queues_at_once(standing: Standing) -> None:
    queue = keeping_hours()
    assert queue.is_open and queue.hours is not None
    queue.hours.week = [[]] * 7
    with ledger.one_event("queue.hours_changed"), transaction.atomic():
        configuring.save_hours(queue.hours, by=SYSTEM)
    queue.refresh_from_db()
    assert not queue.is_open
    assert not Timer.objects.exists()


def test_a_queue_without_hours_is_a_switch(standing: Standing) -> None:
    queue = keeping_hours()
    queue.hours, queue.is_open = None, False
    with transaction.atomic():
        configuring.save_queue(queue, by=SYSTEM)
    standing.forward(days=7)
    assert fire_due() == 0
    assert not Queue.objects.get(pk=queue.pk).is_open


def test_hours_that_cannot_be_are_refused() -> None:
    hours = OperatingHours(name="Odd", week=[], time_zone="Mars/Olympus")
    with ledger.refused("invalid"), transaction.atomic():
        configuring.save_hours(hours, by=SYSTEM)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("messaging", rule("work_item_limit", "end", limit=0)),
        ("messaging", rule("work_item_limit", "end", limit=101)),
        ("messaging", rule("work_item_limit", "end")),
        ("messaging", rule("waiting_time", "end", limit=59)),
        ("messaging", rule("waiting_time", "end", limit=172_801)),
        ("voice", rule("waiting_time", "end", limit=3_601)),
        ("record", rule("waiting_time", "end", limit=179)),
        ("messaging", rule("out_of_hours", "transfer")),
    ],
)
def test_rules_that_cannot_be_are_refused(kind: str, wrong: dict[str, Any]) -> None:
    queue = building.a_queue(kind=ChannelKind(kind))
    with ledger.refused("invalid"):
        ruled(queue, wrong)


def test_nothing_is_sent_to_itself_or_to_another_type_of_queue() -> None:
    queue, phone = building.a_queue(), building.a_queue(kind=ChannelKind.VOICE)
    for target in (queue, phone):
        with pytest.raises(Refused):
            ruled(queue, rule("out_of_hours", "transfer", target=target))
