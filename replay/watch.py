"""Keeps count for the reports, and says when the true timing can't be kept."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from replay.tally import Lags, Tally

THRESHOLD = 1.0
QUIET = 10.0


class Watch:
    """What happened since the start and since the last report."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.whole = Tally()
        self.period = Tally()
        self._since = monotonic()
        self._late = Lags()
        self._said_at = -QUIET
        self._say = say

    def tallies(self) -> list[Tally]:
        """Every count goes to both."""
        return [self.whole, self.period]

    def customer_wrote(self, lag: float) -> None:
        """A customer's message has arrived, `lag` seconds after its true time."""
        for tally in self.tallies():
            tally.customer.add(lag)
        if lag > THRESHOLD:
            self._late.add(lag)
            self._complain()

    def agent_wrote(self) -> None:
        """An agent's message has arrived."""
        for tally in self.tallies():
            tally.agent_messages += 1

    def opened(self) -> None:
        """A conversation has begun."""
        for tally in self.tallies():
            tally.opened += 1

    def ended(self) -> None:
        """A conversation is over."""
        for tally in self.tallies():
            tally.ended += 1

    def report(self, ongoing: int) -> None:
        """Say the last period in one line and begin the next."""
        now = monotonic()
        self._say(self.period.line(ongoing, max(now - self._since, 0.001)))
        self.period, self._since = Tally(), now

    def _complain(self) -> None:
        """At most one line in `QUIET` seconds, with everything late since the last."""
        now = monotonic()
        if now - self._said_at < QUIET:
            return
        self._say(
            f"The true timing can't be kept: {self._late.total} messages"
            f" came more than {THRESHOLD:g} s late, the worst by"
            f" {self._late.worst:.1f} s."
        )
        self._late, self._said_at = Lags(), now
