"""What ends a talk ends the consults of it; who helps stays or goes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.events import SYSTEM, Actor
from conversations.models import Agent, Conversation, Timer
from conversations.states import Channel
from conversations.transitions import (
    arrival,
    consulting,
    handling,
    offering,
    staffing,
    supervising,
)
from tests import building
from tests.conversations import asking, ledger
from tests.conversations.asking import accepts, ask, declines, helped, its_agent, talk
from tests.conversations.test_transitions_consulting import boss, colleague, stranger

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def finishes(it: Conversation) -> None:
    by = Actor.agent(its_agent(it))
    building.act(it, lambda s: handling.finish(s, by=by))


def customer_ends(it: Conversation) -> None:
    building.act(it, arrival.customer_ends)


def is_forced(it: Conversation) -> None:
    building.act(it, lambda s: supervising.force_close(s, by=SYSTEM))


def releases(it: Conversation) -> None:
    by = Actor.agent(its_agent(it))
    building.act(it, lambda s: handling.release(s, by=by))


def waits(it: Conversation) -> None:
    by = Actor.agent(its_agent(it))
    building.act(it, lambda s: handling.wait(s, by=by))


def goes_to_a_queue(it: Conversation) -> None:
    by, queue = Actor.agent(its_agent(it)), building.a_queue()
    building.act(it, lambda s: handling.hand_over_to_queue(s, queue, by=by))


def is_taken_over(it: Conversation) -> None:
    second = colleague(it)
    offer = asking.hands_over(it, second)
    by = Actor.agent(second)
    building.act(it, lambda s: offering.accept(s, offer.pk, by=by))


def loses_its_agent(it: Conversation) -> None:
    agent = its_agent(it).pk
    building.act(it, lambda s: staffing.lose_agent(s, agent))


def loses_its_agent_with_a_transfer_out(it: Conversation) -> None:
    asking.hands_over(it, colleague(it))
    loses_its_agent(it)


ENDS = [
    (finishes, {}),
    (customer_ends, {}),
    (is_forced, {}),
    (releases, {}),
    (waits, {"channel": Channel.SMS}),
    (goes_to_a_queue, {}),
    (is_taken_over, {}),
    (loses_its_agent, {}),
    (loses_its_agent_with_a_transfer_out, {}),
]


@pytest.mark.parametrize(("end", "options"), ENDS)
@pytest.mark.parametrize("who", [stranger, boss])
def test_what_ends_the_talk_calls_off_whom_it_asked(
    who: Callable[[Conversation], Agent | User],
    end: Callable[[Conversation], None],
    options: dict[str, Any],
) -> None:
    it, _agent = talk(**options)
    offer = ask(it, who(it))
    before = ledger.look()
    end(it)
    ledger.check_in_step(before, ledger.look())
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert offer.ended_at is not None
    assert not Timer.objects.filter(offer=offer).exists()
    for late in (accepts, declines):
        with ledger.refused("offer_ended"):
            late(it, offer)
    assert not it.timers.filter(kind="consult").exists()


@pytest.mark.parametrize(
    "end",
    [is_forced, goes_to_a_queue, waits, releases, loses_its_agent],
    ids=lambda e: e.__name__,
)
def test_where_it_goes_or_ends_consultants_do_not_stay(
    end: Callable[[Conversation], None],
) -> None:
    it, agent = talk(channel=Channel.SMS)
    helper = helped(it)
    end(it)
    stays = ledger.stays(it)
    assert agent.user_id not in stays
    assert helper.pk not in stays


def test_a_supervisor_in_the_chat_is_not_sent_out() -> None:
    it, _agent = talk()
    chief = boss(it)
    building.act(it, lambda s: supervising.join(s, chief))
    by = Actor.agent(its_agent(it))
    with ledger.refused("invalid"):
        building.act(it, lambda s: consulting.end(s, chief, by=by))
    assert ledger.stays(it)[chief.pk] == "consult"


def test_a_transfer_leaves_those_who_help() -> None:
    it, _agent = talk()
    helper = helped(it)
    is_taken_over(it)
    assert ledger.stays(it) == {
        helper.pk: "consult",
        its_agent(it).user_id: "primary",
    }
