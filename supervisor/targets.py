"""The tenth gate: who may be chosen for an assignment or a transfer, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from django.utils.translation import gettext as _

from conversations.models import Agent, Conversation, Membership
from conversations.presence import units_over
from conversations.refusals import Refused
from conversations.rows import SkillShown, skills_asked
from conversations.transitions.scene import Scene
from supervisor.rules import Action


class CandidateShown(TypedDict):
    id: int
    name: str
    presence: str
    presence_label: str
    presence_since: str | None
    presence_set_by: str
    used_units: int
    total_units: int
    units_over: int
    eligible: bool
    possible: bool
    code: str | None
    detail: str
    skills: list[SkillShown]
    match: int


def problems_of(agent: Agent, conversation: Conversation) -> dict[str, str]:
    """What an override would have to set aside: code -> sentence, gravest first."""
    problems = {}
    if agent.presence not in conversation.workstream.allowed_presences:
        problems["presence_not_allowed"] = _(
            "%(agent)s's presence is not one that takes such work."
        ) % {"agent": agent.name}
    over = units_over(agent.used_units, agent.total_units, conversation.units)
    if over:
        problems["capacity_exceeded"] = _(
            "Needs %(needed)d units, %(agent)s has %(left)d left: exceeds by %(over)d."
        ) % {
            "needed": conversation.units,
            "agent": agent.name,
            "left": agent.remaining_units,
            "over": over,
        }
    return problems


OVERRIDABLE: Mapping[Action, frozenset[str]] = {
    Action.ASSIGN: frozenset({"presence_not_allowed", "capacity_exceeded"}),
    Action.TRANSFER: frozenset({"capacity_exceeded"}),
}
"""What an explicit override sets aside: a transfer always needs an allowed presence
(domain, section 3, Transfer)."""


def check_target(
    scene: Scene, agent_id: int, action: Action, *, override: bool
) -> Agent:
    """The locked agent, fit to be offered this conversation.

    Raises `not_in_queue`, and `presence_not_allowed` and `capacity_exceeded` (with
    `units_over`) where `override` does not set them aside.
    """
    conversation = scene.conversation
    agent = scene.agents.get(agent_id)
    member = Membership.objects.filter(
        queue=conversation.queue_id, agent=agent_id, agent__user__is_active=True
    )
    if agent is None or not member.exists():
        raise Refused(
            "not_in_queue", _("This agent does not work in the conversation's queue.")
        )
    if agent.pk == conversation.agent_id:
        raise Refused("invalid", _("This agent has the conversation already."))
    _refuse_problems(
        agent, conversation, OVERRIDABLE[action] if override else frozenset()
    )
    return agent


def candidate_shown(
    agent: Agent,
    conversation: Conversation,
    action: Action,
    skills: list[SkillShown],
    since: str | None,
) -> CandidateShown:
    """One line of the assign and transfer dialogs; `possible` with an override."""
    problems = problems_of(agent, conversation)
    taken = agent.pk == conversation.agent_id
    fit = agent.user.is_active and not taken
    possible = fit and problems.keys() <= OVERRIDABLE[action]
    code, detail = next(iter(problems.items()), (None, ""))
    if not fit:
        code, detail = _impossible(taken)
    return {
        "id": agent.pk,
        "name": agent.name,
        "presence": agent.presence,
        "presence_label": agent.presence_label,
        "presence_since": since,
        "presence_set_by": agent.presence_set_by,
        "used_units": agent.used_units,
        "total_units": agent.total_units,
        "units_over": units_over(
            agent.used_units, agent.total_units, conversation.units
        ),
        "eligible": fit and not problems,
        "possible": possible,
        "code": code,
        "detail": detail,
        "skills": skills,
        "match": _match(conversation, skills),
    }


def _refuse_problems(
    agent: Agent, conversation: Conversation, set_aside: frozenset[str]
) -> None:
    for code, detail in problems_of(agent, conversation).items():
        if code in set_aside:
            continue
        over = units_over(agent.used_units, agent.total_units, conversation.units)
        extra: dict[str, object] = (
            {"units_over": over} if code == "capacity_exceeded" else {}
        )
        raise Refused(code, detail, **extra).about(conversation=conversation.pk)


def _impossible(taken: bool) -> tuple[str, str]:
    if taken:
        return "invalid", _("Has the conversation already.")
    return "not_in_queue", _("The account is switched off.")


def _match(conversation: Conversation, skills: list[SkillShown]) -> int:
    wanted = {skill["name"] for skill in skills_asked(conversation.skills)}
    return len(wanted & {skill["name"] for skill in skills})
