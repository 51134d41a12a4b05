"""What customers, bots and record systems do, and what each leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.events import SYSTEM, Actor
from conversations.models import Conversation, Customer
from conversations.states import (
    Channel,
    Elevation,
    Sender,
    Situation,
    StatusReason,
    Visibility,
)
from conversations.transitions import arrival, handling
from tests import building
from tests.conversations import ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def test_a_customer_arrives_in_the_queue(standing: Standing) -> None:
    stream = building.a_workstream(open_close_seconds=1200, units=15)
    with ledger.one_event("conversation.opened") as events:
        it = building.arrives(stream=stream, text="Good morning!")
    assert ledger.names_of(events[0]) == {("conversation", it.pk)}
    assert events[0].changes[0]["version"] == it.version == 1
    assert it.situation is Situation.OPEN
    assert it.status_reason == StatusReason.AWAITING_ASSIGNMENT
    assert (it.units, it.waiting_since, it.queued_at) == (15, *[standing.now] * 2)
    assert ledger.due(it) == {"open": standing.after(seconds=1200)}
    assert ledger.ends(it) == [""]
    assert ledger.holds(it) == ledger.stays(it) == {}


def test_the_notice_comes_before_the_first_word(standing: Standing) -> None:
    it = building.arrives(text="Good morning!")
    kinds = list(it.messages.values_list("sender_kind", "code", "public_number"))
    assert kinds == [("system", "notice", 1), ("customer", "", 2)]


@pytest.mark.parametrize(("mode", "codes"), [("none", []), ("consent", ["notice"])])
def test_no_notice_where_it_is_switched_off(mode: str, codes: list[str]) -> None:
    building.settings_are(consent_mode=mode)
    it = building.arrives()
    assert list(it.messages.values_list("code", flat=True)) == codes


def test_a_first_word_of_fury_warns_the_supervisors() -> None:
    queue = building.a_queue()
    supervisor = building.a_supervisor(queues=[queue])
    it = building.arrives(queue=queue, text="This is terrible, I hate you, awful!!!")
    building.customer_says(it, "Horrible. The worst. I hate it. Disgusting, awful!")
    assert it.mood_level == "very_negative"
    assert supervisor.alerts.filter(kind="sentiment_fell", conversation=it).exists()


def test_a_conversation_that_opens_in_fury_warns_the_supervisors_at_once() -> None:
    queue = building.a_queue()
    supervisor = building.a_supervisor(queues=[queue])
    building.settings_are(supervisor_sentiment_threshold="slightly_negative")
    it = building.arrives(queue=queue, text="Horrible, awful, the worst. I hate it!")
    assert it.mood_level not in ("unknown", "neutral")
    assert supervisor.alerts.filter(kind="sentiment_fell", conversation=it).exists()


def test_a_customer_known_by_address_is_the_same_customer() -> None:
    first = building.arrives(address="+4512345678")
    second = building.arrives(address="+4512345678")
    assert first.customer == second.customer
    assert building.arrives(address="+4587654321").customer != first.customer
    assert building.arrives().customer != building.arrives().customer
    assert Customer.objects.count() == 4


def test_a_message_counts_once_per_client_id() -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    say = lambda scene: arrival.customer_writes(scene, "Hello", client_id="m-1")  # noqa: E731
    event = ledger.happens("message.received", it, say)
    assert ledger.names_of(event) == {("conversation", it.pk)}
    with ledger.nothing_happens():
        again = building.act(it, say)
    assert again.pk == event.data["message"]


def test_the_customer_waits_for_an_answer_since_the_first_unanswered_word(
    standing: Standing,
) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    first = standing.forward(seconds=5)
    building.customer_says(it)
    standing.forward(seconds=5)
    building.customer_says(it)
    assert it.unanswered_since == first
    building.agent_says(it)
    assert it.unanswered_since is None
    assert it.last_agent_message_at == standing.now


def test_a_word_in_wrap_up_is_kept_and_moves_nothing(standing: Standing) -> None:
    it = building.in_situation(Situation.WRAP_UP)
    due = ledger.due(it)
    standing.forward(seconds=5)
    ledger.happens(
        "message.received", it, lambda scene: arrival.customer_writes(scene, "Bye")
    )
    assert it.situation is Situation.WRAP_UP
    assert it.unanswered_since is None
    assert ledger.due(it) == due
    assert it.messages.filter(text="Bye").exists()


def test_a_word_to_a_closed_one_is_refused() -> None:
    it = building.in_situation(Situation.CLOSED)
    with ledger.refused("wrong_state"):
        building.customer_says(it)


def test_a_waiting_conversation_goes_back_to_its_queue_when_the_customer_writes(
    standing: Standing,
) -> None:
    it = building.in_situation(Situation.WAITING)
    standing.forward(hours=3)
    event = ledger.happens(
        "message.received", it, lambda scene: arrival.customer_writes(scene, "Hello?")
    )
    assert ledger.names_of(event) == {("conversation", it.pk)}
    assert it.situation is Situation.OPEN
    assert it.status_reason == StatusReason.AWAITING_ASSIGNMENT
    assert it.agent is None and not it.at_front
    assert it.waiting_since == it.queued_at == standing.now
    assert ledger.ends(it)[-1] == ""
    assert "waiting" not in ledger.due(it)


def test_consent_is_written_down_with_its_text(standing: Standing) -> None:
    it = building.arrives()
    event = ledger.happens(
        "conversation.consent_recorded",
        it,
        lambda scene: arrival.record_consent(
            scene, given=True, at=None, text_version="2026-01"
        ),
    )
    assert ledger.names_of(event) == {("conversation", it.pk)}
    assert (it.consent_given, it.consent_at) == (True, standing.now)
    assert it.consent_text_version == "2026-01"


def elevate(it: Conversation, to: Elevation = Elevation.VOICE) -> None:
    ledger.happens(
        "conversation.elevated", it, lambda scene: arrival.elevate(scene, to)
    )


def test_text_becomes_voice() -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    elevate(it)
    assert it.elevated == "voice"
    assert it.situation is Situation.IN_CONVERSATION
    assert ledger.told(it)[-1] == "elevated"


def test_voice_withdraws_the_pending_transfer() -> None:
    supervisor = building.a_supervisor()
    it = building.in_situation(Situation.TRANSFER_PENDING, supervisor=supervisor)
    offer, agent = it.offer, it.agent
    assert offer is not None and agent is not None
    elevate(it, Elevation.VIDEO)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert ledger.used(offer.to_agent) == 0
    assert ledger.holds(it) == {agent.pk: (it.units, "session")}
    assert "offer" not in ledger.due(it)
    assert list(supervisor.alerts.values_list("kind", flat=True)) == ["offer_withdrawn"]


@pytest.mark.parametrize("channel", [Channel.VOICE, Channel.RECORD])
def test_only_text_can_be_elevated(channel: Channel) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION, channel=channel)
    with ledger.refused("wrong_channel"):
        building.act(it, lambda scene: arrival.elevate(scene, Elevation.VOICE))


@pytest.mark.parametrize("situation", [Situation.OPEN, Situation.WITH_BOT])
def test_nothing_is_elevated_without_an_agent(situation: Situation) -> None:
    it = building.in_situation(situation)
    with ledger.refused("wrong_state"):
        building.act(it, lambda scene: arrival.elevate(scene, Elevation.VOICE))


# Bots


def test_a_bot_has_it_until_it_hands_over(standing: Standing) -> None:
    it = building.arrives(bot_name="Robo")
    assert str(it.situation) == "with_bot"
    assert (it.waiting_since, it.first_queued_at) == (None, None)
    said = ledger.happens(
        "message.sent", it, lambda scene: arrival.bot_writes(scene, "How can I help?")
    )
    assert said.actor_kind == "bot"
    standing.forward(seconds=30)
    ledger.happens("conversation.bot_escalated", it, arrival.bot_escalates)
    assert it.situation is Situation.OPEN
    assert (it.waiting_since, it.first_queued_at) == (standing.now, standing.now)
    assert it.bot_name == ""
    assert ledger.ends(it) == ["bot_escalated", ""]


def test_a_bot_ends_it() -> None:
    it = building.arrives(bot_name="Robo")
    ledger.happens("conversation.bot_ended", it, arrival.bot_ends)
    assert it.situation is Situation.CLOSED
    assert it.status_reason == StatusReason.ENDED_BY_BOT
    assert ledger.ends(it) == ["ended_by_bot"]


def test_a_bot_is_silent_where_it_is_not() -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    for step in (arrival.bot_escalates, arrival.bot_ends):
        with ledger.refused("wrong_state"):
            building.act(it, step)
    with ledger.refused("wrong_state"):
        building.act(it, lambda scene: arrival.bot_writes(scene, "Hello"))


# Records


@pytest.mark.parametrize(
    "situation",
    [
        Situation.OPEN,
        Situation.AWAITING_ACCEPTANCE,
        Situation.IN_CONVERSATION,
        Situation.TRANSFER_PENDING,
        Situation.WRAP_UP,
    ],
)
def test_a_resolved_record_closes_its_work(situation: Situation) -> None:
    it = building.in_situation(situation, channel=Channel.RECORD)
    ledger.happens(
        "conversation.resolved",
        it,
        lambda scene: arrival.resolve(scene, by=SYSTEM),
    )
    assert (it.situation, it.status_reason) == (Situation.CLOSED, "resolved")
    assert ledger.holds(it) == ledger.stays(it) == ledger.due(it) == {}


def test_only_a_record_is_resolved() -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    with ledger.refused("wrong_channel"):
        building.act(it, lambda scene: arrival.resolve(scene, by=SYSTEM))


def test_an_internal_word_moves_nothing_that_is_shown(standing: Standing) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    building.customer_says(it)
    standing.forward(seconds=5)
    agent = it.agent
    assert agent is not None
    event = ledger.happens(
        "message.sent",
        it,
        lambda scene: handling.write(
            scene,
            agent.user,
            "He is angry",
            visibility=Visibility.INTERNAL,
            by=Actor.agent(agent),
        ),
    )
    assert event.changes == []
    assert it.unanswered_since == standing.now - timedelta(seconds=5)
    note = it.messages.get(sender_kind=Sender.AGENT)
    assert note.public_number is None
