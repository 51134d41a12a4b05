"""Watches real screens and the database side by side while faults happen."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.dashboard.live_page import cookies_at
from tests.faults.centre import Centre
from tests.faults.judge import LIMITS, Judge, Lie, Look, Sight

EVERY = 0.1
RIGHT_WITHIN = 1.0
"""A screen under load is right when it is no more than this behind."""
CEILING = 60.0
SCRIPT = Path(__file__).with_name("screens.mjs")
SCOPES = "SELECT queue_id FROM conversations_queue_supervisors s"
SCOPES += " JOIN auth_user u ON u.id = s.user_id WHERE u.username = %s"
PICTURE = """
WITH queues AS (SELECT * FROM conversations_queue WHERE id = ANY(%(queues)s)),
ongoing AS (SELECT * FROM conversations_conversation
            WHERE state <> 'closed' AND queue_id = ANY(%(queues)s)),
agents AS (SELECT agent_id FROM ongoing UNION
           SELECT agent_id FROM conversations_membership
           WHERE queue_id = ANY(%(queues)s) UNION
           SELECT offer.agent_id FROM conversations_offer offer
           JOIN ongoing ON ongoing.id = offer.conversation_id
           WHERE offer.state = 'open' AND offer.kind <> 'consult')
SELECT 'c:' || id, version FROM ongoing UNION ALL
SELECT 'q:' || id, version FROM queues UNION ALL
SELECT 'a:' || id, version FROM conversations_agent
WHERE id IN (SELECT agent_id FROM agents)
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a screen was from this moment on; `right`: None where nobody could tell."""

    at: float
    live: bool
    right: bool | None


@dataclass(slots=True)
class Trace:
    """What became of one screen over time, and up to when that is known."""

    turns: list[Turn] = field(default_factory=list)
    known_to: float = 0.0

    def note(self, at: float, live: bool, right: bool | None) -> None:
        """What it is at this moment."""
        self.known_to = at
        if not self.turns or (self.turns[-1].live, self.turns[-1].right) != (
            live,
            right,
        ):
            self.turns.append(Turn(at, live, right))

    def first_doubt(self, since: float) -> float | None:
        """When it first did not call itself live, from `since` on."""
        before = [turn for turn in self.turns if turn.at <= since]
        later = [turn.at for turn in self.turns if turn.at > since and not turn.live]
        if before and not before[-1].live:
            return since
        return min(later, default=None)

    def longest_behind(self, since: float) -> float:
        """Seconds of the longest stretch of being live and not right."""
        ends = [*(turn.at for turn in self.turns[1:]), self.known_to]
        return max(
            (
                end - turn.at
                for turn, end in zip(self.turns, ends, strict=True)
                if turn.live and turn.right is False and end > since
            ),
            default=0.0,
        )

    @property
    def is_right(self) -> bool:
        """Whether it is live and right, and has been judged within the last second."""
        fresh = time.monotonic() - self.known_to < RIGHT_WITHIN
        return fresh and self.turns[-1].live and self.turns[-1].right is True


class Watch:
    """Screens of these users, by the page's own code, and a judge for each scope."""

    def __init__(
        self, centre: Centre, users: Sequence[str], every: float = EVERY
    ) -> None:
        self.centre = centre
        self.every = every
        self.users = users
        self.lies: list[Lie] = []
        self.judged = 0
        self.unjudged = 0
        self.sights = [Sight(n, 0.0, "catching_up", {}) for n in range(len(users))]
        self.traces = [Trace() for _user in users]
        self.cookies: list[str] = []
        self.dumps: dict[int, dict[str, list[dict[str, Any]]]] = {}
        self._judges = {user: Judge() for user in users}
        self._waiting: dict[str, deque[Sight]] = {user: deque() for user in users}
        self._changed = threading.Condition()
        self._over = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Screens open and judged inside the block."""
        with self.centre.lan.inside("people"):
            known = {name: cookies_at(self.centre.url, name) for name in {*self.users}}
        self.cookies = [known[name] for name in self.users]
        command = ["node", "--experimental-websocket", "--no-warnings", str(SCRIPT)]
        with subprocess.Popen(
            self.centre.lan.at("people", command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as self._child:
            yield from self._watched()

    def _watched(self) -> Iterator[None]:
        threads = [threading.Thread(target=f) for f in (self._look, self._read)]
        for thread in threads:
            thread.start()
        screens = [{"cookie": cookie} for cookie in self.cookies]
        every = self.every * 1000
        self._tell({"url": self.centre.url, "every": every, "screens": screens})
        try:
            yield
        finally:
            self._over.set()
            self._child.kill()
            for thread in threads:
                thread.join(CEILING)

    def open_again(self) -> None:
        """All screens anew, so that nginx spreads them over the nodes."""
        self._tell("again")

    def until(self, condition: Callable[[], bool], what: str) -> float:
        """Wait for it; the moment when it was so."""
        with self._changed:
            if not self._changed.wait_for(condition, CEILING):
                state = [(sight.kind, len(sight.shown)) for sight in self.sights]
                raise AssertionError(f"not within {CEILING:g} s: {what}; {state}")
            return time.monotonic()

    def all_right(self) -> bool:
        """Every screen is live and, but for the last second, as the database."""
        return all(trace.is_right for trace in self.traces)

    def someone_doubts(self, since: float) -> float | None:
        """When the first screen no longer called itself live."""
        times = [trace.first_doubt(since) for trace in self.traces]
        return min((at for at in times if at is not None), default=None)

    def longest_behind(self, since: float) -> float:
        """Seconds, at the most, that a live screen was behind; exact to a report."""
        behind = max(trace.longest_behind(since) for trace in self.traces)
        return behind + RIGHT_WITHIN if behind else 0.0

    def screens(self) -> list[dict[str, list[dict[str, Any]]]]:
        """Everything that each screen shows just now."""
        self.dumps.clear()
        self._tell("dump")
        self.until(lambda: len(self.dumps) == len(self.users), "the screens tell all")
        return [self.dumps[number] for number in range(len(self.users))]

    def _tell(self, what: object) -> None:
        text = what if isinstance(what, str) else json.dumps(what)
        assert self._child.stdin is not None
        self._child.stdin.write(text + "\n")
        self._child.stdin.flush()

    # The database

    def _look(self) -> None:
        while not self._over.is_set():
            try:
                with self.centre.connect() as database:
                    self._keep_looking(database)
            except psycopg.OperationalError:
                self._over.wait(self.every)

    def _keep_looking(self, database: psycopg.Connection[Any]) -> None:
        scopes = {user: self._scope(database, user) for user in self._judges}
        while not self._over.wait(self.every):
            for user, queues in scopes.items():
                begun = time.monotonic()
                found = database.execute(PICTURE, {"queues": queues}).fetchall()
                look = Look(begun, time.monotonic(), dict(found))
                with self._changed:
                    self._judges[user].look(look)
                    self._judge(user)
                    self._changed.notify_all()

    def _scope(self, database: psycopg.Connection[Any], user: str) -> list[int]:
        return [queue for (queue,) in database.execute(SCOPES, [user])]

    # The screens

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            with self._changed:
                self._take(json.loads(line))
                self._changed.notify_all()

    def _take(self, line: dict[str, Any]) -> None:
        number, at = line["screen"], line["at"] / 1e9
        if "dump" in line:
            self.dumps[number] = line["dump"]
            return
        news = dict(line["shown"])
        shown = {**self.sights[number].shown, **news}
        for thing in [thing for thing, version in news.items() if version is None]:
            del shown[thing]
        sight = Sight(number, at, line["kind"], shown)
        self.sights[number] = sight
        self._waiting[self.users[number]].append(sight)

    def _judge(self, user: str) -> None:
        """What the screens of this scope showed up to the newest look."""
        judge, waiting = self._judges[user], self._waiting[user]
        while waiting and judge.can_judge(waiting[0].at):
            sight = waiting.popleft()
            self.lies += judge.lies(sight)
            live = sight.kind == "live"
            watched = judge.watched(sight.at, LIMITS["live"])
            self.judged += live and watched
            self.unjudged += live and not watched
            right: bool | None = None
            if judge.watched(sight.at, RIGHT_WITHIN):
                right = not judge.differences(sight, RIGHT_WITHIN)
            self.traces[sight.screen].note(sight.at, live, right)
