"""A customer whose network lets no WebSockets through reads and writes all the same,
and counts as present while the page polls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


from tests.doors.stage import Doors, doors
from tests.doors.test_agent_gone import a_talk
from tests.doors.test_agent_gone import let_run_out

pytestmark = pytest.mark.behaviour


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Doors]:
    with doors() as opened:
        yield opened
        opened.reconcile()


async def test_who_polls_is_not_gone(open_doors: Doors) -> None:
    async with a_talk(open_doors) as story:
        customer = story.customer
        customer.network.passes_sockets = False
        customer.network.drop_sockets()
        story._write_customer("I still write")
        await story.all_read("I still write")
        print("CLOSES", customer.state["closes"])
        await story.cast.boss.until(lambda: story.database.rows("select 1 from conversations_timer where kind='customer_gone' and conversation_id = ?", story.conversation), "gone timer")
        print("polled state", customer.state["closes"])
        let_run_out(story, "customer_gone")
        await story.nora_says("And I read you")
        assert customer.state["status"] == "talking"
