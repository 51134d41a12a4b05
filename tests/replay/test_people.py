"""The replay and real people: a human agent among simulated customers, a human
customer among simulated agents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from replay.plan import CARE, Story
from replay.player import Options, Player
from replay.small_talk import ENGLISH
from tests.replay.made_up import DIALOGUE, story
from tests.servers import LiveServer

pytestmark = pytest.mark.soak

CEILING = 90.0
Json = dict[str, Any]
LINES = [turn.text for turn in DIALOGUE.turns if turn.by_customer]
AGENT_LINES = [turn.text for turn in DIALOGUE.turns if not turn.by_customer]
"""What the dialogue has for either side."""


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with LiveServer("setup_demo") as live:
        yield live


class Person:
    """A person at the desk or the floor, by the API."""

    def __init__(self, server: LiveServer, username: str) -> None:
        body = {"username": username, "password": "floorwalker"}
        token = httpx.post(f"{server.url}/api/v1/token/", json=body).json()["token"]
        headers = {"Authorization": f"Token {token}"}
        self.http = httpx.AsyncClient(base_url=server.url, headers=headers, timeout=30)

    async def __aenter__(self) -> Person:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.http.aclose()

    async def get(self, path: str) -> Json:
        answer = await self.http.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    async def post(self, path: str, body: Json) -> Json:
        answer = await self.http.post(f"/api/v1/{path}", json=body)
        assert answer.status_code < 300, answer.text
        found: Json = answer.json()
        return found

    async def row(self, pk: int) -> Json:
        rows = (await self.get("desk/"))["conversations"]
        found: Json = next(row for row in rows if row["id"] == pk)
        return found

    async def do(self, pk: int, verb: str, **body: object) -> Json:
        """A step on the row as it is now."""
        version = (await self.row(pk))["state_version"]
        path = f"conversations/{pk}/{verb}/"
        return await self.post(path, {**body, "state_version": version})

    async def say(self, pk: int, text: str) -> None:
        body = {"text": text, "visibility": "public"}
        await self.post(f"conversations/{pk}/messages/", body)

    async def read(self, pk: int, where: str = "messages") -> list[tuple[str, str]]:
        """Who said what, customers and agents only, in order."""
        lines = (await self.get(f"conversations/{pk}/{where}/"))["messages"]
        people = ("customer", "agent")
        said = [(line["sender"]["kind"], line["text"]) for line in lines]
        return [line for line in said if line[0] in people]


async def until(true: Callable[[], Any]) -> None:
    """Until this is, or comes out as, true."""
    async with asyncio.timeout(CEILING):
        while True:
            found = true()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.2)


@asynccontextmanager
async def playing(server: LiveServer, *told: Story) -> AsyncIterator[Player]:
    options = Options(server.url, rate=600, seed=4, speed=20.0, max_active=4)
    player = Player([], options, lambda sentence: None, told)
    running = asyncio.create_task(player.run())
    try:
        yield player
    finally:
        player.stop()
        await running
    assert not player.watch.whole.failed


def for_people(**changes: object) -> Story:
    """One that nobody is offered: its queue is manual."""
    return story(queue=CARE, gap=0.0, patience=100_000.0, **changes)


async def picked(player: Player, nora: Person) -> int:
    await until(lambda: len(player.register))
    row = next(iter(player.register)).row
    body = {"state_version": row.state_version}
    await nora.post(f"conversations/{row.id}/pick/", body)
    return row.id


async def test_customers_answer_a_person_line_by_line(server: LiveServer) -> None:
    async with (
        Person(server, "agent1") as nora,
        playing(server, for_people()) as player,
    ):
        pk = await picked(player, nora)
        expected = [("customer", LINES[0])]

        async def all_said() -> bool:
            return await nora.read(pk) == expected

        await until(all_said)
        for number, line in enumerate([*LINES[1:], ENGLISH.nothing_more]):
            await nora.say(pk, f"My own words {number}")
            expected += [("agent", f"My own words {number}"), ("customer", line)]
            await until(all_said)
        await nora.do(pk, "finish")
        await until(lambda: player.register.get(pk) is None)
        assert await nora.read(pk) == expected
        await nora.do(pk, "close")


async def test_a_simulated_agent_goes_on_where_the_person_stopped(
    server: LiveServer,
) -> None:
    async with (
        Person(server, "agent2") as nora,
        playing(server, for_people()) as player,
    ):
        pk = await picked(player, nora)
        await nora.say(pk, "Good day!")

        async def answered() -> bool:
            return (await nora.read(pk))[-1] == ("customer", LINES[1])

        await until(answered)
        support = next(
            queue
            for queue in (await nora.get(f"conversations/{pk}/colleagues/"))["queues"]
            if queue["name"] == "Support"
        )
        await nora.do(pk, "hand-over", queue=support["id"])
        await until(lambda: player.register.get(pk) is None)
    async with Person(server, "channels") as machine:
        said = await machine.read(pk, "public-messages")
    assert ("agent", AGENT_LINES[0]) not in said
    assert said[-2:] == [("agent", AGENT_LINES[1]), ("customer", LINES[2])]


async def test_a_force_closed_talk_with_a_person_is_over_for_the_customer(
    server: LiveServer,
) -> None:
    async with (
        Person(server, "agent1") as nora,
        Person(server, "supervisor") as astrid,
        playing(server, for_people()) as player,
    ):
        pk = await picked(player, nora)
        version = (await nora.row(pk))["state_version"]
        path = f"conversations/{pk}/force-close/"
        await astrid.post(path, {"state_version": version, "reason": "Test"})
        await until(lambda: player.register.get(pk) is None)


async def test_whoever_opens_the_chat_is_answered_by_somebody(
    server: LiveServer,
) -> None:
    opening = {
        "name": "Ada",
        "question": "Is anybody there?",
        "client_id": "ada-says-hello-first",
    }
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=30) as ada,
        Person(server, "supervisor") as astrid,
        playing(server),
    ):
        opened = (await ada.post("/api/v1/chat/", json=opening)).json()
        ada.headers["Authorization"] = f"Chat {opened['token']}"

        async def answers() -> list[str]:
            lines = (await ada.get("/api/v1/chat/")).json()["messages"]
            return [m["text"] for m in lines if m["sender"]["kind"] == "agent"]

        async def answered(count: int) -> bool:
            return len(await answers()) >= count

        await until(lambda: answered(2))
        greeting, asking = await answers()
        assert "Ada" in greeting and asking == ENGLISH.asking
        more = {"text": "My parcel is lost.", "client_id": "ada-2"}
        assert (await ada.post("/api/v1/chat/messages/", json=more)).is_success
        await until(lambda: answered(3))
        assert (await ada.post("/api/v1/chat/end/", json={})).is_success

        async def put_away() -> bool:
            rows = (await astrid.get("board/"))["conversations"]
            return "Ada" not in {row["customer"]["name"] for row in rows}

        await until(put_away)
