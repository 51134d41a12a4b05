"""Keeps processes running: starts them in order, again when they fall, ends them in the
reverse order, and renews some one after the other."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STEP = 0.1  # seconds between two looks at everybody
FIRST_REST, LONGEST_REST = 0.5, 30.0
STABLE = 60.0  # seconds after which earlier falls are forgotten
BREATH = 2.0  # seconds that one renewed has to itself before the next goes

Say = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """What to run: its command, when it counts as ready, and how it is ended."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    is_ready: Callable[[], bool] = lambda: True
    farewell: signal.Signals = signal.SIGTERM
    patience: float = 60.0
    farewell_patience: float = 25.0


@dataclass
class Member:
    """One part and the process that it is just now."""

    part: Part
    say: Say
    process: subprocess.Popen[bytes] | None = None
    is_ready: bool = False
    falls: int = 0
    since: float = 0.0
    rests_until: float | None = None

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def is_late(self) -> bool:
        """Whether it has been running for longer than getting ready may take."""
        return time.monotonic() - self.since > self.part.patience

    @property
    def last_words(self) -> str:
        """What it wrote last, and where the rest is."""
        lines = self.part.log.read_text(errors="replace").splitlines()
        return f"{lines[-1] if lines else 'it said nothing'} ({self.part.log})"

    def start(self) -> None:
        """Start it; ready it is when a look says so."""
        self.is_ready, self.rests_until = False, None
        self.since = time.monotonic()
        with self.part.log.open("ab") as output:
            # In a session of its own, or Ctrl-C would end all at once, in no order.
            self.process = subprocess.Popen(
                self.part.command,
                env=self.part.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def look(self) -> None:
        """Notice that it is ready, or has fallen and has rested."""
        now = time.monotonic()
        if self.rests_until is not None:
            if now >= self.rests_until:
                self.start()
        elif self.process is not None and self.process.poll() is not None:
            self._fall(now, self.process.returncode)
        elif not self.is_ready:
            self.is_ready = self.part.is_ready()
        elif now - self.since > STABLE:
            self.falls = 0

    def end(self) -> None:
        """Say goodbye, wait as long as it may take, then end it anyway."""
        self.ask_to_end()
        if self.process is not None:
            try:
                self.process.wait(self.part.farewell_patience)
            except subprocess.TimeoutExpired:
                self.say(f"{self.name} did not end by itself, and was killed.")
                self.process.kill()
                self.process.wait()
        self.process, self.is_ready, self.rests_until = None, False, None

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.part.farewell)

    def _fall(self, now: float, code: int) -> None:
        rest = min(FIRST_REST * 2**self.falls, LONGEST_REST)
        self.say(
            f"{self.name} has ended by itself (code {code});"
            f" it starts again in {rest:g} seconds: {self.last_words}"
        )
        self.falls += 1
        self.process, self.is_ready, self.rests_until = None, False, now + rest


class Stopped(Exception):
    """A signal has come while something was waited for."""


class NotReady(Exception):
    """What did not become ready, and why."""


@dataclass
class Watch:
    """All members. Whoever was added first starts first and ends last."""

    say: Say
    members: list[Member] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    noted: Callable[[], None] = lambda: None
    _to_renew: deque[Member] = field(default_factory=deque)
    _renewing: Member | None = None
    _resume_at: float = 0.0
    renewals: int = 0
    outcome: str = ""

    def add(self, *parts: Part) -> None:
        """Start these together and wait until all are ready; NotReady if one is not."""
        started = [Member(part, self.say) for part in parts]
        self.members += started
        for member in started:
            member.start()
        for member in started:
            self._wait_for(member)
        self.noted()

    def run(self) -> None:
        """Until the end is told."""
        while not self.ended.wait(STEP):
            self.look()

    def look(self) -> None:
        """One look at everybody, and one step of a renewal that is going on."""
        pids = self.pids
        for member in self.members:
            member.look()
        self._renew_on()
        if pids != self.pids:
            self.noted()

    @property
    def pids(self) -> dict[str, int]:
        return {m.name: m.process.pid for m in self.members if m.process is not None}

    def renew(self, names: Iterable[str]) -> None:
        """End and start these anew, one after the other, each ready before the next."""
        if self._renewing is None and not self._to_renew:
            named = set(names)
            self._to_renew.extend(m for m in self.members if m.name in named)

    def end(self) -> None:
        """End all, those that others stand on last."""
        for member in reversed(self.members):
            member.end()
        self.members.clear()

    def _wait_for(self, member: Member) -> None:
        while not member.is_ready:
            if self.ended.wait(STEP):
                raise Stopped
            member.look()
            if member.falls or (member.is_late and not member.is_ready):
                raise NotReady(f"{member.name} is not ready: {member.last_words}")

    def _renew_on(self) -> None:
        if self._renewing is None:
            self._renew_next()
        elif self._renewing.is_ready:
            self.say(f"{self._renewing.name} is new and ready.")
            self._renewing, self._resume_at = None, time.monotonic() + BREATH
            if not self._to_renew:
                self._renewed("")
        elif self._renewing.falls or self._renewing.is_late:
            self._to_renew.clear()
            self._renewed(f"{self._renewing.name} is not ready; the others were left.")
            self._renewing = None

    def _renew_next(self) -> None:
        if self._to_renew and time.monotonic() >= self._resume_at:
            self._renewing = self._to_renew.popleft()
            self.say(f"{self._renewing.name} goes.")
            self._renewing.end()
            self._renewing.falls = 0
            self._renewing.start()

    def _renewed(self, outcome: str) -> None:
        self.renewals, self.outcome = self.renewals + 1, outcome
        self.say(outcome or "All are new.")
        self.noted()
