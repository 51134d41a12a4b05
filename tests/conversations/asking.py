"""Consults and hand-overs of one conversation, each as a transition of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from conversations.events import Actor
from conversations.models import Agent, Conversation, Offer
from conversations.states import Situation
from conversations.transitions import consulting, handling, offering, supervising
from tests import building


def talk(**options: Any) -> tuple[Conversation, Agent]:
    """A conversation with its agent."""
    it = building.in_situation(Situation.IN_CONVERSATION, **options)
    return it, its_agent(it)


def its_agent(it: Conversation) -> Agent:
    assert it.agent is not None
    return it.agent


def ask(it: Conversation, asked: Agent | User, text: str = "") -> Offer:
    """Its agent asks somebody for help."""
    by = Actor.agent(its_agent(it))
    return building.act(it, lambda s: consulting.ask(s, asked, by=by, text=text))


def target_of(offer: Offer) -> User:
    """Whoever was asked."""
    user = offer.supervisor if offer.agent is None else offer.agent.user
    assert user is not None
    return user


def accepts(it: Conversation, offer: Offer) -> None:
    """Whoever was asked for help reads along."""
    by = Actor("agent", target_of(offer))
    building.act(it, lambda s: consulting.accept(s, offer.pk, by=by))


def declines(it: Conversation, offer: Offer) -> None:
    by = Actor("agent", target_of(offer))
    building.act(it, lambda s: consulting.decline(s, offer.pk, by=by))


def withdraws(it: Conversation, offer: Offer) -> None:
    by = Actor.agent(its_agent(it))
    building.act(it, lambda s: consulting.withdraw(s, offer.pk, by=by))


def helped(it: Conversation, helper: Agent | User | None = None) -> User:
    """Somebody reads along by now; another agent of the queue where none is given."""
    asked = helper or building.an_agent(queues=[it.queue])
    accepts(it, ask(it, asked))
    return asked.user if isinstance(asked, Agent) else asked


def adds(it: Conversation, user: User) -> None:
    by = Actor.agent(its_agent(it))
    building.act(it, lambda s: consulting.add(s, user, by=by))


def ends(it: Conversation, user: User, *, by: Actor | None = None) -> None:
    """The primary needs them no longer; or `by` themselves."""
    who = by or Actor.agent(its_agent(it))
    building.act(it, lambda s: consulting.end(s, user, by=who))


def hands_over(it: Conversation, second: Agent, text: str = "") -> Offer:
    """Its agent offers it to a colleague."""
    by = Actor.agent(its_agent(it))
    return building.act(
        it,
        lambda s: offering.hand_over(s, s.agents[second.pk], by=by, text=text),
        agents=[second],
    )


def raises_hand(it: Conversation, text: str = "What now?") -> None:
    by = Actor.agent(its_agent(it))
    building.act(it, lambda s: handling.raise_hand(s, text, by=by))


def force_closes(it: Conversation, boss: User) -> None:
    by = Actor.supervisor(boss)
    building.act(it, lambda s: supervising.force_close(s, by=by))
