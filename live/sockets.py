"""Sockets of pages: accepted first, so that a refusal can say why by its close code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import orjson
from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import User

from accounts.arrivals import session_key_of, users_of_sessions
from conversations.troubles import DATABASE_AWAY
from live import meters
from live.together import Together, TooMany

BROKEN = 1011
SERVER_GOES = 1012
TRY_LATER = 1013
PROTOCOL_ERROR = 4400
SIGNED_OUT = 4401
FORBIDDEN = 4403
TOO_SLOW = 4408

RETURN_WITHIN_MS = (1_000, 10_000)
"""When to come back after `TRY_LATER`; it is the reason that closes the socket."""

Frame = dict[str, Any]
Message = Mapping[str, Any]

signed_in: Together[str, User] = Together(None, users_of_sessions)
"""The user of a session key."""


class FrameConsumer(AsyncWebsocketConsumer):
    """Takes JSON objects with a `type`; anything else closes with 4400.

    A refused handshake would show no code to the browser, so refusals come after it.
    """

    # No channel of its own: the server's parts write, and half of Channels' cost is
    # left out.
    channel_layer_alias = None
    max_frame = 1_024  # what a page sends is tiny
    is_open = False

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """One task for a socket; Channels takes two, and a new one for each word."""
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        except Exception:
            await self._break_off()
            raise

    async def dispatch(self, message: Message) -> None:
        """Straight to its handler: Channels would ask a thread to close connections
        first, and no handler here has opened one."""
        await getattr(self, get_handler_name(message))(message)

    @property
    def door(self) -> str:
        """Which kind of socket this is, for whoever counts them."""
        return type(self).__name__.removesuffix("Consumer").lower()

    async def connect(self) -> None:
        """Accept, then begin."""
        await self.accept()
        meters.OPEN_SOCKETS.labels(self.door).inc()
        self.is_open = True
        await self.begin()

    async def websocket_disconnect(self, message: Frame) -> None:
        """It ended, whoever ended it."""
        self.is_open = False
        meters.closed(self.door, message.get("code"))
        await super().websocket_disconnect(message)

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

    async def _break_off(self) -> None:
        """No word of its end will be waited for: what hangs on it is let go now."""
        if self.is_open:
            with suppress(StopConsumer):
                await self.websocket_disconnect({"code": BROKEN})

    async def send_frame(self, frame: Frame | str | bytes) -> None:
        """Straight to the server: `self.send` would cost a dispatch for every frame."""
        if isinstance(frame, bytes):
            meters.SENT.note("snapshot", len(frame))
            await self.base_send({"type": "websocket.send", "bytes": frame})
            return
        text = frame if isinstance(frame, str) else orjson.dumps(frame).decode()
        meters.SENT.told(text)
        await self.base_send({"type": "websocket.send", "text": text})


class UserConsumer(FrameConsumer):
    """A socket of somebody who has signed in; others are closed with 4401."""

    user: User
    session_key: str

    async def begin(self) -> None:
        """Only with a user; when too many come at once, or the database is away, they
        are told when to come back."""
        self.session_key = session_key_of(self.scope["headers"])
        try:
            user = await signed_in(self.session_key) if self.session_key else None
            if user is None:
                await self.close(SIGNED_OUT)
                return
            self.user = user
            await self.serve()
        except (TooMany, *DATABASE_AWAY):
            window = orjson.dumps({"retry_ms": RETURN_WITHIN_MS}).decode()
            await self.close(TRY_LATER, window)

    async def serve(self) -> None:
        """What the page is for."""
        raise NotImplementedError


def _parsed(text: str | None, limit: int) -> Frame | None:
    if text is None or len(text) > limit:
        return None
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return frame if isinstance(frame, dict) else None
