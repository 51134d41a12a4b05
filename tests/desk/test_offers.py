"""Agents answer offers: in time, once, and only those made to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from conversations.events import Actor
from conversations.models import Alert, Conversation, Event, Offer
from conversations.reconciliation import differences
from conversations.states import Elevation, Situation
from conversations.transitions import arrival, handling, supervising
from tests import building
from tests.calling import Answer, caller

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def an_offer(**options: Any) -> tuple[Conversation, Offer]:
    """Work that has just been offered to an agent."""
    offered = building.in_situation(Situation.AWAITING_ACCEPTANCE, **options)
    assert offered.offer is not None
    return offered, offered.offer


def answer(offer: Offer, verb: str) -> Answer:
    return caller(offer.to_agent.user).post(f"offers/{offer.pk}/{verb}/")


def test_an_accepted_offer_makes_the_agent_primary() -> None:
    conversation, offer = an_offer()
    accepted = answer(offer, "accept")
    assert accepted.status == 200
    assert accepted.body["offer"]["state"] == "accepted"
    row = accepted.body["conversation"]
    assert (row["state"], row["phase"]) == ("active", "in_conversation")
    assert (row["agent"], row["offer"]) == (offer.agent_id, None)
    building.fresh(conversation)
    assert (row["version"], row["state_version"]) == (
        conversation.version,
        conversation.state_version,
    )
    assert list(differences()) == []


def test_a_declined_offer_returns_to_its_old_place() -> None:
    start = building.later(hours=-1)
    queue = building.a_queue()
    agent = building.an_agent(queues=[queue])
    with building.at(start):
        first = building.in_situation(
            Situation.AWAITING_ACCEPTANCE, queue=queue, agent=agent
        )
    with building.at(start + timedelta(seconds=30)):
        building.arrives(queue=queue)
    assert first.offer is not None
    with building.at(start + timedelta(seconds=60)):
        declined = answer(first.offer, "decline")
    assert declined.status == 200
    assert declined.body["offer"]["state"] == "declined"
    row = declined.body["conversation"]
    assert (row["state"], row["agent"], row["offer"]) == ("open", None, None)
    waits = Conversation.objects.order_by("waiting_since")
    assert waits[0].pk == first.pk
    agent.refresh_from_db()
    assert (agent.used_units, agent.presence) == (0, "available")


def test_a_declined_assignment_tells_the_supervisor() -> None:
    queue = building.a_queue()
    boss = building.a_supervisor(queues=[queue])
    _conversation, offer = an_offer(queue=queue, supervisor=boss)
    answer(offer, "decline")
    assert [(a.user, a.kind) for a in Alert.objects.all()] == [
        (boss, "assign_declined")
    ]


def test_an_expired_offer_is_not_accepted_although_no_timer_ran() -> None:
    conversation, offer = an_offer()
    with building.at(offer.expires_at):
        late = answer(offer, "accept")
    assert (late.status, late.code) == (409, "offer_ended")
    assert late.body["conversation"]["offer"]["id"] == offer.pk
    assert building.fresh(conversation).situation is Situation.AWAITING_ACCEPTANCE


def test_an_offer_is_accepted_up_to_its_last_moment() -> None:
    _conversation, offer = an_offer()
    with building.at(offer.expires_at - timedelta(milliseconds=1)):
        assert answer(offer, "accept").status == 200


def test_an_expired_offer_can_not_be_declined() -> None:
    _conversation, offer = an_offer()
    with building.at(offer.expires_at):
        assert answer(offer, "decline").code == "offer_ended"


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_an_offer_is_answered_once(verb: str) -> None:
    conversation, offer = an_offer()
    answer(offer, "accept")
    again = answer(offer, verb)
    assert (again.status, again.code) == (409, "offer_ended")
    assert again.body["conversation"]["id"] == conversation.pk
    assert again.body["conversation"]["agent"] == offer.agent_id


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_anothers_offer_does_not_exist(verb: str) -> None:
    conversation, offer = an_offer()
    colleague = building.an_agent(queues=[conversation.queue])
    foreign = caller(colleague.user).post(f"offers/{offer.pk}/{verb}/")
    assert (foreign.status, foreign.code) == (404, "not_found")
    assert "conversation" not in foreign.body
    assert building.fresh(conversation).offer == offer


@pytest.mark.parametrize("pk", [0, 987_654, 2**63 - 1, 2**63, 10**30])
def test_an_unknown_offer_does_not_exist(pk: int) -> None:
    agent = building.an_agent()
    assert caller(agent.user).post(f"offers/{pk}/accept/").code == "not_found"


def test_a_machine_answers_no_offers() -> None:
    _conversation, offer = an_offer()
    refused = caller(building.a_machine()).post(f"offers/{offer.pk}/accept/")
    assert (refused.status, refused.code) == (403, "role_missing")


def test_an_answer_needs_no_words() -> None:
    _conversation, offer = an_offer()
    wordy = caller(offer.to_agent.user).post(
        f"offers/{offer.pk}/accept/", {"why": "me"}
    )
    assert (wordy.status, wordy.code) == (400, "invalid")


def test_an_accepted_transfer_leaves_the_first_as_consultant() -> None:
    pending = building.in_situation(Situation.TRANSFER_PENDING)
    assert pending.offer is not None and pending.agent is not None
    first, second = pending.agent, pending.offer.to_agent
    accepted = answer(pending.offer, "accept")
    assert accepted.body["conversation"]["agent"] == second.pk
    assert accepted.body["conversation"]["transfer_count"] == 1
    stays = pending.participants.filter(left_at=None)
    assert {(s.user_id, s.mode) for s in stays} == {
        (first.user_id, "consult"),
        (second.user_id, "primary"),
    }
    assert list(differences()) == []


def test_a_declined_transfer_stays_with_the_first() -> None:
    pending = building.in_situation(Situation.TRANSFER_PENDING)
    assert pending.offer is not None
    declined = answer(pending.offer, "decline")
    row = declined.body["conversation"]
    assert (row["phase"], row["agent"]) == ("in_conversation", pending.agent_id)


def test_a_withdrawn_offer_is_over() -> None:
    conversation, offer = an_offer()
    boss = building.a_supervisor()
    by = Actor.supervisor(boss)
    building.act(conversation, lambda scene: supervising.force_close(scene, by=by))
    assert answer(offer, "accept").code == "offer_ended"


def test_elevation_withdraws_a_pending_transfer() -> None:
    pending = building.in_situation(Situation.TRANSFER_PENDING)
    offer = pending.offer
    assert offer is not None
    building.act(pending, lambda scene: arrival.elevate(scene, Elevation.VIDEO))
    late = answer(offer, "accept")
    assert late.code == "offer_ended"
    assert late.body["conversation"]["elevated"] == "video"


def test_one_answer_is_one_event() -> None:
    conversation, offer = an_offer()
    before = Event.objects.count()
    answer(offer, "accept")
    (event,) = Event.objects.order_by("pk")[before:]
    assert (event.kind, event.actor) == ("offer.accepted", offer.to_agent.user)
    assert event.conversation == conversation


def test_a_released_conversation_can_be_offered_to_nobody_by_its_old_offer() -> None:
    conversation, offer = an_offer()
    answer(offer, "accept")
    by = Actor.agent(offer.to_agent)
    building.act(conversation, lambda scene: handling.release(scene, by=by))
    assert answer(offer, "accept").code == "offer_ended"
