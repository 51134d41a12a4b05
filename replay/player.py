"""Plays the stories one after the other until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass

import structlog

from replay import conduct
from replay.agents import Agent, Floor
from replay.cases import Case, Register
from replay.customers import Customers
from replay.doors import Door, Server
from replay.library import Dialogue
from replay.listening import Listener
from replay.pace import Pace
from replay.plan import Story, stories
from replay.script import Act
from replay.serving import Service
from replay.watch import Watch

PERIOD = 60.0
COMING_AT_ONCE = 2
LEISURE = 5.0
FAREWELL = 3.0
DEBT = 5.0  # seconds of delay that later arrivals still make up for

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    url: str
    rate: float
    seed: int
    speed: float
    max_active: int
    password: str = "floorwalker"
    channels: str = "channels"


class Player:
    """One replay against one server: of `told`, or of what is planned from the
    dialogues."""

    def __init__(
        self,
        dialogues: Sequence[Dialogue],
        options: Options,
        say: Callable[[str], None],
        told: Iterable[Story] | None = None,
    ) -> None:
        self._options = options
        self._say = say
        self.watch = Watch(say)
        self._stopped = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(0)
        self._server = Server(options.url, self.watch.tallies, say)
        self.register = Register(self._hint)
        self._roster: dict[int, Agent] = {}
        self._pace = Pace(options.speed)
        self._channels = Door(self._server, options.channels, options.password)
        self._customers = Customers(
            self._channels, self.register, self._pace, self.watch
        )
        self.refused = ""
        self._service = Service(
            self._roster, self._customers, self.register, self._pace, self.watch
        )
        self._listener = Listener(self._channels, self._roster)
        planned = stories(dialogues, rate=options.rate, seed=options.seed)
        self._stories: Iterator[Story] = planned if told is None else iter(told)

    def stop(self) -> None:
        """End promptly."""
        self._stopped.set()

    async def run(self) -> None:
        """Until `stop`, SIGINT or SIGTERM."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        self._spawn(self._begin())
        try:
            await self._stopped.wait()
        finally:
            await self._end()

    async def _begin(self) -> None:
        """Nothing can be played without the machine through which customers come."""
        answer = await self._channels.log_in()
        if not answer.ok:
            self.refused = (
                f"{self._options.channels} can't log in at {self._options.url}"
                f" ({answer.code}). Is the demo floor loaded (manage.py setup_demo),"
                " and DEMO on?"
            )
            self.stop()
            return
        for work in (self._staff(), self._open_stories(), self._report()):
            self._spawn(work)

    async def _end(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(FAREWELL):
                await self._take_leave()
        except TimeoutError:
            pass
        await self._server.close()
        for line in self.watch.whole.summary():
            self._say(line)

    async def _take_leave(self) -> None:
        stranded = [case for case in self.register if case.is_stranded]
        goodbye = Act(0.0, "give_up")
        await asyncio.gather(*(self._customers.perform(c, goodbye) for c in stranded))

    # Work in the background

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[object, object, None]) -> None:
        """One case or agent that fails must not take the others with it."""
        try:
            await work
        except Exception:
            log.exception("replay.failed")

    async def _staff(self) -> None:
        """Each agent who comes brings room for some more conversations, so that none
        waits for them all. Few come at once: checking a password keeps a core busy."""
        floor = Floor(self.register, self._pace, self._options.seed, self._spawn)
        staff = conduct.staff_for(self._options.max_active)
        rooms = conduct.room_for_each(self._options.max_active, len(staff))
        coming = iter(zip(staff, rooms, strict=True))
        missing = await asyncio.gather(
            *(self._let_in(coming, floor) for _door in range(COMING_AT_ONCE))
        )
        if any(missing):
            self._say(f"{sum(missing)} simulated agents could not log in.")
        await self._send_home(conduct.SIMULATED[len(staff) :], floor)

    async def _let_in(self, coming: Iterator[tuple[str, int]], floor: Floor) -> int:
        """How many of them could not come."""
        missing = 0
        for username, room in coming:
            agent = Agent(Door(self._server, username, self._options.password), floor)
            if await agent.arrive() and agent.id is not None:
                self._roster[agent.id] = agent
                self._spawn(agent.work())
            else:
                missing += 1
            for _slot in range(room):
                self._slots.release()
        return missing

    async def _send_home(self, usernames: Sequence[str], floor: Floor) -> None:
        """An earlier replay may have had more agents: what they left is wound up, and
        nothing more is offered to them."""
        for username in usernames:
            await asyncio.sleep(LEISURE)
            agent = Agent(Door(self._server, username, self._options.password), floor)
            if await agent.arrive():
                await agent.go_home()

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(PERIOD)
            self.watch.report(len(self.register))

    # Stories

    async def _open_stories(self) -> None:
        due = self._pace.now()
        for story in self._stories:
            due = max(due + story.gap, self._pace.now() - DEBT)
            await self._pace.until(due)
            await self._slots.acquire()
            self._spawn(self._play(story))

    async def _play(self, story: Story) -> None:
        try:
            case = await self._customers.open(story)
            if case is None:
                return
            self.watch.opened()
            await self._until_ended(case)
            self.watch.ended()
        finally:
            self._slots.release()

    async def _until_ended(self, case: Case) -> None:
        sides = [
            asyncio.create_task(self._side(case, side.play(case)))
            for side in (self._customers, self._service, self._listener)
        ]
        try:
            await case.wait_until(lambda: case.ended)
        finally:
            for side in sides:
                side.cancel()
            await asyncio.gather(*sides, return_exceptions=True)
        self.register.drop(case)

    async def _side(self, case: Case, playing: Coroutine[object, object, None]) -> None:
        try:
            await playing
        except Exception:
            log.exception("replay.case_failed", conversation=case.row.id)
            case.end()

    def _hint(self, agent: int, offer: int) -> None:
        if agent in self._roster:
            self._roster[agent].hear_of(offer)
