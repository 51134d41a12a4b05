"""What agents do at their desk: each command one short transaction on locked rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.roles import Role, has_role
from conversations.events import Actor
from conversations.locks import one_transaction
from conversations.models import (
    Agent,
    Conversation,
    FloorSettings,
    Membership,
    Offer,
)
from conversations.refusals import Refused
from conversations.reports import stay_of
from conversations.states import OfferKind
from conversations.transitions import consulting, handling, offering
from conversations.transitions.scene import Scene, about, enter_or_refuse


class Step(Protocol):
    """A transition by the agent who has the conversation."""

    def __call__(self, scene: Scene, *, by: Actor) -> None: ...


class Answer(Protocol):
    """A transition that answers an offer."""

    def __call__(self, scene: Scene, offer_id: int, *, by: Actor) -> Offer: ...


def accept(user: User, offer_id: int) -> Offer:
    """Take what was offered; the answer's conversation is as it is now."""
    return _answer(user, offer_id, {False: offering.accept, True: consulting.accept})


def decline(user: User, offer_id: int) -> Offer:
    """Say no: new work returns to its place, a transfer to its first agent."""
    return _answer(user, offer_id, {False: offering.decline, True: consulting.decline})


@one_transaction
def pick(agent: Agent, conversation_id: int, *, state_version: int) -> Conversation:
    """Take an open conversation of an own queue."""
    scene = enter_or_refuse(conversation_id, agents=[agent.pk])
    if not _is_member(agent, scene):
        raise Refused.not_found()
    with about(scene):
        refuse_stale(scene, state_version)
        handling.pick(scene, scene.agents[agent.pk], by=Actor.agent(agent))
    return scene.conversation


@one_transaction
def take_step(
    agent: Agent, conversation_id: int, step: Step, *, state_version: int
) -> Conversation:
    """Release, finish, close, put aside or revive an own conversation."""
    scene = own_scene(agent, conversation_id)
    with about(scene):
        refuse_stale(scene, state_version)
        step(scene, by=Actor.agent(agent))
    return scene.conversation


@one_transaction
def close(
    agent: Agent, conversation_id: int, *, state_version: int, notes: str | None
) -> Conversation:
    """End the wrap-up, with the last word of the notes."""
    scene = own_scene(agent, conversation_id)
    with about(scene):
        refuse_stale(scene, state_version)
        if notes is not None:
            scene.conversation.notes = notes
        handling.close(scene, by=Actor.agent(agent))
    return scene.conversation


@one_transaction
def save_notes(agent: Agent, conversation_id: int, text: str) -> str:
    """Keep what the agent notes; not tied to a state that may have moved on."""
    scene = own_scene(agent, conversation_id)
    with about(scene):
        handling.save_notes(scene, text, by=Actor.agent(agent))
    return scene.conversation.notes


@one_transaction
def _answer(user: User, offer_id: int, answers: Mapping[bool, Answer]) -> Offer:
    own = own_offer(user, offer_id)
    agents = [] if own.agent_id is None else [own.agent_id]
    scene = enter_or_refuse(own.conversation_id, agents=agents)
    answer = answers[own.kind == OfferKind.CONSULT]
    with about(scene):
        offer = answer(scene, offer_id, by=_answerer(user, own))
    offer.conversation = scene.conversation
    return offer


def own_offer(user: User, offer_id: int) -> Offer:
    """An offer to this user who may answer offers; raises `not_found`."""
    # Whose offer it is and for what never changes; the rest is read under the lock.
    mine = Q(agent__user=user) | Q(supervisor=user)
    own = Offer.objects.filter(mine, pk=offer_id).select_related("agent__user").first()
    if own is None or not _may_answer(user, own):
        raise Refused.not_found()
    return own


def _may_answer(user: User, offer: Offer) -> bool:
    """Supervisors answer while the queue is theirs and reading along is allowed."""
    if offer.agent_id is not None:
        return has_role(user, Role.AGENT)
    supervises = offer.conversation.queue.supervisors.filter(pk=user.pk).exists()
    allowed = FloorSettings.current().supervisor_monitor
    return supervises and allowed and has_role(user, Role.SUPERVISOR)


def _answerer(user: User, offer: Offer) -> Actor:
    if offer.agent is not None:
        return Actor.agent(offer.agent)
    return Actor.supervisor(user)


def own_scene(
    agent: Agent, conversation_id: int, *, agents: Iterable[int] = ()
) -> Scene:
    """An own conversation, locked; raises `not_found` or `not_participant`."""
    scene = enter_or_refuse(conversation_id, agents=agents)
    if scene.conversation.agent_id != agent.pk:
        raise not_theirs(agent, scene)
    return scene


def refuse_stale(scene: Scene, state_version: int) -> None:
    """Nobody acts on a conversation that is another one by now."""
    if scene.conversation.state_version != state_version:
        raise Refused(
            "stale_version",
            _("The conversation has changed since; look at it again."),
        )


def not_theirs(agent: Agent, scene: Scene) -> Refused:
    """Somebody of the queue learns that it is not theirs; others that there is none."""
    takes_part = stay_of(scene.conversation.pk, agent.user) is not None
    if not takes_part and not _is_member(agent, scene):
        return Refused.not_found()
    return Refused("not_participant", _("This conversation is not yours to handle."))


def _is_member(agent: Agent, scene: Scene) -> bool:
    queue = scene.conversation.queue_id
    return Membership.objects.filter(queue=queue, agent=agent).exists()
