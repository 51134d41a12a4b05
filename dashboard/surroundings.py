"""What a hub looks at beside the rows: rights, alerts, the counts of the day.

Each comparison asks for it, and none waits for it: a slow count must not make the proof
of the rows late.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dashboard import alerts
from dashboard.metrics import today_by_queue
from dashboard.rights import lost_rights
from live.reader import Reader

if TYPE_CHECKING:
    from dashboard.hub import Hub
    from dashboard.tally import Today

TODAY_EVERY = 6  # looks


class Surroundings:
    """The slower looks of one hub, in a thread of their own."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._read = Reader("hub-asides")
        self._alerts = alerts.Outbox()
        self._due = asyncio.Event()
        self._looks = 0

    def look(self) -> None:
        """Look as soon as the last look is over."""
        self._due.set()

    async def run(self) -> None:
        """Look whenever it is due; what fails is tried again with the next one."""
        while True:
            await self._due.wait()
            self._due.clear()
            await self._hub.guarded(self._check_rights)
            await self._hub.guarded(self._tell_alerts)
            self._hub.watching.compare()
            if self._looks % TODAY_EVERY == 0:
                await self._hub.guarded(self.count_today)
            self._looks += 1

    def stop(self) -> None:
        """Look no more."""
        self._read.close()

    async def count_today(self) -> None:
        """The figures that the tiles cannot know from the screens."""
        self._hub.proof.today = await self._read(_today)

    async def _check_rights(self) -> None:
        hub, pages = self._hub, self._hub.audiences.pages
        viewers = {page.viewer for page in pages} | hub.watching.viewers()
        lost = await self._read(lost_rights, viewers) if viewers else {}
        if lost:
            for page in pages:
                if page.viewer in lost:
                    hub.turn_out(page, lost[page.viewer])
            hub.watching.sign_out(lost)

    async def _tell_alerts(self) -> None:
        audiences = self._hub.audiences
        users = audiences.users
        for alert in await self._read(self._alerts.unsent, users) if users else []:
            for page in audiences.pages_of(alert.user):
                if page.viewer.sees(alert.queue):
                    page.stream.tell_extra(f"alert.{alert.id}", alert.frame)


def _today() -> dict[int, Today]:
    return today_by_queue(datetime.now(UTC))
