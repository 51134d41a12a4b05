"""What a supervisor does: each command one short transaction (architecture, step 2)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts.roles import Role, has_role
from conversations.destinations import other_queue
from conversations.events import Actor
from conversations.locks import one_transaction
from conversations.models import Conversation, Message, Offer, Participant
from conversations.refusals import Refused
from conversations.reports import stay_of
from conversations.states import Mode, Visibility
from conversations.transitions import handling, offering, supervising
from conversations.transitions.scene import Scene, about, enter
from supervisor.looking import in_scope
from supervisor.permission import refuse_watching, scene_for
from supervisor.rules import Action
from supervisor.scope import supervised_queues
from supervisor.targets import check_target, problems_of


@dataclass(frozen=True, slots=True)
class Moved:
    """A conversation that left the caller's scope is only said to be gone."""

    conversation: Conversation
    in_scope: bool = True
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a supervisor has chosen, seeing which version, and why."""

    state_version: int
    agent: int
    override: bool = False
    reason: str = ""


@one_transaction
def assign_to_agent(
    user: User,
    conversation_id: int,
    *,
    state_version: int,
    agent: int,
    override: bool = False,
    reason: str = "",
) -> Moved:
    """Offer an open conversation to an agent of its queue (domain, Assign)."""
    choice = Choice(state_version, agent, override, reason)
    return _offer(user, conversation_id, Action.ASSIGN, choice)


@one_transaction
def assign_to_queue(
    user: User,
    conversation_id: int,
    *,
    state_version: int,
    queue: int,
    reason: str = "",
) -> Moved:
    """Move an open conversation to another queue of its type."""
    scene = scene_for(user, conversation_id, Action.ASSIGN, state_version=state_version)
    target = other_queue(scene.conversation, queue)
    supervising.assign_to_queue(scene, target, by=Actor.supervisor(user), reason=reason)
    return Moved(scene.conversation, in_scope=target.pk in supervised_queues(user))


@one_transaction
def transfer(
    user: User,
    conversation_id: int,
    *,
    state_version: int,
    agent: int,
    override: bool = False,
    reason: str = "",
) -> Moved:
    """Offer somebody's conversation to another agent of its queue."""
    choice = Choice(state_version, agent, override, reason)
    return _offer(user, conversation_id, Action.TRANSFER, choice)


@one_transaction
def force_close(
    user: User, conversation_id: int, *, state_version: int, reason: str = ""
) -> Conversation:
    """End a conversation at once, from any state."""
    scene = scene_for(
        user, conversation_id, Action.FORCE_CLOSE, state_version=state_version
    )
    _demand_reason(scene, reason, needed=True)
    supervising.force_close(scene, by=Actor.supervisor(user), reason=reason)
    return scene.conversation


@one_transaction
def monitor(user: User, conversation_id: int, *, state_version: int) -> Conversation:
    """Watch unseen; starting twice is one monitoring."""
    scene = scene_for(
        user, conversation_id, Action.MONITOR, state_version=state_version
    )
    if not supervising.start_monitoring(scene, user):
        _see(scene, user)
    return scene.conversation


@one_transaction
def join(user: User, conversation_id: int, *, state_version: int) -> Conversation:
    """Come in as a consultant; agent and customer are told."""
    scene = scene_for(user, conversation_id, Action.JOIN, state_version=state_version)
    supervising.join(scene, user)
    return scene.conversation


@one_transaction
def stop_monitoring(user: User, conversation_id: int) -> Conversation:
    """Leave altogether."""
    scene = _own_watch(user, conversation_id)
    if not supervising.stop_watching(scene, user):
        raise _not_monitoring(scene)
    return scene.conversation


@one_transaction
def leave(user: User, conversation_id: int) -> Conversation:
    """Step out after a join and go on monitoring."""
    scene = _own_watch(user, conversation_id)
    if not supervising.leave(scene, user):
        raise _not_monitoring(scene)
    return scene.conversation


@one_transaction
def write(
    user: User,
    conversation_id: int,
    *,
    text: str,
    visibility: Visibility,
    client_id: str = "",
) -> Message:
    """Say something as whoever one is in the conversation; raises `not_participant`.

    A supervisor who only monitors can send nothing but a whisper (domain, section 3).
    """
    scene = enter(conversation_id, to_talk=True)
    stay = None if scene is None else stay_of(conversation_id, user)
    if scene is None or stay is None:
        raise _no_part(user, scene)
    if stay.is_supervising:
        refuse_watching(user, scene.conversation)
    if visibility is Visibility.PUBLIC:
        _refuse_public(stay)
    with about(scene):
        return handling.write(
            scene,
            user,
            text,
            visibility=visibility,
            by=_writer(user, stay),
            client_id=client_id,
        )


def _refuse_public(stay: Participant) -> None:
    if stay.mode == Mode.MONITOR:
        raise Refused(
            "not_participant",
            _("You only monitor; join the conversation to write to the customer."),
        )
    if not stay.is_added:
        raise Refused(
            "not_participant",
            _("You only read along; the agent has not added you to the chat yet."),
        )


@one_transaction
def raise_hand(user: User, conversation_id: int, text: str) -> Conversation:
    """The agent who has the conversation asks its supervisors for help."""
    scene, by = _hand_scene(user, conversation_id)
    with about(scene):
        if by.kind != "agent":
            raise Refused("not_participant", _("Only its agent raises a hand for it."))
        handling.raise_hand(scene, text, by=by)
    return scene.conversation


@one_transaction
def lower_hand(user: User, conversation_id: int) -> Conversation:
    """Its agent needs no help any more, or a supervisor has seen to it."""
    scene, by = _hand_scene(user, conversation_id)
    handling.lower_hand(scene, by=by)
    return scene.conversation


def _hand_scene(user: User, conversation_id: int) -> tuple[Scene, Actor]:
    scene = enter(conversation_id)
    if scene is None:
        raise Refused.not_found()
    agent = scene.primary
    if agent is not None and agent.user_id == user.pk and has_role(user, Role.AGENT):
        return scene, Actor.agent(agent)
    if in_scope(user, scene.conversation):
        return scene, Actor.supervisor(user)
    raise Refused.not_found()


def _offer(user: User, conversation_id: int, action: Action, choice: Choice) -> Moved:
    scene = scene_for(
        user,
        conversation_id,
        action,
        state_version=choice.state_version,
        agents=[choice.agent],
    )
    target = check_target(scene, choice.agent, action, override=choice.override)
    overridden = choice.override and _needs_override(scene, choice.agent)
    # Who assigns to somebody free need not say why; who moves a conversation must.
    needed = overridden or action is Action.TRANSFER
    _demand_reason(scene, choice.reason, needed=needed)
    make = offering.offer_work if action is Action.ASSIGN else offering.offer_transfer
    offer = make(
        scene,
        target,
        by=Actor.supervisor(user),
        overridden=overridden,
        reason=choice.reason,
    )
    return Moved(scene.conversation, offer=offer)


def _needs_override(scene: Scene, agent_id: int) -> bool:
    return bool(problems_of(scene.agents[agent_id], scene.conversation))


def _demand_reason(scene: Scene, reason: str, *, needed: bool) -> None:
    if needed and scene.settings.reason_mandatory and not reason.strip():
        raise Refused("reason_required", _("Say why; the reason is mandatory here."))


def _see(scene: Scene, user: User) -> None:
    stay = stay_of(scene.conversation.pk, user)
    if stay is not None:
        supervising.see([stay.pk], scene.now)


def _own_watch(user: User, conversation_id: int) -> Scene:
    scene = enter(conversation_id)
    if scene is None or not _may_know(user, scene):
        raise Refused.not_found()
    return scene


def _may_know(user: User, scene: Scene) -> bool:
    takes_part = stay_of(scene.conversation.pk, user) is not None
    return takes_part or in_scope(user, scene.conversation)


def _not_monitoring(scene: Scene) -> Refused:
    refused = Refused("not_monitoring", _("You are not in this conversation."))
    return refused.about(conversation=scene.conversation.pk)


def _no_part(user: User, scene: Scene | None) -> Refused:
    if scene is None or not _may_know(user, scene):
        return Refused.not_found()
    return Refused("not_participant", _("You take no part in this conversation."))


def _writer(user: User, stay: Participant) -> Actor:
    kind = "supervisor" if stay.is_supervising else "agent"
    return Actor(kind, user, stay.name)
