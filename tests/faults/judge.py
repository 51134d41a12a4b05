"""Did a screen call itself live while it differed from the database for too long?

Pure: it is fed with looks at the database and with reports of screens, both stamped by
one monotonic clock, in seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

LIMITS = {"live": 3.0, "polling": 9.0}
"""Seconds that a screen may be behind and still say so. Polling calls itself "live
updates blocked", and trusts an answer for two and a half polls of 3 s."""
LATE = 1.0
"""Seconds between two looks; in a longer gap the judge was not there itself."""

Picture = Mapping[str, int]
"""Thing ("c:7") to version: all that one scope should see."""


@dataclass(frozen=True, slots=True)
class Look:
    """The picture that was in the database at some moment from `begun` to `at`."""

    begun: float
    at: float
    picture: Picture


@dataclass(frozen=True, slots=True)
class Lie:
    """A live screen that showed something else than what had long been true."""

    screen: int
    at: float
    kind: str
    thing: str
    shown: int | None
    true: int | None


@dataclass(frozen=True, slots=True)
class Sight:
    """What a screen showed, and called itself, at one moment."""

    screen: int
    at: float
    kind: str
    shown: Picture


class Judge:
    """Remembers the looks of one scope for as long as they can matter."""

    def __init__(self) -> None:
        self._looks: deque[Look] = deque()
        self._highest: dict[str, int] = {}

    def look(self, look: Look) -> None:
        """The next look; older ones than the longest limit are forgotten."""
        self._looks.append(look)
        self._highest.update(look.picture)
        oldest = look.at - max(LIMITS.values()) - 2 * LATE
        while len(self._looks) > 2 and self._looks[1].at < oldest:
            self._looks.popleft()

    def lies(self, sight: Sight) -> list[Lie]:
        """What is wrong on this screen though it says that it can be trusted; nothing
        where the judge itself was away."""
        limit = LIMITS.get(sight.kind)
        if limit is None:
            return []
        return [
            Lie(sight.screen, sight.at, sight.kind, thing, shown, true)
            for thing, shown, true in self.differences(sight, limit)
        ]

    def differences(
        self, sight: Sight, limit: float
    ) -> list[tuple[str, int | None, int | None]]:
        """(thing, shown, true) of all that has been otherwise for `limit` seconds."""
        since = self._since(sight.at, limit)
        if not since:
            return []
        was = since[0].picture
        suspects = {thing for thing, _version in was.items() ^ sight.shown.items()}
        return [
            (thing, sight.shown.get(thing), was.get(thing))
            for thing in sorted(suspects)
            if self._is_wrong(thing, sight.shown.get(thing), since)
        ]

    def can_judge(self, at: float) -> bool:
        """A look has begun after that moment: all that a screen knew then is in it."""
        return bool(self._looks) and self._looks[-1].begun >= at

    def watched(self, at: float, limit: float) -> bool:
        """Whether there are looks enough to judge what was shown at that moment."""
        return bool(self._since(at, limit))

    def _since(self, at: float, limit: float) -> list[Look]:
        """From the last look before the limit to the first one begun after the moment;
        empty after a gap."""
        begin = at - limit
        first = max(
            (n for n, look in enumerate(self._looks) if look.at <= begin), default=-1
        )
        if first < 0:
            return []
        since = []
        for look in islice(self._looks, first, None):
            since.append(look)
            if look.begun >= at:
                break
        times = [begin, *(look.at for look in since[1:])]
        gaps = [later - before for before, later in pairwise(times)]
        near = begin - since[0].at <= LATE and since[-1].begun >= at
        return since if near and max(gaps) <= LATE else []

    def _is_wrong(self, thing: str, shown: int | None, since: list[Look]) -> bool:
        """Lacking though always there, older than it was, or shown though long gone."""
        true = [look.picture.get(thing) for look in since]
        if shown is None:
            return None not in true
        if true[0] is not None:
            return shown < true[0]
        return not any(true) and shown <= self._highest.get(thing, 0)
