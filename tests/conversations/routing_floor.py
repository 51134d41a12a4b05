"""The queues and workstreams of the simulated day: every method, match and overflow."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from conversations.events import SYSTEM
from conversations.models import OperatingHours, OverflowRule, Queue, Workstream
from conversations.states import Channel, ChannelKind, Method, SkillMatch
from conversations.transitions import configuring
from tests import building

SKILLS = ("Danish", "German", "Refunds", "Cars")

WEEK = [[["07:00", "12:00"], ["12:30", "17:00"]]] * 5 + [[], []]
EVENING = [[["06:00", "09:00"], ["15:00", "24:00"]]] * 7

# Name, type, method, priority, further fields, hours, overflow rules.
QUEUES: list[tuple[str, str, str, int, dict[str, Any], Any, list[dict[str, Any]]]] = [
    ("Phone", "voice", Method.LEAST_ACTIVE, 10, {}, None, []),
    (
        "Support",
        "messaging",
        Method.HIGHEST_CAPACITY,
        40,
        {},
        None,
        [{"trigger": "waiting_time", "action": "assign_anyway", "limit": 600}],
    ),
    (
        "Sales",
        "messaging",
        Method.ADVANCED_ROUND_ROBIN,
        40,
        {"skill_match": SkillMatch.CLOSEST},
        None,
        [{"trigger": "work_item_limit", "action": "transfer", "limit": 12}],
    ),
    (
        "Billing",
        "messaging",
        Method.HIGHEST_CAPACITY,
        60,
        {"skill_match": SkillMatch.CLOSEST},
        WEEK,
        [{"trigger": "out_of_hours", "action": "end", "message": "Closed."}],
    ),
    (
        "Club",
        "messaging",
        Method.LEAST_ACTIVE,
        80,
        {},
        WEEK,
        [{"trigger": "out_of_hours", "action": "assign_anyway"}],
    ),
    (
        "Evening",
        "messaging",
        Method.ADVANCED_ROUND_ROBIN,
        90,
        {},
        EVENING,
        [{"trigger": "waiting_time", "action": "transfer", "limit": 900}],
    ),
    ("Care", "messaging", Method.MANUAL, 20, {}, None, []),
    ("Cases", "record", Method.HIGHEST_CAPACITY, 120, {}, None, []),
]

# Channel, queue, units, share of all, presences, further fields.
STREAMS: list[tuple[Channel, str, int, int, list[str], dict[str, Any]]] = [
    (Channel.VOICE, "Phone", 40, 10, ["available"], {}),
    (Channel.LIVE_CHAT, "Support", 15, 25, ["available", "busy"], {}),
    (Channel.SMS, "Support", 10, 10, ["available", "busy"], {"keep_same_agent": True}),
    (Channel.WHATSAPP, "Sales", 10, 15, ["available", "busy", "away"], {}),
    (Channel.LIVE_CHAT, "Billing", 20, 15, ["available", "busy"], {}),
    (Channel.MESSENGER, "Club", 10, 8, ["available", "busy"], {}),
    (Channel.SMS, "Evening", 20, 5, ["available"], {"keep_same_agent": True}),
    (Channel.LIVE_CHAT, "Care", 20, 4, ["available", "busy"], {}),
    (Channel.RECORD, "Cases", 3, 8, ["available", "busy"], {}),
]


def queues() -> dict[str, Queue]:
    """The queues by name, with their hours and overflow rules."""
    made: dict[str, Queue] = {}
    for name, kind, method, priority, fields, week, _rules in QUEUES:
        hours = week and OperatingHours.objects.create(
            name=name, time_zone="Europe/Copenhagen", week=week
        )
        made[name] = building.a_queue(
            name,
            kind=ChannelKind(kind),
            method=Method(method),
            priority=priority,
            hours=hours or None,
            **fields,
        )
    for name, *_facts, rules in QUEUES:
        target = made["Support"]
        wanted = [
            OverflowRule(
                target=target if rule["action"] == "transfer" else None, **rule
            )
            for rule in rules
        ]
        with transaction.atomic():
            configuring.save_overflow(made[name], wanted, by=SYSTEM)
    return made


def streams(queues: dict[str, Queue]) -> list[tuple[Workstream, int]]:
    """The workstreams, each with its share of all that comes."""
    return [
        (
            building.a_workstream(
                channel,
                queue=queues[queue],
                units=units,
                allowed_presences=presences,
                offer_seconds=40,
                wrap_up_block="never",
                wrap_up_close_seconds=None,
                open_close_seconds=1800,
                **fields,
            ),
            share,
        )
        for channel, queue, units, share, presences, fields in STREAMS
    ]
