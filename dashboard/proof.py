"""What a hub can prove of its floor. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dashboard.tally import Today


@dataclass(slots=True)
class Proof:
    """What the hub can prove: when it last compared itself with the database, in
    calendar time for people and on the hub's own steady clock for measuring."""

    compared_at: datetime | None = None
    compared_on: float = float("-inf")
    settings: dict[str, object] = field(default_factory=dict)
    today: dict[int, Today] = field(default_factory=dict)
