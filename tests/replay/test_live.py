"""The replay against the real server: conversations come, are served and end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from replay.player import Options, Player
from tests.replay.made_up import dialogues
from tests.servers import LiveServer

pytestmark = pytest.mark.scale

CEILING = 60.0
Json = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with LiveServer("setup_demo") as live:
        yield live


class Supervisor:
    """Acts on what is on the floor."""

    def __init__(self, server: LiveServer) -> None:
        body = {"username": "supervisor", "password": "floorwalker"}
        token = httpx.post(f"{server.url}/api/v1/token/", json=body).json()["token"]
        headers = {"Authorization": f"Token {token}"}
        self.http = httpx.Client(base_url=server.url, headers=headers, timeout=30)

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def rows(self) -> list[Json]:
        rows: list[Json] = self.http.get("/api/v1/board/").json()["conversations"]
        return rows

    def act(self, row: Json, verb: str, **body: object) -> httpx.Response:
        path = f"/api/v1/conversations/{row['id']}/{verb}/"
        body |= {"state_version": row["state_version"]}
        return self.http.post(path, json=body)

    def others(self, row: Json) -> list[int]:
        path = f"/api/v1/conversations/{row['id']}/transferable/"
        agents: list[Json] = self.http.get(path).json()["agents"]
        return [one["id"] for one in agents if one["eligible"]]


def close_everything(server: LiveServer) -> set[int]:
    """The ids of what could be closed while the floor goes on."""
    with Supervisor(server) as supervisor:
        closed = {
            row["id"]: supervisor.act(row, "force-close") for row in supervisor.rows()
        }
    return {pk for pk, answer in closed.items() if answer.status_code == 200}


def transfer_something(server: LiveServer, among: set[int]) -> dict[int, int]:
    """Conversation -> agent, for whatever can be transferred just now."""
    moved = {}
    with Supervisor(server) as supervisor:
        for row in supervisor.rows():
            if row["id"] not in among or row["phase"] != "in_conversation":
                continue
            for agent in supervisor.others(row)[:1]:
                if supervisor.act(row, "transfer", agent=agent).status_code == 200:
                    moved[row["id"]] = agent
    return moved


def play(server: LiveServer, said: list[str], *, speed: float = 30.0) -> Player:
    options = Options(server.url, rate=600, seed=4, speed=speed, max_active=12)
    return Player(dialogues(10), options, said.append)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(CEILING):
        while not true():
            await asyncio.sleep(0.1)


async def test_conversations_are_opened_served_and_closed(server: LiveServer) -> None:
    said: list[str] = []
    player = play(server, said)
    running = asyncio.create_task(player.run())
    whole = player.watch.whole
    await until(lambda: whole.ended >= 8 and whole.agent_messages >= 8)
    player.stop()
    await running
    assert not whole.failed
    assert whole.customer.total > whole.opened >= 8
    assert any(line.startswith("Sent ") for line in said)
    assert "No differences." in await asyncio.to_thread(server.manage, "reconcile")


async def test_what_a_supervisor_closes_is_played_no_further(
    server: LiveServer,
) -> None:
    player = play(server, [])
    running = asyncio.create_task(player.run())
    await until(lambda: len(player.register) >= 5)
    closed = await asyncio.to_thread(close_everything, server)
    assert closed
    await until(lambda: not closed & {case.row.id for case in player.register})
    ended = player.watch.whole.ended
    await until(lambda: player.watch.whole.ended >= ended + 3)
    player.stop()
    await running
    assert not player.watch.whole.failed
    assert "No differences." in await asyncio.to_thread(server.manage, "reconcile")


async def test_a_transferred_conversation_goes_on_with_the_second_agent(
    server: LiveServer,
) -> None:
    player = play(server, [], speed=2.0)
    running = asyncio.create_task(player.run())
    moved: dict[int, int] = {}
    async with asyncio.timeout(CEILING):
        while not moved:
            ours = {case.row.id for case in player.register if case.agent}
            moved = await asyncio.to_thread(transfer_something, server, ours)

    def arrived() -> bool:
        cases = [player.register.get(pk) for pk in moved]
        return any(case and case.agent == moved[case.row.id] for case in cases)

    await until(arrived)
    player.stop()
    await running
    assert not player.watch.whole.failed


async def test_a_server_that_goes_away_is_waited_for(server: LiveServer) -> None:
    said: list[str] = []
    player = play(server, said)
    running = asyncio.create_task(player.run())
    await until(lambda: player.watch.whole.opened >= 3)
    await asyncio.to_thread(server.stop)
    await until(lambda: any("does not answer" in line for line in said))
    await asyncio.to_thread(server.start)
    await until(lambda: any("is back" in line for line in said))
    opened = player.watch.whole.opened
    await until(lambda: player.watch.whole.opened > opened)
    player.stop()
    await running
    assert sum("does not answer" in line for line in said) == 1


async def test_without_the_demo_floor_it_says_so_and_ends(server: LiveServer) -> None:
    options = Options(server.url, 60, 1, 1.0, 5, password="wrong", channels="nobody")
    player = Player(dialogues(2), options, lambda sentence: None)
    await asyncio.wait_for(player.run(), CEILING)
    assert "nobody can't log in" in player.refused
    assert "setup_demo" in player.refused
