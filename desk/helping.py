"""Commands by which agents get help, and pass a conversation on."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from conversations.destinations import other_queue
from conversations.events import Actor
from conversations.locks import one_transaction
from conversations.models import Agent, Conversation, Offer
from conversations.refusals import Refused
from conversations.reports import stay_of
from conversations.states import OfferKind
from conversations.transitions import consulting, handling, offering
from conversations.transitions.scene import Scene, about, enter_or_refuse
from desk.colleagues import check_target, supervisor_to_ask
from desk.commands import not_theirs, own_scene, refuse_stale


@one_transaction
def consult(
    agent: Agent,
    conversation_id: int,
    *,
    state_version: int,
    colleague: int | None = None,
    supervisor: int | None = None,
    text: str = "",
) -> Offer:
    """Ask an agent or a supervisor to help with an own conversation."""
    scene = own_scene(agent, conversation_id)
    with about(scene):
        refuse_stale(scene, state_version)
        asked: Agent | User
        if supervisor is not None:
            asked = supervisor_to_ask(supervisor, scene.conversation)
        else:
            asked = _known_agent(colleague or 0)
        offer = consulting.ask(scene, asked, by=Actor.agent(agent), text=text)
    offer.conversation = scene.conversation
    return offer


@one_transaction
def add_consultant(agent: Agent, conversation_id: int, user_id: int) -> Conversation:
    """Let a consultant into the chat; the customer is told."""
    scene = own_scene(agent, conversation_id)
    with about(scene):
        consulting.add(scene, _user(user_id), by=Actor.agent(agent))
    return scene.conversation


@one_transaction
def end_consult(agent: Agent, conversation_id: int, user_id: int) -> Conversation:
    """The primary needs this consultant no longer."""
    scene = own_scene(agent, conversation_id)
    with about(scene):
        consulting.end(scene, _user(user_id), by=Actor.agent(agent))
    return scene.conversation


@one_transaction
def leave(agent: Agent, conversation_id: int) -> None:
    """The consultant leaves; the primary is unaffected."""
    scene = enter_or_refuse(conversation_id, to_talk=True)
    if stay_of(conversation_id, agent.user) is None:
        raise not_theirs(agent, scene)
    consulting.end(scene, agent.user, by=Actor.agent(agent))


@one_transaction
def take_back(agent: Agent, offer_id: int) -> Offer:
    """An own call for help, or an own hand-over, before it was answered."""
    known = Offer.objects.filter(pk=offer_id, offered_by=agent.user_id).first()
    if known is None:
        raise Refused.not_found()
    scene = own_scene(agent, known.conversation_id)
    with about(scene):
        if known.kind == OfferKind.CONSULT:
            offer = consulting.withdraw(scene, offer_id, by=Actor.agent(agent))
        else:
            offer = _take_back_transfer(scene, offer_id, agent)
    offer.conversation = scene.conversation
    return offer


@one_transaction
def hand_over(
    agent: Agent,
    conversation_id: int,
    *,
    state_version: int,
    colleague: int,
    text: str = "",
) -> Offer:
    """Offer an own conversation to an agent of its queue; the first keeps it until
    that one accepts, and leaves then."""
    scene = own_scene(agent, conversation_id, agents=[colleague])
    with about(scene):
        refuse_stale(scene, state_version)
        target = scene.agents.get(colleague)
        if target is None:
            raise Refused("invalid", _("There is no such agent."))
        _refuse_elevated(scene.conversation)
        check_target(target, scene.conversation)
        offer = offering.hand_over(scene, target, by=Actor.agent(agent), text=text)
    offer.conversation = scene.conversation
    return offer


@one_transaction
def hand_over_to_queue(
    agent: Agent, conversation_id: int, *, state_version: int, queue: int
) -> Conversation:
    """Move an own conversation to another queue of its type, at once."""
    scene = own_scene(agent, conversation_id)
    with about(scene):
        refuse_stale(scene, state_version)
        target = other_queue(scene.conversation, queue)
        handling.hand_over_to_queue(scene, target, by=Actor.agent(agent))
    return scene.conversation


def _take_back_transfer(scene: Scene, offer_id: int, agent: Agent) -> Offer:
    offer = scene.conversation.offer
    if offer is None or offer.pk != offer_id:
        raise Refused(
            "offer_ended", _("This offer has ended; it can't be answered now.")
        )
    return offering.take_back(scene, by=Actor.agent(agent))


def _refuse_elevated(conversation: Conversation) -> None:
    if conversation.elevated:
        raise Refused(
            "elevated",
            _(
                "The conversation went on by voice or video; such a one can't be "
                "transferred."
            ),
        )


def _known_agent(pk: int) -> Agent:
    agents = Agent.objects.filter(pk=pk, user__is_active=True).select_related("user")
    found = agents.first()
    if found is None:
        raise Refused("invalid", _("There is no such agent."))
    return found


def _user(pk: int) -> User:
    user = User.objects.filter(pk=pk).first()
    if user is None:
        raise Refused("invalid", _("There is no such person."))
    return user
