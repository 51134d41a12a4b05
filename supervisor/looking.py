"""Fetches conversations and agents as this viewer may see them; else not found."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts.roles import Role, has_role
from conversations import moments
from conversations.board import agents_by_id
from conversations.models import Agent, Conversation
from conversations.refusals import Refused
from conversations.reports import stay_of
from conversations.rows import CONVERSATION_JOINS
from conversations.states import Mode, Presence
from conversations.transitions import supervising
from conversations.viewers import Viewer
from supervisor.permission import refuse_watching
from supervisor.rules import Action
from supervisor.scope import agents_in_scope, supervised_queues
from supervisor.targets import CandidateShown, candidate_shown


def look_at(user: User, pk: int) -> tuple[Conversation, Viewer]:
    """The conversation, and as what `user` sees it. Raises `not_found`."""
    joins = (*CONVERSATION_JOINS, "queue", "agent")
    conversation = Conversation.objects.select_related(*joins).filter(pk=pk).first()
    if conversation is None:
        raise Refused.not_found()
    if in_scope(user, conversation):
        return conversation, Viewer.SUPERVISOR
    if _handles(user, conversation):
        return conversation, Viewer.AGENT
    raise Refused.not_found()


def in_scope(user: User, conversation: Conversation) -> bool:
    """Whether the user supervises the conversation's queue, as a supervisor."""
    supervised = conversation.queue_id in supervised_queues(user)
    return supervised and has_role(user, Role.SUPERVISOR)


def read_transcript(user: User, pk: int) -> tuple[Conversation, Viewer]:
    """The same for customers' words: only who takes part or monitors may read them.

    Raises `not_participant` for a supervisor in scope who does not monitor it.
    """
    conversation, viewer = look_at(user, pk)
    stay = stay_of(conversation.pk, user)
    if stay is None and _is_primary(user, conversation):
        return conversation, Viewer.AGENT
    if stay is None:
        raise Refused("not_participant", _("Monitor the conversation to read it."))
    if stay.is_supervising:
        refuse_watching(user, conversation)
        supervising.see([stay.pk], moments.now())
    return conversation, viewer


def candidates_for(conversation: Conversation, action: Action) -> list[CandidateShown]:
    """Every member of the queue: eligible first, who is there before who is not, best
    match and most room first."""
    members = Agent.objects.filter(memberships__queue=conversation.queue_id)
    by_id = {agent.pk: agent for agent in members.select_related("user")}
    shown = [
        candidate_shown(
            by_id[row["id"]],
            conversation,
            action,
            row["skills"],
            row["presence_since"],
        )
        for row in agents_by_id(by_id)
    ]
    return sorted(shown, key=_rank)


def agent_in_sight(user: User, pk: int) -> tuple[Agent, bool]:
    """The agent, and whether `user` sees them as their supervisor."""
    agent = Agent.objects.filter(pk=pk).first()
    if agent is None:
        raise Refused.not_found()
    supervises = has_role(user, Role.SUPERVISOR) and (
        agents_in_scope(supervised_queues(user)).filter(pk=pk).exists()
    )
    own = agent.user_id == user.pk and has_role(user, Role.AGENT)
    if not supervises and not own:
        raise Refused.not_found()
    return agent, supervises


def _handles(user: User, conversation: Conversation) -> bool:
    offer = conversation.offer
    target = None if offer is None else offer.agent
    offered = target is not None and target.user_id == user.pk
    stay = stay_of(conversation.pk, user)
    present = stay is not None and stay.mode != Mode.MONITOR
    return offered or present or _is_primary(user, conversation)


def _is_primary(user: User, conversation: Conversation) -> bool:
    """Nobody sits in a waiting conversation, but it still is its agent's."""
    return conversation.agent is not None and conversation.agent.user_id == user.pk


def _rank(shown: CandidateShown) -> tuple[object, ...]:
    room = shown["total_units"] - shown["used_units"]
    return (
        not shown["eligible"],
        not shown["possible"],
        shown["presence"] == Presence.OFFLINE,
        shown["units_over"],
        -shown["match"],
        -room,
        shown["name"],
    )
