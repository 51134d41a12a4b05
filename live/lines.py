"""Open sockets that are kept equal to what a look at the database finds.

A line remembers what it was sent, and its look answers with what is news. Doorbells
say when to look, the comparison makes sure: the same two halves as on the floor. Each
line has a task of its own, so a slow one delays nobody and never has more than one
look's frames on their way.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from conversations.doorbell import Ring, Typing
from conversations.moments import iso
from conversations.troubles import Troubles
from live import doorbells
from live.meters import COMPARISON_AGE
from live.reader import Reader
from live.sockets import BROKEN, TOO_SLOW, Frame

TICK = 0.1  # seconds between two looks of one line, at least
COMPARISON = 2.0
SILENCE = 15.0  # seconds without a word from the browser: it is gone

Topic = tuple[str, int]
"""("c", conversation), ("d", desk of an agent), ("q", queue)."""

PROCESS = secrets.token_hex(4)
"""By which open sockets know whose they are."""

log = structlog.get_logger(__name__)
R = TypeVar("R")


@dataclass(slots=True)
class Look:
    """What is news to a line, what it shall be rung for, and whether it must end."""

    frames: list[Frame] = field(default_factory=list)
    topics: frozenset[Topic] = frozenset()
    code: int | None = None


class Line:
    """One socket. Doors derive from it: what to look at, what proves that it is right.

    `socket` is its row among the open sockets, by which any process knows that somebody
    is there.
    """

    def __init__(
        self,
        send: Callable[[Frame], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
    ) -> None:
        self.send = send
        self.close = close
        self.socket: int | None = None
        self.topics: frozenset[Topic] = frozenset()
        self.rung = asyncio.Event()
        self.must_look = True
        self.must_prove = False
        self.compared_at: datetime | None = None
        self.ending: int | None = None
        self.heard_at = asyncio.get_running_loop().time()
        self._said: dict[str, Frame] = {}

    def look(self) -> Look:
        """What is news; runs in the reader's thread."""
        raise NotImplementedError

    def proof(self) -> Frame:
        """The pulse: what the browser must have by now."""
        raise NotImplementedError

    def typing(self, typing: Typing) -> Frame | None:
        """What this line is told of somebody typing; None: nothing."""
        raise NotImplementedError

    def hear(self) -> None:
        """The browser gave a sign of life."""
        self.heard_at = asyncio.get_running_loop().time()

    def ring(self) -> None:
        """Something may be news."""
        self.must_look = True
        self.rung.set()

    def tell(self, kind: str, frame: Frame) -> None:
        """A frame beside the news; only the newest of a kind waits."""
        self._said[kind] = frame
        self.rung.set()

    def end(self, code: int) -> None:
        """Close it, behind whatever is being sent."""
        self.ending = code
        self.rung.set()

    def take_said(self) -> list[Frame]:
        """What was told and not sent yet."""
        said, self._said = list(self._said.values()), {}
        return said


Verdicts = Mapping[Line, int | None]
"""The lines that are not as the database is: None to look, a close code to end."""


class Lines:
    """All open lines of one kind in this process."""

    def __init__(
        self,
        name: str,
        *,
        compare: Callable[[Collection[Line]], Verdicts],
        keep_alive: Callable[[Collection[int]], Collection[int]],
    ) -> None:
        self._reader = Reader(f"{name}-reader")
        self._compare = compare
        self._keep_alive = keep_alive
        self._lines: set[Line] = set()
        self._by_topic: dict[Topic, set[Line]] = {}
        self._doubt = asyncio.Event()
        self._comparing: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], None] = lambda: None
        self._name = name
        self._troubles = Troubles(name)
        self._compared_on = 0.0

    def start(self) -> None:
        """Begin to hear and to compare; starting again changes nothing."""
        if self._comparing is None:
            loop = asyncio.get_running_loop()
            self._unlisten = doorbells.overhear_in(loop, self.ring)
            self._comparing = asyncio.create_task(self._keep_comparing())
            self._compared_on = time.monotonic()
            COMPARISON_AGE.labels(self._name).set_function(self._age)

    def stop(self) -> None:
        """Hear and compare no more; the open lines end with their sockets."""
        if self._comparing is not None:
            self._comparing.cancel()
            self._comparing = None
            self._unlisten()
        self._reader.close()

    async def read(self, look: Callable[[], R]) -> R:
        """Something else to be read in the same thread."""
        return await self._reader(look)

    def ring(self, ring: Ring) -> None:
        """What may have changed; call in the loop."""
        for line in self._concerned(ring):
            line.ring()
        for typing in ring.typing:
            for line in tuple(self._by_topic.get(("c", typing.conversation), ())):
                self._tell_typing(line, typing)
        if ring.doubt or ring.rights or ring.settings:
            self._doubt.set()

    async def serve(self, line: Line) -> None:
        """Send what is there, then what comes, until the line ends."""
        self.start()
        self._lines.add(line)
        line.ring()
        try:
            while await self._serve_once(line):
                await asyncio.sleep(TICK)
                await line.rung.wait()
        except (OSError, RuntimeError) as error:
            # The socket went while it was written to; its consumer hears of it.
            log.info("line.gone", error=type(error).__name__)
        except Exception:
            # A fault of ours: better closed, and come back, than open and silent.
            log.exception("line.failed")
            await line.close(BROKEN)
        finally:
            self._forget(line)

    async def _serve_once(self, line: Line) -> bool:
        line.rung.clear()
        if line.must_look and line.ending is None:
            line.must_look = False
            await self._look(line)
        for frame in line.take_said():
            await line.send(frame)
        if line.ending is not None:
            await line.close(line.ending)
            return False
        if line.must_prove and not line.must_look:
            line.must_prove = False
            stamps = {"server_time": iso(datetime.now(UTC))}
            await line.send({"type": "pulse", **stamps, **line.proof()})
        return True

    async def _look(self, line: Line) -> None:
        try:
            look = await self._reader(line.look)
        except Exception as error:
            self._troubles.failed("look", error)
            return
        self._troubles.worked("look")
        self._follow(line, look.topics)
        for frame in look.frames:
            await line.send(frame)
        if look.code is not None:
            line.ending = look.code

    async def _keep_comparing(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._doubt.wait(), COMPARISON)
                await asyncio.sleep(TICK)  # many doubts at once are one
            except TimeoutError:
                pass
            self._doubt.clear()
            try:
                await self._compare_all()
            except Exception as error:
                # Without a comparison no pulse: the pages find out that they are old.
                self._troubles.failed("comparison", error)
            else:
                self._troubles.worked("comparison")
                self._compared_on = time.monotonic()

    def _age(self) -> float:
        return time.monotonic() - self._compared_on

    async def _compare_all(self) -> None:
        self._end_silent()
        lines = tuple(self._lines)
        if not lines:
            return
        begun = datetime.now(UTC)
        present = [line.socket for line in lines if line.socket is not None]
        verdicts = await self._reader(self._compare, lines)
        given_up = await self._reader(self._keep_alive, present)
        for line in lines:
            self._judge(line, verdicts, begun)
            if line.socket in given_up and line.ending is None:
                line.end(TOO_SLOW)

    def _judge(self, line: Line, verdicts: Verdicts, begun: datetime) -> None:
        if line in verdicts:
            code = verdicts[line]
            if code is not None:
                line.end(code)
                return
            line.ring()
        line.compared_at = begun
        line.must_prove = True
        line.rung.set()

    def _end_silent(self) -> None:
        oldest = asyncio.get_running_loop().time() - SILENCE
        for line in self._lines:
            if line.heard_at < oldest:
                line.end(TOO_SLOW)

    def _concerned(self, ring: Ring) -> set[Line]:
        topics: set[Topic] = {("c", pk) for pk in ring.conversations | ring.watched}
        topics |= {("d", pk) for pk in ring.agents | ring.desks}
        topics |= {("q", pk) for pk in ring.queues}
        return {line for topic in topics for line in self._by_topic.get(topic, ())}

    def _tell_typing(self, line: Line, typing: Typing) -> None:
        frame = line.typing(typing)
        if frame is not None:
            line.tell(f"typing.{typing.conversation}.{typing.kind}", frame)

    def _follow(self, line: Line, topics: frozenset[Topic]) -> None:
        for topic in line.topics - topics:
            self._by_topic[topic].discard(line)
            if not self._by_topic[topic]:
                del self._by_topic[topic]
        for topic in topics - line.topics:
            self._by_topic.setdefault(topic, set()).add(line)
        line.topics = topics

    def _forget(self, line: Line) -> None:
        self._follow(line, frozenset())
        self._lines.discard(line)
