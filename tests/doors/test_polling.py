"""A customer whose network lets no WebSockets through reads and writes all the same,
and is there as long as the page polls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.doors.script import Story
from tests.doors.stage import Doors, doors
from tests.doors.test_agent_gone import a_talk, let_run_out, make_old


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Doors]:
    with doors() as opened:
        yield opened
        opened.reconcile()


def timers_of(story: Story) -> set[str]:
    query = "SELECT kind FROM conversations_timer WHERE conversation_id = ?"
    return {kind for (kind,) in story.database.rows(query, story.conversation)}


def sockets_of(story: Story) -> list[int]:
    query = "SELECT id FROM conversations_opensocket WHERE conversation_id = ?"
    return [pk for (pk,) in story.database.rows(query, story.conversation)]


async def test_who_polls_is_there_and_who_stops_is_gone(open_doors: Doors) -> None:
    async with a_talk(open_doors) as story:
        customer, nora = story.customer, story.cast.nora
        (socket,) = sockets_of(story)
        customer.network.passes_sockets = False
        customer.network.drop_sockets()
        story._write_customer("I still write")
        await story.all_read("I still write")
        await customer.until(
            lambda: socket not in sockets_of(story) and sockets_of(story),
            "polling takes the socket's place",
        )
        assert "customer_gone" not in timers_of(story)
        await story.nora_says("And I read you")
        assert customer.state["closes"] is None
        customer.network.cut()
        (polling,) = sockets_of(story)
        make_old(story, polling)
        await nora.until(
            lambda: "customer_gone" in timers_of(story), "the customer is missed"
        )
        let_run_out(story, "customer_gone")
        entries = nora.entries
        await nora.until(
            lambda: entries[story.conversation]["state"] == "wrap_up", "is told"
        )
        customer.network.mend()
        await customer.until(
            lambda: customer.state["status"] == "ended", "learns that it is over"
        )
