"""Queues with a workstream each, and who works and watches there."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db.models import Max

from accounts.roles import Role, role_group
from bench.plan import Places, Plan
from conversations.models import (
    Agent,
    Conversation,
    Customer,
    FloorSettings,
    Membership,
    Queue,
    Workstream,
)
from conversations.states import Channel, Method

BATCH = 2_000
QUEUES_OF_AN_AGENT = 4
UNITS = 10
CHANNELS = (
    Channel.LIVE_CHAT,
    Channel.WHATSAPP,
    Channel.LIVE_CHAT,
    Channel.SMS,
    Channel.VOICE,
    Channel.LIVE_CHAT,
    Channel.PERSISTENT_CHAT,
    Channel.RECORD,
)
METHODS = (
    Method.HIGHEST_CAPACITY,
    Method.MANUAL,
    Method.ADVANCED_ROUND_ROBIN,
    Method.LEAST_ACTIVE,
    Method.HIGHEST_CAPACITY,
)
POWERS = dict.fromkeys(
    ("supervisor_assign", "supervisor_transfer", "force_close"), True
)


def make_floor(plan: Plan) -> Places:
    """Queues with a workstream each, agents, supervisors and customers; supervisors may
    do everything."""
    FloorSettings.objects.update_or_create(pk=1, defaults=POWERS)
    queues = Queue.objects.bulk_create(_queue(number) for number in range(plan.queues))
    streams = Workstream.objects.bulk_create(
        _stream(number, queue) for number, queue in enumerate(queues)
    )
    agents = _agents(plan, queues)
    _supervisors(plan, queues)
    customers = Customer.objects.bulk_create(
        (_customer(number) for number in range(plan.customers)), BATCH
    )
    last = Conversation.objects.aggregate(last=Max("pk"))["last"] or 0
    return Places(
        queue=queues[0].pk,
        stream=streams[0].pk,
        agent=agents[0].pk,
        customer=customers[0].pk,
        conversation=last + 1,
    )


def _queue(number: int) -> Queue:
    return Queue(
        name=f"Bench queue {number}",
        type=_channel(number).kind,
        method=METHODS[number % len(METHODS)],
        priority=10 * (number % 7),
    )


def _channel(number: int) -> Channel:
    return CHANNELS[number % len(CHANNELS)]


def _stream(number: int, queue: Queue) -> Workstream:
    channel = _channel(number)
    return Workstream(
        name=f"Bench workstream {number}",
        channel=channel,
        queue=queue,
        units=UNITS,
        keep_same_agent=channel.is_asynchronous,
        active_close_seconds=30 * 24 * 60 * 60 if channel.is_asynchronous else None,
    )


def _agents(plan: Plan, queues: Sequence[Queue]) -> list[Agent]:
    users = _users("bench-agent", plan.agents, Role.AGENT)
    agents = Agent.objects.bulk_create(
        (
            Agent(user=user, name=f"Agent {number}", chosen_presence="")
            for number, user in enumerate(users)
        ),
        BATCH,
    )
    Membership.objects.bulk_create(
        (
            Membership(queue=queues[place], agent=agent)
            for number, agent in enumerate(agents)
            for place in places_of(number, len(queues))
        ),
        BATCH,
    )
    return agents


def places_of(number: int, queues: int) -> set[int]:
    """In which queues, by their numbers, an agent of this number works."""
    return {(number + 7 * step) % queues for step in range(QUEUES_OF_AN_AGENT)}


def _supervisors(plan: Plan, queues: Sequence[Queue]) -> None:
    """The first of them sees everything, each other one a third of the queues."""
    users = _users("bench-supervisor", plan.supervisors, Role.SUPERVISOR)
    for number, user in enumerate(users):
        seen = queues if number == 0 else queues[number % 3 :: 3]
        user.supervised_queues.set(seen)


def _customer(number: int) -> Customer:
    return Customer(name=f"Customer {number}", address=f"customer-{number}@example.org")


def _users(prefix: str, count: int, role: Role) -> list[User]:
    users = User.objects.bulk_create(
        (User(username=f"{prefix}-{number}", password="!") for number in range(count)),
        BATCH,
    )
    role_group(role).user_set.add(*users)
    return users
