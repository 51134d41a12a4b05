"""Reconcile finds nothing where all is right, and each thing that is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command

from conversations.models import Agent, Conversation, Hold, Offer, Participant
from conversations.reconciliation import differences
from conversations.states import Situation
from tests import building

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


@pytest.mark.parametrize("situation", Situation)
def test_nothing_is_found_in_any_situation(situation: Situation) -> None:
    building.in_situation(situation)
    assert list(differences()) == []


def release(it: Conversation, agent: Agent) -> None:
    """Release this agent's units, sum included, as no transition would."""
    it.holds.filter(agent=agent).update(released_at=it.opened_at)
    Agent.objects.filter(pk=agent.pk).update(used_units=0)


def wrong_sum(it: Conversation) -> None:
    Agent.objects.update(used_units=7)


def lost_hold(it: Conversation) -> None:
    assert it.agent is not None
    release(it, it.agent)


def lost_hold_of_the_target(it: Conversation) -> None:
    assert it.offer is not None
    release(it, it.offer.to_agent)


def left_behind(it: Conversation) -> None:
    Conversation.objects.update(phase="", state="waiting", offer=None)


def ended_offer(it: Conversation) -> None:
    Offer.objects.update(state="declined", ended_at=it.opened_at)


def stray_offer(it: Conversation) -> None:
    Conversation.objects.update(phase="in_conversation", offer=None)


def nobody_sits(it: Conversation) -> None:
    Participant.objects.update(left_at=it.opened_at)


def bot_and_agent(it: Conversation) -> None:
    Conversation.objects.update(phase="with_bot", offer=None)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (wrong_sum, "7 units used, but"),
        (lost_hold, "without holding units"),
        (lost_hold_of_the_target, "no units are held for it"),
        (left_behind, "is waiting"),
        (ended_offer, "its offer is not open"),
        (stray_offer, "open, but no conversation has it"),
        (nobody_sits, "has an agent but no primary participant"),
        (bot_and_agent, "is with the bot and with an agent"),
    ],
)
def test_each_harm_is_found(harm: Callable[[Conversation], None], words: str) -> None:
    it = building.in_situation(Situation.TRANSFER_PENDING)
    assert list(differences()) == []
    harm(it)
    assert [line for line in differences() if words in line]


def test_a_seat_without_an_agent_is_found() -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    Hold.objects.update(released_at=it.opened_at)
    Agent.objects.update(used_units=0)
    Conversation.objects.update(state="open", phase="", agent=None)
    assert [line for line in differences() if "primary participant but no" in line]


def test_the_command_says_so_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    building.in_situation(Situation.IN_CONVERSATION)
    call_command("reconcile")
    assert "No differences." in capsys.readouterr().out
    Agent.objects.update(used_units=7)
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile")
    assert ended.value.code == 1
    assert "7 units used, but 20 are held" in capsys.readouterr().out
