"""What agents do at their desk: each command one short transaction on locked rows."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext as _

from conversations.events import Actor
from conversations.locks import one_transaction
from conversations.models import Agent, Conversation, Membership, Offer
from conversations.refusals import Refused
from conversations.reports import stay_of
from conversations.transitions import handling, offering
from conversations.transitions.scene import Scene, about, enter_or_refuse


class Step(Protocol):
    """A transition by the agent who has the conversation."""

    def __call__(self, scene: Scene, *, by: Actor) -> None: ...


class Answer(Protocol):
    """A transition that answers an offer."""

    def __call__(self, scene: Scene, offer_id: int, *, by: Actor) -> Offer: ...


def accept(agent: Agent, offer_id: int) -> Offer:
    """Take what was offered; the answer's conversation is as it is now."""
    return _answer(agent, offer_id, offering.accept)


def decline(agent: Agent, offer_id: int) -> Offer:
    """Say no: new work returns to its place, a transfer to its first agent."""
    return _answer(agent, offer_id, offering.decline)


@one_transaction
def pick(agent: Agent, conversation_id: int, *, state_version: int) -> Conversation:
    """Take an open conversation of an own queue."""
    scene = enter_or_refuse(conversation_id, agents=[agent.pk])
    if not _is_member(agent, scene):
        raise Refused.not_found()
    with about(scene):
        _refuse_stale(scene, state_version)
        handling.pick(scene, scene.agents[agent.pk], by=Actor.agent(agent))
    return scene.conversation


@one_transaction
def take_step(
    agent: Agent, conversation_id: int, step: Step, *, state_version: int
) -> Conversation:
    """Release, finish, close, put aside or revive an own conversation."""
    scene = enter_or_refuse(conversation_id)
    if scene.conversation.agent_id != agent.pk:
        raise _not_theirs(agent, scene)
    with about(scene):
        _refuse_stale(scene, state_version)
        step(scene, by=Actor.agent(agent))
    return scene.conversation


@one_transaction
def _answer(agent: Agent, offer_id: int, answer: Answer) -> Offer:
    # Whose offer it is and for what never changes; the rest is read under the lock.
    own = Offer.objects.filter(pk=offer_id, agent=agent).first()
    if own is None:
        raise Refused.not_found()
    scene = enter_or_refuse(own.conversation_id, agents=[agent.pk])
    with about(scene):
        offer = answer(scene, offer_id, by=Actor.agent(agent))
    offer.conversation = scene.conversation
    return offer


def _refuse_stale(scene: Scene, state_version: int) -> None:
    if scene.conversation.state_version != state_version:
        raise Refused(
            "stale_version",
            _("The conversation has changed since; look at it again."),
        )


def _not_theirs(agent: Agent, scene: Scene) -> Refused:
    takes_part = stay_of(scene.conversation.pk, agent.user) is not None
    if not takes_part and not _is_member(agent, scene):
        return Refused.not_found()
    return Refused("not_participant", _("This conversation is not yours to handle."))


def _is_member(agent: Agent, scene: Scene) -> bool:
    queue = scene.conversation.queue_id
    return Membership.objects.filter(queue=queue, agent=agent).exists()
