"""`/ws/chat/`: the customer's socket. Its token comes in the first frame, never in the
address; no cookie is looked at."""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import UTC, datetime

import structlog
from rest_framework.exceptions import NotAuthenticated

from conversations import attendance
from conversations.moments import iso
from conversations.states import Sender, Visibility
from gateways.chat.line import ChatLine, admitted, chats, take_place
from gateways.chat.passes import Right, Standing
from gateways.chat.sites import origins_of
from live import typing
from live.lines import COMPARISON, PROCESS
from live.reader import aside
from live.sockets import FORBIDDEN, PROTOCOL_ERROR, SIGNED_OUT, Frame, FrameConsumer

HEARTBEAT = 5
GREETING_WITHIN = 10.0
TYPING_PAUSE = 1.0  # seconds; what comes sooner is not passed on
FRAMES, FRAMES_WITHIN = 30, 10.0
LAST_NUMBER = 2**31 - 1

log = structlog.get_logger(__name__)


class ChatConsumer(FrameConsumer):
    """One tab of a customer's chat."""

    line: ChatLine | None = None
    greeting: asyncio.Task[None] | None = None
    patience: asyncio.TimerHandle | None = None
    serving: asyncio.Task[None] | None = None
    typed_at = 0.0

    async def begin(self) -> None:
        """Wait for the first frame, but not for long."""
        self._heard: deque[float] = deque(maxlen=FRAMES)
        loop = asyncio.get_running_loop()
        self.patience = loop.call_later(GREETING_WITHIN, self._hang_up)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        """A frame, unless there are too many of them."""
        now = asyncio.get_running_loop().time()
        if len(self._heard) == FRAMES and now - self._heard[0] < FRAMES_WITHIN:
            await self.close(PROTOCOL_ERROR)
            return
        self._heard.append(now)
        await super().receive(text_data, bytes_data)

    def understands(self, frame: Frame) -> bool:
        """hello first and once, then ping and typing; each is a sign of life."""
        if self.greeting is None:
            return self._is_greeted(frame)
        if self.line is not None:
            self.line.hear()
        if frame == {"type": "typing"}:
            self._types()
            return True
        return super().understands(frame)

    async def disconnect(self, code: int) -> None:
        """The tab has gone; where it was the last, so has the customer, soon."""
        if self.patience is not None:
            self.patience.cancel()
        if self.greeting is not None:
            # It may just be taking a place, which must be given back.
            await asyncio.wait({self.greeting})
        if self.serving is not None:
            self.serving.cancel()
        if self.line is not None and self.line.socket is not None:
            await aside(attendance.leave, self.line.socket)

    def _is_greeted(self, frame: Frame) -> bool:
        token, after = frame.get("token"), frame.get("after")
        whole = frame.keys() == {"type", "token", "after"} and frame["type"] == "hello"
        if not whole or not isinstance(token, str) or type(after) is not int:
            return False
        if not 0 <= after <= LAST_NUMBER:
            return False
        self.greeting = asyncio.create_task(self._greet(token, after))
        return True

    async def _greet(self, token: str, after: int) -> None:
        try:
            standing = await aside(admitted, token)
            if not self._is_from(standing):
                await self.close(FORBIDDEN)
                return
            await self._serve(token, after, standing)
        except NotAuthenticated:
            await self.close(SIGNED_OUT)
        except Exception as error:
            # The trace would hold what the customer sent.
            log.error("chat.greeting_failed", error=type(error).__name__)
            await self.close(1011)

    async def _serve(self, token: str, after: int, standing: Standing) -> None:
        await self.send_frame(_hello())
        line = ChatLine(token, after, standing, self.send_frame, self.close)
        if standing.right is Right.TALK:
            line.socket = await aside(take_place, line.conversation, PROCESS)
        self.line = line
        self.serving = asyncio.create_task(chats.serve(line))

    def _is_from(self, standing: Standing) -> bool:
        """A page of another site holds no chat of this one."""
        origin = self.scope.get("foreign_origin")
        site = standing.chat_pass.site
        return origin is None or (site is not None and origin in origins_of(site))

    def _types(self) -> None:
        now = asyncio.get_running_loop().time()
        line = self.line
        if line is None or not line.may_type or now - self.typed_at < TYPING_PAUSE:
            return
        self.typed_at = now
        asyncio.get_running_loop().run_in_executor(
            None,
            typing.tell,
            line.conversation,
            Sender.CUSTOMER,
            line.customer,
            Visibility.PUBLIC,
        )

    def _hang_up(self) -> None:
        if self.greeting is None:
            self._closing = asyncio.create_task(self.close(PROTOCOL_ERROR))


def _hello() -> Frame:
    return {
        "type": "hello",
        "server_time": iso(datetime.now(UTC)),
        "pulse_seconds": COMPARISON,
        "heartbeat_seconds": HEARTBEAT,
    }
