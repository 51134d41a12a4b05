"""`/ws/desk/`: the agent's socket, whose heartbeat decides whether they are there."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from conversations import attendance
from conversations.events import Actor
from conversations.models import Agent
from conversations.moments import iso
from conversations.states import Sender, Visibility
from desk.line import DeskLine, desks, holder_of
from live import typing
from live.lines import COMPARISON, PROCESS
from live.reader import aside
from live.sockets import FORBIDDEN, SERVER_GOES, Frame, UserConsumer

HEARTBEAT = 5
TYPING_PAUSE = 1.0  # seconds; what comes sooner is not passed on


class DeskConsumer(UserConsumer):
    """One tab of a desk."""

    line: DeskLine | None = None
    serving: asyncio.Task[None] | None = None
    typed_at = 0.0

    async def serve(self) -> None:
        """Only agents have a desk."""
        holder = await desks.read(lambda: holder_of(self.user, self.session_key))
        if holder is None:
            await self.close(FORBIDDEN)
            return
        self.name = await desks.read(lambda: _name(holder.agent))
        await self.send_frame(_hello())
        line = DeskLine(holder, self.send_frame, self.close)
        line.socket = await aside(attendance.agent_arrives, holder.agent, PROCESS)
        self.line = line
        self.serving = asyncio.create_task(desks.serve(line))

    def understands(self, frame: Frame) -> bool:
        """ping, refresh, typing; each is a sign of life."""
        if self.line is None:
            return super().understands(frame)
        self.line.hear()
        if frame == {"type": "refresh"}:
            self.line.refresh()
            return True
        if frame.get("type") == "typing":
            return self._types(frame)
        return super().understands(frame)

    async def disconnect(self, code: int) -> None:
        """The tab has gone; the last one of an agent takes them offline. When it is
        the server that goes, the row stays for the next one to find."""
        if self.serving is not None:
            self.serving.cancel()
        if code == SERVER_GOES or self.line is None or self.line.socket is None:
            return
        await aside(attendance.leave, self.line.socket)

    def _types(self, frame: Frame) -> bool:
        conversation, visibility = frame.get("conversation"), frame.get("visibility")
        known = visibility in list(Visibility) and frame.keys() == _TYPING
        if not known or type(conversation) is not int or self.line is None:
            return False
        public = visibility == Visibility.PUBLIC
        now = asyncio.get_running_loop().time()
        if now - self.typed_at >= TYPING_PAUSE and self.line.may_type(
            conversation, public=public
        ):
            self.typed_at = now
            asyncio.get_running_loop().run_in_executor(
                None, self._tell, conversation, Visibility(str(visibility))
            )
        return True

    def _tell(self, conversation: int, visibility: Visibility) -> None:
        typing.tell(
            conversation, Sender.AGENT, self.name, visibility, user=self.user.pk
        )


_TYPING = {"type", "conversation", "visibility"}


def _hello() -> Frame:
    return {
        "type": "hello",
        "protocol": 1,
        "server_time": iso(datetime.now(UTC)),
        "pulse_seconds": COMPARISON,
        "heartbeat_seconds": HEARTBEAT,
    }


def _name(agent_id: int) -> str:
    agent = Agent.objects.select_related("user").get(pk=agent_id)
    return Actor.agent(agent).name
