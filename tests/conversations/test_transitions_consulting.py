"""Consults: asked and answered once, silent to the customer until somebody is added."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from conversations import clock
from conversations.events import SYSTEM, Actor
from conversations.models import Agent, Alert, Conversation, Offer, Timer, Workstream
from conversations.states import Elevation, Presence, Situation
from conversations.transitions import (
    arrival,
    consulting,
    staffing,
    supervising,
)
from tests import building
from tests.conversations import asking, ledger
from tests.conversations.asking import accepts, ask, declines, helped, talk
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

COUNTDOWN = Workstream().consult_seconds


def kinds_of(user: User) -> list[str]:
    return list(
        Alert.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    )


def colleague(it: Conversation) -> Agent:
    return building.an_agent(queues=[it.queue])


def stranger(it: Conversation) -> Agent:
    return building.an_agent(queues=[building.a_queue()])


def boss(it: Conversation) -> User:
    return building.a_supervisor(queues=[it.queue])


WHO: list[Callable[[Conversation], Agent | User]] = [colleague, stranger, boss]
whoever = pytest.mark.parametrize("who", WHO)


@whoever
def test_asked_they_have_a_countdown_and_nothing_else_moves(
    who: Callable[[Conversation], Agent | User], standing: Standing
) -> None:
    it, agent = talk()
    asked = who(it)
    state_version, used = it.state_version, ledger.used(agent)
    with ledger.one_event("consult.asked") as events:
        offer = ask(it, asked, "Is this covered?")
    assert (offer.kind, offer.state, offer.text) == (
        "consult",
        "open",
        "Is this covered?",
    )
    assert offer.expires_at == standing.after(seconds=COUNTDOWN)
    assert ledger.names_of(events[0]) == set()
    assert (it.state_version, it.offer, ledger.used(agent)) == (
        state_version,
        None,
        used,
    )
    if isinstance(asked, Agent):
        assert ledger.used(asked) == 0
    timer = Timer.objects.get(offer=offer)
    assert (timer.kind, timer.due_at) == ("consult", offer.expires_at)
    assert ledger.stays(it) == {agent.user_id: "primary"}


def test_a_supervisor_is_asked_by_an_alert_that_can_be_answered() -> None:
    it, agent = talk(customer="Kirsten")
    asked = boss(it)
    offer = ask(it, asked, "May I refund?")
    alert = asked.alerts.get()
    assert (alert.level, alert.kind, alert.conversation) == (
        "warning",
        "consult_asked",
        it,
    )
    assert alert.params == {
        "agent": agent.name,
        "subject": it.subject,
        "customer": "Kirsten",
        "text": "May I refund?",
        "offer": offer.pk,
        "expires_at": offer.expires_at.isoformat(),
    }


@whoever
def test_accepted_they_read_along_and_take_no_units(
    who: Callable[[Conversation], Agent | User],
) -> None:
    it, agent = talk()
    asked = who(it)
    offer = ask(it, asked)
    holds = ledger.holds(it)
    with ledger.one_event("consult.accepted"):
        accepts(it, offer)
    offer.refresh_from_db()
    user = asking.target_of(offer)
    assert (offer.state, Timer.objects.filter(offer=offer).exists()) == (
        "accepted",
        False,
    )
    stay = it.participants.get(user=user)
    assert (stay.mode, stay.is_added) == ("consult", False)
    assert stay.is_supervising is isinstance(asked, User)
    assert ledger.holds(it) == holds
    assert ledger.told(it)[-1] == "consult_began"
    assert it.messages.get(code="consult_began").visibility == "internal"
    assert kinds_of(agent.user) == ["consult_accepted"]


@whoever
def test_declined_the_one_who_asked_is_told(
    who: Callable[[Conversation], Agent | User],
) -> None:
    it, agent = talk()
    offer = ask(it, who(it))
    with ledger.one_event("consult.declined"):
        declines(it, offer)
    offer.refresh_from_db()
    assert (offer.state, Timer.objects.filter(offer=offer).exists()) == (
        "declined",
        False,
    )
    assert kinds_of(agent.user) == ["consult_declined"]
    assert ledger.stays(it) == {agent.user_id: "primary"}


def test_not_answered_in_time_it_ends_once(standing: Standing) -> None:
    it, agent = talk()
    offer = ask(it, colleague(it))
    standing.forward(seconds=COUNTDOWN - 0.001)
    with ledger.nothing_happens():
        assert clock.fire_due() == 0
    standing.forward(seconds=0.001)
    for late in (accepts, declines):
        with ledger.refused("offer_ended"):
            late(it, offer)
    with ledger.one_event("consult.timed_out"):
        assert clock.fire_due() == 1
    offer.refresh_from_db()
    assert (offer.state, kinds_of(agent.user)) == ("timed_out", ["consult_timed_out"])
    with ledger.nothing_happens():
        clock.fire_due()


def test_several_that_are_late_all_end(standing: Standing) -> None:
    """Also where the one that was asked last ends first."""
    it, agent = talk()
    patient, hasty = ask(it, colleague(it)), ask(it, colleague(it))
    standing.forward(seconds=COUNTDOWN + 60)
    Timer.objects.filter(offer=hasty).update(due_at=standing.after(seconds=-90))
    Offer.objects.filter(pk=hasty.pk).update(expires_at=standing.after(seconds=-90))
    assert clock.fire_due() == 2
    for offer in (patient, hasty):
        offer.refresh_from_db()
    assert (patient.state, hasty.state) == ("timed_out", "timed_out")
    assert not Timer.objects.filter(kind="consult").exists()
    assert kinds_of(agent.user) == ["consult_timed_out"] * 2


def test_taken_back_it_is_over() -> None:
    it, agent = talk()
    offer = ask(it, colleague(it))
    with ledger.one_event("consult.withdrawn"):
        asking.withdraws(it, offer)
    for late in (accepts, declines, asking.withdraws):
        with ledger.refused("offer_ended"):
            late(it, offer)
    assert kinds_of(agent.user) == []
    assert not Timer.objects.filter(offer=offer).exists()


@whoever
def test_answered_twice_the_first_answer_counts(
    who: Callable[[Conversation], Agent | User],
) -> None:
    it, _agent = talk()
    offer = ask(it, who(it))
    accepts(it, offer)
    for late in (accepts, declines):
        with ledger.refused("offer_ended"):
            late(it, offer)


def test_asked_again_while_asked_or_there_is_refused() -> None:
    it, agent = talk()
    friend = colleague(it)
    offer = ask(it, friend)
    with ledger.refused("offer_pending"):
        ask(it, friend)
    accepts(it, offer)
    with ledger.refused("invalid"):
        ask(it, friend)
    with ledger.refused("invalid"):
        ask(it, agent)
    asking.ends(it, friend.user)
    assert ask(it, friend).state == "open"


def test_a_supervisor_who_joined_is_not_asked_and_a_monitor_is() -> None:
    it, _agent = talk()
    joined, watching = boss(it), boss(it)
    building.act(it, lambda s: supervising.join(s, joined))
    with ledger.refused("invalid"):
        ask(it, joined)
    building.monitors(it, watching)
    accepts(it, ask(it, watching))
    stay = it.participants.get(user=watching, left_at=None)
    assert (stay.mode, stay.is_added, stay.is_supervising) == ("consult", False, True)


def test_at_most_five_at_a_time() -> None:
    it, _agent = talk()
    helper = helped(it)
    for _each in range(4):
        ask(it, colleague(it))
    sixth = boss(it)
    with ledger.refused("invalid"):
        ask(it, sixth)
    asking.ends(it, helper)
    assert ask(it, sixth).state == "open"


@pytest.mark.parametrize(
    "situation",
    [
        s
        for s in Situation
        if s not in (Situation.IN_CONVERSATION, Situation.TRANSFER_PENDING)
    ],
)
def test_only_who_talks_can_ask(situation: Situation) -> None:
    it = building.in_situation(situation)
    friend = colleague(it)
    with ledger.refused("wrong_state"):
        building.act(it, lambda s: consulting.ask(s, friend, by=SYSTEM))


def test_the_customer_learns_of_a_consultant_only_once_added() -> None:
    it, _agent = talk()
    helper = helped(it)
    public = it.messages.filter(visibility="public").count()
    with ledger.one_event("consultant.added"):
        asking.adds(it, helper)
    with ledger.nothing_happens():
        asking.adds(it, helper)
    told = it.messages.filter(visibility="public")
    assert told.count() == public + 1
    assert told.last().code == "consultant_joined"  # type: ignore[union-attr]
    with ledger.one_event("consultant.left"):
        asking.ends(it, helper, by=Actor("agent", helper))
    assert it.messages.filter(visibility="public").last().code == "consultant_left"  # type: ignore[union-attr]


def test_ended_before_they_were_added_only_the_staff_is_told() -> None:
    it, agent = talk()
    helper = helped(it)
    public = it.messages.filter(visibility="public").count()
    with ledger.one_event("consult.ended"):
        asking.ends(it, helper)
    assert it.messages.filter(visibility="public").count() == public
    assert ledger.told(it)[-1] == "consult_ended"
    stay = it.participants.get(user=helper)
    assert (stay.left_reason, ledger.stays(it)) == (
        "dismissed",
        {agent.user_id: "primary"},
    )
    for step in (asking.adds, asking.ends):
        with ledger.refused("not_participant"):
            step(it, helper)


def test_the_primary_cannot_be_ended_as_a_consultant() -> None:
    it, agent = talk()
    for step in (asking.adds, asking.ends):
        with ledger.refused("not_participant"):
            step(it, agent.user)


def test_elevation_leaves_those_who_help() -> None:
    it, agent = talk()
    helper, offer = helped(it), ask(it, colleague(it))
    building.act(it, lambda s: arrival.elevate(s, Elevation.VOICE))
    accepts(it, offer)
    assert set(ledger.stays(it)) == {
        agent.user_id,
        helper.pk,
        asking.target_of(offer).pk,
    }


def test_who_helps_and_vanishes_leaves_and_the_talk_goes_on(
    standing: Standing,
) -> None:
    it, agent = talk()
    friend = building.an_agent(queues=[it.queue], presence=Presence.AWAY)
    helped(it, friend)
    staffing.disconnect(staffing.enter_agent(friend.pk))
    standing.forward(seconds=staffing.GRACE_SECONDS)
    clock.fire_due()
    assert ledger.stays(building.fresh(it)) == {agent.user_id: "primary"}
    assert it.situation is Situation.IN_CONVERSATION
    ledger.check_sound()
