"""`manage.py setup_demo`: the demo floor, loaded once; what is there already stays, and
what newer versions bring is added once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

from accounts.demo import STEPS
from accounts.models import DemoAccount
from accounts.roles import Role, role_group
from conversations import moments
from conversations.events import SYSTEM, Kind
from conversations.locks import one_transaction
from conversations.models import (
    Agent,
    Event,
    FloorSettings,
    OperatingHours,
    OverflowRule,
    PresenceLabel,
    Queue,
    Workstream,
)
from conversations.states import (
    ConsentMode,
    Method,
    OverflowAction,
    OverflowTrigger,
)
from conversations.transitions import configuring, staffing, wording
from supervisor.demo import (
    HOURS,
    LABELS,
    OVERFLOW,
    PASSWORD,
    PEOPLE,
    QUEUES,
    WORKSTREAMS,
    Person,
    QueuePlan,
)


class Command(BaseCommand):
    help = "Loads the demo floor: queues, people, words, a chat site; safe to repeat."

    def handle(self, *args: object, **options: object) -> None:
        """Says how many users are new."""
        made = load()
        for step in STEPS:
            step()
        if options["verbosity"]:
            self.stdout.write(f"Demo floor: {made} users added." if made else _READY)


_READY = "Demo floor: already there."


def load() -> int:
    """Add what is missing; answers how many users were added.

    A name that somebody else uses already is left alone: it is not made a demo user.
    """
    missing = _missing()
    if missing:
        _add(missing, make_password(PASSWORD))
    if not _is_arranged():
        _arrange()
    return len(missing)


def _is_arranged() -> bool:
    """Whether there are or ever were hours: then the house has its own arrangements."""
    return (
        OperatingHours.objects.exists()
        or Event.objects.filter(kind=Kind.HOURS_CHANGED).exists()
    )


@one_transaction
def _arrange() -> None:
    """Hours, overflow, labels, and how queues give out work; a demo floor of an older
    version has none of it."""
    queues = {queue.name: queue for queue in Queue.objects.all()}
    hours = dict(_add_hours())
    for plan in QUEUES:
        if plan.name in queues:
            _arrange_queue(queues[plan.name], plan, hours)
    for name, base in LABELS.items():
        if not PresenceLabel.objects.filter(name=name).exists():
            label = PresenceLabel(name=name, base=base)
            wording.save_presence_label(label, by=SYSTEM)


def _add_hours() -> Iterator[tuple[str, OperatingHours]]:
    """Queue -> the hours that it keeps."""
    for plan in HOURS:
        week = [[list(span) for span in day] for day in plan.week]
        hours = OperatingHours(name=plan.name, time_zone=plan.time_zone, week=week)
        configuring.save_hours(hours, by=SYSTEM)
        yield from ((queue, hours) for queue in plan.queues)


def _arrange_queue(
    queue: Queue, plan: QueuePlan, hours: Mapping[str, OperatingHours]
) -> None:
    if queue.method == Method.HIGHEST_CAPACITY:
        queue.method = plan.method
    queue.skill_match, queue.hours = plan.skill_match, hours.get(plan.name)
    configuring.save_queue(queue, by=SYSTEM)
    if plan.name in OVERFLOW:
        rule = OverflowRule(
            trigger=OverflowTrigger.WAITING_TIME,
            limit=OVERFLOW[plan.name],
            action=OverflowAction.ASSIGN_ANYWAY,
        )
        configuring.save_overflow(queue, [rule], by=SYSTEM)


def _missing() -> list[Person]:
    names = [person.username for person in PEOPLE]
    known = User.objects.filter(username__in=names).values_list("username", flat=True)
    present = set(known)
    return [person for person in PEOPLE if person.username not in present]


@one_transaction
def _add(missing: list[Person], password: str) -> None:
    now = moments.now()
    if not DemoAccount.objects.exists():
        _add_settings()
    queues = _add_queues(now)
    _add_workstreams(queues)
    users = _add_users(missing, password)
    agents = _add_agents(missing, users, now)
    _staff(queues, missing, users, agents)


def _add_settings() -> None:
    """All powers are on, so that everything can be tried (domain, section 4)."""
    floor = FloorSettings.current()
    floor.supervisor_monitor = floor.supervisor_assign = True
    floor.supervisor_transfer = floor.force_close = True
    floor.consent_mode = ConsentMode.NOTICE
    configuring.save_settings(floor, by=SYSTEM)


def _add_queues(now: datetime) -> dict[str, Queue]:
    queues = {queue.name: queue for queue in Queue.objects.all()}
    for plan in QUEUES:
        if plan.name not in queues:
            queue = Queue(**asdict(plan))
            queues[plan.name] = configuring.add_queue(queue, by=SYSTEM, now=now)
    return queues


def _add_workstreams(queues: dict[str, Queue]) -> None:
    known = set(Workstream.objects.values_list("name", flat=True))
    for plan in WORKSTREAMS:
        if plan.name not in known:
            fields = asdict(plan) | {"queue": queues[plan.queue]}
            configuring.save_workstream(Workstream(**fields), by=SYSTEM)


def _add_users(missing: list[Person], password: str) -> dict[str, User]:
    """Everybody gets the same hash: making a hundred of them would take a minute."""
    User.objects.bulk_create(_user(person, password) for person in missing)
    names = [person.username for person in missing]
    users = {user.username: user for user in User.objects.filter(username__in=names)}
    DemoAccount.objects.bulk_create(DemoAccount(user=user) for user in users.values())
    for role in Role:
        holders = [users[one.username] for one in missing if role in one.roles]
        role_group(role).user_set.add(*holders)
    return users


def _user(person: Person, password: str) -> User:
    return User(
        username=person.username,
        first_name=person.first_name,
        last_name=person.last_name,
        password=password,
        is_staff=person.is_superuser,
        is_superuser=person.is_superuser,
    )


def _add_agents(
    missing: list[Person], users: dict[str, User], now: datetime
) -> dict[str, Agent]:
    return {
        person.username: _add_agent(person, users[person.username], now)
        for person in missing
        if person.units
    }


def _add_agent(person: Person, user: User, now: datetime) -> Agent:
    agent = staffing.add_agent(
        user, name=person.name, total_units=person.units, by=SYSTEM, now=now
    )
    scene = staffing.enter_agent(agent.pk)
    staffing.set_skills(scene, person.skills, by=SYSTEM)
    return agent


def _staff(
    queues: dict[str, Queue],
    missing: list[Person],
    users: dict[str, User],
    agents: dict[str, Agent],
) -> None:
    """Give the new people to their queues beside those who are there already."""
    for name in {name for person in missing for name in person.queues}:
        queue = queues[name]
        here = [person.username for person in missing if name in person.queues]
        members = {agents[each].pk for each in here if each in agents}
        watchers = {users[each].pk for each in here if each not in agents}
        configuring.save_queue(
            queue,
            by=SYSTEM,
            agents=members.union(queue.agents.values_list("pk", flat=True)),
            supervisors=watchers.union(queue.supervisors.values_list("pk", flat=True)),
        )
