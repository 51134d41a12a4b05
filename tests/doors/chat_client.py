"""The customer's browser."""

from __future__ import annotations

import json

import httpx
from websockets.asyncio.client import ClientConnection

from tests.doors.browser import Browser, Json, Unsent
from tests.doors.network import Lost, Network, json_of


class ChatClient(Browser):
    """A customer. Has the messages by number, and the state; the token alone opens."""

    path = "/ws/chat/"

    def __init__(self, network: Network, site: str, name: str) -> None:
        super().__init__(network)
        self.site, self.name = site, name
        self.token = ""
        self.state: Json = {}
        self.messages: dict[int, Json] = {}
        self.has_read_on = False
        self._next = 1

    def __str__(self) -> str:
        return f"customer {self.name}"

    def shown(self) -> object:
        return self.state.get("status"), self.texts, super().shown()

    @property
    def last(self) -> int:
        """All up to here are there."""
        last = 0
        while last + 1 in self.messages:
            last += 1
        return last

    @property
    def texts(self) -> list[str]:
        return [message["text"] for _id, message in sorted(self.messages.items())]

    async def open(self, question: str, client_id: str) -> None:
        """Ask until there is an answer; the same id opens once."""
        body = {"site": self.site, "name": self.name, "question": question}
        while not self.token:
            try:
                answer = await self.ask(
                    "POST", "/api/v1/chat/", {**body, "client_id": client_id}
                )
            except Lost:
                await self.network.back()
                continue
            assert answer.status_code in (200, 201), answer.text
            self._hear(json_of(answer))
        self.start()

    async def rate(self, score: int) -> None:
        """After the end, with the token that came with it."""
        while self.state.get("rating") != score:
            try:
                await self.read()
                if self.state.get("rating") is None:
                    answer = await self._ask("POST", "rating/", {"score": score})
                    assert answer.is_success, answer.text
                    self._hear(json_of(answer))
            except Lost:
                await self.network.back()

    async def read(self) -> None:
        """By HTTP, what there is behind what is known."""
        answer = await self._ask("GET", f"?after={self.last}")
        assert answer.is_success, answer.text
        self._hear(json_of(answer))
        self.bell.ring()

    async def greet(self, socket: ClientConnection) -> None:
        after = self.last
        self._next = after + 1
        hello = {"type": "hello", "token": self.token, "after": after}
        await socket.send(json.dumps(hello))

    def take(self, frame: Json) -> None:
        kind = frame["type"]
        if kind == "hello":
            self._heartbeat, self.is_whole = frame["heartbeat_seconds"], True
        elif kind == "state":
            self._hear(frame)
        elif kind == "message":
            self._in_order(frame["message"])
        elif kind == "pulse" and frame["last"] != self._next - 1:
            self.faults.append(f"a pulse says {frame['last']}, here {self._next - 1}")

    async def post(self, item: Unsent) -> httpx.Response:
        body = {"text": item.text, "client_id": item.client_id}
        return await self._ask("POST", "messages/", body)

    def stored(self, item: Unsent, answer: Json) -> None:
        self._put(answer["message"])

    async def without_socket(self) -> None:
        """Poll."""
        await self.read()

    def is_over(self) -> bool:
        """What was said up to the end is still read; then nothing more comes."""
        return bool(self.state.get("status") == "ended")

    async def _stay_connected(self) -> None:
        await super()._stay_connected()
        while not self.has_read_on:
            try:
                await self.read()
                self.has_read_on = True
            except Lost:
                await self.network.back()

    async def _ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        return await self.network.request(
            method, f"/api/v1/chat/{path}", body, Authorization=f"Chat {self.token}"
        )

    def _hear(self, news: Json) -> None:
        self.token = news.get("token", self.token)
        self.state = news.get("state", self.state)
        for message in news.get("messages", ()):
            self._put(message)

    def _in_order(self, message: Json) -> None:
        if message["id"] != self._next:
            self.faults.append(f"message {message['id']} came instead of {self._next}")
        self._next = message["id"] + 1
        self._put(message)

    def _put(self, message: Json) -> None:
        known = self.messages.setdefault(message["id"], message)
        if known != message:
            self.faults.append(f"two messages {message['id']}")
