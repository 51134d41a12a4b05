"""What the hub has done so far, and which changes no doorbell rang for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.floor import Key


@dataclass(slots=True)
class Counts:
    """For whoever measures the hub."""

    looks: int = 0
    rows_read: int = 0
    comparisons: int = 0
    repaired: int = 0


class Unrung:
    """Differences that a comparison found, until their doorbell rings or is lost."""

    def __init__(self) -> None:
        self._keys: set[Key] = set()

    def rung(self, keys: Iterable[Key]) -> None:
        """Doorbells for these have come after all."""
        if self._keys:
            self._keys.difference_update(keys)

    def found(self, keys: Iterable[Key]) -> int:
        """The next comparison's. Answers how many of those before were lost: a ring
        may just be under way, but not from one comparison to the next."""
        lost, self._keys = len(self._keys), set(keys)
        return lost
