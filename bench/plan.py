"""How much a made-up floor holds, and where what was made begins."""

from __future__ import annotations

from dataclasses import dataclass

RETURNING = 3
"""How many conversations a customer has had, on average."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much there is of everything.

    `today` of the closed ones have ended since midnight. The clock has nothing to give
    out while `room`, the units that every agent has left, is nought.
    """

    closed: int = 0
    ongoing: int = 0
    queues: int = 20
    agents: int = 500
    supervisors: int = 10
    today: int = 3_000
    room: int = 0

    @property
    def customers(self) -> int:
        """Those of the past come back; each has one ongoing conversation at most."""
        return max(1, self.closed // RETURNING, self.ongoing)

    @property
    def closed_today(self) -> int:
        """Never more than a quarter of a small history."""
        return min(self.today, self.closed // 4)


@dataclass(frozen=True, slots=True)
class Places:
    """The first ids of what was made in one go, each kind without a gap."""

    queue: int
    stream: int
    agent: int
    customer: int
    conversation: int
