"""The sockets of supervisors' pages: they authenticate, hand over to the hub, and
refuse what is not in the protocol. No database in the live path."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AnonymousUser, User

from dashboard.hub import Hub, Watcher
from dashboard.process import process
from dashboard.rights import FORBIDDEN, SIGNED_OUT, Viewer, me, viewer_of
from dashboard.watching import Panel, may_open

PROTOCOL_ERROR = 4400
MAX_FRAME = 1_024  # what a page sends is tiny


class PageConsumer(AsyncWebsocketConsumer):
    """A page's socket: accepted, then closed with a code that says why if need be.

    A refused handshake would show no code to the browser, so refusals come after it.
    """

    # No channel of its own: the hub writes, and half of Channels' cost is left out.
    channel_layer_alias = None

    async def connect(self) -> None:
        """Accept, look at who it is, and begin or close."""
        await self.accept()
        user = self.scope.get("user", AnonymousUser())
        if not isinstance(user, User):
            await self.close(SIGNED_OUT)
            return
        self.user = user
        await self.begin(process.start())

    async def begin(self, hub: Hub) -> None:
        """What the page is for."""
        raise NotImplementedError

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        """A frame from the page; what is not in the protocol closes with 4400."""
        frame = _parsed(text_data)
        if frame is None or not self.understands(frame):
            await self.close(PROTOCOL_ERROR)

    def understands(self, frame: dict[str, Any]) -> bool:
        """Act on a frame; False when it is not in the protocol."""
        return frame == {"type": "ping"}


class BoardConsumer(PageConsumer):
    """`/ws/board/`."""

    page: Watcher | None = None

    async def begin(self, hub: Hub) -> None:
        """Only supervisors have a floor."""
        viewer, about = await hub.lookups(_viewer, self.user, _session_key(self.scope))
        if not viewer.may_watch:
            await self.close(FORBIDDEN)
            return
        self.hub = hub
        self.page = await hub.open_page(viewer, about, self._send_frame, self.close)

    def understands(self, frame: dict[str, Any]) -> bool:
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

    async def _send_frame(self, frame: str | bytes) -> None:
        # Straight to the server: `self.send` would cost a dispatch for every frame.
        kind = "text" if isinstance(frame, str) else "bytes"
        await self.base_send({"type": "websocket.send", kind: frame})


class ConversationConsumer(PageConsumer):
    """`/ws/conversations/{id}/`."""

    serving: asyncio.Task[None] | None = None

    async def begin(self, hub: Hub) -> None:
        """Only who takes part or monitors may look."""
        pk = int(self.scope["url_route"]["kwargs"]["pk"])
        if not await hub.lookups(may_open, pk, self.user):
            await self.close(FORBIDDEN)
            return
        session = _session_key(self.scope)
        viewer = await hub.lookups(viewer_of, self.user, session)
        panel = Panel(pk, self.user, viewer, self._send_json, self.close)
        self.serving = asyncio.create_task(hub.watching.serve(panel))

    async def disconnect(self, code: int) -> None:
        """The panel was closed; monitoring goes on until 60 s have passed."""
        if self.serving is not None:
            self.serving.cancel()

    async def _send_json(self, frame: dict[str, object]) -> None:
        text = orjson.dumps(frame).decode()
        await self.base_send({"type": "websocket.send", "text": text})


def _viewer(user: User, session: str) -> tuple[Viewer, dict[str, object]]:
    return viewer_of(user, session), me(user)


def _session_key(scope: dict[str, Any]) -> str:
    return str(scope["session"].session_key)


def _parsed(text: str | None) -> dict[str, Any] | None:
    if text is None or len(text) > MAX_FRAME:
        return None
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return frame if isinstance(frame, dict) else None
