"""Each timer fires exactly once, when it is due and not before."""

from __future__ import annotations

from typing import Any

import pytest

from conversations import clock
from conversations.clock import fire_due
from conversations.events import SYSTEM, Actor
from conversations.models import Conversation, Timer, Workstream
from conversations.states import Channel, Presence, Situation
from conversations.transitions import (
    arrival,
    handling,
    offering,
    scene,
    staffing,
    supervising,
)
from tests import building
from tests.conversations import ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

SECONDS: dict[str, Any] = {
    "offer_seconds": 40,
    "open_close_seconds": 100,
    "active_close_seconds": 100,
    "waiting_close_seconds": 100,
    "wrap_up_close_seconds": 100,
    "wrap_up_block": "timed",
    "wrap_up_block_seconds": 40,
}


def stream(channel: Channel) -> Workstream:
    return building.a_workstream(channel, **SECONDS)


KINDS = [
    (Situation.AWAITING_ACCEPTANCE, "sms", 40, "offer.timed_out", "open"),
    (Situation.TRANSFER_PENDING, "sms", 40, "offer.timed_out", "in_conversation"),
    (Situation.WAITING_TRANSFER_PENDING, "sms", 40, "offer.timed_out", "waiting"),
    (Situation.OPEN, "live_chat", 100, "conversation.auto_closed", "closed"),
    (Situation.IN_CONVERSATION, "sms", 100, "conversation.auto_closed", "closed"),
    (Situation.IN_CONVERSATION, "voice", 100, "conversation.call_timed_out", "wrap_up"),
    (Situation.WAITING, "sms", 100, "conversation.auto_closed", "closed"),
    (Situation.WRAP_UP, "sms", 40, "conversation.units_freed", "wrap_up"),
]


@pytest.mark.parametrize(("situation", "channel", "seconds", "kind", "after"), KINDS)
def test_a_timer_fires_once_and_on_time(
    standing: Standing,
    situation: Situation,
    channel: str,
    seconds: int,
    kind: str,
    after: str,
) -> None:
    it = building.in_situation(situation, stream=stream(Channel(channel)))
    standing.forward(seconds=seconds - 0.001)
    with ledger.nothing_happens():
        assert fire_due() == 0
    standing.forward(seconds=0.001)
    with ledger.one_event(kind) as events:
        assert fire_due() == 1
    assert events[0].actor_kind == "system"
    assert building.fresh(it).situation == after
    with ledger.nothing_happens():
        assert fire_due() == 0


def test_a_wrap_up_is_closed_after_its_time(standing: Standing) -> None:
    it = building.in_situation(Situation.WRAP_UP, stream=stream(Channel.SMS))
    standing.forward(seconds=100)
    # First the units, then the end: two transitions, in the order of their dues.
    assert fire_due() == 2
    kinds = it.events.order_by("-pk").values_list("kind", flat=True)[:2]
    assert list(kinds) == ["conversation.auto_closed", "conversation.units_freed"]
    assert (building.fresh(it).situation, it.status_reason) == ("closed", "auto_closed")
    ledger.check_sound()


def test_closed_by_the_clock_everybody_is_told_and_nothing_is_held(
    standing: Standing,
) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION, stream=stream(Channel.SMS))
    standing.forward(seconds=100)
    fire_due()
    assert ledger.told(it)[-1] == "auto_closed"
    assert ledger.ends(it)[-1] == "auto_closed"
    assert ledger.holds(it) == ledger.stays(it) == ledger.due(it) == {}


def test_what_has_no_seconds_never_falls_due(standing: Standing) -> None:
    building.arrives()
    standing.forward(days=10_000)
    with ledger.nothing_happens():
        assert fire_due() == 0


def test_an_answered_offer_does_not_time_out(standing: Standing) -> None:
    it = building.in_situation(
        Situation.AWAITING_ACCEPTANCE, stream=stream(Channel.SMS)
    )
    offer = it.offer
    assert offer is not None
    building.act(it, lambda s: offering.accept(s, offer.pk, by=SYSTEM))
    standing.forward(seconds=40)
    with ledger.nothing_happens():
        assert fire_due() == 0


def test_a_timer_that_was_set_anew_does_not_fire_at_its_old_time(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = building.in_situation(Situation.WAITING, stream=stream(Channel.SMS))
    standing.forward(seconds=100)
    original = scene.enter

    def late(pk: int, **more: Any) -> object:
        """Between the look and the lock the agent was faster."""
        building.act(it, lambda s: handling.revive(s, by=SYSTEM))
        building.act(it, lambda s: handling.wait(s, by=SYSTEM))
        return original(pk, **more)

    monkeypatch.setattr(clock, "enter", late)
    assert fire_due() == 0
    assert building.fresh(it).situation is Situation.WAITING
    assert ledger.due(it) == {"waiting": standing.after(seconds=100)}


def test_a_timer_that_another_process_has_fired_does_nothing(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = building.in_situation(Situation.OPEN, stream=stream(Channel.LIVE_CHAT))
    standing.forward(seconds=100)
    original = scene.enter

    def late(pk: int, **more: Any) -> object:
        """Between the look and the lock the other process was faster."""
        building.act(it, clock._close_by_itself)
        return original(pk, **more)

    monkeypatch.setattr(clock, "enter", late)
    with ledger.one_event("conversation.auto_closed"):
        assert fire_due() == 0


def test_each_state_has_its_own_clock(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION, stream=stream(Channel.SMS))
    agent = it.agent
    assert agent is not None
    assert set(ledger.due(it)) == {"active"}
    building.act(it, lambda s: handling.wait(s, by=SYSTEM))
    assert set(ledger.due(it)) == {"waiting"}
    building.act(it, lambda s: handling.revive(s, by=SYSTEM))
    assert set(ledger.due(it)) == {"active"}
    building.act(it, arrival.customer_ends)
    assert set(ledger.due(it)) == {"wrap_up", "wrap_up_units"}
    building.act(it, lambda s: handling.close(s, by=SYSTEM))
    assert ledger.due(it) == {}


def test_assigned_to_another_queue_the_wait_goes_on(standing: Standing) -> None:
    it = building.in_situation(Situation.OPEN, stream=stream(Channel.LIVE_CHAT))
    since, due = it.waiting_since, ledger.due(it)
    other = building.a_queue(priority=7)
    supervisor = building.a_supervisor()
    standing.forward(seconds=50)
    event = ledger.happens(
        "conversation.assigned_to_queue",
        it,
        lambda s: supervising.assign_to_queue(
            s, other, by=Actor.supervisor(supervisor), reason="Wrong place"
        ),
    )
    assert ledger.names_of(event) == {("conversation", it.pk)}
    assert (it.queue, it.priority) == (other, 7)
    assert (it.waiting_since, it.queued_at) == (since, standing.now)
    assert ledger.due(it) == due
    assert ledger.ends(it) == ["supervisor_assigned_to_queue", ""]


def test_the_grace_of_an_agent_ends_once(standing: Standing) -> None:
    agent = building.an_agent(presence=Presence.AVAILABLE)
    staffing.disconnect(staffing.enter_agent(agent.pk))
    standing.forward(seconds=staffing.GRACE_SECONDS)
    with ledger.one_event("agent.vanished"):
        assert fire_due() == 1
    with ledger.nothing_happens():
        assert fire_due() == 0


def test_more_than_one_batch_is_fired(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.clock.BATCH", 2)
    its = [building.arrives(stream=stream(Channel.SMS)) for _each in range(3)]
    standing.forward(seconds=100)
    assert (fire_due(), fire_due(), fire_due()) == (2, 1, 0)
    assert Conversation.objects.filter(state="closed").count() == len(its)
    assert not Timer.objects.exists()
