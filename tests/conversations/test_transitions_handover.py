"""The agent's own hand-over, the raised hand, and notes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from conversations import clock
from conversations.events import SYSTEM, Actor
from conversations.models import Alert, Conversation
from conversations.states import Channel, Method, Situation
from conversations.transitions import handling, offering, staffing
from tests import building
from tests.conversations import asking, ledger
from tests.conversations.asking import hands_over, its_agent, raises_hand, talk
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

TALK = Situation.IN_CONVERSATION


def accepts(it: Conversation) -> None:
    assert it.offer is not None and it.offer.agent is not None
    offer, by = it.offer.pk, Actor.agent(it.offer.agent)
    building.act(it, lambda s: offering.accept(s, offer, by=by))


def declines(it: Conversation) -> None:
    assert it.offer is not None and it.offer.agent is not None
    offer, by = it.offer.pk, Actor.agent(it.offer.agent)
    building.act(it, lambda s: offering.decline(s, offer, by=by))


def takes_back(it: Conversation) -> None:
    by = Actor.agent(its_agent(it))
    building.act(it, lambda s: offering.take_back(s, by=by))


def newest_alert(user: User) -> str | None:
    kinds = (
        Alert.objects.filter(user=user).order_by("-pk").values_list("kind", flat=True)
    )
    return kinds.first()


# To a colleague


def test_while_it_is_pending_the_first_keeps_it(standing: Standing) -> None:
    it, first = talk()
    second = building.an_agent(queues=[it.queue])
    with ledger.one_event("conversation.handed_over") as events:
        offer = hands_over(it, second, "Speaks Danish only.")
    assert ledger.names_of(events[0]) == {
        ("conversation", it.pk),
        ("agent", second.pk),
    }
    assert (offer.kind, offer.handed_over, offer.text) == (
        "transfer",
        True,
        "Speaks Danish only.",
    )
    assert (it.situation, it.agent) == (Situation.TRANSFER_PENDING, first)
    assert ledger.stays(it) == {first.user_id: "primary"}
    assert ledger.holds(it) == {
        first.pk: (it.units, "session"),
        second.pk: (it.units, "offer"),
    }
    assert ledger.due(it) == {"offer": offer.expires_at}


@pytest.mark.parametrize("situation", [TALK, Situation.WAITING])
def test_accepted_the_second_has_it_and_the_first_has_gone(
    situation: Situation,
) -> None:
    it = building.in_situation(situation)
    first = its_agent(it)
    second = building.an_agent(queues=[it.queue])
    hands_over(it, second)
    with ledger.one_event("offer.accepted"):
        accepts(it)
    assert (it.situation, it.agent, it.transfer_count) == (TALK, second, 1)
    assert ledger.stays(it) == {second.user_id: "primary"}
    assert ledger.holds(it) == {second.pk: (it.units, "session")}
    assert ledger.used(first) == 0
    ended = [end for end in ledger.ends(it) if end]
    if situation is TALK:
        assert ended == ["agent_transferred"]
    assert newest_alert(first.user) == "hand_over_accepted"


@pytest.mark.parametrize("lost", ["declined", "timed_out"])
def test_not_taken_it_is_as_before_and_the_first_is_told(
    lost: str, standing: Standing
) -> None:
    stream = building.a_workstream(Channel.SMS, active_close_seconds=7200)
    it, first = talk(stream=stream)
    holds, stays, since = ledger.holds(it), ledger.stays(it), it.accepted_at
    second = building.an_agent(queues=[it.queue])
    offer = hands_over(it, second)
    with ledger.one_event(f"offer.{lost}"):
        if lost == "declined":
            declines(it)
        else:
            standing.now = offer.expires_at
            clock.fire_due()
            building.fresh(it)
    assert (it.situation, it.agent, it.accepted_at) == (TALK, first, since)
    assert (ledger.holds(it), ledger.stays(it)) == (holds, stays)
    assert ledger.used(second) == 0
    assert set(ledger.due(it)) == {"active"}
    assert newest_alert(first.user) == f"hand_over_{lost}"
    assert (it.closes_kind, it.closes_at) == ("active", ledger.due(it)["active"])


@pytest.mark.parametrize("situation", [TALK, Situation.WAITING])
def test_taken_back_it_is_as_before(situation: Situation) -> None:
    it = building.in_situation(situation)
    first = its_agent(it)
    holds, stays = ledger.holds(it), ledger.stays(it)
    second = building.an_agent(queues=[it.queue])
    offer = hands_over(it, second)
    with ledger.one_event("conversation.transfer_withdrawn"):
        takes_back(it)
    offer.refresh_from_db()
    assert (offer.state, it.situation, it.agent) == ("withdrawn", situation, first)
    assert (ledger.holds(it), ledger.stays(it)) == (holds, stays)
    assert ledger.used(second) == 0
    with ledger.refused("offer_ended"):
        takes_back(it)


def test_a_supervisors_transfer_is_not_taken_back_by_the_agent() -> None:
    it = building.in_situation(Situation.TRANSFER_PENDING)
    with ledger.refused("offer_ended"):
        takes_back(it)


def test_a_supervisors_transfer_still_leaves_the_first_as_consultant() -> None:
    it = building.in_situation(Situation.TRANSFER_PENDING)
    first = its_agent(it)
    accepts(it)
    assert ledger.stays(it) == {
        first.user_id: "consult",
        its_agent(it).user_id: "primary",
    }
    assert ledger.ends(it)[0] == "supervisor_transferred_to_agent"


def test_the_first_vanishes_and_the_second_says_no(standing: Standing) -> None:
    it, first = talk()
    raises_hand(it)
    hands_over(it, building.an_agent(queues=[it.queue]))
    with ledger.one_event("conversation.agent_lost"):
        building.act(it, lambda s: staffing.lose_agent(s, first.pk))
    # Nobody talks any more, so nobody has a hand up.
    assert (it.agent, it.hand_since, it.hand_text) == (None, None, "")
    with ledger.one_event("offer.declined"):
        declines(it)
    assert (it.situation, it.at_front) == (Situation.OPEN, True)


# To a queue


def test_to_a_queue_it_goes_at_once(standing: Standing) -> None:
    it, first = talk(text="Hello")
    helper = asking.helped(it)
    other = building.a_queue("Returns", priority=3)
    standing.forward(seconds=50)
    by = Actor.agent(first)
    event = ledger.happens(
        "conversation.handed_over_to_queue",
        it,
        lambda s: handling.hand_over_to_queue(s, other, by=by),
    )
    assert event.data["target_queue"] == other.pk
    assert (it.situation, it.queue, it.priority) == (Situation.OPEN, other, 3)
    assert (it.agent, it.waiting_since, it.transfer_count) == (None, standing.now, 1)
    assert ledger.stays(it) == ledger.holds(it) == {}
    assert helper.pk not in ledger.stays(it)
    assert ledger.used(first) == 0
    assert ledger.ends(it) == ["agent_transferred", ""]
    assert ledger.told(it)[-1] == "transferred_to_queue"


def test_to_a_queue_its_overflow_rules_count() -> None:
    it, first = talk()
    shut = building.a_queue(is_open=False)
    shut.overflow_rules.create(trigger="out_of_hours", action="end", message="Closed.")
    by = Actor.agent(first)
    ledger.happens(
        "conversation.handed_over_to_queue",
        it,
        lambda s: handling.hand_over_to_queue(s, shut, by=by),
    )
    assert it.situation is Situation.CLOSED
    assert ledger.due(it) == ledger.holds(it) == {}


@pytest.mark.parametrize("method", [Method.HIGHEST_CAPACITY])
def test_to_a_queue_takes_a_pending_hand_over_back(method: Method) -> None:
    it, first = talk()
    second = building.an_agent(queues=[it.queue])
    offer = hands_over(it, second)
    other, by = building.a_queue(method=method), Actor.agent(first)
    ledger.happens(
        "conversation.handed_over_to_queue",
        it,
        lambda s: handling.hand_over_to_queue(s, other, by=by),
    )
    offer.refresh_from_db()
    assert (offer.state, ledger.used(second)) == ("withdrawn", 0)


# The hand


def test_a_raised_hand_stands_in_the_row_and_calls_the_supervisors(
    standing: Standing,
) -> None:
    it, agent = talk()
    boss = building.a_supervisor(queues=[it.queue])
    elsewhere = building.a_supervisor(queues=[building.a_queue()])
    since = standing.now
    with ledger.one_event("hand.raised") as events:
        raises_hand(it, "May I refund?")
    assert "May I" not in str(events[0].data)
    standing.forward(seconds=30)
    with ledger.one_event("hand.raised"):
        raises_hand(it, "Please!")
    assert (it.hand_since, it.hand_text) == (since, "Please!")
    assert [a.params["text"] for a in boss.alerts.order_by("pk")] == [
        "May I refund?",
        "Please!",
    ]
    assert not elsewhere.alerts.exists()
    assert not agent.user.alerts.exists()


@pytest.mark.parametrize("by_supervisor", [True, False])
def test_lowered_by_a_supervisor_the_agent_is_told(by_supervisor: bool) -> None:
    it, agent = talk()
    boss = building.a_supervisor("bente", queues=[it.queue])
    raises_hand(it)
    by = Actor.supervisor(boss) if by_supervisor else Actor.agent(agent)
    ledger.happens("hand.lowered", it, lambda s: handling.lower_hand(s, by=by))
    assert it.hand_since is None
    assert newest_alert(agent.user) == ("hand_cleared" if by_supervisor else None)
    with ledger.nothing_happens():
        building.act(it, lambda s: handling.lower_hand(s, by=by))


def finishes(it: Conversation) -> None:
    building.act(it, lambda s: handling.finish(s, by=SYSTEM))


def releases(it: Conversation) -> None:
    building.act(it, lambda s: handling.release(s, by=SYSTEM))


def waits(it: Conversation) -> None:
    building.act(it, lambda s: handling.wait(s, by=SYSTEM))


def is_closed(it: Conversation) -> None:
    asking.force_closes(it, building.a_supervisor())


def is_taken_over(it: Conversation) -> None:
    hands_over(it, building.an_agent(queues=[it.queue]))
    accepts(it)


@pytest.mark.parametrize("end", [finishes, releases, waits, is_closed, is_taken_over])
def test_the_hand_goes_down_with_the_talk(end: Callable[[Conversation], None]) -> None:
    it, _agent = talk(channel=Channel.SMS)
    raises_hand(it)
    before = ledger.look()
    end(it)
    ledger.check_in_step(before, ledger.look())
    assert (it.hand_since, it.hand_text) == (None, "")


def test_the_hand_stays_up_while_a_transfer_is_pending_and_declined() -> None:
    it, _agent = talk()
    raises_hand(it)
    hands_over(it, building.an_agent(queues=[it.queue]))
    declines(it)
    assert it.hand_text == "What now?"


@pytest.mark.parametrize("situation", [Situation.WAITING, Situation.WRAP_UP])
def test_only_who_talks_raises_a_hand(situation: Situation) -> None:
    it = building.in_situation(situation)
    with ledger.refused("wrong_state"):
        raises_hand(it)


# Notes


def test_notes_are_kept_and_show_nowhere_in_the_event() -> None:
    it, agent = talk()
    by, version = Actor.agent(agent), it.version
    event = ledger.happens(
        "notes.saved", it, lambda s: handling.save_notes(s, "Allergic", by=by)
    )
    assert (it.notes, it.version) == ("Allergic", version)
    assert "Allergic" not in str(event.data) and event.changes == []
    with ledger.nothing_happens():
        building.act(it, lambda s: handling.save_notes(s, "Allergic", by=by))


def test_a_closed_ones_notes_are_final() -> None:
    it = building.in_situation(Situation.CLOSED)
    with ledger.refused("wrong_state"):
        building.act(it, lambda s: handling.save_notes(s, "Late", by=SYSTEM))
