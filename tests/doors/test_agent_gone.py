"""Browsers that vanish: presence says so at once, back in time nothing has moved, and
later live work is at the front of the queue with the supervisor told.

Nobody waits for the grace: its due time is moved in the database.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.doors.browser import Json
from tests.doors.desk_client import DeskClient
from tests.doors.houses import MACHINE
from tests.doors.network import json_of
from tests.doors.parts import BEGINNING
from tests.doors.script import Cast, Story, network_of
from tests.doors.stage import Doors, at_work, doors

pytestmark = pytest.mark.behaviour
PRESENCE = (
    "presence",
    "presence_label",
    "presence_since",
    "presence_set_by",
    "presence_reason",
)
TOO_SLOW = 4408
_numbers = count(1)


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Doors]:
    with doors() as opened:
        yield opened
        opened.reconcile()


@asynccontextmanager
async def a_talk(opened: Doors) -> AsyncIterator[Story]:
    """Nora and a customer talk; everybody has their page open."""
    cast = opened.cast(*opened.houses(1))
    story = opened.story(cast)
    async with at_work([cast]):
        try:
            await story.tell(BEGINNING)
            await cast.boss.until(
                lambda: _talks(cast, story), "sees them talk on the floor"
            )
            yield story
        finally:
            await story.customer.stop()


def _talks(cast: Cast, story: Story) -> bool:
    if ("c", story.conversation) not in cast.boss.things:
        return False
    row = cast.boss.conversation(story.conversation)
    return bool(row["phase"] == "in_conversation")


def on_floor(story: Story, desk: DeskClient) -> Json:
    """The agent as the supervisor sees them."""
    return story.cast.boss.agent(story.cast.house.staff[desk.name].agent)


def presence(story: Story, desk: DeskClient) -> tuple[Any, ...]:
    row = on_floor(story, desk)
    return tuple(row[name] for name in PRESENCE)


async def is_seen_gone(story: Story, reason: str = "disconnected") -> None:
    """The floor says offline, and why."""
    nora = story.cast.nora

    def gone() -> bool:
        row = on_floor(story, nora)
        shown = (row["presence"], row["presence_set_by"], row["presence_reason"])
        return shown == ("offline", "system", reason)

    await story.cast.boss.until(gone, "sees that Nora is gone")


async def is_back(story: Story, before: tuple[Any, ...]) -> None:
    """Exactly as before, on the floor and at the desk."""
    nora, boss = story.cast.nora, story.cast.boss
    await boss.until(lambda: presence(story, nora) == before, "sees Nora as before")
    await nora.until(
        lambda: nora.is_whole and nora.agent == on_floor(story, nora), "is as before"
    )


def agent_of(story: Story) -> int:
    return story.cast.house.staff["Nora"].agent


def sockets_of(story: Story) -> list[int]:
    query = "SELECT id FROM conversations_opensocket WHERE agent_id = ?"
    return [pk for (pk,) in story.database.rows(query, agent_of(story))]


def let_run_out(story: Story, kind: str) -> None:
    """Move the due time of Nora's or the conversation's timer into the past."""
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(" ")
    moved = story.database.write(
        "UPDATE conversations_timer SET due_at = ?"
        " WHERE kind = ? AND (agent_id = ? OR conversation_id = ?)",
        past.replace("+00:00", ""),
        kind,
        agent_of(story),
        story.conversation,
    )
    assert moved == 1


def make_old(story: Story, socket: int) -> None:
    """The browser behind this socket has been silent for a minute."""
    past = (datetime.now(UTC) - timedelta(seconds=60)).isoformat(" ")
    query = "UPDATE conversations_opensocket SET seen_at = ? WHERE id = ?"
    assert story.database.write(query, past.replace("+00:00", ""), socket) == 1


async def choose(story: Story, chosen: str, label: str) -> None:
    """Nora says how she is."""
    nora = story.cast.nora
    await nora.act(
        f"agents/{agent_of(story)}/",
        lambda: {
            "state_version": nora.agent["state_version"],
            "presence": chosen,
            "presence_label": label,
        },
        lambda: nora.agent["presence"] == chosen,
        method="PATCH",
    )


@pytest.mark.parametrize(("chosen", "label"), [("", ""), ("away", "Lunch")])
async def test_back_in_time_nothing_has_moved(
    open_doors: Doors, chosen: str, label: str
) -> None:
    async with a_talk(open_doors) as story:
        cast, pk = story.cast, story.conversation
        if chosen:
            await choose(story, chosen, label)
            await cast.boss.until(
                lambda: on_floor(story, cast.nora)["presence"] == chosen, "sees that"
            )
        before, row = presence(story, cast.nora), cast.boss.conversation(pk)
        entry, state = cast.nora.entries[pk], story.customer.state
        cast.nora.network.cut()
        await is_seen_gone(story)
        assert cast.boss.conversation(pk) == row
        cast.nora.network.mend()
        await is_back(story, before)
        assert cast.boss.conversation(pk) == row
        assert (cast.nora.entries[pk], story.customer.state) == (entry, state)
        story._write_customer("Are you still there?")
        await story.all_read("Are you still there?")


async def test_later_live_work_is_at_the_front_and_the_supervisor_is_told(
    open_doors: Doors,
) -> None:
    async with a_talk(open_doors) as story:
        cast, pk = story.cast, story.conversation
        nora, boss, customer = cast.nora, cast.boss, story.customer
        text = await a_text_message(story)
        await nora.accept(text)
        await nora.until(lambda: text in nora.entries, "has both")
        nora.network.cut()
        await is_seen_gone(story)
        other = await somebody_waits(open_doors, cast)
        let_run_out(story, "agent_grace")
        await is_seen_gone(story, "vanished")
        await boss.until(
            lambda: boss.conversation(pk)["state"] == "open", "sees it waiting"
        )
        assert boss.conversation(pk)["agent"] is None
        assert boss.conversation(text)["state"] == "active"
        assert boss.conversation(text)["agent"] == agent_of(story)
        await boss.until(
            lambda: any(_tells_of_loss(alert, pk) for alert in boss.alerts), "is told"
        )
        await customer.until(
            lambda: (
                (customer.state["status"], customer.state["position"]) == ("waiting", 1)
            ),
            "is the next one again",
        )
        await other.until(lambda: other.state["position"] == 2, "waits behind")
        nora.network.mend()
        await nora.until(lambda: len(nora.offers) == 2, "is offered both")
        first, second = sorted(nora.offers)
        assert nora.offers[first]["conversation"]["id"] == pk
        assert nora.offers[second]["conversation"]["id"] != text
        assert (text in nora.entries, pk in nora.entries) == (True, False)
        await other.stop()


def _tells_of_loss(alert: Json, conversation: int) -> bool:
    shown = (alert["kind"], alert["conversation"], alert["params"].get("agent"))
    return shown == ("agent_vanished", conversation, "Nora")


async def a_text_message(story: Story) -> int:
    """A customer of an asynchronous channel, offered to Nora."""
    network = network_of(story.cast.house, MACHINE, story.url)
    body = {"channel": "sms", "queue": story.cast.house.queue, "text": "Hello?"}
    answer = await network.request("POST", "/api/v1/conversations/", body)
    assert answer.status_code == 201, answer.text
    await network.close()
    return int(json_of(answer)["id"])


async def somebody_waits(opened: Doors, cast: Cast) -> Any:
    """Another customer, who came later."""
    customer = opened.story(cast).customer
    await customer.open("And what about me?", f"another-opening-{next(_numbers):04d}")
    await customer.until(lambda: customer.state["status"] == "waiting", "waits")
    return customer


@pytest.mark.scale
async def test_a_silent_browser_is_gone_although_its_socket_is_open(
    open_doors: Doors,
) -> None:
    async with a_talk(open_doors) as story:
        cast, pk = story.cast, story.conversation
        before, row = presence(story, cast.nora), cast.boss.conversation(pk)
        nora = cast.nora
        nora.beats = nora.network.passes_sockets = False  # frozen: hears, says nothing
        await is_seen_gone(story)
        assert nora.closes == [TOO_SLOW]
        nora.beats = True
        nora.network.mend()
        await is_back(story, before)
        assert cast.boss.conversation(pk) == row


async def test_the_desks_process_is_killed_and_another_clock_finds_out(
    open_doors: Doors,
) -> None:
    async with a_talk(open_doors) as story:
        cast, pk = story.cast, story.conversation
        before, row = presence(story, cast.nora), cast.boss.conversation(pk)
        (socket,) = sockets_of(story)
        restarted = open_doors.servers[0]
        restarted.kill()
        cast.nora.network.cut()
        make_old(story, socket)
        if len(open_doors.servers) == 1:
            restarted.start()
        await is_seen_gone(story)
        assert sockets_of(story) == []
        if len(open_doors.servers) > 1:
            restarted.start()
        cast.nora.network.mend()
        await is_back(story, before)
        await cast.boss.until(lambda: cast.boss.conversation(pk) == row, "as before")


async def test_a_quick_restart_moves_nothing_and_leaves_no_ghost(
    open_doors: Doors,
) -> None:
    async with a_talk(open_doors) as story:
        cast, pk = story.cast, story.conversation
        before, row = presence(story, cast.nora), cast.boss.conversation(pk)
        (ghost,) = sockets_of(story)
        open_doors.servers[0].kill()
        open_doors.servers[0].start()
        await cast.nora.until(
            lambda: len(sockets_of(story)) == 2 and cast.nora.is_whole, "is back"
        )
        make_old(story, ghost)
        await cast.nora.until(lambda: ghost not in sockets_of(story), "one is left")
        await is_back(story, before)
        await cast.boss.until(lambda: cast.boss.conversation(pk) == row, "as before")
        assert goings_of(story) == []


def goings_of(story: Story) -> list[object]:
    """Whenever Nora was found to be gone."""
    query = "SELECT data FROM conversations_event WHERE kind = 'agent.disconnected'"
    found = [data for (data,) in story.database.rows(query)]
    facts = [json.loads(data) if isinstance(data, str) else data for data in found]
    return [data for data in facts if data["agent"] == agent_of(story)]
