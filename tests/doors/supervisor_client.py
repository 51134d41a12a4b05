"""The supervisor's browser at the floor: the board, the open panel, the commands."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.doors.browser import Browser, Json, Unsent
from tests.doors.network import Lost, Network

KINDS = {"conversations": "c", "agents": "a", "queues": "q"}


class Panel(Browser):
    """The panel of one conversation; open as long as monitoring allows it."""

    def __init__(self, network: Network, conversation: int) -> None:
        super().__init__(network)
        self.path = f"/ws/conversations/{conversation}/"
        self.row: Json = {}
        self.people: list[Json] = []
        self.messages: dict[int, Json] = {}
        self.ended = ""

    def __str__(self) -> str:
        return f"panel {self.path}"

    @property
    def texts(self) -> list[str]:
        return [message["text"] for _id, message in sorted(self.messages.items())]

    def start(self) -> None:
        self.begin(self._stay_connected())

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def greet(self, socket: ClientConnection) -> None:
        self.messages = {}

    def take(self, frame: Json) -> None:
        kind = frame["type"]
        if kind == "message":
            self._say(frame["message"])
        elif kind == "row":
            self.row = frame["row"]
        elif kind == "participants":
            self.people = frame["participants"]
        elif kind == "ended":
            self.ended = frame["reason"]

    def is_over(self) -> bool:
        return bool(self.ended)

    def _say(self, message: Json) -> None:
        if message["id"] in self.messages:
            self.faults.append(f"message {message['id']} twice")
        self.messages[message["id"]] = message

    def _closed(self, end: ConnectionClosed) -> None:
        """Refused after the end while the network was away: that is an end too."""
        if end.rcvd is not None and end.rcvd.code == 4403:
            self.ended = self.ended or "forbidden"
        else:
            super()._closed(end)


class SupervisorClient(Browser):
    """A supervisor with the floor open."""

    path = "/ws/board/"

    def __init__(self, network: Network, name: str) -> None:
        super().__init__(network)
        self.name = name
        self.things: dict[tuple[str, int], Json] = {}
        self.alerts: list[Json] = []
        self.panels: dict[int, Panel] = {}
        self.pulses = 0

    def __str__(self) -> str:
        return f"supervisor {self.name}"

    def conversation(self, pk: int) -> Json:
        """As the floor shows it; empty when it has gone."""
        return self.things.get(("c", pk), {})

    def agent(self, pk: int) -> Json:
        return self.things.get(("a", pk), {})

    def watch(self, conversation: int) -> Panel:
        """Open the panel."""
        panel = self.panels[conversation] = Panel(self.network, conversation)
        panel.start()
        return panel

    async def stop(self) -> None:
        for panel in self.panels.values():
            await panel.stop()
        await super().stop()

    def whisper(self, conversation: int, text: str, client_id: str) -> None:
        self.say(conversation, text, client_id, "internal")

    def say(
        self, conversation: int, text: str, client_id: str, visibility: str = "public"
    ) -> None:
        self.write(text, client_id, conversation=conversation, visibility=visibility)

    async def command(
        self,
        conversation: int,
        action: str,
        is_done: Callable[[], bool],
        **body: object,
    ) -> None:
        """Press the button, seeing the row as it is; again only if nothing came of
        it."""
        while not is_done():
            row = self.conversation(conversation)
            if not row:
                await self.until(
                    lambda: is_done() or self.conversation(conversation),
                    f"sees #{conversation} on the floor",
                )
                continue
            try:
                answer = await self.ask(
                    "POST",
                    f"/api/v1/conversations/{conversation}/{action}/",
                    {"state_version": row["state_version"], **body},
                )
            except Lost:
                await self.network.back()
                await self.until(lambda: self.is_whole, "the whole floor is back")
                continue
            await self._look_after(answer, is_done, action)

    def take(self, frame: Json) -> None:
        kind = frame["type"]
        if kind == "snapshot":
            self.things = dict(_things(frame))
            self.is_whole = True
        elif kind == "rows":
            for key, thing in _things(frame).items():
                if thing["version"] > self.things.get(key, {"version": 0})["version"]:
                    self.things[key] = thing
        elif kind == "gone":
            for name, short in KINDS.items():
                for left in frame.get(name, ()):
                    self.things.pop((short, left["id"]), None)
        elif kind == "alert":
            self.alerts.append(frame)
        elif kind == "pulse":
            self.pulses += 1

    async def post(self, item: Unsent) -> httpx.Response:
        path = f"/api/v1/conversations/{item.extra['conversation']}/messages/"
        body = {"text": item.text, "client_id": item.client_id}
        body["visibility"] = item.extra["visibility"]
        return await self.ask("POST", path, body)

    async def greet(self, socket: ClientConnection) -> None:
        self.is_whole = False

    async def _look_after(
        self, answer: httpx.Response, is_done: Callable[[], bool], action: str
    ) -> None:
        assert answer.is_success or answer.status_code == 409, (action, answer.text)
        before = self.pulses
        await self.until(
            lambda: is_done() or self.pulses > before, f"sees what came of {action}"
        )

    async def _read(self, socket: ClientConnection) -> None:
        async for text in socket:
            frame = _opened(text)
            self.frames.append({"type": frame["type"]})
            self.take(frame)
            if frame["type"] == "pulse":
                ack = {"type": "ack", "tick": frame["tick"]}
                await socket.send(json.dumps(ack))
            self.bell.ring()
        raise ConnectionClosed(None, None)


def _opened(text: str | bytes) -> Json:
    plain = gzip.decompress(text) if isinstance(text, bytes) else text
    frame: Json = json.loads(plain)
    return frame


def _things(frame: Json) -> dict[tuple[str, int], Any]:
    return {
        (short, thing["id"]): thing
        for name, short in KINDS.items()
        for thing in frame.get(name, ())
    }
