"""Real time for story time: when an act is due, and waiting for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Pace:
    """`speed` divides the replay's own delays; product timers know nothing of it."""

    speed: float

    def now(self) -> float:
        """Seconds of a clock that never jumps."""
        return monotonic()

    def due(self, started: float, at: float) -> float:
        """The real moment of a story's second."""
        return started + at / self.speed

    async def until(self, moment: float) -> None:
        """Wait for a real moment; at once when it has passed."""
        await asyncio.sleep(max(0.0, moment - self.now()))

    async def rest(self, seconds: float) -> None:
        """Wait for so many of the story's seconds."""
        await asyncio.sleep(seconds / self.speed)
