"""Whom an agent may ask for help, and to whom they may hand a conversation over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypedDict

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts.roles import Role, roles_of
from conversations.board import agents_by_id
from conversations.destinations import QueueNamed, other_queues
from conversations.events import shown_name
from conversations.models import (
    Agent,
    Conversation,
    FloorSettings,
    Membership,
)
from conversations.presence import units_over
from conversations.refusals import Refused
from conversations.rows import AgentRow, SkillShown, agent_row, skills_asked
from conversations.states import ConsentMode, Presence

UNREACHABLE = frozenset({Presence.OFFLINE, Presence.INACTIVE})
"""Who cannot see an offer; who is away or busy with one thing may still be asked."""


class Colleague(TypedDict):
    id: int
    name: str
    presence: str
    presence_label: str
    presence_since: str | None
    used_units: int
    total_units: int
    units_over: int
    in_queue: bool
    eligible: bool
    consultable: bool
    code: str | None
    detail: str
    skills: list[SkillShown]
    match: int
    queues: list[str]


class Named(TypedDict):
    id: int
    name: str


class Colleagues(TypedDict):
    agents: list[Colleague]
    supervisors: list[Named]
    queues: list[QueueNamed]


def colleagues_of(agent: Agent, conversation: Conversation) -> Colleagues:
    """Agents who share a queue with this one or with the conversation, the queue's
    supervisors, and the other open queues of its type. Fit ones first."""
    queues = [conversation.queue_id, *agent.queues.values_list("pk", flat=True)]
    near = Agent.objects.filter(memberships__queue__in=queues, user__is_active=True)
    ids = set(near.exclude(pk=agent.pk).values_list("pk", flat=True))
    places = _queues_of(ids)
    shown = [_colleague(row, conversation, places) for row in agents_by_id(ids)]
    return {
        "agents": sorted(shown, key=_rank),
        "supervisors": _supervisors(agent, conversation),
        "queues": other_queues(conversation),
    }


def check_target(agent: Agent, conversation: Conversation) -> None:
    """Raises why the conversation cannot be handed over to this locked agent."""
    works_here = Membership.objects.filter(
        queue=conversation.queue_id, agent=agent, agent__user__is_active=True
    )
    if agent.pk == conversation.agent_id:
        raise Refused("invalid", _("This agent has the conversation already."))
    row = agent_row(agent, ())
    problem = _why_not(row, conversation, in_queue=works_here.exists())
    if problem is None:
        return
    code, detail = problem
    over = units_over(agent.used_units, agent.total_units, conversation.units)
    extra: dict[str, object] = (
        {"units_over": over} if code == "capacity_exceeded" else {}
    )
    raise Refused(code, detail, **extra)


def supervisor_to_ask(user_id: int, conversation: Conversation) -> User:
    """A supervisor of the conversation's queue; raises `setting_off`, `not_in_queue`,
    `consent_missing`.

    Reading along is monitoring: the same switch governs it, and the customer's consent
    (domain, section 3).
    """
    floor = FloorSettings.current()
    if not floor.supervisor_monitor:
        raise Refused(
            "setting_off",
            _("Supervisors cannot read along: Supervisor Monitor is switched off."),
            setting="Supervisor Monitor",
        )
    user = conversation.queue.supervisors.filter(pk=user_id, is_active=True).first()
    if user is None or not _is_person(user):
        raise Refused("not_in_queue", _("They do not supervise this queue."))
    if floor.consent_mode == ConsentMode.CONSENT and not conversation.consent_given:
        raise Refused(
            "consent_missing", _("The customer has not agreed to being monitored yet.")
        )
    return user


def _why_not(
    agent: AgentRow, conversation: Conversation, *, in_queue: bool
) -> tuple[str, str] | None:
    """Code and sentence; agents hand over without an override."""
    if not in_queue:
        return "not_in_queue", _("Works in other queues.")
    if agent["presence"] not in conversation.workstream.allowed_presences:
        return "presence_not_allowed", _("Takes no such work in this presence.")
    over = _over(agent, conversation)
    if over:
        sentence = _("Exceeds the capacity by %(over)d units.") % {"over": over}
        return "capacity_exceeded", sentence
    return None


def _over(agent: AgentRow, conversation: Conversation) -> int:
    return units_over(agent["used_units"], agent["total_units"], conversation.units)


def _colleague(
    row: AgentRow, conversation: Conversation, places: dict[int, list[Named]]
) -> Colleague:
    own = places[row["id"]]
    in_queue = any(place["id"] == conversation.queue_id for place in own)
    problem = _why_not(row, conversation, in_queue=in_queue)
    wanted = {skill["name"] for skill in skills_asked(conversation.skills)}
    code, detail = problem or (None, "")
    return {
        "id": row["id"],
        "name": row["name"],
        "presence": row["presence"],
        "presence_label": row["presence_label"],
        "presence_since": row["presence_since"],
        "used_units": row["used_units"],
        "total_units": row["total_units"],
        "units_over": _over(row, conversation),
        "in_queue": in_queue,
        "eligible": problem is None,
        "consultable": row["presence"] not in UNREACHABLE,
        "code": code,
        "detail": detail,
        "skills": row["skills"],
        "match": len(wanted & {skill["name"] for skill in row["skills"]}),
        "queues": [place["name"] for place in own],
    }


def _queues_of(agents: Iterable[int]) -> dict[int, list[Named]]:
    places: dict[int, list[Named]] = defaultdict(list)
    rows = Membership.objects.filter(agent__in=list(agents)).order_by("queue__name")
    for agent, pk, name in rows.values_list("agent", "queue", "queue__name"):
        places[agent].append({"id": pk, "name": name})
    return places


def _supervisors(agent: Agent, conversation: Conversation) -> list[Named]:
    if not FloorSettings.current().supervisor_monitor:
        return []
    users = conversation.queue.supervisors.filter(is_active=True)
    others = [user for user in users if user.pk != agent.user_id]
    return [
        {"id": user.pk, "name": shown_name(user)} for user in others if _is_person(user)
    ]


def _is_person(user: User) -> bool:
    """Machines may supervise too, but answer no call for help."""
    roles = roles_of(user)
    return Role.SUPERVISOR in roles and Role.API_ACCESS not in roles


def _rank(shown: Colleague) -> tuple[object, ...]:
    room = shown["total_units"] - shown["used_units"]
    return (
        not shown["eligible"],
        not shown["consultable"],
        -shown["match"],
        -room,
        shown["name"],
    )
