"""The audit trail of a whole database, read past the product."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

Rows = Callable[[str], list[tuple[Any, ...]]]
Numbers = dict[tuple[str, int], list[int]]


def versions(rows: Rows) -> Numbers:
    """Each version that an event names, by thing."""
    named: Numbers = defaultdict(list)
    for (changes,) in rows("SELECT changes FROM conversations_event"):
        told = json.loads(changes) if isinstance(changes, str) else changes
        for change in told:
            named[change["kind"], change["id"]].append(change["version"])
    return named


def check_whole(rows: Rows) -> None:
    """Every version of every thing has its one event."""
    named = versions(rows)
    for kind in ("conversation", "agent", "queue"):
        for pk, version in rows(f"SELECT id, version FROM conversations_{kind}"):
            assert sorted(named[kind, pk]) == list(range(1, version + 1)), (kind, pk)
