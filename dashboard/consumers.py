"""The sockets of supervisors' pages: they authenticate, hand over to the hub, and
refuse what is not in the protocol. No database in the live path."""

from __future__ import annotations

import asyncio

from dashboard.audience import Watcher
from dashboard.process import process
from dashboard.rights import viewer_of
from dashboard.watching import Panel, may_open
from live.sockets import FORBIDDEN, SERVER_GOES, Frame, UserConsumer
from live.wire import wire_of


class BoardConsumer(UserConsumer):
    """`/ws/board/`."""

    page: Watcher | None = None

    async def serve(self) -> None:
        """Only supervisors have a floor; who comes while the server goes is sent to
        another one."""
        hub = self.hub = process.start()
        if process.draining:
            await self.close(SERVER_GOES)
            return
        found = await hub.arrivals((self.user, self.session_key))
        if found is None:
            await self.close(FORBIDDEN)
            return
        wire = wire_of(self.base_send)
        self.page = await hub.open_page(*found, self.send_frame, self.close, wire)
        if process.draining:
            hub.say_goodbye_to(self.page)
        # A page is open all day: what only its coming needed is let go.
        del self.user

    def understands(self, frame: Frame) -> bool:
        """refresh, ack (with the newest tick), ping."""
        if self.page is None:
            return super().understands(frame)
        if frame == {"type": "refresh"}:
            self.hub.refresh(self.page)
            return True
        if frame.keys() == {"type", "tick"} and frame["type"] == "ack":
            tick = frame["tick"]
            if type(tick) is not int:
                return False
            self.hub.acknowledge(self.page, tick)
            return True
        return super().understands(frame)

    async def disconnect(self, code: int) -> None:
        """The browser has gone."""
        if self.page is not None:
            self.hub.close_page(self.page)


class ConversationConsumer(UserConsumer):
    """`/ws/conversations/{id}/`."""

    serving: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Only who takes part or monitors may look."""
        hub = process.start()
        pk = int(self.scope["url_route"]["kwargs"]["pk"])
        if not await hub.lookups(may_open, pk, self.user):
            await self.close(FORBIDDEN)
            return
        viewer = await hub.lookups(viewer_of, self.user, self.session_key)
        panel = Panel(pk, self.user, viewer, self.send_frame, self.close)
        self.serving = asyncio.create_task(hub.watching.serve(panel))

    async def disconnect(self, code: int) -> None:
        """The panel was closed; monitoring goes on until 60 s have passed."""
        if self.serving is not None:
            self.serving.cancel()
