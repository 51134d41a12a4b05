"""Commands and customers' messages a second, beside the same SQL sent by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPConnection
from itertools import islice
from statistics import median

import psycopg

from bench import lanes
from bench.child import Child
from bench.ground import Ground, Product, run_module
from bench.lanes import Lap
from bench.measure import Aim, Extent, Figure, Result
from bench.posts import BATCH, CLOSE, ONE, POSTS, SEVERAL, Post, Target, talking
from bench.processor import cpu_seconds

ROWS = 2_000
CONNECTIONS = 4
WARM = 12
QUICK_EACH, EACH = 60, 100
"""Commands of a kind in one round."""
AIM = Aim(0.5, at_least=True)
BY_HAND = f"the same SQL on psycopg, {CONNECTIONS} connections"
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
SENT = "SELECT count(*) FROM conversations_message"


@dataclass(frozen=True, slots=True)
class Pair:
    """The same commands by the product and by hand."""

    ours: Lap
    limit: Lap
    statements: float


@dataclass(frozen=True, slots=True)
class Sides:
    """The server under measurement, and the child that replays into its own copy."""

    ground: Ground
    product: Product
    hand: Child
    copy: str

    def compare(self, kind: str, targets: Sequence[Target]) -> Pair:
        """Ours first, then the replay, on the same conversations of two copies."""
        ours = self._ours(kind, targets)
        line = json.dumps({"kind": kind, "targets": targets})
        before = _backends(self.ground.postgres, self.copy)
        said = self.hand.ask(line)
        spent = _since(before, _backends(self.ground.postgres, self.copy))
        limit = Lap(said["seconds"], said["times"], said["cpu"], spent)
        return Pair(ours, limit, said["statements"])

    def _ours(self, kind: str, targets: Sequence[Target]) -> Lap:
        posts = [POSTS[kind](target) for target in targets]
        postgres, database = self.ground.postgres, self.product.database
        before, cpu = _backends(postgres, database), self.product.cpu
        lap = posted(self.product.port, posts)
        spent = _since(before, _backends(postgres, database))
        return replace(lap, cpu=self.product.cpu - cpu, database=spent)


def measure(ground: Ground, extent: Extent) -> Result:
    """One message, a batch of them, and a supervisor's force close."""
    each = QUICK_EACH if extent.quick else EACH
    return Result(figures(compare(ground, extent.rounds, each, ROWS)))


def compare(
    ground: Ground, rounds: int, each: int, rows: int, warm: int = WARM
) -> dict[str, list[Pair]]:
    """So many of each kind in each round, after a few that do not count."""
    with _sides(ground, rows) as sides:
        sizes = (warm, *[each] * rounds)
        targets = iter(talking(sides.copy, sum(sizes)))
        found = [_round(sides, list(islice(targets, size))) for size in sizes]
        _check_the_same(sides.product.database, sides.copy)
    return {kind: [pairs[kind] for pairs in found[1:]] for kind in POSTS}


@contextmanager
def _sides(ground: Ground, rows: int) -> Iterator[Sides]:
    noted, copy = ground.copy_of(rows), ground.copy_of(rows)
    with ground.product(rows) as product, _hand(product, noted, copy) as hand:
        for database in (product.database, noted, copy):
            run_module(product.env | {"DATABASE_URL": database}, "bench.callers")
        yield Sides(ground, product, hand, copy)


def _hand(product: Product, noted: str, copy: str) -> Child:
    env = product.env | {"DATABASE_URL": noted}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
    options = ("--database", copy, "--connections", CONNECTIONS)
    return Child("bench.raw.by_hand", *options, env=env)


def _round(sides: Sides, targets: Sequence[Target]) -> Mapping[str, Pair]:
    return {kind: sides.compare(kind, targets) for kind in POSTS}


def _check_the_same(*databases: str) -> None:
    """A replay that stores less than the product did would be no limit."""
    counts = set()
    for database in databases:
        with psycopg.connect(database) as connection:
            counts.add(connection.execute(SENT).fetchone())
    if len(counts) != 1:
        raise RuntimeError(f"the replay has stored something else: {counts}")


def posted(port: int, posts: Sequence[Post]) -> Lap:
    """All of them to the server, on connections that are kept."""
    with ExitStack() as stack:
        doors = [
            stack.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=60)))
            for _ in range(CONNECTIONS)
        ]
        for door in doors:
            door.connect()
        return lanes.run([partial(_post, door) for door in doors], posts)


def _post(door: HTTPConnection, post: Post) -> None:
    door.request("POST", post.path, json.dumps(post.body), post.headers)
    answer = door.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{post.path}: {answer.status} {body[:500]!r}")


def _backends(postgres: str, database: str) -> dict[int, float]:
    """CPU-seconds of each process that serves this database, by its id."""
    name = database.rpartition("/")[2]
    with psycopg.connect(postgres) as connection:
        found = connection.execute(BACKENDS, [name]).fetchall()
    return {pid: cpu_seconds(pid) for (pid,) in found}


def _since(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    return sum(cpu - before.get(pid, 0.0) for pid, cpu in after.items())


def figures(found: Mapping[str, Sequence[Pair]]) -> list[Figure]:
    """Medians of the rounds; messages where a batch holds several."""
    return [
        *_of_a_kind(ONE, found[ONE], "commands and messages"),
        *_of_a_kind(SEVERAL, found[SEVERAL], "messages", BATCH),
        *_in_a_batch(found),
        *_of_a_kind(CLOSE, found[CLOSE], "commands"),
    ]


def _of_a_kind(
    kind: str, pairs: Sequence[Pair], counted: str, times: int = 1
) -> list[Figure]:
    def beside(
        what: str, look: Callable[[Lap], float], unit: str, aim: Aim | None = None
    ) -> Figure:
        ours = median(look(pair.ours) for pair in pairs)
        limit = median(look(pair.limit) for pair in pairs)
        return Figure(f"{kind}: {what}", ours, unit, limit, BY_HAND, aim)

    statements = median(pair.statements for pair in pairs)
    return [
        beside(counted, lambda lap: lap.rate * times, "/s", AIM),
        beside("p99", lambda lap: lap.p99, "ms"),
        beside("CPU of the server", lambda lap: lap.cpu_each, "CPU-ms"),
        beside("CPU of PostgreSQL", lambda lap: lap.database_each, "CPU-ms"),
        Figure(f"{kind}: statements", statements, ""),
    ]


def _in_a_batch(found: Mapping[str, Sequence[Pair]]) -> list[Figure]:
    """What a customer's channel gains that sends together what it has."""
    rate = median(pair.ours.rate for pair in found[SEVERAL]) * BATCH
    by_hand = median(pair.limit.rate for pair in found[ONE])
    cost = median(pair.ours.cpu_each for pair in found[SEVERAL]) / BATCH
    alone = median(pair.ours.cpu_each for pair in found[ONE])
    one = f"one of a batch of {BATCH}: CPU of the server"
    return [
        Figure(f"{SEVERAL}: messages, beside one by one", rate, "/s", by_hand, BY_HAND),
        Figure(one, cost, "CPU-ms", alone, "a message sent alone"),
    ]
