"""Sockets of pages: accepted first, so that a refusal can say why by its close code."""

from __future__ import annotations

from typing import Any

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AnonymousUser, User

BROKEN = 1011
PROTOCOL_ERROR = 4400
SIGNED_OUT = 4401
FORBIDDEN = 4403
TOO_SLOW = 4408

Frame = dict[str, Any]


class FrameConsumer(AsyncWebsocketConsumer):
    """Takes JSON objects with a `type`; anything else closes with 4400.

    A refused handshake would show no code to the browser, so refusals come after it.
    """

    # No channel of its own: the server's parts write, and half of Channels' cost is
    # left out.
    channel_layer_alias = None
    max_frame = 1_024  # what a page sends is tiny

    async def connect(self) -> None:
        """Accept, then begin."""
        await self.accept()
        await self.begin()

    async def begin(self) -> None:
        """Look at who it is, and serve or close."""
        raise NotImplementedError

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        """A frame from the page."""
        frame = _parsed(text_data, self.max_frame)
        if frame is None or not self.understands(frame):
            await self.close(PROTOCOL_ERROR)

    def understands(self, frame: Frame) -> bool:
        """Act on a frame; False when it is not in the protocol."""
        return frame == {"type": "ping"}

    async def send_frame(self, frame: Frame | str | bytes) -> None:
        """Straight to the server: `self.send` would cost a dispatch for every frame."""
        if isinstance(frame, bytes):
            await self.base_send({"type": "websocket.send", "bytes": frame})
            return
        text = frame if isinstance(frame, str) else orjson.dumps(frame).decode()
        await self.base_send({"type": "websocket.send", "text": text})


class UserConsumer(FrameConsumer):
    """A socket of somebody who has signed in; others are closed with 4401."""

    async def begin(self) -> None:
        """Only with a user."""
        user = self.scope.get("user", AnonymousUser())
        if not isinstance(user, User):
            await self.close(SIGNED_OUT)
            return
        self.user = user
        await self.serve()

    async def serve(self) -> None:
        """What the page is for."""
        raise NotImplementedError

    @property
    def session_key(self) -> str:
        """The session with which this socket came."""
        return str(self.scope["session"].session_key)


def _parsed(text: str | None, limit: int) -> Frame | None:
    if text is None or len(text) > limit:
        return None
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return frame if isinstance(frame, dict) else None
