"""What browsers send from the pages of Django admin, for the tests of these pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from conversations.models import Event, Queue

FLOOR = "/admin/conversations/"


def seen_on(client: Client, page: str) -> str:
    """What the form says that it was made from."""
    found = re.search(
        r'name="seen" value="([0-9a-f]+)"', client.get(page).content.decode()
    )
    assert found is not None
    return found[1]


def kinds_of(actor: User) -> list[str]:
    """What the audit trail says that this user did."""
    return list(Event.objects.filter(actor=actor).values_list("kind", flat=True))


def a_queue_form(*rules: Mapping[str, object], **changes: object) -> dict[str, Any]:
    return {
        "name": "Support",
        "type": "messaging",
        "priority": 100,
        "method": "manual",
        "skill_match": "exact",
        "is_open": "on",
        "service_level_seconds": 180,
        "short_abandon_seconds": 10,
        **rule_rows(*rules),
        **changes,
    }


def rule_rows(*rules: Mapping[str, object]) -> dict[str, Any]:
    """Overflow rules as the browser numbers them; those with an `id` are old ones."""
    rows: dict[str, Any] = {
        "overflow_rules-TOTAL_FORMS": len(rules),
        "overflow_rules-INITIAL_FORMS": sum("id" in rule for rule in rules),
    }
    for index, rule in enumerate(rules):
        rows |= {f"overflow_rules-{index}-{key}": rule[key] for key in rule}
    return rows


def a_stream_form(queue: Queue, **changes: object) -> dict[str, Any]:
    return {
        "name": "Website",
        "channel": "live_chat",
        "queue": queue.pk,
        "units": 15,
        "offer_seconds": 90,
        "allowed_presences": ["available"],
        "wrap_up_block": "always",
        "wrap_up_block_seconds": 60,
        "consult_seconds": 60,
        "customer_gone_seconds": 180,
        "unanswered_soon_seconds": 60,
        "unanswered_breach_seconds": 120,
        **changes,
    }


def an_agent_form(*skills: Mapping[str, object], **changes: object) -> dict[str, Any]:
    """With the rows of skills as the browser numbers them."""
    form: dict[str, Any] = {
        "name": "Nora",
        "total_units": 40,
        "agent_skills-TOTAL_FORMS": len(skills),
        "agent_skills-INITIAL_FORMS": sum("id" in skill for skill in skills),
        **changes,
    }
    for index, skill in enumerate(skills):
        form |= {f"agent_skills-{index}-{key}": skill[key] for key in skill}
    return form
