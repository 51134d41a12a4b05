"""Routing once more, slow and plain, written from the text of the rules alone.

Nothing of `routing`, `router`, `queue_facts` or `explaining` is imported here: what
both say must be the same, or one of them misreads the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from conversations.models import (
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

LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass
class Person:
    """An agent, as the rules look at them."""

    pk: int
    presence: str
    chosen: str
    used: int
    total: int
    freed_at: datetime | None
    sessions: int = 0
    skills: dict[str, int] = field(default_factory=dict)

    def takes(self, units: int) -> None:
        """An offer takes units, and presence follows the load where nobody fixed it."""
        self.used += units
        self.sessions += 1
        if self.used > self.total:
            self.presence = "do_not_disturb"
        elif not self.chosen:
            self.presence = "do_not_disturb" if self.used == self.total else "busy"


@dataclass
class Member:
    person: Person
    joined: int
    offered_at: datetime | None


@dataclass
class Place:
    """A queue with its members and what waits in it, in the order of service."""

    pk: int
    name: str
    priority: int
    method: str
    is_closest: bool
    gives_out: bool
    members: list[Member] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


@dataclass
class Case:
    """A conversation that waits."""

    pk: int
    units: int
    skills: dict[str, int]
    presences: list[str]
    had_by: int | None
    said_no: Counter[int] = field(default_factory=Counter)
    paused: set[int] = field(default_factory=set)


@dataclass
class Finding:
    """Why each member gets it or not, in the order of choice; `whole` when nobody is
    asked at all."""

    case: int
    whole: str
    reasons: list[tuple[int, str]]

    @property
    def chosen(self) -> int | None:
        if self.whole or not self.reasons or self.reasons[0][1]:
            return None
        return self.reasons[0][0]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(why for _agent, why in self.reasons if why))


class Reference:
    """The floor at one moment, read in plain queries."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.limit = FloorSettings.current().declines_allowed
        self.people = self._people()
        self.places = self._places()
        self._let_wait()

    def offers(self) -> list[Finding]:
        """What one round of routing must offer, in order; the floor moves with it."""
        made = []
        for place in sorted(self.places.values(), key=lambda p: (p.priority, p.name)):
            while (found := self._first_that_suits(place)) is not None:
                made.append(found)
        return made

    def findings(self) -> Iterator[tuple[Place, Finding]]:
        """Why each that waits is where it is."""
        for place in self.places.values():
            for case in place.cases:
                yield place, self.look_at(place, case)

    def look_at(self, place: Place, case: Case) -> Finding:
        """One conversation and all members of its queue."""
        whys = {m.person.pk: self._why_not(place, case, m) for m in place.members}
        others = [m for m in place.members if not whys[m.person.pk]]
        for member in place.members:
            pk = member.person.pk
            if not whys[pk] and pk in case.paused:
                # Passed over while another candidate exists.
                free = [m for m in others if m.person.pk not in case.paused]
                whys[pk] = "paused" if free else ""
        ranked = sorted(
            place.members,
            key=lambda m: (whys[m.person.pk] != "", *self._rank(place, case, m)),
        )
        reasons = [(m.person.pk, whys[m.person.pk]) for m in ranked]
        return Finding(case.pk, self._whole(place, case), reasons)

    def _whole(self, place: Place, case: Case) -> str:
        if place.method == "manual":
            return "manual_queue"
        if not place.gives_out:
            return "queue_closed"
        if case.said_no.total() >= 100:
            return "too_many_declines"
        return "" if place.members else "nobody_in_queue"

    def _why_not(self, place: Place, case: Case, member: Member) -> str:
        person = member.person
        if person.presence == "offline" or person.presence not in case.presences:
            return "presence_not_allowed"
        if person.used + case.units > person.total:
            return "capacity_exceeded"
        if not place.is_closest and _missing(person, case):
            return "skills_missing"
        if case.said_no[person.pk] >= self.limit:
            return "decline_limit"
        return "session_limit" if person.sessions >= 10 else ""

    def _rank(self, place: Place, case: Case, member: Member) -> tuple[Any, ...]:
        person = member.person
        return (
            0 if person.pk == case.had_by else 1,
            _missing(person, case) if place.is_closest else 0,
            {
                "highest_capacity": person.used - person.total,
                "advanced_round_robin": 0,
                "least_active": (person.freed_at or LONG_AGO).timestamp(),
                "manual": member.joined,
            }[place.method],
            (member.offered_at or LONG_AGO).timestamp(),
            member.joined,
        )

    def _first_that_suits(self, place: Place) -> Finding | None:
        if place.method == "manual" or not place.gives_out:
            return None
        fruitless = set()
        for case in place.cases:
            asks = (case.units, tuple(sorted(case.skills.items())), *case.presences)
            if asks in fruitless:
                continue
            found = self.look_at(place, case)
            if found.chosen is not None:
                self._offer(place, case, found.chosen)
                return found
            if not case.said_no:
                fruitless.add(asks)
        return None

    def _offer(self, place: Place, case: Case, agent: int) -> None:
        place.cases.remove(case)
        self.people[agent].takes(case.units)
        for member in place.members:
            if member.person.pk == agent:
                member.offered_at = self.now

    def _people(self) -> dict[int, Person]:
        rows = Agent.objects.values_list(
            "pk",
            "presence",
            "chosen_presence",
            "used_units",
            "total_units",
            "freed_at",
        ).order_by()
        people = {row[0]: Person(*row) for row in rows}
        open_now = Session.objects.filter(closed_at=None, agent__isnull=False)
        counts = open_now.order_by().values_list("agent").annotate(Count("pk"))
        for agent, number in counts:
            people[agent].sessions = number
        for agent, name, level in AgentSkill.objects.values_list(
            "agent", "skill__name", "proficiency"
        ).order_by():
            people[agent].skills[name] = level
        return people

    def _places(self) -> dict[int, Place]:
        anyway = OverflowRule.objects.filter(
            trigger="out_of_hours", action="assign_anyway"
        ).values_list("queue", flat=True)
        though_closed = set(anyway)
        places = {
            pk: Place(
                pk,
                name,
                priority,
                method,
                match == "closest",
                is_open or pk in though_closed,
            )
            for pk, name, priority, method, match, is_open in Queue.objects.values_list(
                "pk", "name", "priority", "method", "skill_match", "is_open"
            )
        }
        for pk, queue, agent, offered_at in Membership.objects.filter(
            agent__user__is_active=True
        ).values_list("pk", "queue", "agent", "offered_at"):
            places[queue].members.append(Member(self.people[agent], pk, offered_at))
        return places

    def _let_wait(self) -> None:
        rows = Conversation.objects.filter(state="open").values_list(
            "at_front",
            "priority",
            "waiting_since",
            "pk",
            "queue",
            "units",
            "skills",
            "skills_waived",
            "workstream__allowed_presences",
            "workstream__keep_same_agent",
        )
        waiting = sorted(rows, key=lambda row: (not row[0], *row[1:4]))
        refused = self._refused({row[3] for row in waiting})
        had = _last_agents({row[3] for row in waiting if row[9]})
        for row in waiting:
            pk, queue, units, skills, waived, presences, _keeps = row[3:]
            asked = {} if waived else dict(map(_asked, skills))
            case = Case(pk, units, asked, presences, had.get(pk))
            for agent, is_paused in refused.get(pk, ()):
                case.said_no[agent] += 1
                if is_paused:
                    case.paused.add(agent)
            self.places[queue].cases.append(case)

    def _refused(self, waiting: set[int]) -> dict[int, list[tuple[int, bool]]]:
        refused: dict[int, list[tuple[int, bool]]] = {}
        rows = Offer.objects.filter(
            conversation__in=waiting, state__in=("declined", "timed_out")
        ).exclude(kind="consult")
        for pk, agent, kind, by, ended_at in rows.values_list(
            "conversation", "agent", "kind", "offered_by", "ended_at"
        ):
            just_now = ended_at is not None and self.now < ended_at + timedelta(
                minutes=1
            )
            paused = kind == "work" and by is not None and just_now
            refused.setdefault(pk, []).append((agent or 0, paused))
        return refused


def _missing(person: Person, case: Case) -> int:
    """Points of proficiency that are missing over all skills asked for."""
    return sum(
        max(least - person.skills.get(name, 0), 0)
        for name, least in case.skills.items()
    )


def _asked(skill: str | dict[str, Any]) -> tuple[str, int]:
    if isinstance(skill, str):
        return skill, 1
    return skill["name"], skill["proficiency"]


def _last_agents(waiting: set[int]) -> dict[int, int]:
    """Who had these last: the agent of the latest session that was accepted."""
    taken = Session.objects.filter(conversation__in=waiting, accepted_at__isnull=False)
    return dict(taken.order_by("pk").values_list("conversation", "agent"))
