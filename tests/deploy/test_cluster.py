"""A whole cluster under traffic. Its web processes are renewed: no request fails,
nothing is done twice, every page is right again by itself."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import psycopg
import pytest

from deploy.cluster import notes
from deploy.cluster.notes import Notes
from supervisor.demo import PASSWORD
from tests.dashboard.live_page import become_right, cookies_of
from tests.deploy.live_cluster import LiveCluster, open_pages

pytestmark = pytest.mark.scale

WEB = 2
PAGES = 12
HANDS = 4


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCluster]:
    with LiveCluster(tmp_path_factory.mktemp("cluster"), WEB) as cluster:
        yield cluster


@dataclass
class Traffic:
    """Customers who arrive and write, through nginx, each command with its key."""

    http: httpx.AsyncClient
    queue: int
    statuses: Counter[int] = field(default_factory=Counter)
    texts: list[tuple[int, str]] = field(default_factory=list)

    async def flow(self, ended: asyncio.Event) -> None:
        while not ended.is_set():
            arrival = {"channel": "live_chat", "queue": self.queue}
            row = (await self._send("conversations/", arrival)).json()
            for number in range(5):
                text = f"{number}, {uuid4()}"
                path = f"conversations/{row['id']}/customer-messages/"
                await self._send(path, {"text": text})
                self.texts.append((row["id"], text))
                await asyncio.sleep(0.1)

    async def _send(self, path: str, body: dict[str, object]) -> httpx.Response:
        key = {"Idempotency-Key": str(uuid4())}
        answer = await self.http.post(f"/api/v1/{path}", json=body, headers=key)
        self.statuses[answer.status_code] += 1
        assert answer.is_success, answer.text[:500]
        return answer


def stored(url: str) -> Counter[tuple[int, str]]:
    """Every customer's text that is in the database, as often as it is there."""
    with psycopg.connect(url) as database:
        return Counter(
            database.execute(
                "SELECT conversation_id, text FROM conversations_message"
                " WHERE sender_kind = 'customer'"
            ).fetchall()
        )


async def logged_in(http: httpx.AsyncClient) -> None:
    body = {"username": "api", "password": PASSWORD}
    answer = await http.post("/api/v1/token/", json=body)
    http.headers["Authorization"] = f"Token {answer.json()['token']}"


async def support(http: httpx.AsyncClient) -> int:
    """The queue *Support*, which takes chats."""
    queues = (await http.get("/api/v1/board/")).json()["queues"]
    return next(int(queue["id"]) for queue in queues if queue["name"] == "Support")


async def test_nobody_notices_a_rolling_restart(cluster: LiveCluster) -> None:
    before = set(noted(cluster).born)
    cookie = cookies_of(cluster, "supervisor")
    async with (
        httpx.AsyncClient(base_url=cluster.url, timeout=30) as http,
        open_pages(cluster, cookie, PAGES) as pages,
    ):
        await logged_in(http)
        traffic, ended = Traffic(http, await support(http)), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _each in range(HANDS):
                group.create_task(traffic.flow(ended))
            said = await asyncio.to_thread(cluster.roll)
            ended.set()
        assert said.endswith("All web processes are new.\n")
        for page in pages:
            await become_right(page)
    sent, there = Counter(traffic.texts), stored(noted(cluster).database_url)
    assert {text: there[text] for text in sent} == sent
    assert set(there.values()) == {1}
    # PostgreSQL, Valkey, nginx and the clock are who they were; the web is not.
    assert len(before - set(noted(cluster).born)) == WEB
    assert set(traffic.statuses) <= {200, 201}
    assert all(page.returns and not page.cuts for page in pages)
    assert [page.screen.false_stale for page in pages] == [[]] * PAGES
    longest = max(page.proofs.longest for page in pages)
    print(f"Longest without a proof: {longest:.1f} s; {dict(traffic.statuses)}")


def noted(cluster: LiveCluster) -> Notes:
    found = notes.read(cluster.folder)
    assert found is not None
    return found
