"""What routing knows of a queue: what waits, who works there, and who said no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from conversations.models import (
    ONGOING,
    Agent,
    AgentSkill,
    Conversation,
    FloorSettings,
    Membership,
    Offer,
    OverflowRule,
    Queue,
    Session,
)
from conversations.routing import PAUSE_AFTER_DECLINE, Candidate, Work, asked_for
from conversations.states import (
    OfferKind,
    OfferState,
    OverflowAction,
    OverflowTrigger,
    Presence,
    State,
)

_ROUTED_THOUGH_CLOSED = OverflowRule.objects.filter(
    trigger=OverflowTrigger.OUT_OF_HOURS, action=OverflowAction.ASSIGN_ANYWAY
)


ROUTES_NOW = Q(is_open=True) | Exists(
    _ROUTED_THOUGH_CLOSED.filter(queue=OuterRef("pk"))
)
"""Of queues: open, or with a rule that says to assign anyway."""


def is_closed(queue: Queue) -> bool:
    """Whether the queue offers nothing now, whoever has room."""
    return not queue.is_open and not _ROUTED_THOUGH_CLOSED.filter(queue=queue).exists()


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often each agent said no to a conversation, and who is paused for it."""

    counts: Counter[tuple[int, int]] = field(default_factory=Counter)
    totals: Counter[int] = field(default_factory=Counter)
    paused: frozenset[tuple[int, int]] = frozenset()

    def counted(self, conversation_id: int, work: Work) -> Work:
        """The same work with everybody's answers of no."""
        total = self.totals[conversation_id]
        return replace(work, declines=total) if total else work

    def seen_by(
        self, conversation_id: int, members: Iterable[Candidate]
    ) -> list[Candidate]:
        """The same members, each with what they said to this conversation."""
        if conversation_id not in self.totals:
            return list(members)
        return [
            self._with(member, (conversation_id, member.agent)) for member in members
        ]

    def _with(self, member: Candidate, pair: tuple[int, int]) -> Candidate:
        if pair not in self.counts:
            return member
        return replace(member, declines=self.counts[pair], paused=pair in self.paused)


def waiting_in(queue: Queue) -> QuerySet[Conversation]:
    """What waits in the queue, in the order in which it is served: the front, then
    the priority, then the oldest."""
    waiting = Conversation.objects.filter(ONGOING, queue=queue, state=State.OPEN)
    return waiting.order_by("-at_front", "priority", "waiting_since", "pk")


def works_of(
    queue: Queue,
    waiting: QuerySet[Conversation],
    *,
    start: int = 0,
    stop: int | None = None,
) -> dict[int, Work]:
    """What each of these asks for, in their order, everybody's declines apart."""
    declines_allowed = FloorSettings.current().declines_allowed
    rows = waiting.annotate(same_agent=_KEPT_AGENT).values_list(
        "pk",
        "units",
        "skills",
        "skills_waived",
        "workstream__allowed_presences",
        "same_agent",
    )
    return {
        pk: Work(
            units=units,
            # Nobody who is not there is offered anything, whatever a workstream says.
            allowed_presences=frozenset(presences) - {Presence.OFFLINE},
            skills={} if waived else asked_for(skills),
            skill_match=queue.skill_match,
            declines_allowed=declines_allowed,
            same_agent=same_agent,
        )
        for pk, units, skills, waived, presences, same_agent in rows[start:stop]
    }


def members_of(
    queue: Queue, *, agent: Agent | None = None, with_skills: bool = True
) -> list[Candidate]:
    """Everybody who works in the queue and may log in, or this agent alone."""
    members = Membership.objects.filter(queue=queue, agent__user__is_active=True)
    if agent is not None:
        members = members.filter(agent=agent)
    rows = (
        members.annotate(
            remaining=F("agent__total_units") - F("agent__used_units"),
            open_sessions=Coalesce(_OPEN_SESSIONS, Value(0)),
        )
        .order_by("pk")
        .values_list(
            "agent",
            "agent__presence",
            "remaining",
            "open_sessions",
            "offered_at",
            "agent__freed_at",
            "pk",
        )
    )
    skills = _skills(queue) if with_skills else {}
    return [
        Candidate(
            pk,
            presence,
            remaining,
            open_sessions,
            skills=skills.get(pk, {}),
            offered_at=offered_at,
            freed_at=freed_at,
            membership=membership,
        )
        for (
            pk,
            presence,
            remaining,
            open_sessions,
            offered_at,
            freed_at,
            membership,
        ) in rows
    ]


def refusals_of(waiting: Iterable[int], now: datetime) -> Refusals:
    """Who let these conversations go by; a consult is no work and does not count."""
    refusals = Refusals()
    paused = set()
    ended = Offer.objects.filter(
        conversation__in=list(waiting),
        state__in=(OfferState.DECLINED, OfferState.TIMED_OUT),
    ).exclude(kind=OfferKind.CONSULT)
    for conversation_id, agent_id, kind, offered_by, ended_at in ended.values_list(
        "conversation_id", "agent_id", "kind", "offered_by_id", "ended_at"
    ):
        pair = (conversation_id, agent_id or 0)
        refusals.counts[pair] += 1
        refusals.totals[conversation_id] += 1
        assigned = kind == OfferKind.WORK and offered_by is not None
        if assigned and ended_at and now - ended_at < _PAUSE:
            paused.add(pair)
    return replace(refusals, paused=frozenset(paused))


_PAUSE = timedelta(seconds=PAUSE_AFTER_DECLINE)

_OPEN_SESSIONS = Subquery(
    Session.objects.filter(agent=OuterRef("agent"), closed_at__isnull=True)
    .order_by()
    .values("agent")
    .annotate(number=Count("pk"))
    .values("number"),
    output_field=IntegerField(),
)

_KEPT_AGENT = Case(
    When(
        workstream__keep_same_agent=True,
        then=Subquery(
            Session.objects.filter(
                conversation=OuterRef("pk"), accepted_at__isnull=False
            )
            .order_by("-pk")
            .values("agent")[:1]
        ),
    )
)
"""Who had the conversation last, where its workstream keeps the same agent."""


def _skills(queue: Queue) -> dict[int, dict[str, int]]:
    skills: dict[int, dict[str, int]] = {}
    own = AgentSkill.objects.filter(agent__memberships__queue=queue)
    for agent, name, level in own.values_list("agent", "skill__name", "proficiency"):
        skills.setdefault(agent, {})[name] = level
    return skills
